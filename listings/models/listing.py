"""Listings: the approved text that pages show, its revisions and its history."""

from decimal import Decimal
from typing import Any, cast

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Employer, EmployerStatus, HistoryEvent, User
from cities.directory.points import parse_coordinates
from cities.directory.regions import get_region, get_region_site
from cities.models import Region
from listings.choices import (
    DAYS_PER_UNIT,
    HOURS_PER_DAY,
    MAX_STORED_PHOTOS,
    Education,
    Experience,
    JobTerm,
    ListingStatus,
    PayUnit,
    Perk,
    Requirement,
    RevisionStatus,
    SettlementCycle,
    Venue,
    WorkMode,
)
from listings.vocabulary import categories
from listings.vocabulary.age_limits import get_minimum_age
from listings.vocabulary.work_places import (
    WorkPlace,
    WorkPlacesInWords,
    read_further_places,
    strip_coordinates,
)
from listings.vocabulary.work_slots import ALL_SLOTS, ANY_TIME, describe_slots
from screening.fraud_types import get_fraud_type, list_fraud_type_choices


class ListingContent(WorkPlacesInWords, models.Model):
    """All that an author can change; approval copies it from a revision to the listing."""

    title = models.CharField("标题", max_length=60)
    category = models.CharField("类别", max_length=24, choices=categories.CHOICES)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name="地区")
    address = models.CharField("工作地点", max_length=120, blank=True)
    coordinates = models.CharField(
        "坐标", max_length=40, blank=True, default="", db_default="", help_text="经度,纬度"
    )
    further_places = models.TextField(
        "其他工作地点", max_length=800, blank=True, default="", db_default=""
    )
    venue = models.CharField(
        "场所", max_length=10, choices=Venue, default=Venue.ORDINARY, blank=True
    )
    mode = models.CharField("工作方式", max_length=8, choices=WorkMode, default=WorkMode.ON_SITE)
    term = models.CharField("期限", max_length=12, choices=JobTerm, default=JobTerm.SHORT_TERM)
    start_date = models.DateField("开始日期", null=True, blank=True)
    end_date = models.DateField("结束日期", null=True, blank=True)
    slots = models.PositiveIntegerField(
        "时段", default=ANY_TIME, validators=[MaxValueValidator(ALL_SLOTS)]
    )
    work_hours = models.CharField("具体时间", max_length=40, blank=True)
    hours_per_day = models.DecimalField(
        "每天小时数",
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.5")), MaxValueValidator(24)],
    )
    headcount = models.PositiveIntegerField("人数", default=1)
    pay_min = models.DecimalField("最低报酬", max_digits=9, decimal_places=2, null=True, blank=True)
    pay_max = models.DecimalField("最高报酬", max_digits=9, decimal_places=2, null=True, blank=True)
    pay_unit = models.CharField("计酬单位", max_length=8, choices=PayUnit, blank=True)
    settlement = models.CharField("结算", max_length=14, choices=SettlementCycle)
    latest_pay_days = models.PositiveSmallIntegerField("最迟几天内付款", null=True, blank=True)
    duties = models.TextField("做什么", max_length=5000)
    requirements = models.TextField("要求", max_length=3000, blank=True)
    education = models.CharField("学历", max_length=20, choices=Education, default=Education.NONE)
    experience = models.CharField(
        "经验", max_length=10, choices=Experience, blank=True, default="", db_default=""
    )
    perks = ArrayField(
        models.CharField(max_length=12, choices=Perk), default=list, blank=True, verbose_name="福利"
    )
    flags = ArrayField(
        models.CharField(max_length=20, choices=Requirement),
        default=list,
        blank=True,
        verbose_name="条件",
    )
    valid_through = models.DateField("有效到", null=True, blank=True)
    contact_name = models.CharField("联系人", max_length=20, blank=True)
    contact_phone = models.CharField("联系电话", max_length=20, blank=True)
    contact_wechat = models.CharField("微信号", max_length=40, blank=True)
    photos = ArrayField(
        models.PositiveBigIntegerField(),
        default=list,
        blank=True,
        size=MAX_STORED_PHOTOS,
        verbose_name="照片",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    def get_content(self) -> dict[str, Any]:
        """Return the content fields, the region as `region_id`."""
        names = ("region_id" if name == "region" else name for name in CONTENT_FIELDS)
        return {name: getattr(self, name) for name in names}

    def read_text(self, name: str) -> str:
        """Return a text as it is screened and compared: without coordinates and blanks around it."""
        text = getattr(self, name)
        return (strip_coordinates(text) if name == "further_places" else text).strip()

    def copy_content(self, source: "ListingContent") -> None:
        for name, value in source.get_content().items():
            setattr(self, name, value)

    @property
    def pay_words(self) -> str:
        """The amount without its unit: 22, 60–80, or 面议."""
        if self.pay_min is None:
            return "面议"
        low, high = _format_amount(self.pay_min), _format_amount(self.pay_max)
        return low if low == high else f"{low}–{high}"

    @property
    def pay_unit_words(self) -> str:
        return self.get_pay_unit_display() if self.pay_min is not None else ""

    @property
    def hourly_fen(self) -> int | None:
        """The lower bound of the pay in fen an hour, because a filter must not promise more than the listing does;
        None if the unit is no unit of time."""
        if self.pay_min is None:
            return None
        if self.pay_unit == PayUnit.HOUR:
            return int(self.pay_min * 100)
        days = DAYS_PER_UNIT.get(self.pay_unit)
        if days is None:
            return None
        return int(self.pay_min * 100 / (days * (self.hours_per_day or HOURS_PER_DAY)))

    @property
    def slot_words(self) -> str:
        return describe_slots(self.slots)

    @property
    def time_words(self) -> str:
        """Days and parts of days, and the hours where they are known: 周六、周日 下午 14:00–18:00."""
        return f"{self.slot_words} {self.work_hours}".strip()

    @property
    def minimum_age(self) -> int:
        return get_minimum_age(self.venue, self.slots, term=self.term, category=self.category)

    @property
    def kind(self) -> categories.Category:
        return categories.CATEGORIES[self.category]

    @property
    def group(self) -> categories.CategoryGroup:
        return categories.GROUPS[self.kind.group]

    @property
    def work_places(self) -> list[WorkPlace]:
        """Where people work, the main place first; none for online work."""
        if self.mode == WorkMode.ONLINE:
            return []
        main = WorkPlace(self.place, self.address, parse_coordinates(self.coordinates))
        return [main, *read_further_places(self.further_places, self.place)]

    @property
    def place(self) -> Region:
        return cast("Region", get_region(self.region_id))  # None until it is chosen


CONTENT_FIELDS = [field.name for field in ListingContent._meta.local_fields]


def _format_amount(amount: Decimal | None) -> str:
    text = f"{amount:,.2f}"
    return text.rstrip("0").rstrip(".")


class ListingQuerySet(models.QuerySet["Listing"]):
    def live(self) -> "ListingQuerySet":
        """Return what visitors may find: published, valid today, its employer in good standing.

        A repost has no employer. Dates are those of Shanghai.
        """
        today = timezone.localdate()
        good = Q(employer__isnull=True) | Q(
            employer__status=EmployerStatus.VERIFIED, employer__recheck_due__gte=today
        )
        return self.filter(good, status=ListingStatus.PUBLISHED, valid_through__gte=today)


class Listing(ListingContent):
    """One part-time opening. `status` changes only through `listings.publication.transitions`."""

    employer = models.ForeignKey(
        Employer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="listings",
        verbose_name="招聘单位",
    )
    company_text = models.CharField("原文单位名", max_length=80, blank=True)
    source_name = models.CharField("转载来源", max_length=60, blank=True)
    source_id = models.CharField("来源编号", max_length=80, blank=True)
    source_url = models.URLField("来源链接", max_length=300, blank=True)
    status = models.CharField(
        "状态", max_length=14, choices=ListingStatus, default=ListingStatus.DRAFT
    )
    most_applications = models.PositiveIntegerField("最多收几份报名", null=True, blank=True)
    fraud_type = models.CharField(
        "骗局类型", max_length=24, choices=list_fraud_type_choices, blank=True
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    created_at = models.DateTimeField("创建时间", default=timezone.now)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    # Set by each function of `listings.publication.transitions` on the row it returns:
    last_event: "ListingEvent"
    # Annotated by `listings.employer_desk.dashboard`:
    waiting_people: int
    question: str | None
    newest_revision: str | None
    fraud_appeal: str
    # Annotated by `listings.pages.detail_views`:
    has_shifts: bool

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "兼职"
        ordering = ("-published_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(headcount__gte=1),
                name="listing_headcount_at_least_one",
                violation_error_message="人数至少为 1。",
            ),
            models.CheckConstraint(
                condition=(
                    Q(pay_min__isnull=True, pay_max__isnull=True)
                    | Q(pay_min__gt=0, pay_max__isnull=False, pay_max__gte=F("pay_min"))
                    & ~Q(pay_unit="")
                ),
                name="listing_pay_is_a_range_with_unit",
                violation_error_message="报酬要有上下限和单位，或者都不填（面议）。",
            ),
            models.CheckConstraint(
                condition=~Q(status=ListingStatus.PUBLISHED)
                | Q(valid_through__isnull=False, published_at__isnull=False),
                name="listing_published_has_dates",
                violation_error_message="发布的兼职要有有效期。",
            ),
            models.CheckConstraint(
                condition=~Q(status=ListingStatus.PUBLISHED)
                | ~Q(title="")
                & ~Q(category="")
                & ~Q(duties="")
                & ~Q(settlement="")
                # A repost is not asked for requirements.
                & (~Q(requirements="") | ~Q(source_name="")),
                name="listing_published_says_what_it_must",
                violation_error_message="发布的兼职要写明标题、类别、做什么、要求和结算方式。",
            ),
            models.CheckConstraint(
                condition=Q(employer__isnull=False) | ~Q(source_name=""),
                name="listing_has_employer_or_source",
                violation_error_message="要么有招聘单位，要么写明转载来源。",
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True)
                | Q(start_date__isnull=True)
                | Q(end_date__gte=F("start_date")),
                name="listing_ends_after_start",
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                condition=Q(status=ListingStatus.REMOVED_FRAUD) | Q(fraud_type=""),
                name="listing_fraud_type_only_when_removed_for_fraud",
            ),
            models.UniqueConstraint(
                fields=["source_name", "source_id"],
                condition=~Q(source_id=""),
                name="listing_source_id_once",
            ),
        ]
        indexes = [
            models.Index(fields=["employer", "status"], name="listing_by_employer"),
            models.Index(fields=["status", "-created_at"], name="listing_by_status"),
            GinIndex(fields=["photos"], name="listing_photos"),
            models.Index(
                fields=["valid_through"],
                condition=Q(status=ListingStatus.PUBLISHED, employer__isnull=False),
                name="listing_by_last_day",
            ),
        ]

    def get_absolute_url(self) -> str:
        if self.mode == WorkMode.ONLINE:
            return reverse("listings:detail", args=[self.pk])
        return reverse("listings:detail", args=[self.site, self.pk])

    @property
    def site(self) -> Region | None:
        """The place whose slug is in the address; None for an online listing."""
        if self.mode == WorkMode.ONLINE:
            return None
        return get_region_site(self.place)

    @property
    def fraud_name(self) -> str:
        """The kind of fraud it was removed for, "" if it has no name of its own."""
        return get_fraud_type(self.fraud_type).known_name if self.fraud_type else ""

    @property
    def is_past_last_day(self) -> bool:
        """Also true without a last day: such a listing is not public."""
        return self.valid_through is None or self.valid_through < timezone.localdate()

    @property
    def is_repost(self) -> bool:
        return self.employer_id is None

    @property
    def has_contact(self) -> bool:
        return bool(self.contact_phone or self.contact_wechat)

    @property
    def who(self) -> str:
        return self.employer.public_name if self.employer else self.company_text or "原文未写单位"


class ListingRevision(ListingContent):
    """A text as it was submitted; kept at least three years."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="revisions")
    status = models.CharField(
        "状态", max_length=12, choices=RevisionStatus, default=RevisionStatus.WAITING
    )
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="作者")
    created_at = models.DateTimeField("提交时间", default=timezone.now)
    no_fee_signed_at = models.DateTimeField("不收费承诺", null=True, blank=True)
    first_approver = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="第一位通过的人",
        help_text="of a text of a high-risk category, which two people approve",
    )

    class Meta:
        verbose_name = verbose_name_plural = "修订"
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=["listing", "status"], name="revision_by_listing")]
        constraints = [
            models.UniqueConstraint(
                fields=["listing"],
                condition=Q(status=RevisionStatus.WAITING),
                name="revision_one_waiting",
            )
        ]


class ListingEvent(HistoryEvent):
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="events")
    revision = models.ForeignKey(
        ListingRevision,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="the text that was approved or refused with it",
    )
    before = models.CharField("之前", max_length=14, blank=True)
    after = models.CharField("之后", max_length=14)

    class Meta(HistoryEvent.Meta):
        verbose_name = verbose_name_plural = "兼职事件"
