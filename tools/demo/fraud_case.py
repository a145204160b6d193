"""A removal for fraud of some days ago, decided at the desk: the employer frozen with it, its other listing
held, and who signed up told."""

from django.utils import timezone

from accounts.models import Employer, User
from listings.applications.transitions import create_application
from listings.choices import ListingStatus
from safety.choices import CaseKind
from safety.moderation.decisions import make_decision
from sitekit.workflow.periods import DAY
from tools.demo.factories import make_employer, make_listing, make_user

EMPLOYER = "万溶江示例网络工作室"
OWNER = "frozen@example.com"
_REASON = "报名的人被拉进群，先让自己付钱买东西，说好返钱，没有返。"
_FRAUD = {
    "title": "居家客服，时间自由",
    "category": "customer_service",
    "duties": "在家替网店回复买家的问题，每天四小时，早晚班自己选，当天结。",
    "contact_phone": "0743-55588123",
    "contact_wechat": "example-88123",
}
_OTHER = {
    "title": "直播间场控助理",
    "category": "live_stream",
    "duties": "直播的时候上商品、读弹幕、记订单，每场三小时，一周三场，场次提前一天通知。",
    "contact_phone": "0743-55588123",
}


def load_fraud_case(users):
    """Once: what is there already is left alone."""
    if Employer.objects.filter(name=EMPLOYER).exists():
        return
    owner = User.objects.filter(email=OWNER).first() or make_user(OWNER, name="小麻")
    employer = make_employer(
        EMPLOYER, member=owner, reviewer=users["admin"], intro="做网店客服和直播，长期招人。"
    )
    begun = timezone.now() - 6 * DAY
    fraud, second = (
        make_listing(employer=employer, region="jishou", published_at=begun, **fields)
        for fields in (_FRAUD, _OTHER)
    )
    profile = {"name": "小龙", "phone": "+8613800000012", "slots": 0}
    for listing in (fraud, second):
        create_application(listing.pk, users["seeker"], profile)
    make_decision(
        CaseKind.LISTING,
        fraud.pk,
        ListingStatus.REMOVED_FRAUD,
        users["moderator"],
        _REASON,
        fraud_type="brushing_rebate",
        confirmed=True,
    )
