"""The site's settings in production, over HTTP, without files that collectstatic makes."""

import os

os.environ.setdefault("TRIAL", "1")

from jobsite.settings import *  # noqa: E402, F403
from jobsite.settings import STORAGES  # noqa: E402

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
