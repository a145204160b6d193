"""成员: an owner invites, changes roles, takes out; everybody may leave; an invited person joins."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from accounts.employers import invitations
from accounts.employers.forms import InviteForm
from accounts.employers.membership import (
    CURRENT_EMPLOYER_KEY,
    OWNER,
    get_own_employer,
    list_user_employers,
    require_owner,
)
from accounts.models import EmployerMember
from sitekit.web.pages import page
from sitekit.web.signed_links import LinkUnusable


@page(takes="form", login=True, cache="never")
def show_members(request):
    """Everybody of the employer sees who acts for it; only owners change it."""
    employer = get_own_employer(request)
    form = InviteForm()
    if request.method == "POST":
        employer = require_owner(request)
        form = InviteForm(request.POST)
        if form.is_valid() and _invited(request, employer, form):
            return redirect("accounts:members")
    rows = employer.memberships.select_related("user").order_by("role", "pk")
    context = {
        "employer": employer,
        "form": form,
        "is_owner": employer.role == OWNER,
        "members": rows,
        "roles": EmployerMember.Role.choices,
        "invitations": invitations.open_of(employer),
    }
    return render(request, "accounts/employers/members.html", context)


def _invited(request, employer, form):
    answers = form.cleaned_data
    try:
        invitations.invite_member(employer.pk, request.user, answers["email"], answers["role"])
    except invitations.MembershipRefused as refused:
        form.add_error("email", str(refused))
        return False
    messages.success(request, "邀请信马上发出，7 天内有效。")
    return True


@page(takes="post", login=True, cache="never")
def change_member_role(request, pk):
    employer = require_owner(request)
    member = get_object_or_404(employer.memberships, pk=pk)
    wanted = request.POST.get("role", "")
    if wanted not in EmployerMember.Role.values:
        raise Http404("没有这种角色。")
    try:
        invitations.change_role(employer.pk, member.pk, wanted, request.user)
    except invitations.MembershipRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "角色改好了。")
    return redirect("accounts:members")


@page(takes="post", login=True, cache="never")
def remove_employer_member(request, pk):
    employer = require_owner(request)
    member = get_object_or_404(employer.memberships, pk=pk)
    return _gone(request, employer, member, "移除了。")


@page(takes="post", login=True, cache="never")
def leave_employer(request):
    employer = get_own_employer(request)
    member = get_object_or_404(employer.memberships, user=request.user)
    return _gone(request, employer, member, f"你已经离开「{employer.name}」。")


def _gone(request, employer, member, words):
    try:
        invitations.remove_member(employer.pk, member.pk, request.user)
    except invitations.MembershipRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
        if member.user_id == request.user.pk:
            request.session.pop(CURRENT_EMPLOYER_KEY, None)
            if not list_user_employers(request.user):
                return redirect("accounts:register")
    return redirect("accounts:members")


@page(takes="post", login=True, cache="never")
def withdraw_member_invitation(request, pk):
    employer = require_owner(request)
    invitations.withdraw_invitation(get_object_or_404(employer.invitations, pk=pk))
    messages.success(request, "邀请撤回了，信里的链接不再能用。")
    return redirect("accounts:members")


@page(takes="form", login=True, cache="never")
def join_employer(request, token):
    try:
        row = invitations.find_invitation(token)
    except LinkUnusable:
        return render(request, "accounts/employers/join.html", {"state": "unusable"}, status=404)
    if row is None:
        return render(request, "accounts/employers/join.html", {"state": "over"}, status=410)
    if request.method == "POST":
        employer = invitations.accept_invitation(row.pk, request.user)
        if employer is None:
            return render(request, "accounts/employers/join.html", {"state": "over"}, status=410)
        request.session[CURRENT_EMPLOYER_KEY] = employer.pk
        messages.success(request, f"你现在是「{employer.name}」的{row.get_role_display()}。")
        return redirect("accounts:members")
    context = {"state": "open", "invitation": row, "organisation": row.employer.name}
    return render(request, "accounts/employers/join.html", context)
