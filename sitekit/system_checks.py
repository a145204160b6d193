from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http.request import validate_host

from sitekit.messages.channels import create_channels
from sitekit.models import Operator
from sitekit.sealing.resealing import list_unreadable_columns
from sitekit.share_pictures.fonts import has_font
from sitekit.web.absolute_urls import get_site_domain

LOCAL = ("localhost", "127.0.0.1", "::1")

# The fields that must be filled in by law (docs); the others are optional.
REQUIRED_FACTS = (
    "name icp_number police_number hr_licence_number hr_licence_issuer hr_licence_until "
    "services fees supervising_phone complaints_phone"
).split()


@checks.register(deploy=True)
def check_operator_facts(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """sitekit.W001: a fact the operator must show is empty. sitekit.E002: the database cannot be read."""
    try:
        operator = Operator.current()
    except DatabaseError:
        return [checks.Error("运营者信息无法读取：数据库还没有建好。", id="sitekit.E002")]
    labels = {field.name: str(field.verbose_name) for field in Operator._meta.fields}
    empty = [labels[name] for name in REQUIRED_FACTS if not getattr(operator, name)]
    words, hint = f"运营者信息还缺：{'、'.join(empty)}。", "在后台「运营者信息」填写。"
    return [checks.Warning(words, hint=hint, id="sitekit.W001")] if empty else []


@checks.register(deploy=True)
def check_chinese_font(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """sitekit.W010: pictures for chats and posters cannot be drawn."""
    if has_font():
        return []
    words, hint = (
        "没有中文字体，分享图和手机海报画不出来。",
        "apt install fonts-noto-cjk，再重启网站。",
    )
    return [checks.Warning(words, hint=hint, id="sitekit.W010")]


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
    """sitekit.E007: sealing hangs on SECRET_KEY. sitekit.E001: a key is missing."""
    messages: list[checks.CheckMessage] = []
    for name in ("CONTACT_SEAL_KEYS", "SECOND_FACTOR_KEYS"):
        if not getattr(settings, name):
            words = f"没有设 {name}：封存用的密钥跟着 SECRET_KEY 走，换了它就打不开。"
            messages.append(checks.Error(words, id="sitekit.E007"))
    try:
        columns = list_unreadable_columns()
    except DatabaseError:  # sitekit.E002 tells of it
        return messages
    if columns:
        names = "、".join(field.get_column_name() for field in columns)
        words = f"有的联系方式打不开：{names}。"
        hint = "把旧密钥加回 CONTACT_SEAL_KEYS（或 SECRET_KEY_FALLBACKS），再运行 rotate_keys。"
        messages.append(checks.Error(words, hint=hint, id="sitekit.E001"))
    return messages


@checks.register(deploy=True)
def check_mail_settings(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """sitekit.E003 and E013: the links in mails lead to this machine, or to a host that is not answered. sitekit.E004
    and E005: mails or text messages are not sent anywhere. sitekit.W008 and W011: text messages lack a template."""
    messages: list[checks.CheckMessage] = []
    if get_site_domain() in LOCAL:
        words = "邮件里的链接打不开：SITE_URL 要写网站对外的地址，如 https://example.com。"
        messages.append(checks.Error(words, id="sitekit.E003"))
    host = get_site_domain()
    if not validate_host(host, settings.ALLOWED_HOSTS):
        words = f"邮件里的链接打不开：SITE_URL 的 {host} 不在 ALLOWED_HOSTS 里，打开只会看到出错。"
        hint = "把它加进 ALLOWED_HOSTS，或者改 SITE_URL。"
        messages.append(checks.Error(words, hint=hint, id="sitekit.E013"))
    for channel in create_channels():
        messages += channel.check_settings()
    return messages


@checks.register(deploy=True)
def check_exposure(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    """sitekit.E006, E008, E009, E012: what people send, or what the site holds, is open to others."""
    folder = settings.PRIVATE_ROOT
    switches = (
        ("E006", settings.DEBUG, "DEBUG 开着：出错的页面会把代码和设置给访客看。", "去掉 DEBUG。"),
        ("E008", settings.TRIAL, "TRIAL 开着：缺密钥、邮件只写进文件也会启动。", "去掉 TRIAL。"),
        ("E009", not settings.HTTPS, "HTTPS 关着：密码和登录信息会明文传送。", "去掉 HTTPS=0。"),
        (
            *("E012", is_open_to_everybody(folder)),
            *("这台机器上谁都能看放证照的文件夹 PRIVATE_ROOT。", f"运行 chmod 700 {folder}"),
        ),
    )
    return [
        checks.Error(words, hint=hint, id=f"sitekit.{code}")
        for code, is_wrong, words, hint in switches
        if is_wrong
    ]


def is_open_to_everybody(folder: str | Path) -> bool:
    """Whether every user of this machine gets into it; False if it does not exist yet."""
    try:
        return bool(Path(folder).stat().st_mode & 0o007)
    except OSError:
        return False


@checks.register(checks.Tags.database)
def check_replaced_migrations(
    databases: Iterable[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """sitekit.E010: of the migrations that another one replaces some were applied and some were not: Django would
    take the app for one without tables."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    messages: list[checks.CheckMessage] = []
    for alias in databases or ():
        applied = set(MigrationRecorder(connections[alias]).applied_migrations())
        apps = [
            key[0]
            for key, migration in (loader.disk_migrations or {}).items()
            if 0 < len(applied.intersection(migration.replaces)) < len(set(migration.replaces))
        ]
        if apps:
            words = f"这个数据库停在合并之前的迁移中间：{'、'.join(apps)}。"
            hint = "只有演示数据的，删掉 var/ 再来；数据要留的，先用提交 90c8a1c4 的代码 migrate，再换回这里的代码。"
            messages.append(checks.Error(words, hint=hint, id="sitekit.E010"))
    return messages
