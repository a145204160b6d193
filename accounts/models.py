"""People, and the employers they act for."""

import datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from cities.models import Region

# RULES "Employer checks": a verified employer is looked at again at most six months later.
RECHECK_AFTER = datetime.timedelta(days=180)


class UserManager(BaseUserManager):
    def create_user(self, email=None, password=None, phone=None, **fields):
        user = self.model(
            email=self.normalize_email(email).lower() if email else None,
            phone=phone or None,
            **fields,
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person; known by an e-mail address, a phone number, or both. There is no user name."""

    email = models.EmailField("邮箱", unique=True, null=True, blank=True)
    phone = models.CharField(
        "手机号",
        max_length=16,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^\+[1-9]\d{6,14}$", "请填国际格式，如 +8613800000000。")],
        help_text="E.164 格式",
    )
    name = models.CharField("称呼", max_length=40, blank=True)
    is_staff = models.BooleanField("可进后台", default=False)
    is_active = models.BooleanField("有效", default=True)
    date_joined = models.DateTimeField("注册时间", default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email__isnull=False) | models.Q(phone__isnull=False),
                name="user_has_email_or_phone",
                violation_error_message="邮箱和手机号至少填一个。",
            ),
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once_in_any_case",
                violation_error_message="这个邮箱已经注册过了。",
            ),
        ]

    def __str__(self):
        return self.name or self.email or self.phone or ""

    def clean(self):
        super().clean()
        self.email = self.email.lower() if self.email else None
        self.phone = self.phone or None


class EmployerKind(models.TextChoices):
    DIRECT_EMPLOYER = "direct_employer", "企业直招"
    HR_AGENCY = "hr_agency", "人力资源机构"
    CREW_LEADER = "crew_leader", "领队"
    INDIVIDUAL_BUSINESS = "individual_business", "个体户"
    PERSON = "person", "个人"


class EmployerStatus(models.TextChoices):
    UNVERIFIED = "unverified", "未认证"
    PENDING = "pending", "审核中"
    VERIFIED = "verified", "已认证"
    LAPSED = "lapsed", "待复核"
    REJECTED = "rejected", "未通过"
    FROZEN = "frozen", "已冻结"
    BANNED = "banned", "黑名单"


class CheckKind(models.TextChoices):
    ID_CARD = "id_card", "身份证"
    LICENCE = "licence", "营业执照"
    PHONE = "phone", "手机"
    AUTHORISATION = "authorisation", "委托书"
    HR_LICENCE = "hr_licence", "人力资源服务许可证"
    SITE_VISIT = "site_visit", "实地"


class Employer(models.Model):
    """Who offers the work. What we know of it stands in its checks, each with a date."""

    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=20, choices=EmployerKind)
    status = models.CharField(
        "状态", max_length=12, choices=EmployerStatus, default=EmployerStatus.UNVERIFIED
    )
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="所在地区")
    intro = models.TextField("介绍", max_length=500, blank=True)
    recheck_due = models.DateField("复核到期日", null=True, blank=True)
    created_at = models.DateTimeField("登记时间", default=timezone.now)
    members = models.ManyToManyField(User, through="EmployerMember", related_name="employers")

    class Meta:
        verbose_name = verbose_name_plural = "招聘单位"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status=EmployerStatus.VERIFIED)
                | models.Q(recheck_due__isnull=False),
                name="employer_verified_has_recheck",
                violation_error_message="已认证的单位要有复核到期日。",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def in_good_standing(self):
        """Verified, and its re-check is not overdue: the only state in which its listings show."""
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

    class Meta:
        verbose_name = verbose_name_plural = "单位成员"
        constraints = [
            models.UniqueConstraint(fields=["employer", "user"], name="employer_member_once")
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()}"


class EmployerCheck(models.Model):
    """One thing that was looked at, when, how and by whom; it holds until it expires."""

    employer = models.ForeignKey(Employer, models.CASCADE, related_name="checks")
    kind = models.CharField("项目", max_length=16, choices=CheckKind)
    method = models.CharField("怎么查的", max_length=80)
    checked_on = models.DateField("日期", default=timezone.localdate)
    expires_on = models.DateField("有效至", null=True, blank=True)
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="经办人")

    class Meta:
        verbose_name = verbose_name_plural = "核验记录"
        ordering = ("kind", "-checked_on")

    def __str__(self):
        return f"{self.get_kind_display()} {self.checked_on}"

    @property
    def holds(self):
        return self.expires_on is None or self.expires_on >= timezone.localdate()


class EmployerEvent(models.Model):
    """The history of an employer: who changed what, why, from which status to which."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="events")
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="谁")
    action = models.CharField("做了什么", max_length=20)
    reason = models.CharField("原因", max_length=200, blank=True)
    before = models.CharField("之前", max_length=12, blank=True)
    after = models.CharField("之后", max_length=12)
    created_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "单位事件"
        ordering = ("-created_at", "-pk")

    def __str__(self):
        return f"{self.before} → {self.after}"
