"""The page of somebody who is signed in: what needs them now, and the way to what is theirs."""

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.inbox.notices import list_visible_notices
from accounts.models import EmployerMember, Notice, User
from listings.choices import ApplicationStatus
from listings.models import Application, SavedListing, SavedSearch, SeekerProfile
from safety.models import Report
from sitekit.web.pages import page

SHOWN = 5


@page(takes="read", login=True, cache="never")
def show_me(request):
    counts = _counts(request.user)
    context = {
        "name": request.user.name or "你好",
        "notices": list(list_visible_notices(request.user).filter(read_at=None)[:SHOWN]),
        "unread": counts.unread,
        "employers": list(
            EmployerMember.objects.filter(user=request.user).select_related("employer")
        ),
        "rows": _rows(counts),
    }
    return render(request, "jobsite/me/me.html", context)


def _counts(user):
    """One query for all figures."""
    unread = Q(not_before=None) | Q(not_before__lte=timezone.now())
    running = Q(status__in=[ApplicationStatus.APPLIED, ApplicationStatus.ACCEPTED])
    of = {
        "unread": Notice.objects.filter(unread, read_at=None),
        "running": Application.objects.filter(running),
        "accepted": Application.objects.filter(status=ApplicationStatus.ACCEPTED),
        "kept": SavedListing.objects.all(),
        "searching": SavedSearch.objects.filter(confirmed_at__isnull=False, ended_at=None),
        "reported": Report.objects.all(),
    }
    whose = {"running": "seeker", "accepted": "seeker", "reported": "reporter"}
    figures = {name: _number_of(rows, whose.get(name, "user")) for name, rows in of.items()}
    profile = SeekerProfile.objects.filter(user=OuterRef("pk"))
    return User.objects.annotate(**figures, has_profile=Exists(profile)).get(pk=user.pk)


def _number_of(rows, whose):
    mine = rows.filter(**{whose: OuterRef("pk")}).order_by().values(whose)
    return Subquery(mine.annotate(n=Count("pk")).values("n"))


def _rows(counts):
    """(address, title, what stands there now) of everything that is theirs."""
    running, accepted = counts.running or 0, counts.accepted or 0
    applications = f"{running} 个在进行" if running else "还没有报名"
    if accepted:
        applications += f"，{accepted} 个已录用"
    return [
        ("/me/applications/", "我的报名", applications),
        ("/me/saved/", "收藏的兼职", f"{counts.kept} 条" if counts.kept else "还没有"),
        ("/me/searches/", "岗位订阅", f"{counts.searching} 个" if counts.searching else "还没有"),
        ("/me/profile/", "求职资料", "填好了" if counts.has_profile else "报名前先填一次"),
        ("/me/inbox/", "站内信", f"{counts.unread} 条没看" if counts.unread else "都看过了"),
        ("/me/reports/", "我的举报", f"{counts.reported} 个" if counts.reported else "还没有"),
        (reverse("account_security"), "登录与安全", "手机、邮箱、密码、登录过的设备"),
        (reverse("export"), "带走我的数据", "下载一份与你有关的全部数据"),
        (reverse("close"), "注销账号", "说清什么会删、什么要留多久"),
    ]
