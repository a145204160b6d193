import os

from django.core.wsgi import get_wsgi_application

from jobsite.operations import time_limits

os.environ[time_limits.VARIABLE] = "web"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jobsite.settings")
application = get_wsgi_application()
