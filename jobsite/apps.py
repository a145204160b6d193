from django.apps import AppConfig


class JobsiteConfig(AppConfig):
    name = "jobsite"

    def ready(self) -> None:
        from jobsite.monitoring.error_reports import start_error_reports
        from sitekit.telemetry.query_watch import watch_connections

        watch_connections()
        start_error_reports()
