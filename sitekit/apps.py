from django.apps import AppConfig


class SitekitConfig(AppConfig):
    name = "sitekit"
    verbose_name = "站点"

    def ready(self):
        from sitekit import checks  # noqa: F401 (registers itself)
