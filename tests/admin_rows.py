"""Several rows of each model that stands in the admin, beside those of `tests.world`: lists whose rows cost
queries of their own show it, and forms are opened that the world has no row for."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import User
from cities.directory.regions import get_region_by_slug
from cities.models import ExchangeGroup, PlaceDescription, Region, RegionLevel
from jobsite.models import Announcement
from listings.applications.transitions import create_application
from listings.choices import ListingStatus
from listings.models import CategorySetting, HourlyMinimum, ListingSource, Rating
from news.models import AlertSubscription, Hotline, RelatedPin, Source, Tag
from safety.appeals.transitions import create_appeal
from safety.models import CannedReason, Decision, SecondLookShare
from safety.reports.submission import submit_report
from screening.models import BlockedItem, PayNorm, TrainedModel
from sitekit.models import SiteText
from tests.articles import make_article
from tests.conftest import build_listing_publisher
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

ROWS = 3
_LONG_NAME = "湘西土家族苗族自治州吉首市乾州古城文化旅游开发有限公司"


def make_admin_rows(moderator: User) -> None:
    """At least three rows of each, some with names as long as they come."""
    for number in range(ROWS):
        owner = make_person(f"owner{number}")
        shop = make_employer(f"{_LONG_NAME}{number}店", member=owner)
        _make_listing_rows(number, shop, owner, moderator)
        _make_site_rows(number, moderator)
        _make_settings(number)
    sign_in(Client(), make_person("colleague", is_staff=True))  # with a second factor


def _make_listing_rows(number, shop, owner, moderator):
    publish, seeker = build_listing_publisher(shop), make_person(f"helper{number}")
    listing = publish(title=f"周末在古城北门协助游客中心发放地图并引导排队第{number}组")
    application = create_application(listing.pk, seeker, {"name": "小龙", "slots": 0})
    Rating.objects.create(
        application_id=application.pk, by="seeker", author=seeker,
        as_described=True, on_time=True, again=True, reply="谢谢你来，下次再一起做。",
        words="老板很准时，工资当天就结清了，中午还管一顿饭，只是走的路有一点远。" * 2,
    )  # fmt: skip
    submit_report(listing=listing, reason="fake_info", user=seeker)
    held = publish(title=f"被暂停的第{number}条", listing_fields={"status": ListingStatus.HELD})
    create_appeal(held, owner, "没有收过任何人的钱。", [])
    Decision.objects.create(
        kind="listing", number=held.pk, action="restore", moderator=moderator,
        reason="打电话核实过，押金是工服的借条，做满一个月退，已经改成不收。" * 2,
    )  # fmt: skip
    ListingSource.objects.create(
        name=f"湘西人才网兼职频道{number}", note="每周一更新，联系人是网站的编辑。" * 5
    )


def _make_site_rows(number, moderator):
    now, today = timezone.now(), timezone.localdate()
    region = get_region_by_slug(("jishou", "changsha", "guangzhou")[number])
    province = Region.objects.filter(level=RegionLevel.PROVINCE, successor=None).order_by("pk")[
        number
    ]
    for tier in (1, 2):
        HourlyMinimum.objects.create(
            province=province, tier=tier, yuan_per_hour=20, in_force_since=today, is_confirmed=True,
            source_url="https://example.com/", read_on=today,
            source_name=f"{province.name}人民政府关于调整全省最低工资标准的通知（政发〔2026〕12 号）",
        )  # fmt: skip
    PayNorm.objects.create(
        category=("flyers", "waiter", "tutor")[number], unit="hour", label="传单派发",
        count=40, low=12, median=18, high=30,
    )  # fmt: skip
    SecondLookShare.objects.create(percent=number + 1, set_by=moderator)
    TrainedModel.objects.create(
        state=TrainedModel.State.RETIRED, terms={"kinds": {}}, counts={"honest": 40},
        data_from=now - timedelta(days=90), data_to=now,
    )  # fmt: skip
    CannedReason.objects.create(
        kind="listing", action="rejected", code=f"own{number}", label=f"自己写的理由{number}",
        text="没有写清工作地点和时间，请补上再提交：{found}。" * 3,
    )  # fmt: skip
    ExchangeGroup.objects.create(region=region, name=f"{region.short_name}副业交流群", rules="友善")
    Tag.objects.create(name=f"标签{number}")
    source = Source.objects.create(name=f"湖南日报社旗下新湖南客户端湘西频道{number}")
    make_article(
        title=f"警方提醒：以招聘打字员、刷单员为名收取押金的骗局又出现了第{number}起", source=source
    )
    AlertSubscription.objects.create(region=region, email=f"alert{number}@example.com")


def _make_settings(number):
    """None of them is in force: pages stay as they are."""
    now, today = timezone.now(), timezone.localdate()
    region = get_region_by_slug(("jishou", "changsha", "guangzhou")[number])
    first, second = (make_article(title=f"置顶试验第{number}组第{half}篇") for half in (1, 2))
    RelatedPin.objects.create(
        article=first, page=second, place=region, starts_on=today + timedelta(days=9)
    )
    code, _label = CategorySetting._meta.get_field("code").flatchoices[number]
    CategorySetting.objects.create(code=code, label=f"别名{number}", position=number)
    Hotline.objects.create(
        number=f"0743-88667{number}",
        words="州反诈中心值班电话，拿不准就问，夜里也有人接",
        footer_name="州反诈中心",
    )
    PlaceDescription.objects.create(
        region=region,
        words="大学多，周末的传单、会展和餐饮最多；寒暑假物流分拣缺人，夜班多在城西。",
    )
    BlockedItem.objects.create(
        kind="word", shown=f"日入过万包教包会{number}", ends_at=now,
        reason="三条骗人的兼职都用这句话招人，核实过，登记在案，满一个月再看要不要解除。",
    )  # fmt: skip
    Announcement.objects.create(
        text="国庆期间审核员轮班，审核比平时慢，急的兼职请早一点发。", place=region, ends_at=now
    )
    SiteText.objects.create(
        kind="rules", version=f"2099-0{number + 1}", body="正文。",
        summary="写明了转载的兼职怎样处理。", in_force_since=today + timedelta(days=900 + number),
    )  # fmt: skip
