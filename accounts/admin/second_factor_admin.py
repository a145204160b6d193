"""Second factors: listed for admins, and deleted for users who lost them; secrets are not shown.

The other models of allauth are hidden: the site does not use their tables. The list of jobs that comes with the
queue is in English; what matters of it is shown at 运行情况.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.utils import display_for_value
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from procrastinate.contrib.django import admin as _job_admin  # noqa: F401 - it registers the model
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from accounts.security.sessions import end_all_sessions
from accounts.sign_in.allauth_adapter import send_security_notice
from accounts.staff.posts import record_account_event
from sitekit.forms.admin_filters import CodeFilter
from sitekit.forms.admin_permissions import ReadOnlyRows
from sitekit.forms.contact_search import ContactSearch

FACTOR_KIND_LABELS = {"totp": "验证器", "webauthn": "通行密钥", "recovery_codes": "备用码"}

for model in (
    *(Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession),
    ProcrastinateJob,
):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


def name_in_chinese(model: type[Model], name: str) -> None:
    """Give a Chinese name to a model of a package, or to one that Django made, which has only English names."""
    model._meta.verbose_name = model._meta.verbose_name_plural = name


_name_factor = Authenticator.__str__


def describe_factor(factor: Authenticator) -> str:
    """Return what pages and the log of the admin call it: a passkey by the name that its owner gave it."""
    is_named = factor.type == Authenticator.Type.WEBAUTHN
    return _name_factor(factor) if is_named else FACTOR_KIND_LABELS.get(factor.type, factor.type)


name_in_chinese(Authenticator, "两步验证")
Authenticator.add_to_class("__str__", describe_factor)


class KindFilter(CodeFilter):
    labels, heading = FACTOR_KIND_LABELS, "类型"


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyRows, ContactSearch):
    exports_rows = False  # contacts of people
    list_display = ("whose", "what", "made", "used")
    list_filter = (("type", KindFilter),)
    list_select_related = ("user",)
    search_fields = ("=user__email", "=user__phone", "user__name")
    fields = readonly_fields = ("whose", "what", "made", "used")
    ordering = ("-pk",)

    @admin.display(description="账号", ordering="user")
    def whose(self, factor: Authenticator) -> User:
        return factor.user

    @admin.display(description="类型", ordering="type")
    def what(self, factor: Authenticator) -> str:
        return describe_factor(factor)

    @admin.display(description="添加时间", ordering="created_at")
    def made(self, factor: Authenticator) -> str:
        return display_for_value(factor.created_at, "-")

    @admin.display(description="最近使用", ordering="last_used_at")
    def used(self, factor: Authenticator) -> str:
        return display_for_value(factor.last_used_at, "没用过")

    def has_view_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        """Superusers only: without the second factor an account is easier to take over."""
        return request.user.is_superuser

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        super().delete_model(request, obj)
        _record_deleted_factors(request, obj.user, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Authenticator]) -> None:
        factors = list(queryset.select_related("user").order_by("user", "pk"))
        super().delete_queryset(request, queryset)
        for user, factors_of_user in groupby(factors, key=lambda factor: factor.user):
            _record_deleted_factors(request, user, factors_of_user)


def _record_deleted_factors(
    request: HttpRequest, user: User, factors: Iterable[Authenticator]
) -> None:
    """The account keeps who did it: the log of the admin names the factor, which is gone. Sessions that were opened
    with it end."""
    names = "、".join(dict.fromkeys(describe_factor(factor) for factor in factors))
    actor = cast("User", request.user)
    record_account_event(user, actor, "factor", f"删掉的是{names}")
    end_all_sessions(user, kept_session_key=request.session.session_key)
    send_security_notice(user, f"{names}由工作人员删掉了", is_by_staff=True)
