"""Users, their consents, one-time codes and notices."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils import timezone

from accounts.choices import ConsentKind, NoticeKind
from sitekit.forms.fields import mask_email
from sitekit.forms.phone_numbers import mask_phone
from sitekit.messages.quiet_hours import QUIET_FROM, QUIET_UNTIL
from sitekit.sealing.sealed_fields import SealedCharField, SealedEmailField
from sitekit.sealing.sealed_text import UnreadableText
from sitekit.sealing.unique_contacts import ContactQuerySet, UniqueContact


class UserQuerySet(ContactQuerySet):
    def select_for_update(
        self,
        nowait: bool = False,
        skip_locked: bool = False,
        of: Sequence[str] = (),
        no_key: bool = True,
    ) -> Self:
        """Lock without the key. Whoever has locked a listing or an employer writes rows that name accounts, such as
        notices; a lock of the key would keep them waiting, and closing an account waits for listings."""
        return super().select_for_update(nowait, skip_locked, of, no_key)


class UserManager(BaseUserManager["User"]):
    _queryset_class = UserQuerySet

    def create_user(
        self,
        email: str | None = None,
        password: str | None = None,
        phone: str | None = None,
        **fields: Any,
    ) -> "User":
        user = self.model(
            email=self.normalize_email(email).lower() if email else None,
            phone=phone or None,
            **fields,
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return who logs in by a mail address or phone number; a mainland number needs no +86."""
        login = (username or "").strip()
        if "@" in login:
            return self.get(email=login.lower())
        is_mainland = len(login) == 11 and login.isdigit()
        return self.get(phone=f"+86{login}" if is_mainland else login)

    def create_superuser(
        self, email: str | None, password: str | None = None, **fields: Any
    ) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


# Sent with the user, who has another mailbox, and `former_email`, in the transaction that changes it: apps above
# keep addresses of members.
mailbox_changed = Signal()

# Columns that give rights by themselves.
RIGHT_FLAGS = ("is_staff", "is_superuser")


class User(AbstractBaseUser, PermissionsMixin):
    """A person with a mail address, a phone number, or both. There is no user name."""

    email = SealedEmailField("邮箱", null=True, blank=True)
    phone = SealedCharField(
        "手机号",
        max_length=16,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^\+[1-9]\d{6,14}$", "请填国际格式，如 +8613800000000。")],
    )
    phone_proved_at = models.DateTimeField("手机验证时间", null=True, blank=True)
    name = models.CharField("称呼", max_length=40, blank=True)
    wants_mail = models.BooleanField(
        "站内信也发邮件",
        default=True,
        help_text="whether notices leave the inbox, where `notice_choices` says nothing of their kind",
    )
    notice_choices = models.JSONField(
        "通知方式",
        default=dict,
        blank=True,
        db_default={},
        help_text="kind: {channel: wanted}; see accounts.inbox.preferences",
    )
    quiet_from = models.PositiveSmallIntegerField(
        "几点起不打扰", default=QUIET_FROM, db_default=QUIET_FROM
    )
    quiet_until = models.PositiveSmallIntegerField(
        "到几点", default=QUIET_UNTIL, db_default=QUIET_UNTIL
    )
    is_staff = models.BooleanField("可进后台", default=False)
    is_active = models.BooleanField("有效", default=True)
    date_joined = models.DateTimeField("注册时间", default=timezone.now)
    closed_at = models.DateTimeField("注销时间", null=True, blank=True)

    stored_flags: dict[str, bool] = {}  # `RIGHT_FLAGS` as they were read; see accounts.staff.rights

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email__isnull=False)
                | models.Q(phone__isnull=False)
                | models.Q(closed_at__isnull=False),
                name="user_has_email_or_phone",
                violation_error_message="邮箱和手机号至少填一个。",
            ),
            UniqueContact(
                fields=["email"],
                name="user_email_once",
                violation_error_code="unique",
                violation_error_message="这个邮箱已经注册过了。",
            ),
            UniqueContact(
                fields=["phone"],
                name="user_phone_once",
                violation_error_code="unique",
                violation_error_message="这个手机号已经注册过了。",
            ),
        ]

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **options: Any
    ) -> "User":
        user = super().from_db(db, field_names, values, **options)
        user.keep_stored_flags()
        return user

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self.keep_stored_flags()

    def keep_stored_flags(self) -> None:
        loaded = self.__dict__
        self.stored_flags = {name: loaded[name] for name in RIGHT_FLAGS if name in loaded}

    @cached_property
    def employer_numbers(self) -> tuple[int, ...]:
        """The ids of the employers that the user is a member of; read once for each request."""
        rows = self.memberships.order_by("employer_id")
        return tuple(rows.values_list("employer_id", flat=True))

    def __str__(self) -> str:
        """Return the name, else a masked contact: the log of the admin stores it, and colleagues and staff see it."""
        return self.name or mask_email(self.email) or mask_phone(self.phone)

    def get_short_name(self) -> str:
        """Shown at the head of each page of the admin."""
        return str(self)

    def clean(self) -> None:
        super().clean()
        if not isinstance(self.email, UnreadableText):
            self.email = self.email.lower() if self.email else None
        if not isinstance(self.phone, UnreadableText):
            self.phone = self.phone or None
        # Django skips the constraint if the form does not have all its fields.
        if self.email is None and self.phone is None and not self.closed_at:
            raise ValidationError("邮箱和手机号至少填一个。")


