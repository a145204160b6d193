"""Reports and appeals, to search and read; they are decided at /admin/desk/."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin.account_admin import HistoryInline
from accounts.models import Employer
from safety.appeals.transitions import get_appealed_object
from safety.choices import AppealStatus, ReportStatus
from safety.models import Appeal, AppealEvent, Report, ReportEvent
from safety.moderation.ticket_codes import format_ticket, normalise_ticket
from safety.reports.transitions import describe_reported_item


class ReportEventInline(HistoryInline):
    model = ReportEvent
    statuses = dict(ReportStatus.choices)


class AppealEventInline(HistoryInline):
    model = AppealEvent
    statuses = dict(AppealStatus.choices)


class ReadOnlyAdmin(admin.ModelAdmin):
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Find a ticket however it is typed."""
        return super().get_search_results(
            request, queryset, normalise_ticket(search_term) or search_term
        )


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Without marks and mailbox of the reporter, which no decision needs."""

    list_display = ("code", "reason", "about", "status", "created_at", "due_at", "decided_at")
    list_filter = ("status", "reason", "created_at")
    search_fields = ("=ticket", "=listing__pk", "=article__pk", "words")
    fields = ("code", "reason", "about", "words", "status", "outcome", "at_the_desk")
    readonly_fields = fields
    inlines = (ReportEventInline,)

    @admin.display(description="查询码", ordering="ticket")
    def code(self, report: Report) -> str:
        return format_ticket(report.ticket)

    @admin.display(description="对什么")
    def about(self, report: Report) -> str:
        return describe_reported_item(report)

    @admin.display(description="案件")
    def at_the_desk(self, report: Report) -> SafeString:
        return _render_link("desk:report", report)


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    list_display = ("code", "about", "against", "status", "created_at", "due_at", "decided_at")
    list_filter = ("status", "against", "created_at")
    list_select_related = ("listing", "employer")
    search_fields = ("=ticket", "=listing__pk", "employer__name", "words")
    fields = ("code", "about", "against", "decided_by", "words", "status", "outcome", "at_the_desk")
    readonly_fields = fields
    inlines = (AppealEventInline,)

    @admin.display(description="查询码", ordering="ticket")
    def code(self, appeal: Appeal) -> str:
        return format_ticket(appeal.ticket)

    @admin.display(description="谁的")
    def about(self, appeal: Appeal) -> str:
        appealed = get_appealed_object(appeal)
        return appealed.name if isinstance(appealed, Employer) else appealed.title

    @admin.display(description="案件")
    def at_the_desk(self, appeal: Appeal) -> SafeString:
        return _render_link("desk:appeal", appeal)


def _render_link(name: str, row: Report | Appeal) -> SafeString:
    return format_html('<a href="{}">到审核台看</a>', reverse(name, args=[row.pk]))
