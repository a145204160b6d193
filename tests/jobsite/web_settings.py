"""The site's settings in production, over HTTP, without files that collectstatic makes."""

import os

os.environ.setdefault("TRIAL", "1")

from jobsite.settings import *  # noqa: F403
from jobsite.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
