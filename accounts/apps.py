from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号与单位"

    def ready(self):
        from django.contrib.auth.signals import user_logged_out

        from accounts.security import device_names as devices

        user_logged_out.connect(devices.forget_session_device)
