"""What waits at the moderators' desk: texts handed in the real way, an edit, employers to check,
reports and an appeal."""

import zlib

from django.utils import timezone
from stdnum.cn import uscc

from accounts.choices import TextKind
from accounts.models import Employer, EmployerStatus, PublicText, User
from accounts.public_text.submission import submit_public_text
from listings.choices import ListingStatus
from listings.models import Listing, ListingRevision
from listings.publication import submission as posting
from listings.publication.transitions import move_listing
from safety.appeals.transitions import create_appeal
from safety.models import Appeal, Report
from safety.reports.submission import hash_reporter, submit_report
from sitekit.workflow.periods import HOUR
from tools.demo.employer_papers import hand_in_papers
from tools.demo.factories import build_listing_content, make_employer, make_user

AUTHOR = "waiting@example.com"  # acts for the three below
SHOP = "溪州河畔图文店"
STUDIO = "沱江示例活动策划"
AGENCY = "湘西示例劳务服务部"
# (hours ago, employer, title, category, duties, more): some are traps, some only look like one.
_TEXTS: tuple[tuple[int, str, str, str, str, dict], ...] = (
    (
        50, AGENCY, "手机兼职，在家就能做", "app_tasks",
        "按要求给短视频点赞、关注，每单结一次。有意的加薇❤信 lulu-8866，备注兼职，拉你进群领任务。",
        {"mode": "online", "pay_min": 300, "pay_max": 500, "pay_unit": "day"},
    ),
    (
        31, AGENCY, "商场礼仪迎宾", "etiquette_model",
        "商场周年庆迎宾两天。限女生，身高一米六五以上，形象气质佳，服装统一提供。",
        {"pay_min": 200, "pay_max": 240, "pay_unit": "day"},
    ),
    (
        28, STUDIO, "周末扫码推广员", "qr_promo",
        "在步行街请路人扫码下载软件，扫码送礼品，每单另结。做得好的拉进群领更多任务。",
        {"pay_min": 5, "pay_max": 8, "pay_unit": "order", "settlement": "per_piece"},
    ),
    (
        20, SHOP, "文印店小时工", "ops_assistant",
        "帮顾客打印、装订、裁切，晚上六点到九点。第一天有人带，不用自带电脑。",
        {},
    ),
    (
        9, STUDIO, "标书装订帮手", "temp",
        "三天赶一批标书，复印、排页、打孔、装箱。电话联系也行：零七四三五五五零一二三。",
        {"pay_min": 150, "pay_max": 180, "pay_unit": "day"},
    ),
    (
        4, AGENCY, "工厂打包夜班", "sorter",
        "纸箱打包、贴标签、上托盘，晚上八点到早上六点，中间有夜宵和一小时休息。年龄 18 到 35 岁，夫妻优先。",
        {"pay_min": 22, "pay_max": 24, "pay_unit": "hour", "term": "night_shift"},
    ),
    (
        2, SHOP, "古城讲解临时助手", "event_staff",
        "跟着讲解员照看队伍、收发耳机、提醒台阶。不收任何费用，耳机由我们准备。",
        {"pay_min": 120, "pay_max": 120, "pay_unit": "day"},
    ),
)  # fmt: skip
_PACKING = "成品装袋、封口、贴标签，站着做，白班八小时，中间休息一小时，管一顿午饭。"
_INTRO = "在吉首给工厂和商场找短期工，六年了。工资由用工单位按天结。"
_NEXT_INTRO = (
    "在吉首给工厂和商场找短期工，八年了。工资由用工单位按天结。急着找活的加微信 example-777。"
)
_EDIT = "周末也可以来，做满一个月的，加微信 example-555 领一份小礼物。"


def load_moderation_queue(users):
    """Once: what is there already is left alone."""
    author = User.objects.filter(email=AUTHOR).first() or make_user(AUTHOR, name="小覃")
    homes = {
        name: _get_or_create_employer(name, author, users, **fields)
        for name, fields in (
            (SHOP, {"kind": "individual_business", "status": "pending", "checks": "P"}),
            (STUDIO, {"kind": "direct_employer", "status": "pending", "checks": "P"}),
            (AGENCY, {"kind": "hr_agency", "status": "verified", "checks": "LPH"}),
        )
    }
    for ago, name, title, category, duties, further_fields in _TEXTS:
        if not Listing.objects.filter(employer=homes[name], title=title).exists():
            _submit_listing(
                homes[name], author, ago, title, category=category, duties=duties, **further_fields
            )
    _submit_demo_edit(users["employer"])
    _write_intro(homes[AGENCY], author)
    if not Report.objects.exists():
        _create_demo_reports(users["seeker"])
    if not Appeal.objects.exists():
        _create_demo_appeal(homes[AGENCY], author, users["moderator"])


