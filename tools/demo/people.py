"""Who runs the demo site and who can sign in to it."""

import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import timezone

from accounts.models import Employer, User
from sitekit.models import Operator
from sitekit.sealing.sealed_secrets import seal_secret
from tools.demo.accounts import ADMIN, DEMO_ACCOUNTS, STAFF_ACCOUNTS, STAFF_SECRET
from tools.demo.factories import make_user

NAMES = {
    "seeker": "求职者小龙",
    "employer": "清茗店长",
    "moderator": "审核员小田",
    "local": "湘西小石",
    "senior": "组长老向",
    "editor": "编辑小吴",
    "support": "客服小彭",
    "auditor": "审计小周",
    "operator": "运营小梁",
    "admin": "值班管理员",
}
# The demo's employer account acts for this one.
EMPLOYER_NAME = "乾州清茗茶饮店"


def create_demo_operator():
    """Facts that are plainly examples; never over what somebody has filled in."""
    if Operator.objects.exists():
        return
    Operator(
        name="示例信息服务有限公司（演示数据）",
        icp_number="示例ICP备00000000号",
        police_number="示例公网安备00000000000000号",
        hr_licence_number="示例000000号",
        hr_licence_issuer="示例市人力资源和社会保障局",
        hr_licence_until=timezone.localdate() + datetime.timedelta(days=700),
        services="发布兼职信息、公开核验结果、反诈提醒。",
        fees="对求职者不收任何费用。招聘单位发布兼职目前也不收费。",
        supervising_phone="0743-5550101",
        complaints_phone="0743-5550102",
        email="service@example.com",
        address="湖南省湘西州吉首市示例路 1 号",
    ).save()


def create_demo_accounts():
    """{kind: user} of the demo accounts, made where they are missing.

    On a site open to others nobody can sign in as them: no password, no rights, no second factor.
    """
    users_by_kind, guarded = {}, settings.OPEN_TO_OTHERS
    for account in DEMO_ACCOUNTS:
        user = User.objects.filter(email=account.email).first()
        if user is None:
            user = make_user(
                account.email,
                None if guarded else account.password,
                name=NAMES[account.kind],
                is_staff=account in STAFF_ACCOUNTS and not guarded,
                is_superuser=account == ADMIN and not guarded,
            )
        if user.is_staff and not guarded:
            add_second_factor(user)
        users_by_kind[account.kind] = user
    return users_by_kind


def add_second_factor(user):
    secret = {"secret": seal_secret(STAFF_SECRET)}
    kind = Authenticator.Type.TOTP
    Authenticator.objects.get_or_create(user=user, type=kind, defaults={"data": secret})


def add_demo_owner(user):
    for employer in Employer.objects.filter(name=EMPLOYER_NAME):
        employer.memberships.get_or_create(user=user, defaults={"role": "owner"})
