"""The inbox: the notices of a user, and whether they also leave by mail or text message."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.inbox.notices import list_visible_notices
from accounts.models import SignedInRequest
from sitekit.forms.phone_numbers import format_phone
from sitekit.messages.text_message_channel import TextMessageChannel
from sitekit.web.pages import page
from sitekit.web.paging import IdOrder, paginate

NOTICE_PAGE_SIZE = 20


@page(takes="read", login=True, cache="never")
def show_inbox(request: SignedInRequest) -> HttpResponse:
    notices = list_visible_notices(request.user)
    notice_page = paginate(notices, request, size=NOTICE_PAGE_SIZE, order=IdOrder())
    unread = notices.filter(read_at=None).count()
    texts_to = format_phone(TextMessageChannel().get_notice_address(request.user))
    context = {"notices": notice_page.rows, "unread": unread, "texts_to": texts_to}
    context |= notice_page.links
    return render(request, "accounts/inbox/inbox.html", context)


@page(takes="post", login=True, cache="never")
def open_notice(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark it as read and redirect to its address."""
    notice = get_object_or_404(list_visible_notices(request.user), pk=pk)
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    is_ours = url_has_allowed_host_and_scheme(notice.address, allowed_hosts=None)
    return redirect(notice.address if notice.address and is_ours else "inbox")


@page(takes="post", login=True, cache="never")
def mark_all_read(request: SignedInRequest) -> HttpResponse:
    list_visible_notices(request.user).filter(read_at=None).update(read_at=timezone.now())
    return redirect("inbox")


@page(takes="post", login=True, cache="never")
def set_wants_mail(request: SignedInRequest) -> HttpResponse:
    """`on` is the new value, so that a form sent twice changes nothing."""
    user = request.user
    user.wants_mail = request.POST.get("on") == "1"
    user.save(update_fields=["wants_mail"])
    if user.email:
        words = (
            "以后站内信也会发到邮箱。" if user.wants_mail else "以后只在站内告诉你，不再发邮件。"
        )
    else:
        words = (
            "以后重要的站内信也发短信。" if user.wants_mail else "以后只在站内告诉你，不再发短信。"
        )
    messages.success(request, words)
    return redirect("inbox")
