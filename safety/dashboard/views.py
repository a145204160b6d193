from safety.dashboard import figures as dashboard
from safety.moderation import desk_layout as frame
from sitekit.images import bar_charts as charts


@frame.moderator_page(takes="read")
def show(request):
    days = dashboard.by_day()
    reasons = dashboard.by_reason()
    context = {
        "oldest": dashboard.waiting(),
        "days": [(f"{day.month} 月 {day.day} 日", n) for day, n in days],
        "day_chart": charts.columns([(str(day.day), n) for day, n in days]),
        "reasons": reasons,
        "reason_chart": charts.rows(reasons),
        "moderators": dashboard.by_moderator(),
        "summary": dashboard.summary(),
        "length": dashboard.DAYS,
    }
    return frame.page(
        request, "safety/dashboard/dashboard.html", "dashboard", "审核看板", **context
    )
