from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from sitekit.messages.channels import create_channels
from sitekit.models import Operator
from sitekit.sealing.resealing import list_unreadable_columns
from sitekit.web.absolute_urls import get_site_domain

LOCAL = ("localhost", "127.0.0.1", "::1")

# The fields that must be filled in by law (docs); the others are optional.
REQUIRED_FACTS = (
    "name icp_number police_number hr_licence_number hr_licence_issuer hr_licence_until "
    "services fees supervising_phone complaints_phone"
).split()


@checks.register(deploy=True)
def check_operator_facts(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """sitekit.W001: a fact the operator must show is empty."""
    try:
        operator = Operator.current()
    except DatabaseError:
        return [checks.Warning("运营者信息无法读取：数据库还没有建好。", id="sitekit.W002")]
    labels = {field.name: str(field.verbose_name) for field in Operator._meta.fields}
    empty = [labels[name] for name in REQUIRED_FACTS if not getattr(operator, name)]
    words, hint = f"运营者信息还缺：{'、'.join(empty)}。", "在后台「运营者信息」填写。"
    return [checks.Warning(words, hint=hint, id="sitekit.W001")] if empty else []


@checks.register(deploy=True)
def check_visitor_networks(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """sitekit.W006: behind a proxy all visitors would be one network."""
    if settings.BEHIND_PROXY:
        return []
    words = (
        "BEHIND_PROXY 没有打开：如果前面有代理，或者走 unix 套接字，所有访客会共用一份次数限制。"
    )
    hint = "有代理就设 BEHIND_PROXY=1；访客直接连到这个程序的，不用管。"
    return [checks.Warning(words, hint=hint, id="sitekit.W006")]


@checks.register(deploy=True)
def check_sealing_keys(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """sitekit.W007: sealing hangs on SECRET_KEY. sitekit.E001: a key is missing."""
    messages: list[checks.CheckMessage] = []
    for name in ("CONTACT_SEAL_KEYS", "SECOND_FACTOR_KEYS"):
        if not getattr(settings, name):
            words = f"没有设 {name}：封存用的密钥跟着 SECRET_KEY 走，换了它就打不开。"
            messages.append(checks.Warning(words, id="sitekit.W007"))
    try:
        columns = list_unreadable_columns()
    except DatabaseError:  # sitekit.W002 tells of it
        return messages
    if columns:
        names = "、".join(field.get_column_name() for field in columns)
        words = f"有的联系方式打不开：{names}。"
        hint = "把旧密钥加回 CONTACT_SEAL_KEYS（或 SECRET_KEY_FALLBACKS），再运行 rotate_keys。"
        messages.append(checks.Error(words, hint=hint, id="sitekit.E001"))
    return messages


@checks.register(deploy=True)
def check_mail_settings(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """sitekit.W003 to W005, W008: the links in mails lead to this machine; mails or text messages are
    not sent anywhere."""
    warnings: list[checks.CheckMessage] = []
    if get_site_domain() in LOCAL:
        words = "邮件里的链接打不开：SITE_URL 要写网站对外的地址，如 https://example.com。"
        warnings.append(checks.Warning(words, id="sitekit.W003"))
    for channel in create_channels():
        warnings += channel.check_settings()
    return warnings
