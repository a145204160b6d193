"""The page of a signed-in user: new notices, and links to everything that is theirs."""

from typing import Any

from django.db.models import (
    Exists,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.inbox.notices import list_visible_notices
from accounts.models import EmployerMember, Notice, SignedInRequest, User
from listings.choices import ApplicationStatus, ListingStatus
from listings.models import Application, BlockedEmployer, SavedListing, SeekerProfile
from listings.search_subscriptions.saved_searches import list_open_searches
from safety.models import Report
from sitekit.databases.aggregates import count_rows
from sitekit.web.pages import page

NOTICES_SHOWN = 5
# Nobody answers for a listing in one of these states any more.
_STOPPED = (
    ListingStatus.HELD,
    ListingStatus.WITHDRAWN,
    ListingStatus.REMOVED,
    ListingStatus.REMOVED_FRAUD,
)


@page(takes="read", login=True, cache="never")
def show_me(request: SignedInRequest) -> HttpResponse:
    counts = _count_own_rows(request.user)
    context = {
        "name": request.user.name or "你好",
        "notices": list(list_visible_notices(request.user).filter(read_at=None)[:NOTICES_SHOWN]),
        "unread": counts.unread,
        "employers": list(
            EmployerMember.objects.filter(user=request.user).select_related("employer")
        ),
        "rows": _build_rows(counts),
        "staff_page": _find_staff_page(request.user),
    }
    return render(request, "jobsite/me/me.html", context)


def _find_staff_page(user: User) -> dict[str, str] | None:
    """Return where a member of the staff works."""
    if not user.is_staff:
        return None
    if user.has_perm("safety.add_decision"):
        words = "兼职、单位资料、举报和申诉在这里处理"
        return {"name": "审核台", "address": reverse("desk:dashboard"), "words": words}
    return {"name": "后台", "address": reverse("admin:index"), "words": "你的角色能做的都在这里"}


def _count_own_rows(user: User) -> Any:
    """The user with all counts as attributes, by one query."""
    unread = Q(not_before=None) | Q(not_before__lte=timezone.now())
    going_on = Application.objects.filter(
        status__in=[ApplicationStatus.APPLIED, ApplicationStatus.ACCEPTED]
    ).exclude(listing__status__in=_STOPPED)
    counts = {
        "unread": _count_user_rows(Notice.objects.filter(unread, read_at=None)),
        "applied": _count_user_rows(Application.objects.all(), "seeker"),
        "running": _count_user_rows(going_on, "seeker"),
        "accepted": _count_user_rows(going_on.filter(status=ApplicationStatus.ACCEPTED), "seeker"),
        "kept": _count_user_rows(SavedListing.objects.all()),
        "blocked": _count_user_rows(BlockedEmployer.objects.all()),
        "searching": count_rows(list_open_searches(user).filter(confirmed_at__isnull=False)),
        "reported": _count_user_rows(Report.objects.all(), "reporter"),
    }
    profile = SeekerProfile.objects.filter(user=OuterRef("pk"))
    return User.objects.annotate(**counts, has_profile=Exists(profile)).get(pk=user.pk)


def _count_user_rows(rows: QuerySet[Any], user_field: str = "user") -> Coalesce:
    return count_rows(rows.filter(**{user_field: OuterRef("pk")}))


def _build_rows(counts: Any) -> list[tuple[str, str, str]]:
    """(address, title, present state) of each page of the user."""
    running, accepted = counts.running or 0, counts.accepted or 0
    applications = f"{counts.applied} 个，都结束了" if counts.applied else "还没有报名"
    if running:
        applications = f"{running} 个在进行"
    if accepted:
        applications += f"，{accepted} 个已录用"
    return [
        ("/me/applications/", "我的报名", applications),
        ("/me/saved/", "收藏的兼职", f"{counts.kept} 条" if counts.kept else "还没有"),
        ("/me/searches/", "岗位订阅", f"{counts.searching} 个" if counts.searching else "还没有"),
        (
            reverse("listings:blocked"),
            "不看的单位",
            f"{counts.blocked} 家" if counts.blocked else "还没有",
        ),
        ("/me/profile/", "求职资料", "填好了" if counts.has_profile else "还没有填"),
        ("/me/inbox/", "站内信", f"{counts.unread} 条没看" if counts.unread else "都看过了"),
        (reverse("notice_settings"), "通知方式", "站内信、短信、邮件，夜里不打扰"),
        ("/me/reports/", "我的举报", f"{counts.reported} 个" if counts.reported else "还没有"),
        (reverse("account_security"), "登录与安全", "手机、邮箱、密码、登录过的设备"),
        (reverse("export"), "导出我的数据", "下载一份与你有关的全部数据"),
        (reverse("close"), "注销账号", "注销后删除什么、保留多久"),
    ]
