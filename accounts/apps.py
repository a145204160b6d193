from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号与单位"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_logged_out
        from django.urls import register_converter

        from accounts import system_checks  # noqa: F401 (registers itself)
        from accounts.converters import ColleagueCodeConverter, MemberCodeConverter
        from accounts.employers.public_words import EmployerIntro
        from accounts.public_text.text_types import register_text_type
        from accounts.security.device_names import forget_session_device
        from accounts.security.sign_in_records import record_sign_in
        from accounts.staff.rights import watch_rights

        register_converter(MemberCodeConverter, "member_code")
        register_converter(ColleagueCodeConverter, "colleague_code")
        register_text_type(EmployerIntro())
        user_logged_in.connect(record_sign_in)
        user_logged_out.connect(forget_session_device)
        watch_rights()
