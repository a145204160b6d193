"""同事: who is of the staff, with which role and where; invitations, changes, and what each role may."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from accounts.choices import ACCOUNT_ACTION_LABELS, StaffRole
from accounts.models import AccountEvent, SignedInRequest, User
from accounts.sign_in.second_factor import list_factors
from accounts.staff import invitations
from accounts.staff.forms import InviteColleagueForm, PostForm, ReasonForm, build_initial
from accounts.staff.posts import (
    StaffChangeRefused,
    change_post,
    end_post,
    list_staff,
    may_manage_staff,
    may_see_staff,
)
from accounts.staff.rights import describe_account_changes
from accounts.staff.roles import RIGHTS
from accounts.staff.scope import find_post, get_terms
from accounts.staff.staff_pages import render_staff_page, staff_page
from accounts.staff.switching import may_switch_off
from sitekit.web.pages import show_refusal
from sitekit.web.paging import IdOrder, paginate

EVENTS_SHOWN = 50
STAFF_PAGE_SIZE = 50


@staff_page(takes="read", may=may_see_staff)
def show_staff(request: SignedInRequest) -> HttpResponse:
    factors = list_factors().filter(user=OuterRef("pk"))
    rows = list_staff(request.user).order_by().annotate(has_factor=Exists(factors))
    staff_list = paginate(rows, request, size=STAFF_PAGE_SIZE, order=IdOrder())
    colleagues = [{"user": user, "post": _describe_post(user)} for user in staff_list.rows]
    return render_staff_page(
        request,
        "accounts/staff/staff.html",
        "同事",
        colleagues=colleagues,
        may_manage=may_manage_staff(request.user),
        invitations=[
            {"row": row, "terms": get_terms(row), "is_backed": is_backed}
            for row, is_backed in invitations.list_shown_invitations(request.user)
        ],
        **staff_list.links,
    )


def _describe_post(user: User) -> str:
    post = find_post(user)
    if user.is_superuser:
        return "管理员 · 全国"
    return str(get_terms(post)) if post else "权限是一项一项给的 · 全国"


@staff_page(takes="read", may=lambda user: user.is_staff)
def show_roles(request: SignedInRequest) -> HttpResponse:
    """The table of `accounts.staff.roles`, which everybody of the staff may read."""
    groups = [
        (
            group.title,
            [
                (right.words, [(role.label, role in right.roles) for role in StaffRole])
                for right in group.rights
            ],
        )
        for group in RIGHTS
    ]
    post = find_post(request.user)
    own_role = StaffRole(post.role).label if post else ""
    return render_staff_page(
        request,
        "accounts/staff/roles.html",
        "谁能做什么",
        groups=groups,
        roles=[role.label for role in StaffRole],
        own_role=own_role,
        own_post=_describe_post(request.user),
        may_see=may_see_staff(request.user),
    )


@staff_page(takes="form", may=may_manage_staff)
def invite_new_colleague(request: SignedInRequest) -> HttpResponse:
    form = InviteColleagueForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        contact, reason = form.cleaned_data["contact"], form.cleaned_data["reason"]
        try:
            invitations.invite_colleague(request.user, contact, form.get_terms(), reason)
        except StaffChangeRefused as refused:
            form.add_error(None, str(refused))
        else:
            days = invitations.STAFF_INVITATION_LIFETIME.days
            messages.success(request, f"邀请马上发出，{days} 天内有效，只能用一次。")
            return redirect("staff")
    status = 422 if form.is_bound else 200
    return render_staff_page(request, "accounts/staff/invite.html", "邀请同事", status, form=form)


@staff_page(takes="post", may=may_manage_staff)
def withdraw_staff_invitation(request: SignedInRequest, pk: int) -> HttpResponse:
    with show_refusal(request):
        invitations.cancel_staff_invitation(pk, request.user)
        messages.success(request, "邀请撤回了，发出去的链接不再能用。")
    return redirect("staff")


@staff_page(takes="form", may=may_see_staff)
def show_colleague(request: SignedInRequest, pk: int) -> HttpResponse:
    """A colleague with the history; who may manage the staff changes role and places here."""
    colleague = get_object_or_404(list_staff(request.user), pk=pk)
    if request.method == "POST" and not may_manage_staff(request.user):
        raise PermissionDenied
    post = find_post(colleague)
    initial = build_initial(get_terms(post) if post else None)
    form = PostForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            change_post(pk, form.get_terms(), request.user, form.cleaned_data["reason"])
        except StaffChangeRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "改好了，对方所有的登录都已退出，重新登录就是新的权限。")
            return redirect("staff_colleague", pk)
    return _render_colleague(request, colleague, form, ReasonForm(auto_id="id_end_%s"))


@staff_page(takes="post", may=may_manage_staff)
def end_colleague(request: SignedInRequest, pk: int) -> HttpResponse:
    colleague = get_object_or_404(list_staff(request.user), pk=pk)
    form = ReasonForm(request.POST, auto_id="id_end_%s")
    if form.is_valid():
        try:
            end_post(pk, request.user, form.cleaned_data["reason"])
        except StaffChangeRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{colleague}的权限收回了，所有的登录都已退出。")
            return redirect("staff")
    post = find_post(colleague)
    return _render_colleague(
        request, colleague, PostForm(initial=build_initial(get_terms(post) if post else None)), form
    )


def _render_colleague(
    request: SignedInRequest, colleague: User, form: PostForm, end_form: ReasonForm
) -> HttpResponse:
    is_own = colleague.pk == request.user.pk
    is_beyond = colleague.is_superuser and not request.user.is_superuser
    return render_staff_page(
        request,
        "accounts/staff/colleague.html",
        str(colleague),
        422 if form.is_bound or end_form.is_bound else 200,
        colleague=colleague,
        post=_describe_post(colleague),
        form=form,
        end_form=end_form,
        may_change=may_manage_staff(request.user) and not (is_own or is_beyond),
        may_switch=may_switch_off(request.user) and not (is_own or is_beyond),
        is_own=is_own,
        events=list_account_events(colleague),
    )


def list_account_events(user: User) -> list[tuple[str, AccountEvent, str]]:
    """Return what was done to an account in words, the newest first, and what it changed."""
    events = user.account_events.select_related("actor").order_by("-pk")[:EVENTS_SHOWN]
    return [
        (
            ACCOUNT_ACTION_LABELS.get(event.action, event.action),
            event,
            describe_account_changes(event.changes),
        )
        for event in events
    ]
