"""Users for the staff: their contacts, their rights, and the history of their accounts."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.db import transaction
from django.db.models import Field, Q, QuerySet
from django.forms import Field as FormField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html, format_html_join

from accounts.admin.account_admin import HistoryInline
from accounts.admin.edit_form import REASON
from accounts.admin.permission_fields import PermissionChoice
from accounts.admin.person_rows import list_person_rows
from accounts.admin.row_mark import MarkedRows, RowMarkForm
from accounts.admin.site_history import HistoryLine, SiteHistory
from accounts.choices import ACCOUNT_ACTION_LABELS, CONTACT_LABELS
from accounts.inbox.moved_mailboxes import move_waiting_messages
from accounts.models import AccountEvent, User
from accounts.models.user import mailbox_changed
from accounts.security.sessions import end_all_sessions
from accounts.sign_in.allauth_adapter import send_security_notice
from accounts.staff.posts import (
    NO_REASON,
    may_see_staff,
    notify_of_rights,
    record_account_event,
)
from accounts.staff.rights import RIGHTS_CHANGED, describe_account_changes, record_rights_change
from accounts.staff.scope import StaffScope
from accounts.staff.scoped_admin import ScopedRows
from accounts.staff.sign_out_views import MAX_SIGNED_OUT, build_sign_out_url
from accounts.staff.switching import list_people_in_scope, may_switch_off
from sitekit.forms.admin_permissions import UndeletableRows
from sitekit.forms.contact_search import ContactSearch
from sitekit.forms.fields import mask_email
from sitekit.forms.masked_contacts import (
    MaskedContactInput,
    MaskedContacts,
    is_showing_contacts,
)
from sitekit.forms.phone_numbers import PhoneField, mask_phone

RIGHT_FIELD_NAMES = ("is_staff", "is_superuser", "groups", "user_permissions")


class EventInline(HistoryInline):
    """The events on the page 历史. The form of a user does not show them."""

    model = AccountEvent
    action_labels = ACCOUNT_ACTION_LABELS


class NewAccountForm(ModelForm):
    class Meta:
        model = User
        fields = ("email", "phone", "name")

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return super().save(commit)


class AccountForm(RowMarkForm, UserChangeForm):
    """Asks why contacts and rights are changed. A masked contact is changed by typing a new one over it."""

    edit_reason = forms.CharField(
        label="为什么改",
        max_length=200,
        required=False,
        widget=AdminTextareaWidget({"rows": 2}),
        help_text="改手机号、邮箱或权限要写，记在账号的经过里。换了手机号或邮箱会通知本人原来的，"
        "所有的登录都退出。",
    )

    shows_contacts: ClassVar[bool] = False  # set by the admin
    changed_contacts: list[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in CONTACT_LABELS:
            stored = getattr(self.instance, kind)
            if kind in self.fields and stored and not self.shows_contacts:
                self.fields[kind].widget = MaskedContactInput(stored)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.changed_contacts = [
            kind
            for kind in CONTACT_LABELS
            if kind in self.changed_data and kind in cleaned
            if (cleaned[kind] or "").lower() != (getattr(self.instance, kind) or "")
        ]
        is_asked = self.changed_contacts or set(RIGHT_FIELD_NAMES) & set(self.changed_data)
        if is_asked and not cleaned.get(REASON):
            self.add_error(REASON, NO_REASON)
        if "email" in self.changed_contacts and "*" in (cleaned["email"] or ""):
            self.add_error("email", "新邮箱要写全，不能有星号；不改就照打开时的样子留着。")
        return cleaned


@admin.register(User)
class UserAdmin(
    MarkedRows,
    PermissionChoice,
    ScopedRows,
    UndeletableRows,
    ContactSearch,
    MaskedContacts,
    SiteHistory,
    StockUserAdmin,
):
    """The staff never type another person's password: new users sign in by a code, and colleagues are invited.

    An account is switched off on another page, which asks for a reason.
    """

    exports_rows = False  # contacts of people
    history_inline = EventInline
    change_form_template = "accounts/admin/user_form.html"
    form = AccountForm
    add_form = NewAccountForm
    masked_columns = {"email": "masked_email", "phone": "masked_phone"}
    list_display = (
        *("number", "masked_email", "masked_phone", "name"),
        *("is_staff", "is_active", "date_joined"),
    )
    actions = ("sign_out_everywhere",)
    list_display_links = ("number", "masked_email", "masked_phone")
    list_filter = ("is_staff", "is_superuser", "is_active", "date_joined")
    search_fields = ("=email", "=phone", "name", "=pk")
    sortable_by = ("number", "name", "is_staff", "is_active", "date_joined")  # contacts are sealed
    ordering = ("-pk",)
    readonly_fields = ("is_active", "date_joined", "last_login", "account_pages", "role_page")
    fieldsets = (
        (None, {"fields": ("email", "phone", "name", "account_pages", "role_page")}),
        (
            "权限",
            {"fields": ("is_active", *RIGHT_FIELD_NAMES)},
        ),
        (None, {"fields": (REASON,)}),
        ("时间", {"fields": ("date_joined", "last_login")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "phone", "name")}),)
    change_password_form = None

    def get_urls(self) -> list[URLPattern]:
        """Leave out the page on which the staff would type another person's password."""
        return [
            pattern for pattern in super().get_urls() if pattern.name != "auth_user_password_change"
        ]

    def build_scope_condition(self, request: HttpRequest, scope: StaffScope) -> Q:
        """A person has no place: they lie where an employer lies that they are a member of."""
        people = list_people_in_scope(User.objects.all(), request.user)
        return Q(pk__in=people.values("pk"))

    @admin.display(description="编号", ordering="pk")
    def number(self, user: User) -> int:
        return user.pk

    @admin.display(description=CONTACT_LABELS["email"])
    def masked_email(self, user: User) -> str:
        return mask_email(user.email)

    @admin.display(description=CONTACT_LABELS["phone"])
    def masked_phone(self, user: User) -> str:
        return mask_phone(user.phone)

    @admin.display(description="账号的页面")
    def account_pages(self, user: User) -> str:
        if not user.pk:
            return "—"
        page = ("switch_off", "停用账号…") if user.is_active else ("switch_on", "恢复账号…")
        links = [
            (reverse(page[0], args=[user.pk]), page[1]),
            (build_sign_out_url([user.pk]), "在所有设备退出登录…"),
        ]
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    @admin.display(description="角色和地区")
    def role_page(self, user: User) -> str:
        if not user.pk:
            return "—"
        return format_html('<a href="{}">看</a>', reverse("staff_colleague", args=[user.pk]))

    @admin.action(description="在所有设备退出登录…", permissions=["sign_out"])
    def sign_out_everywhere(
        self, request: HttpRequest, people: QuerySet[User]
    ) -> HttpResponse | None:
        """The page that it leads to asks why."""
        numbers = list(people.order_by("pk").values_list("pk", flat=True)[: MAX_SIGNED_OUT + 1])
        if len(numbers) > MAX_SIGNED_OUT:
            messages.error(request, f"一次最多 {MAX_SIGNED_OUT} 个账号。")
            return None
        return redirect(build_sign_out_url(numbers))

    def has_sign_out_permission(self, request: HttpRequest) -> bool:
        return may_switch_off(request.user)

    def describe_history_event(self, event: AccountEvent) -> HistoryLine:
        """A role stands in the words of its change; before and after are codes of states that the deed names."""
        parts = (event.reason, describe_account_changes(event.changes))
        return HistoryLine(
            at=event.created_at,
            who=str(event.actor or "系统"),
            what=ACCOUNT_ACTION_LABELS.get(event.action, event.action),
            status="",
            reason="；".join(filter(None, parts)),
            word_changes=[],
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        person = context.get("original")
        if person is not None:
            context["person_rows"] = list_person_rows(person, cast("User", request.user))
        return super().render_change_form(request, context, *args, **kwargs)

    def formfield_for_dbfield(
        self, db_field: Field, request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        if db_field.name == "phone":
            words = "11 位数字；国外的前面加 + 和国家代码。"
            return PhoneField(label="手机号", required=False, help_text=words)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.shows_contacts = is_showing_contacts(request)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Let only a superuser change rights; otherwise staff who edit users could give themselves any right."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *RIGHT_FIELD_NAMES)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Leave out the reason for readers who may change nothing, and links to pages that are closed to the
        reader."""
        fieldsets = super().get_fieldsets(request, obj)
        is_reader = obj is not None and not self.has_change_permission(request, obj)
        left_out = set() if obj and not is_reader else {REASON}
        left_out |= set() if may_switch_off(request.user) else {"account_pages"}
        has_role_page = (
            obj is not None and obj.is_staff and may_see_staff(cast("User", request.user))
        )
        left_out |= set() if has_role_page else {"role_page"}
        shown = [
            (title, options, [name for name in options["fields"] if name not in left_out])
            for title, options in fieldsets
        ]
        return [
            (
                title,
                {**options, "fields": self.mask_columns(request, names) if is_reader else names},
            )
            for title, options, names in shown
            if names
        ]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Record a change of rights as an event of the account, and sign out whose rights changed."""
        is_change = request.method == "POST" and object_id is not None
        with transaction.atomic():  # of the lock on a row that is posted
            person = self.get_object(request, unquote(object_id or "")) if is_change else None
        if person is None:
            return super().changeform_view(request, object_id, *args, **kwargs)
        editor, reason = cast("User", request.user), request.POST.get(REASON, "")
        with record_rights_change(person, editor, RIGHTS_CHANGED, reason) as change:
            answer = super().changeform_view(request, object_id, *args, **kwargs)
        if change.is_made:
            end_all_sessions(person, kept_session_key=request.session.session_key)
            if person != editor:
                notify_of_rights(person, "你在后台的权限改了", "")
        return answer

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A phone typed by staff is not proved; the user proves it by logging in with it."""
        if not change or not form.changed_contacts:
            super().save_model(request, obj, form, change)
            return
        if "phone" in form.changed_contacts:
            obj.phone_proved_at = None
        former = User.objects.select_for_update(of=("self",)).get(pk=obj.pk)
        super().save_model(request, obj, form, change)
        reason = form.cleaned_data[REASON]
        self._follow_changed_contacts(request, former, form.changed_contacts, reason)
        move_waiting_messages(former, obj)
        if "email" in form.changed_contacts:
            mailbox_changed.send(User, user=obj, former_email=former.email or "")

    def _follow_changed_contacts(
        self, request: HttpRequest, former: User, kinds: list[str], reason: str
    ) -> None:
        """Notify the former contacts, and end all sessions of the account."""
        labels = "和".join(CONTACT_LABELS[kind] for kind in kinds)
        send_security_notice(former, f"{labels}由工作人员换了", is_by_staff=True)
        for kind in kinds:
            record_account_event(former, cast("User", request.user), kind, reason)
        end_all_sessions(former, kept_session_key=request.session.session_key)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Colleagues may be changed only by themselves and by superusers, because their mailbox is a way into the
        admin."""
        is_own = obj is not None and obj.pk == request.user.pk
        if obj is not None and obj.is_staff and not (is_own or request.user.is_superuser):
            return False
        return super().has_change_permission(request, obj)
