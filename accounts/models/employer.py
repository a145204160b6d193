"""Employers, their members, papers, checks and events."""

import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.dispatch import Signal
from django.utils import timezone

from accounts.choices import CheckKind, EmployerKind, EmployerStatus, PaperSide
from accounts.models.user import HistoryEvent, User
from cities.models import Region
from sitekit.forms.phone_numbers import format_contact
from sitekit.sealing.sealed_fields import (
    SealedCharField,
    SealedEmailField,
    SealedJSONField,
    build_contact_index,
)
from sitekit.sealing.unique_contacts import ContactQuerySet, UniqueContact

# A verified employer is checked again at most six months later.
RECHECK_AFTER = datetime.timedelta(days=180)


class Employer(models.Model):
    """The employer that offers the work. Its checks say what was verified, and when."""

    name = models.CharField("名称", max_length=60)
    checked_name = models.CharField(
        "核对过的名称", max_length=60, blank=True, help_text="公开页上写的；上一次通过认证时的名称"
    )
    kind = models.CharField("类型", max_length=20, choices=EmployerKind)
    status = models.CharField(
        "状态", max_length=12, choices=EmployerStatus, default=EmployerStatus.UNVERIFIED
    )
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="所在地区")
    intro = models.TextField("介绍", max_length=500, blank=True)
    licence_code = models.CharField(
        "统一社会信用代码", max_length=18, blank=True, help_text="18 位，校验码对得上"
    )
    contact_name = SealedCharField("联系人", max_length=20, blank=True)
    contact_phone = SealedCharField("联系手机", max_length=16, blank=True)
    phone_proved_at = models.DateTimeField("手机验证时间", null=True, blank=True)
    submitted_at = models.DateTimeField("提交审核时间", null=True, blank=True)
    recheck_due = models.DateField("复核到期日", null=True, blank=True)
    created_at = models.DateTimeField("登记时间", default=timezone.now)
    # Hashes of the phones of owners who closed their accounts while it was banned: it is known again by them.
    former_owner_phones = ArrayField(
        models.CharField(max_length=32), default=list, db_default=[], editable=False
    )
    members = models.ManyToManyField(User, through="EmployerMember", related_name="employers")
    # The role and the other employers of the user of the request; set by `accounts.employers.membership`.
    role: str
    other_desks: list["Employer"]

    class Meta:
        verbose_name = verbose_name_plural = "招聘单位"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status=EmployerStatus.VERIFIED)
                | models.Q(recheck_due__isnull=False),
                name="employer_verified_has_recheck",
                violation_error_message="已认证的单位要有复核到期日。",
            ),
            models.UniqueConstraint(
                fields=["licence_code"],
                condition=~models.Q(licence_code=""),
                name="employer_licence_once",
                violation_error_message="这个统一社会信用代码已经登记过了。",
            ),
        ]
        indexes = [build_contact_index("contact_phone", "employer_by_phone")]

    def __str__(self) -> str:
        return self.name

    @property
    def public_name(self) -> str:
        """The name that seekers read: the checked name, until another name is checked."""
        return self.checked_name or self.name

    @property
    def is_in_good_standing(self) -> bool:
        """Whether it is verified and its re-check is not overdue; else its listings are hidden."""
        return (
            self.status == EmployerStatus.VERIFIED
            and self.recheck_due is not None
            and self.recheck_due >= timezone.localdate()
        )


