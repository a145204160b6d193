"""Accepting an invitation to the staff. The token of the link is left behind at once: the address of the page
that follows, and all that lead back to it, name no invitation."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.inbox.invitation_messages import is_own_contact, is_phone
from accounts.models import SignedInRequest
from accounts.sign_in.second_factor import (
    get_second_factor_page,
    has_given_second_factor,
    list_factor_types,
)
from accounts.staff.invitations import (
    accept_staff_invitation,
    find_open_invitation,
    list_missing_keys,
    read_invitation_link,
)
from accounts.staff.scope import get_terms
from sitekit.web.pages import page, show_refusal
from sitekit.web.signed_links import LinkUnusable

INVITATION_KEY = "staff_invitation"  # in the session
TEMPLATE = "accounts/staff/join.html"


@page(takes="read", cache="never")
def open_invitation_link(request: HttpRequest, token: str) -> HttpResponse:
    try:
        invitation_id = read_invitation_link(token)
    except LinkUnusable:
        return render(request, TEMPLATE, {"state": "unusable"}, status=404)
    if find_open_invitation(invitation_id) is None:
        return render(request, TEMPLATE, {"state": "over"}, status=410)
    request.session[INVITATION_KEY] = invitation_id
    return redirect("accounts:staff_join")


@page(takes="form", login=True, cache="never", purpose="接受邀请")
def join_staff(request: SignedInRequest) -> HttpResponse:
    """Ask for one thing after the other: a password or a passkey, the second factor, and only then give the rights."""
    invitation = find_open_invitation(request.session.get(INVITATION_KEY))
    if invitation is None:
        return render(request, TEMPLATE, {"state": "over"}, status=410)
    if not is_own_contact(invitation.email, request.user):
        if request.method == "POST" and "other_account" in request.POST:
            return _sign_out_for_invitation(request, invitation.pk)
        context = {"state": "other", "is_by_phone": is_phone(invitation.email)}
        return render(request, TEMPLATE, context, status=403)
    missing = list_missing_keys(request.user)
    has_factor = bool(list_factor_types(request.user))
    is_ready = not missing and has_given_second_factor(request)
    if request.method == "POST" and is_ready:
        way_on = "accounts:staff_join"
        with show_refusal(request):
            accept_staff_invitation(invitation.pk, request.user, request.session.session_key)
            del request.session[INVITATION_KEY]
            messages.success(request, f"你现在是{get_terms(invitation)}。")
            way_on = "admin:index"
        return redirect(way_on)
    context = {
        "state": "open",
        "terms": get_terms(invitation),
        "by": invitation.invited_by.name or "一位同事",
        "needs_password": "password" in missing,
        "has_factor": has_factor,
        "factor_page": get_second_factor_page(request.user) if has_factor else "mfa_activate_totp",
        "is_ready": is_ready,
    }
    return render(request, TEMPLATE, context, status=422 if request.method == "POST" else 200)


def _sign_out_for_invitation(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Sign out and lead to signing in. The invitation is kept in the new session, as it was in the old one."""
    logout(request)
    request.session[INVITATION_KEY] = invitation_id
    return redirect(f"{reverse('account_login')}?next={reverse('accounts:staff_join')}")
