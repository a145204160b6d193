"""The inbox: the notices of a user."""

from contextlib import suppress
from datetime import datetime
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.inbox.notices import list_visible_notices
from accounts.models import SignedInRequest
from sitekit.forms.undo import UNDO, add_undo, is_undo, offer_undo
from sitekit.web.pages import page
from sitekit.web.paging import IdOrder, paginate

NOTICE_PAGE_SIZE = 20


@page(takes="read", login=True, cache="never")
def show_inbox(request: SignedInRequest) -> HttpResponse:
    notices = list_visible_notices(request.user)
    notice_page = paginate(notices, request, size=NOTICE_PAGE_SIZE, order=IdOrder())
    unread = notices.filter(read_at=None).count()
    context = {"notices": notice_page.rows, "unread": unread} | notice_page.links
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
    """Mark all as read, or with the moment of that as `undo` the same ones as unread again."""
    notices = list_visible_notices(request.user)
    if is_undo(request):
        with suppress(ValueError):
            at = datetime.fromisoformat(request.GET[UNDO])
            notices.filter(read_at=at).update(read_at=None)
        return redirect("inbox")
    now = timezone.now()
    if count := notices.filter(read_at=None).update(read_at=now):
        address = add_undo(request.path, quote(now.isoformat()))
        offer_undo(request, f"{count} 条都标为已读了。", address)
    return redirect("inbox")
