"""The page 通知方式, and the page of the link in each message, by which its kind is stopped by one tap."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts.choices import NoticeKind
from accounts.inbox.digests import describe_count
from accounts.inbox.notices import PAID_NOTICES_A_DAY
from accounts.inbox.preferences import SUBSCRIBED, stop_notices
from accounts.inbox.settings_form import NoticeSettingsForm
from accounts.inbox.stop_links import StoppedNotices, read_stop_code
from accounts.models import DigestLine, EmployerMember, SignedInRequest, User
from sitekit.forms.phone_numbers import format_phone
from sitekit.messages.channels import create_channels
from sitekit.messages.text_message_channel import TextMessageChannel
from sitekit.web.pages import page

LINES_SHOWN, LINES_LAST = 30, timedelta(days=7)


@page(takes="form", login=True, cache="never")
def show_notice_settings(request: SignedInRequest) -> HttpResponse:
    user = request.user
    is_employer = EmployerMember.objects.filter(user=user).exists()
    form = NoticeSettingsForm(
        request.POST if request.method == "POST" else None, user=user, is_employer=is_employer
    )
    if form.is_valid():
        form.save()
        messages.success(request, "已保存。")
        return redirect("notice_settings")
    context = {
        "form": form,
        "texts_to": format_phone(TextMessageChannel().get_notice_address(user)),
        "mails_to": user.email or "",
        "most_texts": int(PAID_NOTICES_A_DAY),
        "has_phone": bool(user.phone and user.phone_proved_at),
    }
    return render(request, "accounts/inbox/settings.html", context)


@csrf_exempt  # a mail program sends the POST without a cookie; the signed code is proof enough
@page(takes="form", cache="never")
def stop_by_link(request: HttpRequest, code: str) -> HttpResponse:
    """Show anyone who has the link the recent news of the subscriptions, and end the messages of its kind."""
    stopped = read_stop_code(code)
    if stopped is None:
        return _render_stop(request, "unusable", status=404)
    if stopped.kinds == [NoticeKind.SECURITY]:
        return _render_stop(request, "final")
    if request.method == "POST":
        _stop_user_notices(stopped)
    user = User.objects.filter(pk=stopped.user_id).first()
    if user is None or user.closed_at:
        return _render_stop(request, "stopped", stopped)
    choices = [user.notice_choices.get(kind.value, {}) for kind in stopped.kinds]
    is_stopped = all(choice.get(stopped.channel_name) is False for choice in choices)
    return _render_stop(request, "stopped" if is_stopped else "running", stopped)


def _stop_user_notices(stopped: StoppedNotices) -> None:
    with transaction.atomic():
        users = User.objects.select_for_update(of=("self",)).filter(closed_at=None)
        if user := users.filter(pk=stopped.user_id).first():
            stop_notices(user, stopped.kinds, stopped.channel_name)


def _render_stop(
    request: HttpRequest, state: str, stopped: StoppedNotices | None = None, status: int = 200
) -> HttpResponse:
    channel_name = kinds = ""
    lines: list[tuple[DigestLine, str]] = []
    if stopped:
        names = {
            channel.export_name: channel.model._meta.verbose_name for channel in create_channels()
        }
        channel_name = str(names[stopped.channel_name])
        kinds = "、".join(kind.label for kind in stopped.kinds)
        lines = _list_recent_lines(stopped)
    context = {"state": state, "kinds": kinds, "channel": channel_name, "lines": lines}
    return render(request, "accounts/inbox/stop.html", context, status=status)


def _list_recent_lines(stopped: StoppedNotices) -> list[tuple[DigestLine, str]]:
    """Return what the digests of the last days told of, with the count in words; nothing where the link is of
    other notices."""
    if tuple(stopped.kinds) != SUBSCRIBED:
        return []
    since = timezone.now() - LINES_LAST
    rows = DigestLine.objects.filter(user=stopped.user_id, texted_at__gt=since)
    return [
        (row, describe_count(row.count, row.count)) for row in rows.order_by("-pk")[:LINES_SHOWN]
    ]
