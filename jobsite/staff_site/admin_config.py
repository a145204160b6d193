"""Django's admin with our site in place of its own; apart from `apps.py`, where Django looks for one config only."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "jobsite.staff_site.admin_site.StaffAdminSite"
