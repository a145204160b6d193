from typing import Any

from django.http import HttpResponse

from accounts.models import SignedInRequest
from safety.dashboard.figures import (
    DAYS,
    count_by_day,
    count_by_moderator,
    count_by_reason,
    get_oldest_waiting,
    summarise_moderation,
)
from safety.moderation.desk_layout import moderator_page, render_desk_page
from sitekit.images.bar_charts import draw_horizontal_bars, draw_vertical_bars


@moderator_page(takes="read")
def show_moderation_dashboard(request: SignedInRequest) -> HttpResponse:
    days = count_by_day()
    reasons = count_by_reason()
    context: dict[str, Any] = {
        "oldest": get_oldest_waiting(),
        "days": [(f"{day.month} 月 {day.day} 日", n) for day, n in days],
        "day_chart": draw_vertical_bars([(str(day.day), n) for day, n in days]),
        "reasons": reasons,
        "reason_chart": draw_horizontal_bars(reasons),
        "moderators": count_by_moderator(),
        "summary": summarise_moderation(),
        "length": DAYS,
    }
    return render_desk_page(
        request, "safety/dashboard/dashboard.html", "dashboard", "审核看板", **context
    )
