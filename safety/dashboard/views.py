from safety.dashboard.figures import (
    DAYS,
    by_day,
    by_moderator,
    by_reason,
    count_waiting_cases,
    summarise_moderation,
)
from safety.moderation.desk_layout import moderator_page, render_desk_page
from sitekit.images.bar_charts import draw_horizontal_bars, draw_vertical_bars


@moderator_page(takes="read")
def show_moderation_dashboard(request):
    days = by_day()
    reasons = by_reason()
    context = {
        "oldest": count_waiting_cases(),
        "days": [(f"{day.month} 月 {day.day} 日", n) for day, n in days],
        "day_chart": draw_vertical_bars([(str(day.day), n) for day, n in days]),
        "reasons": reasons,
        "reason_chart": draw_horizontal_bars(reasons),
        "moderators": by_moderator(),
        "summary": summarise_moderation(),
        "length": DAYS,
    }
    return render_desk_page(
        request, "safety/dashboard/dashboard.html", "dashboard", "审核看板", **context
    )
