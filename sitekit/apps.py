from django.apps import AppConfig


class SitekitConfig(AppConfig):
    name = "sitekit"
    verbose_name = "站点"

    def ready(self) -> None:
        from django.db.models import fields

        from sitekit import system_checks  # noqa: F401 (registers itself)

        # Django 6.1 has this label in English only; its documentation says to set it here.
        fields.BLANK_CHOICE_LABEL = "请选择"