class HistoryEvent(models.Model):
    """The columns that the events of all rows with a status have: who, what, why, and from which status to which."""

    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="谁")
    action = models.CharField("做了什么", max_length=20)
    reason = models.CharField("原因", max_length=200, blank=True)
    before = models.CharField("之前", max_length=12, blank=True)
    after = models.CharField("之后", max_length=12)
    changes = models.JSONField(
        "改了什么", default=dict, blank=True, help_text="name of the field: [words before, after]"
    )
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        abstract = True
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"


class SignedInRequest(HttpRequest):
    """The request of a view that only signed-in people reach: `page(login=True)` and what builds on it."""

    user: User


def get_signed_in_user(request: HttpRequest) -> User | None:
    """Return who is signed in, if anybody is; this opens the session."""
    return request.user if request.user.is_authenticated else None


class Consent(models.Model):
    """The consent of a user to a version of a text. A withdrawn consent is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="consents", verbose_name="用户")
    kind = models.CharField("同意什么", max_length=16, choices=ConsentKind)
    version = models.CharField("文本版本", max_length=20)
    about = models.CharField("关于", max_length=80, blank=True, help_text="如 application:12")
    given_at = models.DateTimeField("同意时间", default=timezone.now)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "同意记录"
        ordering = ("-given_at", "-pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"


class ProofCode(models.Model):
    """A code sent to a phone or mailbox; stored as keyed hashes (`accounts.sign_in.one_time_codes`)."""

    key = models.CharField(max_length=64, primary_key=True, help_text="purpose and addressee")
    code = models.CharField(max_length=64)
    until = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)


class Notice(models.Model):
    """A message in a user's inbox: words and an address; only one for each key.

    It is hidden until `not_before`, so that it can be withdrawn if the change is undone.
    """

    user = models.ForeignKey(
        User, models.CASCADE, related_name="notices", verbose_name="用户", db_index=False
    )
    key = models.CharField(max_length=120, unique=True)
    title = models.CharField("标题", max_length=80)
    text = models.CharField("内容", max_length=600, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    button = models.CharField("按钮", max_length=12, blank=True)
    created_at = models.DateTimeField("时间", default=timezone.now)
    not_before = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField("读过", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "站内信"
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=["user", "-id"], name="notice_inbox")]

    def __str__(self) -> str:
        return self.title


class DigestLine(models.Model):
    """What is new for a subscription of a member who wants text messages: once a day one message tells of all
    (`accounts.inbox.digests`), and its page lists the lines."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="digest_lines", verbose_name="用户", db_index=False
    )
    kind = models.CharField("通知", max_length=12, choices=NoticeKind)
    title = models.CharField("订阅", max_length=120)
    count = models.PositiveSmallIntegerField("几条")
    address = models.TextField("地址", help_text="root-relative, of the list")
    created_at = models.DateTimeField("时间", default=timezone.now)
    texted_at = models.DateTimeField("发了短信", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "短信汇总"
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["user", "-id"], name="digest_line_of_user"),
            models.Index(
                fields=["user"], name="digest_line_waiting", condition=models.Q(texted_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.count}"
