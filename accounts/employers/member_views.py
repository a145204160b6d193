"""成员: owners invite, change roles and remove; members may leave; invited users join."""

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.employers import invitations
from accounts.employers.forms import InviteMemberForm
from accounts.employers.membership import (
    CURRENT_EMPLOYER_KEY,
    OWNER_ROLE,
    get_own_employer,
    list_user_employers,
    require_owner,
)
from accounts.employers.registration import SANCTIONED_STATUSES
from accounts.employers.small_forms import SmallForm, render_small_form
from accounts.inbox.invitation_messages import is_own_contact, is_phone
from accounts.models import (
    Employer,
    EmployerInvitation,
    EmployerMember,
    SignedInRequest,
    get_signed_in_user,
)
from sitekit.web.pages import page, show_refusal
from sitekit.web.signed_links import LinkUnusable
from sitekit.workflow.refusals import get_row_or_refuse


@page(takes="form", login=True, cache="never")
def show_members(request: SignedInRequest) -> HttpResponse:
    """All members see the list; only owners change it."""
    employer = get_own_employer(request)
    form = InviteMemberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        employer = require_owner(request)
    if form.is_valid():
        contact, role = form.cleaned_data["contact"], form.cleaned_data["role"]
        try:
            invitations.invite_member(employer.pk, request.user, contact, role)
        except invitations.MembershipRefused as refused:
            form.add_error("contact", str(refused))
        else:
            messages.success(request, "邀请马上发出，7 天内有效。")
            return redirect("accounts:members")
    members = list(employer.memberships.select_related("user").order_by("role", "pk"))
    why_fixed = _explain_fixed_owners(employer, members)
    for member in members:
        member.fixed_words = why_fixed.words if member.role == OWNER_ROLE else ""
        is_self = member.user_id == request.user.pk
        member.may_be_removed = not is_self and not member.fixed_words
    is_owner = employer.role == OWNER_ROLE
    context = {
        "employer": employer,
        "form": form,
        "is_owner": is_owner,
        "why_not_leave": why_fixed.why_not_leave if is_owner else "",
        "members": members,
        "roles": EmployerMember.Role.choices,
        "invitations": invitations.list_employer_invitations(employer),
    }
    return render(request, "accounts/employers/members.html", context)


class _FixedOwners(NamedTuple):
    """Why no owner may leave or get another role: beside each owner, and to an owner who would leave."""

    words: str = ""
    why_not_leave: str = ""


def _explain_fixed_owners(employer: Employer, members: list[EmployerMember]) -> _FixedOwners:
    if employer.status in SANCTIONED_STATUSES:
        return _FixedOwners(
            "单位停着，负责人现在不能换", "单位已冻结或在黑名单里，负责人现在不能离开。"
        )
    if [member.role for member in members].count(OWNER_ROLE) == 1:
        return _FixedOwners(
            "只有这一位负责人", "单位要有一位负责人：先让别人当负责人，你才能离开。"
        )
    return _FixedOwners()


@page(takes="post", login=True, cache="never")
def change_member_role(request: SignedInRequest, pk: int) -> HttpResponse:
    employer = require_owner(request)
    role = request.POST.get("role", "")
    if role not in EmployerMember.Role.values:
        raise Http404("没有这种角色。")
    with show_refusal(request):
        invitations.change_role(employer.pk, pk, role, request.user)
        messages.success(request, "角色改好了。")
    return redirect("accounts:members")


@page(takes="form", login=True, cache="never")
def remove_member(request: SignedInRequest, pk: int) -> HttpResponse:
    employer = require_owner(request)
    words = "以后不能再替单位发兼职、看报名；发过的兼职留在单位里。想让对方回来，要重新邀请。"
    answer: HttpResponse = redirect("accounts:members")
    with show_refusal(request):
        members = employer.memberships.select_related("user")
        member = get_row_or_refuse(members, invitations.MEMBER_GONE_MESSAGE, pk=pk)
        if request.method == "POST":
            answer = _remove_employer_member(request, employer, member, "移除了。")
        else:
            heading = f"移除{member.user}？"
            answer = _render_member_confirmation(request, employer, heading, words, "移除")
    return answer


