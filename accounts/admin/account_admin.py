"""Employers for the staff. Their status is shown here, never changed."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import Model, QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.admin.edit_form import REASON, ScreenedEditForm
from accounts.admin.site_history import SiteHistory
from accounts.admin.staff_edits import ScreenedEdits, describe_edit, notify_owners
from accounts.choices import EMPLOYER_ACTION_LABELS, NoticeKind, TextKind
from accounts.employers.check_endings import end_checks_for_changes, record_changed_details
from accounts.employers.invitations import LAST_OWNER_MESSAGE
from accounts.employers.membership import OWNER_ROLE, lock_employer
from accounts.employers.public_words import NAME_RULES, EmployerIntro
from accounts.employers.registration import SANCTIONED_STATUSES
from accounts.employers.transitions import record_employer_event
from accounts.inbox.named_notices import declare_named_notice
from accounts.inbox.notices import NoticeMessage, send_notices
from accounts.models import (
    Employer,
    EmployerCheck,
    EmployerEvent,
    EmployerMember,
    EmployerStatus,
    User,
    describe_word_changes,
)
from accounts.public_text.submission import submit_public_text
from accounts.sign_in.allauth_adapter import STAFF_CHANGE_WORDS
from accounts.staff.scoped_admin import ScopedRows
from accounts.verification.paper_looks import VIEW_PAPERS_PERMISSION
from cities.directory.regions import get_region
from cities.models import Region
from sitekit.forms.admin_permissions import (
    ReadOnlyRows,
    UndeletableRows,
    show_for_viewer,
)
from sitekit.forms.autocomplete import SoundAutocomplete
from sitekit.forms.masked_contacts import MaskedContacts
from sitekit.forms.phone_numbers import mask_phone

_STAFF_MEMBERS = declare_named_notice(
    "staff-members",
    text=f"我们加入或者移除了一位成员，那位后来注销了账号。\n{STAFF_CHANGE_WORDS}",
    old_keys="^staff-members-[0-9]+-[0-9]+$",
    old_words="：{}，",
)


class RelatedInline(admin.TabularInline):
    extra = 0
    select_related: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.select_related(*self.select_related) if self.select_related else rows

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show words in place of links to pages that are closed to the reader."""
        return self._close_links(request, obj, super().get_fields(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names: Any = super().get_readonly_fields(request, obj)
        if not names and not self._may_write(request, obj):
            names = self.fields or ()
        return self._close_links(request, obj, names)

    def _may_write(self, request: HttpRequest, obj: Any) -> bool:
        return self.has_add_permission(request, obj) or self.has_change_permission(request, obj)

    def _close_links(self, request: HttpRequest, obj: Any, names: Any) -> Any:
        if self._may_write(request, obj):
            return names
        return [
            show_for_viewer(self, request, name) if isinstance(name, str) else name
            for name in names
        ]


class ReadOnlyInline(ReadOnlyRows, RelatedInline):
    pass


def render_word_changes(model: type[Model], event: Any) -> SafeString:
    """Return what an event changed, one field a line."""
    changes = describe_word_changes(model, event.changes)
    return format_html_join("", "<p>{}：“{}” → “{}”</p>", changes)


class HistoryInline(ReadOnlyInline):
    """The events of a row, with the labels of statuses and actions."""

    fields = ("created_at", "actor", "what", "was", "became", "reason", "words")
    readonly_fields = fields
    statuses: dict[str, str] = {}
    action_labels: dict[str, str] = {}
    select_related = ("actor",)

    @admin.display(description="做了什么")
    def what(self, event: Any) -> str:
        return (self.statuses | self.action_labels).get(event.action, event.action)

    @admin.display(description="之前")
    def was(self, event: Any) -> str:
        return self.statuses.get(event.before, event.before)

    @admin.display(description="之后")
    def became(self, event: Any) -> str:
        return self.statuses.get(event.after, event.after)

    @admin.display(description="改了哪些话")
    def words(self, event: Any) -> SafeString:
        return render_word_changes(self.parent_model, event)


class CheckInline(ReadOnlyInline):
    """Read only: written at the moderators' desk, with a decision and an event for each."""

    model = EmployerCheck
    fields = ("kind", "method", "checked_on", "expires_on", "reviewer", "ended_on", "ended_because")
    select_related = ("reviewer",)


class MemberFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        """Require a reason for members who come or go, and that an employer with an owner keeps one, as its own
        page does."""
        super().clean()
        removed = [
            form.instance
            for form in self.initial_forms
            if form.cleaned_data.get(DELETION_FIELD_NAME)
        ]
        added_roles = {form.cleaned_data.get("role") for form in self.extra_forms}
        is_changed = bool(removed) or any(form.has_changed() for form in self.extra_forms)
        if self.instance.pk and is_changed and not self.data.get(REASON, "").strip():
            raise forms.ValidationError("加入或移除成员，要在上面写明为什么改。")
        if OWNER_ROLE in added_roles or OWNER_ROLE not in {row.role for row in removed}:
            return
        owners = EmployerMember.objects.filter(employer=self.instance, role=OWNER_ROLE)
        if not owners.exclude(pk__in=[row.pk for row in removed]).exists():
            raise forms.ValidationError(LAST_OWNER_MESSAGE)


class MemberInline(SoundAutocomplete, RelatedInline):
    """Members can be added and removed; to change a role, remove the member and add it again."""

    model = EmployerMember
    formset = MemberFormSet
    fields = ("user", "role")
    autocomplete_fields = ("user",)
    select_related = ("user",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class EventInline(HistoryInline):
    model = EmployerEvent
    statuses = dict(EmployerStatus.choices)
    action_labels = EMPLOYER_ACTION_LABELS


class EmployerEditForm(ScreenedEditForm):
    edit_reason = forms.CharField(
        label="为什么改",
        max_length=100,
        required=False,
        widget=AdminTextareaWidget({"rows": 2}),
        help_text="改别人写的话、加入或移除成员，要写原因，记在经过里；招聘单位会收到通知，说改了什么、为什么改。",
    )


@admin.register(Employer)
class EmployerAdmin(
    ScopedRows,
    UndeletableRows,
    SoundAutocomplete,
    MaskedContacts,
    SiteHistory,
    ScreenedEdits,
):
    form = EmployerEditForm
    history_inline = EventInline
    public_words = ("name", "intro")
    asks_reason = keeps_events = True
    judgement_rules = {"name": NAME_RULES, "intro": EmployerIntro.rules}
    list_display = ("name", "kind", "status", "place", "recheck_due", "held_checks", "created_at")
    list_filter = ("status", "kind", "recheck_due", "created_at")
    search_fields = ("name", "checked_name", "=licence_code", "=pk")
    ordering = ("-pk",)
    autocomplete_fields = ("region",)
    # Status and dates change together, by a transition. What a code, a mail or a paper proves is
    # not edited here either.
    _proved = (
        "checked_name",
        "licence_code",
        "contact_name",
        "contact_phone",
        "phone_proved_at",
        "papers",
    )
    _clock = ("status", "submitted_at", "recheck_due", "created_at")
    masked_columns = {"contact_phone": "masked_phone"}
    readonly_fields = (*_proved, "masked_phone", "paper_count", *_clock)
    fields = ("name", "kind", "region", "intro", *_proved, *_clock)
    inlines = (CheckInline, MemberInline, EventInline)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("checks")

    @admin.display(description="所在地区", ordering="region")
    def place(self, employer: Employer) -> Region | None:
        return get_region(employer.region_id)

    @admin.display(description="核验")
    def held_checks(self, employer: Employer) -> str:
        labels = [check.get_kind_display() for check in employer.checks.all() if check.is_valid]
        return "、".join(labels) or "无"

    @admin.display(description="联系手机")
    def masked_phone(self, employer: Employer) -> str:
        return mask_phone(employer.contact_phone)

    @admin.display(description="证明材料")
    def papers(self, employer: Employer) -> str:
        """A link to the case: papers are looked at only there, where each look is recorded."""
        if not (count := _count_papers(employer)):
            return "没有"
        address = reverse("desk:employer", args=[employer.pk])
        return format_html('<a href="{}">在审核台看</a>（{} 份）', address, count)

    @admin.display(description="证明材料")
    def paper_count(self, employer: Employer) -> str:
        """Shown to staff who may not see the papers."""
        count = _count_papers(employer)
        return f"{count} 份，由审核员看" if count else "没有"

    def get_fields(self, request: HttpRequest, obj: Employer | None = None) -> Any:
        shown = "papers" if request.user.has_perm(VIEW_PAPERS_PERMISSION) else "paper_count"
        names = self.mask_columns(request, super().get_fields(request, obj))
        return [shown if name == "papers" else name for name in names]

    def get_readonly_fields(self, request: HttpRequest, obj: Employer | None = None) -> Any:
        """While a moderator has stopped the employer, its checked columns cannot be changed."""
        fields = super().get_readonly_fields(request, obj)
        is_shut = obj is not None and obj.status in SANCTIONED_STATUSES
        return (*fields, "name", "kind", "region") if is_shut else fields

    def save_model(
        self, request: HttpRequest, obj: Employer, form: ScreenedEditForm, change: bool
    ) -> None:
        """The introduction goes the way of one that its employer writes, with its versions and queue."""
        earlier = lock_employer(obj.pk) if change else obj
        form.old_values = {name: getattr(earlier, name) for name in form.changed_data}
        obj.intro = earlier.intro if change else ""
        super().save_model(request, obj, form, change)
        editor = cast("User", request.user)
        if not change:
            record_employer_event(obj, editor, "create", "", "")
        if intro := form.list_word_changes().get("intro"):
            values = {"intro": intro[1]}
            submit_public_text(TextKind.EMPLOYER_INTRO, obj.pk, values, editor)
            obj.refresh_from_db(fields=["intro"])
            if obj.intro != intro[1]:
                messages.info(request, "介绍在等另一位审核员看过；通过以前，公开的还是原来的。")

    def save_related(
        self, request: HttpRequest, form: ScreenedEditForm, formsets: Any, change: bool
    ) -> None:
        owners = _list_owners(form.instance)
        super().save_related(request, form, formsets, change)
        members = next(formset for formset in formsets if formset.model is EmployerMember)
        if change:
            why = form.cleaned_data.get(REASON, "")
            _record_member_changes(form.instance, members, owners, cast("User", request.user), why)
        changed = [formset for formset in formsets if formset.has_changed()]
        if change and (form.has_changed() or changed):
            labels = [form.fields[name].label for name in form.changed_data]
            labels += [formset.model._meta.verbose_name for formset in changed]
            employer = form.instance
            words = form.list_word_changes()
            if "intro" in words and words["intro"][1] != employer.intro:
                # A version that waits: its employer is told when it is public.
                del words["intro"], form.old_values["intro"]
            reason = describe_edit(form, map(str, labels))
            editor = cast("User", request.user)
            ended = end_checks_for_changes(employer, form.old_values)
            event = record_employer_event(employer, editor, "edit", reason, employer.status, words)
            if words:
                notify_owners(employer, employer, event, "单位的资料", "/employer/details/")
            record_changed_details(employer, form.old_values, event, ended)


def _count_papers(employer: Employer) -> int:
    return employer.documents.filter(purged_at=None).count() if employer.pk else 0


def _list_owners(employer: Employer) -> list[User]:
    owned = EmployerMember.objects.filter(employer=employer, role=OWNER_ROLE)
    return list(User.objects.filter(pk__in=owned.values("user")).order_by("pk"))


def _record_member_changes(
    employer: Employer, members: Any, owners: list[User], editor: User, why: str
) -> None:
    """Write an event for each change, and notify the former owners by the channels for safety."""
    title, about = f"工作人员改了「{employer.name}」的成员", reverse("about")
    removed = [(row, "member", "移除", "被移除") for row in members.deleted_objects]
    added = [
        (row, "join", "加入", f"加入，{row.get_role_display()}") for row in members.new_objects
    ]
    for row, action, verb, change_words in [*removed, *added]:
        words = f"成员 {row.user_id} {change_words}：{why}"
        event = record_employer_event(employer, editor, action, words, employer.status)
        text = f"{verb}：{row.user}，{row.get_role_display()}。为什么：{why}\n{STAFF_CHANGE_WORDS}"
        notices = [
            NoticeMessage(
                user,
                _STAFF_MEMBERS.build_key(row.user, event.pk, user.pk),
                title,
                text,
                about,
                "去看看",
            )
            for user in owners
        ]
        send_notices(notices, kind=NoticeKind.SECURITY)
