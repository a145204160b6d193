from typing import Any

from django.http import HttpResponse

from accounts.models import SignedInRequest
from accounts.staff.scope import get_staff_scope
from safety.dashboard import figures
from safety.dashboard.agreement import AGREEMENT_DAYS, measure_agreement
from safety.dashboard.queue_load import measure_load, sum_load
from safety.moderation.desk_layout import moderator_page, render_desk_page
from sitekit.images.bar_charts import draw_horizontal_bars, draw_vertical_bars


@moderator_page(takes="read")
def show_queue_load(request: SignedInRequest) -> HttpResponse:
    loads = measure_load(get_staff_scope(request.user), request.user)
    context: dict[str, Any] = {"loads": loads, "totals": sum_load(loads)}
    return render_desk_page(
        request, "safety/dashboard/queue_load.html", "load", "各地待审案件", **context
    )


@moderator_page(takes="read")
def show_moderation_dashboard(request: SignedInRequest) -> HttpResponse:
    scope = get_staff_scope(request.user)
    recent = figures.list_recent_decisions(request.user)
    days = figures.count_by_day(recent)
    reasons = figures.count_by_reason(recent)
    context: dict[str, Any] = {
        "oldest": {row.queue: row.oldest_at for row in figures.measure_queues(scope)},
        "days": [(f"{day.month} 月 {day.day} 日", n) for day, n in days],
        "day_chart": draw_vertical_bars([(str(day.day), n) for day, n in days]),
        "reasons": reasons,
        "reason_chart": draw_horizontal_bars(reasons),
        "moderators": figures.list_moderator_figures(recent),
        "summary": figures.summarise_moderation(recent, request.user),
        "length": figures.DAYS_SHOWN,
        "agreement": measure_agreement(scope),
        "agreement_days": AGREEMENT_DAYS,
    }
    return render_desk_page(
        request, "safety/dashboard/dashboard.html", "dashboard", "审核看板", **context
    )