@page(takes="form", login=True, cache="never")
def leave_employer(request: SignedInRequest) -> HttpResponse:
    employer = get_own_employer(request)
    member = get_object_or_404(employer.memberships, user=request.user)
    if request.method != "POST":
        words = "离开以后不能再替它发兼职、看报名；你发过的兼职留在单位里。想回来，要请负责人邀请。"
        return _render_member_confirmation(
            request, employer, f"离开「{employer.name}」？", words, "离开"
        )
    return _remove_employer_member(request, employer, member, f"你已经离开「{employer.name}」。")


def _render_member_confirmation(
    request: SignedInRequest, employer: Employer, heading: str, words: str, button: str
) -> HttpResponse:
    small = SmallForm(
        title=button,
        heading=heading,
        words=words,
        button=button,
        is_final=True,
        part="members",
        back=reverse("accounts:members"),
    )
    return render_small_form(request, employer, small)


def _remove_employer_member(
    request: SignedInRequest, employer: Employer, member: EmployerMember, words: str
) -> HttpResponse:
    with show_refusal(request):
        invitations.remove_employer_member(employer.pk, member.pk, request.user)
        messages.success(request, words)
        if member.user_id == request.user.pk:
            request.session.pop(CURRENT_EMPLOYER_KEY, None)
            if not list_user_employers(request.user):
                return redirect("accounts:register")
    return redirect("accounts:members")


@page(takes="post", login=True, cache="never")
def withdraw_invitation(request: SignedInRequest, pk: int) -> HttpResponse:
    employer = require_owner(request)
    with show_refusal(request):
        invitations.cancel_employer_invitation(employer, pk)
        messages.success(request, "邀请撤回了，发出去的链接不再能用。")
    return redirect("accounts:members")


@page(takes="form", cache="never", purpose="接受邀请")
def join_employer(request: HttpRequest, token: str) -> HttpResponseBase:
    """A link that lets nobody in says so before it asks for a login."""
    try:
        invitation = invitations.find_invitation(token)
    except LinkUnusable:
        return render(request, "accounts/employers/join.html", {"state": "unusable"}, status=404)
    if invitation is None:
        return _answer_closed_link(request, token)
    return _join_by_invitation(request, invitation, token)


@page(takes="form", login=True, cache="never")
def _join_by_invitation(
    request: SignedInRequest, invitation: EmployerInvitation, token: str
) -> HttpResponse:
    if not is_own_contact(invitation.email, request.user):
        context = {"state": "other", "is_by_phone": is_phone(invitation.email)}
        return render(request, "accounts/employers/join.html", context, status=403)
    status = 200
    if request.method == "POST":
        try:
            employer = invitations.accept_employer_invitation(invitation.pk, request.user)
        except invitations.MembershipRefused as refused:
            messages.error(request, str(refused))
            status = 409
        else:
            if employer is None:
                return _answer_closed_link(request, token)
            return _answer_accepted(request, invitation, employer)
    context = {
        "state": "open",
        "invitation": invitation,
        "organisation": invitations.get_inviting_name(invitation),
        "by": invitations.get_inviter_name(invitation),
    }
    return render(request, "accounts/employers/join.html", context, status=status)


def _answer_closed_link(request: HttpRequest, token: str) -> HttpResponse:
    """Redirect a user who has joined by this link before, or pressed twice, to the employer."""
    user = get_signed_in_user(request)
    joined = invitations.find_joined_employer(token, user) if user else None
    if joined is None:
        return render(request, "accounts/employers/join.html", {"state": "over"}, status=410)
    request.session[CURRENT_EMPLOYER_KEY] = joined.pk
    messages.info(request, f"你已经加入「{joined.name}」了。")
    return redirect("accounts:members")


def _answer_accepted(
    request: SignedInRequest, invitation: EmployerInvitation, employer: Employer
) -> HttpResponse:
    request.session[CURRENT_EMPLOYER_KEY] = employer.pk
    label = EmployerMember.Role(employer.role).label
    if employer.role == invitation.role:
        messages.success(request, f"你现在是「{employer.name}」的{label}。")
    else:
        words = f"你早就是「{employer.name}」的{label}，角色没有变。要换，请负责人在「成员」里改。"
        messages.info(request, words)
    return redirect("accounts:members")
