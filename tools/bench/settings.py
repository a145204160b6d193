"""The site's settings with the null view added; for the web server that the bench starts."""

import os

os.environ.setdefault("TRIAL", "1")

from jobsite.settings import *  # noqa: F403

ROOT_URLCONF = "tools.bench.urls"
LOGGING = {
    **LOGGING,  # noqa: F405
    "loggers": {"django.request": {"level": "ERROR"}},  # pages that are gone are part of the load
}
