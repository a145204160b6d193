from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "screening"
    verbose_name = "风险评估"

    def ready(self):
        from screening import checks  # noqa: F401 (registers itself)
