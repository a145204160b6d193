"""Jobs of the queue are shown at 运行情况, those that failed with a button; the package's own list is in English."""

from django.contrib import admin
from procrastinate.contrib.django.models import ProcrastinateJob

if admin.site.is_registered(ProcrastinateJob):
    admin.site.unregister(ProcrastinateJob)
