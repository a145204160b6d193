from safety.dashboard import figures as dashboard
from safety.moderation import desk_layout as frame
from sitekit.images import bar_charts as charts


@frame.moderator_page(takes="read")
def show_moderation_dashboard(request):
    days = dashboard.by_day()
    reasons = dashboard.by_reason()
    context = {
        "oldest": dashboard.count_waiting_cases(),
        "days": [(f"{day.month} 月 {day.day} 日", n) for day, n in days],
        "day_chart": charts.draw_vertical_bars([(str(day.day), n) for day, n in days]),
        "reasons": reasons,
        "reason_chart": charts.draw_horizontal_bars(reasons),
        "moderators": dashboard.by_moderator(),
        "summary": dashboard.summarise_moderation(),
        "length": dashboard.DAYS,
    }
    return frame.render_desk_page(
        request, "safety/dashboard/dashboard.html", "dashboard", "审核看板", **context
    )
