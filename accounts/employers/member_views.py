"""成员: an owner invites, changes roles, takes out; everybody may leave; an invited person joins."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from accounts.employers import invitations
from accounts.employers import membership as employers
from accounts.employers.forms import InviteForm
from accounts.models import EmployerMember
from sitekit.web import signed_links as signed
from sitekit.web.pages import page


@page(takes="form", login=True, cache="never")
def members(request):
    """Everybody of the employer sees who acts for it; only owners change it."""
    employer = employers.mine(request)
    form = InviteForm()
    if request.method == "POST":
        employer = employers.require_owner(request)
        form = InviteForm(request.POST)
        if form.is_valid() and _invited(request, employer, form):
            return redirect("accounts:members")
    rows = employer.memberships.select_related("user").order_by("role", "pk")
    context = {
        "employer": employer,
        "form": form,
        "is_owner": employer.role == employers.OWNER,
        "members": rows,
        "roles": EmployerMember.Role.choices,
        "invitations": invitations.open_of(employer),
    }
    return render(request, "accounts/employers/members.html", context)


def _invited(request, employer, form):
    answers = form.cleaned_data
    try:
        invitations.invite(employer.pk, request.user, answers["email"], answers["role"])
    except invitations.Refused as refused:
        form.add_error("email", str(refused))
        return False
    messages.success(request, "邀请信马上发出，7 天内有效。")
    return True


@page(takes="post", login=True, cache="never")
def role(request, pk):
    employer = employers.require_owner(request)
    member = get_object_or_404(employer.memberships, pk=pk)
    wanted = request.POST.get("role", "")
    if wanted not in EmployerMember.Role.values:
        raise Http404("没有这种角色。")
    try:
        invitations.change_role(employer.pk, member.pk, wanted, request.user)
    except invitations.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "角色改好了。")
    return redirect("accounts:members")


@page(takes="post", login=True, cache="never")
def remove(request, pk):
    employer = employers.require_owner(request)
    member = get_object_or_404(employer.memberships, pk=pk)
    return _gone(request, employer, member, "移除了。")


@page(takes="post", login=True, cache="never")
def leave(request):
    employer = employers.mine(request)
    member = get_object_or_404(employer.memberships, user=request.user)
    return _gone(request, employer, member, f"你已经离开「{employer.name}」。")


def _gone(request, employer, member, words):
    try:
        invitations.remove(employer.pk, member.pk, request.user)
    except invitations.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
        if member.user_id == request.user.pk:
            request.session.pop(employers.REMEMBERED, None)
            if not employers.desks(request.user):
                return redirect("accounts:register")
    return redirect("accounts:members")


@page(takes="post", login=True, cache="never")
def withdraw(request, pk):
    employer = employers.require_owner(request)
    invitations.withdraw(get_object_or_404(employer.invitations, pk=pk))
    messages.success(request, "邀请撤回了，信里的链接不再能用。")
    return redirect("accounts:members")


@page(takes="form", login=True, cache="never")
def join(request, token):
    try:
        row = invitations.find(token)
    except signed.Unusable:
        return render(request, "accounts/employers/join.html", {"state": "unusable"}, status=404)
    if row is None:
        return render(request, "accounts/employers/join.html", {"state": "over"}, status=410)
    if request.method == "POST":
        employer = invitations.accept(row.pk, request.user)
        if employer is None:
            return render(request, "accounts/employers/join.html", {"state": "over"}, status=410)
        request.session[employers.REMEMBERED] = employer.pk
        messages.success(request, f"你现在是「{employer.name}」的{row.get_role_display()}。")
        return redirect("accounts:members")
    context = {"state": "open", "invitation": row, "organisation": row.employer.name}
    return render(request, "accounts/employers/join.html", context)
