from django.apps import AppConfig


class JobsiteConfig(AppConfig):
    name = "jobsite"
    verbose_name = "网站设置"

    def ready(self) -> None:
        from accounts.admin import person_rows
        from accounts.staff import roles
        from jobsite import staff_roles
        from jobsite.admin import person_parts
        from jobsite.monitoring.error_reports import start_error_reports
        from sitekit.telemetry.query_watch import watch_connections

        roles.RIGHTS[:] = staff_roles.RIGHTS
        person_rows.PERSON_PARTS[:] = person_parts.PARTS
        watch_connections()
        start_error_reports()
