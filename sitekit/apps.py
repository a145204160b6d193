from importlib import import_module

from django.apps import AppConfig


class SitekitConfig(AppConfig):
    name = "sitekit"
    verbose_name = "站点"

    def import_models(self) -> None:
        """Import the channels too: one may have its table in its own module."""
        super().import_models()
        import_module("sitekit.messages.channels")

    def ready(self) -> None:
        from django.db.models import fields

        from sitekit import system_checks  # noqa: F401 (registers itself)

        # Django 6.1 has this label in English only; its documentation says to set it here.
        fields.BLANK_CHOICE_LABEL = "请选择"
