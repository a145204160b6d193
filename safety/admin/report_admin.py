"""Reports and appeals to be found and read; they are decided at /admin/desk/."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from accounts.admin.account_admin import HistoryInline
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

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_search_results(self, request, queryset, search_term):
        """A code is found in whichever way it was read out."""
        return super().get_search_results(
            request, queryset, normalise_ticket(search_term) or search_term
        )


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Without the marks and the address of whoever reported: no decision needs them."""

    list_display = ("code", "reason", "about", "status", "created_at", "due_at", "decided_at")
    list_filter = ("status", "reason", "created_at")
    search_fields = ("=ticket", "=listing__pk", "=article__pk", "words")
    fields = ("code", "reason", "about", "words", "status", "outcome", "at_the_desk")
    readonly_fields = fields
    inlines = (ReportEventInline,)

    @admin.display(description="查询码", ordering="ticket")
    def code(self, report):
        return format_ticket(report.ticket)

    @admin.display(description="对什么")
    def about(self, report):
        return describe_reported_item(report)

    @admin.display(description="案件")
    def at_the_desk(self, report):
        return _link("desk:report", report)


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
    def code(self, appeal):
        return format_ticket(appeal.ticket)

    @admin.display(description="谁的")
    def about(self, appeal):
        return appeal.listing.title if appeal.listing else appeal.employer.name

    @admin.display(description="案件")
    def at_the_desk(self, appeal):
        return _link("desk:appeal", appeal)


def _link(name, row):
    return format_html('<a href="{}">到审核台看</a>', reverse(name, args=[row.pk]))
