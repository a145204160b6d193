import os

from django.core.wsgi import get_wsgi_application

from jobsite.operations import time_limits
from jobsite.operations.start_errors import exit_in_one_line

os.environ[time_limits.VARIABLE] = "web"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobsite.settings")
with exit_in_one_line("jobsite"):
    application = get_wsgi_application()
    from jobsite.middleware import Utf8Request  # once the apps are there

    application.request_class = Utf8Request
