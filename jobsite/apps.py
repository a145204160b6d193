from django.apps import AppConfig


class JobsiteConfig(AppConfig):
    name = "jobsite"

    def ready(self) -> None:
        from sitekit.telemetry.query_watch import watch_connections

        watch_connections()