def _create_demo_reports(seeker):
    """Two that say the same of one listing, and one of another; none that holds anything."""
    first_listing, second_listing = (
        Listing.objects.live().exclude(employer=None).order_by("pk")[4:6]
    )
    for words, marks, user in (
        ("写的是一天一百五，到了说先按一百算，干满一周再补。", hash_reporter(seeker), seeker),
        ("路程费也不给，和写的不一样。", hash_reporter(email="visitor@example.com"), None),
    ):
        submit_report(
            listing=first_listing, reason="fake_info", words=words, marks=marks, user=user
        )
    submit_report(
        listing=second_listing,
        reason="asked_fee",
        words="面试时说要先交八十元体检费，没有收据。",
        user=seeker,
        marks=hash_reporter(seeker),
    )


def _create_demo_appeal(agency, author, moderator):
    title = "食品厂包装工"
    content = build_listing_content(title=title, category="sorter", duties=_PACKING)
    content["region_id"] = content.pop("region").pk
    listing = posting.create_listing_with_draft(agency, author)
    posting.submit_text(listing, content, author, signed_no_fee=True)
    listing.refresh_from_db()
    if listing.status == ListingStatus.PUBLISHED:
        reason = "有人反映报到时要交二百元押金，先停下来核实。"
        move_listing(listing.pk, ListingStatus.HELD, moderator, reason)
        create_appeal(listing, author, "没有收过押金，工服和柜子都是免费的，可以打电话问在岗的人。")


def _get_or_create_employer(name, author, users, **fields):
    employer = Employer.objects.filter(name=name).first()
    if employer is None:
        employer = make_employer(name, **fields, verified_days_ago=2, reviewer=users["admin"])
        handed_in = timezone.now() - 26 * HOUR
        Employer.objects.filter(pk=employer.pk).update(
            submitted_at=handed_in,
            contact_name="小覃",
            contact_phone=f"+86138000002{employer.pk % 100:02}",
            phone_proved_at=handed_in - HOUR,
            licence_code=_build_credit_code(name),
        )
        if employer.status == EmployerStatus.PENDING:
            employer.refresh_from_db()
            hand_in_papers(employer)
    employer.memberships.get_or_create(user=author, defaults={"role": "owner"})
    return employer


def _build_credit_code(name):
    """A unified social credit code whose check digit is right and that nobody has."""
    digits = f"91433100MA{zlib.crc32(name.encode()) % 10**7:07}"
    return digits + uscc.calc_check_digit(digits)


def _submit_listing(employer, author, ago, title, **fields):
    content = build_listing_content(title=title, **fields)
    content["region_id"] = content.pop("region").pk
    listing = posting.create_listing_with_draft(employer, author)
    posting.submit_text(listing, content, author, signed_no_fee=True)
    _backdate_listing(listing, ago)


def _submit_demo_edit(author):
    """The newest of the shop that the demo's employer acts for waits with an edit."""
    public = Listing.objects.live().filter(employer__members=author).order_by("pk").first()
    if public is None or public.revisions.filter(duties__endswith=_EDIT).exists():
        return
    newest = public.revisions.latest("pk")
    content = newest.get_content() | {"duties": f"{public.duties}{_EDIT}"}
    posting.submit_text(public, content, author, signed_no_fee=True)


def _write_intro(employer, author):
    """Once: an introduction is public, and the next one waits."""
    if PublicText.objects.filter(kind=TextKind.EMPLOYER_INTRO, subject=employer.pk).exists():
        return
    for intro in (_INTRO, _NEXT_INTRO):
        submit_public_text(TextKind.EMPLOYER_INTRO, employer.pk, {"intro": intro}, author)


def _backdate_listing(listing, ago):
    at = timezone.now() - ago * HOUR
    ListingRevision.objects.filter(listing=listing).update(created_at=at)
    listing.events.update(created_at=at)
