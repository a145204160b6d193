"""登录过的设备: seen, and signed out from afar."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from accounts.security.device_names import name_device
from sitekit.web.pages import page


@page(takes="read", login=True, cache="never")
def devices_page(request):
    rows = [
        {
            "session": session,
            "name": name_device(session.user_agent),
            "is_this": session.session_key == request.session.session_key,
        }
        for session in UserSession.objects.purge_and_list(request.user)
    ]
    rows.sort(key=lambda row: (not row["is_this"], -row["session"].pk))
    others = sum(not row["is_this"] for row in rows)
    return render(request, "usersessions/list.html", {"rows": rows, "others": others})


@page(takes="post", login=True, cache="never")
def end_others(request):
    mine = UserSession.objects.filter(user=request.user)
    for session in mine.exclude(session_key=request.session.session_key):
        session.end()
    messages.success(request, "别的设备都已退出登录。")
    return redirect("usersessions_list")


@page(takes="post", login=True, cache="never")
def end_session(request, pk):
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.session_key != request.session.session_key:
        session.end()
        messages.success(request, "那台设备已退出登录。")
    return redirect("usersessions_list")
