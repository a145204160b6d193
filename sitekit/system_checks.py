from django.core import checks
from django.db import DatabaseError

from sitekit.messages.channels import create_channels
from sitekit.models import Operator
from sitekit.web.absolute_urls import get_site_domain

LOCAL = ("localhost", "127.0.0.1", "::1")

# The facts that RULES wants shown; the other fields are conveniences.
DUTY = (
    "name icp_number police_number hr_licence_number hr_licence_issuer hr_licence_until "
    "services fees supervising_phone complaints_phone"
).split()


@checks.register(deploy=True)
def operator_facts(app_configs, **kwargs):
    """sitekit.W001: a fact the operator must show is empty."""
    try:
        operator = Operator.current()
    except DatabaseError:
        return [checks.Warning("运营者信息无法读取：数据库还没有建好。", id="sitekit.W002")]
    empty = [Operator._meta.get_field(f).verbose_name for f in DUTY if not getattr(operator, f)]
    if not empty:
        return []
    return [
        checks.Warning(
            f"运营者信息还缺：{'、'.join(empty)}。",
            hint="在后台「运营者信息」填写。",
            id="sitekit.W001",
        )
    ]


@checks.register(deploy=True)
def check_mail_settings(app_configs, **kwargs):
    """sitekit.W003 to W005: mails lead to this machine only; mails, text messages never leave it."""
    found: list[checks.CheckMessage] = []
    if get_site_domain() in LOCAL:
        words = "邮件里的链接打不开：SITE_URL 要写网站对外的地址，如 https://example.com。"
        found.append(checks.Warning(words, id="sitekit.W003"))
    for channel in create_channels():
        found += channel.check_settings()
    return found
