"""Reports and appeals, to search and read; they are decided at /admin/desk/."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from accounts.admin.account_admin import HistoryInline
from accounts.models import User
from accounts.staff.scope import StaffScope
from accounts.staff.scoped_admin import ScopedRows
from safety.case_queues.moderators import is_moderator
from safety.choices import CONTESTED_LABELS, AppealStatus, ReportStatus
from safety.models import Appeal, AppealEvent, Report, ReportEvent
from safety.moderation.case_type import build_appeal_condition
from safety.moderation.ticket_codes import normalise_ticket
from sitekit.forms.admin_filters import CodeFilter
from sitekit.forms.admin_permissions import ReadOnlyRows

_TITLE_SHOWN = 16  # characters, beside the number


class ReportEventInline(HistoryInline):
    model = ReportEvent
    statuses = dict(ReportStatus.choices)


class AppealEventInline(HistoryInline):
    model = AppealEvent
    statuses = dict(AppealStatus.choices)


class TicketAdmin(ScopedRows, ReadOnlyRows, admin.ModelAdmin):
    region_paths = ("listing__region",)
    show_full_result_count = False
    list_per_page = 50

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Find a ticket however it is typed."""
        return super().get_search_results(
            request, queryset, normalise_ticket(search_term) or search_term
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out the link to the desk for staff who may not decide."""
        fields = super().get_fields(request, obj)
        return fields if is_moderator(request.user) else [n for n in fields if n != "at_the_desk"]

    @admin.display(description="查询码", ordering="ticket")
    def code(self, ticket: Report | Appeal) -> str:
        return ticket.display_ticket

    @admin.display(description="案件")
    def at_the_desk(self, ticket: Report | Appeal) -> SafeString:
        address = reverse(f"desk:{ticket._meta.model_name}", args=[ticket.pk])
        if isinstance(ticket, Appeal) and ticket.text_id:
            address = reverse("desk:text", args=[ticket.text_id])
        return format_html('<a href="{}">到审核台看</a>', address)


@admin.register(Report)
class ReportAdmin(TicketAdmin):
    """Does not show the marks and the mailbox of the reporter, because no decision needs them."""

    list_display = ("code", "reason", "about", "status", "created_at", "due_at", "decided_at")
    list_filter = ("status", "reason", "created_at")
    search_fields = ("=ticket", "=listing__pk", "=article__pk", "words")
    list_select_related = ("listing", "article")
    hidden_lookups = ("listing", "article")
    fields = ("code", "reason", "about", "words", "status", "outcome", "at_the_desk")
    readonly_fields = fields
    inlines = (ReportEventInline,)

    @admin.display(description="举报对象")
    def about(self, report: Report) -> str:
        """Return the title with the number, because many items have the same title."""
        reported = report.listing or report.article
        title = Truncator(reported.title if reported else "").chars(_TITLE_SHOWN)
        return f"{title}（{report.item_name}）" if title else report.item_name


class ContestedFilter(CodeFilter):
    labels = CONTESTED_LABELS


@admin.register(Appeal)
class AppealAdmin(TicketAdmin):
    def build_scope_condition(self, request: HttpRequest, scope: StaffScope) -> Q:
        return build_appeal_condition(cast("User", request.user))

    list_display = (
        *("code", "party", "about", "contested", "status"),
        *("created_at", "due_at", "decided_at"),
    )
    list_filter = ("status", ("against", ContestedFilter), "created_at")
    list_select_related = ("listing__employer", "employer", "text", "appellant")
    search_fields = ("=ticket", "=listing__pk", "employer__name", "words")
    fields = (
        *("code", "party", "about", "contested", "decider"),
        *("words", "status", "outcome", "at_the_desk"),
    )
    readonly_fields = fields
    inlines = (AppealEventInline,)

    @admin.display(description="申诉方")
    def party(self, appeal: Appeal) -> str:
        """Return the employer and the person who appealed; for a text without an employer, its author."""
        employer, appellant = appeal.subject_employer, appeal.appellant
        if employer is None:
            return str(appellant or "（账号已注销）")
        return f"{employer}（{appellant}）" if appellant else str(employer)

    @admin.display(description="申诉对象")
    def about(self, appeal: Appeal) -> str:
        return appeal.subject_name

    @admin.display(description="申诉事项", ordering="against")
    def contested(self, appeal: Appeal) -> str:
        return appeal.against_label

    @admin.display(description="原经办人（不能办这一件）")
    def decider(self, appeal: Appeal) -> str:
        return str(appeal.decided_by or "系统")
