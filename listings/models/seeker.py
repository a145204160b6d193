"""What seekers do: see a contact, save a listing, apply, rate, subscribe to a search."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Employer, User
from cities.models import Region
from listings.choices import ApplicationStatus, Education, Frequency
from listings.models.listing import Listing
from listings.vocabulary import work_slots
from sitekit.sealing.sealed_fields import (
    SealedCharField,
    SealedEmailField,
    SealedJSONField,
    build_contact_index,
)
from sitekit.sealing.unique_contacts import ContactQuerySet, UniqueContact


class SeekerProfile(models.Model):
    """The short profile a seeker applies with; handed to an employer only with consent."""

    user = models.OneToOneField(User, models.CASCADE, related_name="profile")
    name = models.CharField("称呼", max_length=20)
    phone = SealedCharField("联系手机", max_length=16, blank=True)
    wechat = SealedCharField("微信号", max_length=40, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="在哪里"
    )
    birth_year = models.PositiveSmallIntegerField("出生年份", null=True, blank=True)
    education = models.CharField("学历", max_length=20, choices=Education, default=Education.NONE)
    about = models.CharField("介绍自己", max_length=300, blank=True)
    slots = models.PositiveIntegerField("有空的时段", default=work_slots.ANY_TIME)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "求职资料"
        indexes = [
            build_contact_index("phone", "seeker_by_phone"),
            build_contact_index("wechat", "seeker_by_wechat"),
        ]


class Application(models.Model):
    """A seeker's application. `profile` is what was handed over, as it was then."""

    # The indexes below begin with each of them.
    listing = models.ForeignKey(
        Listing, models.PROTECT, related_name="applications", db_index=False
    )
    seeker = models.ForeignKey(User, models.PROTECT, related_name="applications", db_index=False)
    status = models.CharField(
        "状态", max_length=10, choices=ApplicationStatus, default=ApplicationStatus.APPLIED
    )
    profile = SealedJSONField(default=dict, help_text="name, phone, wechat, about, slots …")
    message = models.CharField("想说的话", max_length=300, blank=True)
    applied_at = models.DateTimeField("报名时间", default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    has_rated: bool  # set by the pages of its seeker
    # Set by `listings.applications.application_rows` for templates:
    colour: str
    next: str
    shown_status: str
    is_unsafe: bool
    listing_words: str
    # Further ones on the pages of its employer:
    is_closed: bool
    is_shut: bool
    name: str
    phone: str
    shown_phone: str
    wechat: str
    facts: list[str]
    match: str
    match_colour: str
    may_rate: bool
    is_before_first_day: bool
    decided_by: str
    note_words: str
    note_author: str
    fit_share: float  # how much of the hours fits, for sorting
    shift: object  # a `Shift` or None
    seeker_ratings: object  # a `RatingSummary` or None

    class Meta:
        verbose_name = verbose_name_plural = "报名"
        ordering = ("-applied_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["listing", "seeker"], name="application_once")
        ]
        indexes = [
            models.Index(fields=["listing", "status"], name="application_by_listing"),
            models.Index(fields=["seeker", "-id"], name="application_by_seeker"),
        ]


class ApplicationEvent(models.Model):
    application = models.ForeignKey(Application, models.PROTECT, related_name="events")
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="谁")
    reason = models.CharField("原因", max_length=200, blank=True)
    before = models.CharField("之前", max_length=10, blank=True)
    after = models.CharField("之后", max_length=10)
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "报名事件"
        ordering = ("-created_at", "-pk")


class ApplicationNote(models.Model):
    """What the members of the employer note down about a sign-up; the seeker reads it in an export of their data."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="note")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="谁写的")
    words = SealedCharField("备注", max_length=300)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "报名备注"


class SavedListing(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="saved")
    listing = models.ForeignKey(Listing, models.CASCADE, related_name="savers")
    created_at = models.DateTimeField(default=timezone.now)

    # Set for the list of saved listings:
    title: str
    words: str
    is_live: bool
    is_linked: bool

    class Meta:
        verbose_name = verbose_name_plural = "收藏"
        ordering = ("-created_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["user", "listing"], name="saved_once")]


class BlockedEmployer(models.Model):
    """An employer whose listings somebody does not want to see. Known to that person alone."""

    # The constraint below begins with it.
    user = models.ForeignKey(User, models.CASCADE, related_name="blocked_employers", db_index=False)
    employer = models.ForeignKey(Employer, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "不看的单位"
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["user", "employer"], name="employer_blocked_once")
        ]


class ContactReveal(models.Model):
    """Who saw which contact and when, so that they can be warned; kept for two years."""

    listing = models.ForeignKey(Listing, models.PROTECT, related_name="reveals")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="reveals")
    email = SealedEmailField(blank=True)
    phone = SealedCharField(max_length=16, blank=True, help_text="E.164")
    revision = models.PositiveBigIntegerField(null=True, help_text="the text that was public then")
    said_grown = models.BooleanField("确认年满 18 周岁", default=False)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "联系方式查看"
        ordering = ("-created_at", "-pk")
        indexes = [
            build_contact_index("phone", "reveal_by_phone"),
            build_contact_index("email", "reveal_by_email"),
        ]


class Rating(models.Model):
    """A rating of one side by the other after the work; the rated side may reply once.

    Both are shown once both are written, or two weeks after the first.
    """

    class By(models.TextChoices):
        SEEKER = "seeker", "求职者"
        EMPLOYER = "employer", "招聘单位"

    application = models.ForeignKey(Application, models.PROTECT, related_name="ratings")
    by = models.CharField("谁写的", max_length=8, choices=By)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    as_described = models.BooleanField("和写的一样")
    on_time = models.BooleanField("按时")
    again = models.BooleanField("愿意再来")
    words = models.CharField("说几句", max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    reply = models.CharField("回应", max_length=300, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField("隐藏时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "互评"
        constraints = [
            models.UniqueConstraint(fields=["application", "by"], name="rating_once_a_side")
        ]

    def __str__(self) -> str:
        return f"{self.get_by_display()}的评价"


class SavedSearch(models.Model):
    """A search whose new listings are sent: by mail without an account, to a member by inbox and text message too.

    One without a mail address is its user's, and never lapses.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="searches")
    email = SealedEmailField("邮箱")
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地区"
    )
    query = models.CharField("条件", max_length=500, blank=True, help_text="of the list's address")
    title = models.CharField("标题", max_length=120)
    frequency = models.CharField(
        "多久一次", max_length=8, choices=Frequency, default=Frequency.DAILY
    )
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    lapses_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True, help_text="up to when it was searched")

    objects = ContactQuerySet.as_manager()
    # Set for the list of one's own searches:
    address: str
    channels: str  # by what it comes, set by the page that lists them
    other: Frequency
    is_near_lapse: bool

    class Meta:
        verbose_name = verbose_name_plural = "岗位订阅"
        base_manager_name = "objects"
        constraints = [
            UniqueContact(
                fields=["email", "region", "query"],
                condition=Q(ended_at=None) & ~Q(email=""),
                nulls_distinct=False,
                name="saved_search_open_once",
            ),
            models.UniqueConstraint(
                fields=["user", "region", "query"],
                condition=Q(ended_at=None, email="", user__isnull=False),
                nulls_distinct=False,
                name="saved_search_of_user_open_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["frequency", "looked_at"],
                condition=Q(ended_at=None, confirmed_at__isnull=False),
                name="saved_search_running",
            )
        ]


class SavedSearchHit(models.Model):
    """A listing that was sent for a search, and is not sent for it again."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="hits")
    listing = models.ForeignKey(Listing, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "listing"], name="hit_once")]
