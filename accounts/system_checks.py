from typing import Any

from django.core import checks
from django.db import DatabaseError

from accounts.sign_in.published_logins import list_usable_published_logins
from accounts.sign_in.second_factor import count_unreadable_factors


@checks.register(deploy=True)
def check_published_logins(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """accounts.E001: a demo account, whose password everybody can read, could sign in."""
    try:
        logins = list_usable_published_logins()
    except DatabaseError:  # sitekit.E002 tells of it
        return []
    words = f"演示账号的密码和动态码是公开的，正式网站上不能留：{'、'.join(logins)}。"
    hint = "换一个空的数据库；或者在后台停用这些账号，并删掉它们的两步验证。"
    return [checks.Error(words, hint=hint, id="accounts.E001")] if logins else []


@checks.register(deploy=True)
def check_second_factor_keys(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """accounts.E002: a key is missing, as after a restore: the staff could not come in."""
    try:
        count = count_unreadable_factors()
    except DatabaseError:  # sitekit.E002 tells of it
        return []
    words = f"有 {count} 个两步验证打不开，这些人登录不了。"
    hint = "把旧密钥加回 SECOND_FACTOR_KEYS（或 SECRET_KEY_FALLBACKS），再运行 rotate_keys。"
    return [checks.Error(words, hint=hint, id="accounts.E002")] if count else []