class EmployerMember(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner", "负责人"
        RECRUITER = "recruiter", "招聘员"

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="用户")
    role = models.CharField("角色", max_length=10, choices=Role, default=Role.RECRUITER)
    # When another owner made them one; None of who registered it, and of whom the staff made an owner.
    owner_since = models.DateTimeField(null=True, blank=True, editable=False)
    # Set by the page of the members.
    fixed_words: str
    may_be_removed: bool

    class Meta:
        verbose_name = verbose_name_plural = "单位成员"
        constraints = [
            models.UniqueConstraint(fields=["employer", "user"], name="employer_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class EmployerInvitation(models.Model):
    """The invitation of a new member; the link in the message has the id of this row. `email` is a mailbox, or a phone
    of somebody who has none: the name is part of what the column is sealed with."""

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="invitations")
    email = SealedEmailField("邮箱或手机号")
    role = models.CharField("角色", max_length=10, choices=EmployerMember.Role)
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField("邀请时间", default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted = models.BooleanField(default=False)
    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "成员邀请"
        base_manager_name = "objects"
        constraints = [
            UniqueContact(
                fields=["email", "employer"],
                condition=models.Q(answered_at=None),
                name="employer_invitation_open_once",
            )
        ]

    @property
    def shown_contact(self) -> str:
        return format_contact(self.email)


class EmployerDocument(models.Model):
    """A paper of an employer, stored outside the public files; see `accounts.verification.papers`."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="documents")
    kind = models.CharField("项目", max_length=16, choices=CheckKind)
    side = models.CharField(
        "哪一面", max_length=5, choices=PaperSide, blank=True, default="", db_default=""
    )
    file = models.CharField(max_length=80, help_text="name inside the private folder")
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField("大小")
    digest = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间", default=timezone.now)
    purged_at = models.DateTimeField("删除时间", null=True, blank=True)
    read_code = models.CharField("读出的代码", max_length=18, blank=True)
    read_at = models.DateTimeField("读图时间", null=True, blank=True)
    # When the moderator who asks looked at it; set by `safety.paper_checks`.
    seen_at: datetime.datetime | None
    # Whether the owner who asks has opened it; set by `accounts.verification.checklist`.
    is_open: bool

    class Meta:
        verbose_name = verbose_name_plural = "证明材料"
        ordering = ("kind", "-uploaded_at")
        indexes = [
            models.Index(
                fields=("id",),
                name="licence_to_read",
                condition=models.Q(kind=CheckKind.LICENCE, read_at=None, purged_at=None),
            ),
            models.Index(
                fields=("read_code",), name="paper_by_code", condition=~models.Q(read_code="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {timezone.localdate(self.uploaded_at)}"


class PaperLook(models.Model):
    """Somebody looked at a page of a paper; looks within a few minutes are one row."""

    document = models.ForeignKey(EmployerDocument, models.PROTECT, related_name="looks")
    viewer = models.ForeignKey(
        User, models.PROTECT, related_name="paper_looks", verbose_name="谁看的"
    )
    page = models.PositiveSmallIntegerField("第几页", default=1)
    times = models.PositiveSmallIntegerField("次数", default=1)
    began_at = models.DateTimeField("时间", default=timezone.now)
    last_at = models.DateTimeField("最后一次", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "看材料的记录"
        ordering = ("-last_at", "-pk")


class EmployerCheck(models.Model):
    """One thing that was checked: when, how and by whom; valid until it expires, or until what it
    proved changes (`accounts.employers.check_endings`)."""

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="checks")
    kind = models.CharField("项目", max_length=16, choices=CheckKind)
    method = models.CharField("怎么查的", max_length=80)
    checked_on = models.DateField("日期", default=timezone.localdate)
    expires_on = models.DateField("有效至", null=True, blank=True)
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="经办人")
    ended_on = models.DateField("作废日期", null=True, blank=True)
    ended_because = models.CharField("作废原因", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "核验记录"
        ordering = ("kind", "-checked_on")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.checked_on}"

    @property
    def is_in_time(self) -> bool:
        return self.expires_on is None or self.expires_on >= timezone.localdate()

    @property
    def is_valid(self) -> bool:
        return self.is_in_time and self.ended_on is None


# Sent with the `employer` in the transaction in which its checks or its public facts changed.
employer_facts_changed = Signal()


class EmployerEvent(HistoryEvent):
    employer = models.ForeignKey(Employer, models.PROTECT, related_name="events")
    # What a check proves, contacts among it, besides the words that others read.
    changes = SealedJSONField(
        "改了什么", default=dict, blank=True, help_text="name of the column: [value before, after]"
    )

    class Meta(HistoryEvent.Meta):
        verbose_name = verbose_name_plural = "单位事件"
