"""登录过的设备: the list of sessions, and logging out other devices."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.models import SignedInRequest
from accounts.security.device_names import name_device
from accounts.security.sessions import end_all_sessions
from sitekit.web.pages import page, show_refusal
from sitekit.workflow.refusals import get_row_or_refuse


@page(takes="read", login=True, cache="never")
def show_devices(request: SignedInRequest) -> HttpResponse:
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
def end_other_sessions(request: SignedInRequest) -> HttpResponse:
    end_all_sessions(request.user, kept_session_key=request.session.session_key)
    messages.success(request, "别的设备都已退出登录。")
    return redirect("usersessions_list")


@page(takes="post", login=True, cache="never")
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    with show_refusal(request):
        sessions = UserSession.objects.filter(user=request.user)
        session = get_row_or_refuse(sessions, "那台设备已经退出过了。", pk=pk)
        if session.session_key != request.session.session_key:
            session.end()
            messages.success(request, "那台设备已退出登录。")
    return redirect("usersessions_list")
