from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号与单位"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from accounts import system_checks  # noqa: F401 (registers itself)
        from accounts.security.device_names import forget_session_device

        user_logged_out.connect(forget_session_device)
