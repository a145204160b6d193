"""What a person asks the operator for: to be told what is kept, to have listings withdrawn, and to be erased."""

from contextlib import suppress
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from accounts.admin.recorded_edits import record_change, render_history
from accounts.choices import NoticeKind
from accounts.employers.membership import build_desk_address
from accounts.inbox.notices import send_notice
from accounts.models import Employer, EmployerMember, SignedInRequest, User
from accounts.personal_data import list_employers_without_other_members
from accounts.sign_in.allauth_adapter import send_security_notice
from accounts.staff.posts import StaffChangeRefused, require_changeable_account
from accounts.staff.scope import get_staff_scope
from accounts.staff.switching import list_people_in_scope
from jobsite.me.personal_data import (
    ClosingRefused,
    build_export_archive,
    close_account,
    list_closing_obstacles,
)
from jobsite.monitoring.operators import operator_page
from listings.choices import ListingStatus
from listings.listing_moves.own_moves import WITHDRAWABLE, move_own_listing
from listings.models import Listing
from sitekit.forms.fields import ReasonField
from sitekit.forms.phone_numbers import normalise_phone
from sitekit.web.row_ids import parse_row_id
from sitekit.workflow.refusals import MoveRefused, Refusal

REQUEST_KINDS = ("export", "withdraw", "erase")
OBSTACLE_ELSEWHERE = "有一家单位不在你负责的地区，那边也要先办完：请负责全国的同事来办。"
CLOSED_BEFORE = "账号已经注销了，没有什么可办的。"
ERASE_PERMISSION = "accounts.delete_user"


class PersonRequestRefused(Refusal):
    """Says in Chinese why nothing was done for the person."""


def describe_missing_person(viewer: User) -> str:
    """Say that no account was found, in the same words whether there is none or it lies elsewhere: the answer must
    not tell which."""
    if get_staff_scope(viewer).codes is None:
        return "没有这个账号。"
    return "你负责的地区里没有这个账号，请负责全国的同事来办。"


class FindForm(forms.Form):
    who = forms.CharField(
        label="手机号、邮箱或账号编号",
        max_length=120,
        help_text="要写全，只写一部分查不到。",
        error_messages={"required": "写一个手机号、邮箱或账号编号。"},
    )

    def __init__(self, viewer: User, data: Any = None) -> None:
        super().__init__(data)
        self.viewer = viewer

    def clean_who(self) -> User:
        typed = self.cleaned_data["who"].strip()
        number = parse_row_id(typed)
        query = Q(email=typed.lower()) | Q(pk=number if number is not None else 0)
        with suppress(ValueError):
            query |= Q(phone=normalise_phone(typed))
        user = list_people_in_scope(User.objects.filter(query), self.viewer).first()
        if user is None:
            raise forms.ValidationError(describe_missing_person(self.viewer))
        return user


class PersonRequestForm(forms.Form):
    reason = ReasonField(
        label="为什么",
        example="本人来电，核对过手机",
        help_text="谁要求的、怎么核对的身份。记在经过里。",
        error_messages={"required": "写一句为什么。"},
        widget=forms.Textarea({"rows": 2, "class": "vLargeTextField"}),
    )
    deed = forms.ChoiceField(
        choices=[(deed, deed) for deed in REQUEST_KINDS],
        error_messages={"required": "选一件要做的。"},
    )
    sure_to_withdraw = forms.BooleanField(
        required=False, label="我核对过身份，确定撤回：撤回了不能恢复，只能重新发。"
    )
    sure = forms.BooleanField(
        required=False, label="我核对过身份，确定注销：个人数据马上删掉，找不回来。"
    )

    def clean(self) -> dict[str, Any]:
        """Erasing and withdrawing have no way back, so one press does not do it."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("deed") == "withdraw" and not cleaned.get("sure_to_withdraw"):
            self.add_error("sure_to_withdraw", "撤回了不能恢复：先勾上这一句。")
        if cleaned.get("deed") == "erase" and not cleaned.get("sure"):
            self.add_error("sure", "注销以后找不回来：先勾上这一句。")
        return cleaned


def _require_right(request: SignedInRequest) -> None:
    if not request.user.has_perm(ERASE_PERMISSION):
        raise PermissionDenied


@operator_page(takes="form")
def find_person(request: SignedInRequest) -> HttpResponse:
    """A contact is posted, so that it stands in no address and in no log."""
    _require_right(request)
    form = FindForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect("person_request", form.cleaned_data["who"].pk)
    context = {**admin.site.each_context(request), "title": "个人的请求", "form": form}
    return TemplateResponse(request, "jobsite/person_requests/find.html", context)


@operator_page(takes="form")
def show_person(request: SignedInRequest, pk: int) -> HttpResponseBase:
    _require_right(request)
    people = list_people_in_scope(User.objects.all(), request.user)
    person = get_object_or_404(people, pk=pk)
    form = PersonRequestForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        deed, reason = form.cleaned_data["deed"], form.cleaned_data["reason"]
        try:
            answer = _carry_out_person_request(request, person, deed, reason)
        except PersonRequestRefused as refused:
            messages.error(request, str(refused))
            status = 409  # with what was typed
        else:
            if answer:
                return answer
            # An erased person is no member any more, and belongs to no place.
            is_there = people.filter(pk=pk).exists()
            return redirect("person_request", pk) if is_there else redirect("person_requests")
    context = {
        **admin.site.each_context(request),
        "title": f"个人的请求：{str(person) or f'编号 {person.pk}'}",
        "person": person,
        "form": form,
        **_list_memberships(person, request.user),
        "withdrawable_count": _list_withdrawable(person, request.user).count(),
        "obstacles": _list_staff_obstacles(person, request.user),
        "history": render_history(User, str(person.pk)),
    }
    return TemplateResponse(request, "jobsite/person_requests/person.html", context, status=status)


def _list_memberships(person: User, viewer: User) -> dict[str, Any]:
    """Return those in the viewer's places, and whether there are others, of which nothing is named."""
    memberships = EmployerMember.objects.filter(user=person).select_related("employer")
    scope = get_staff_scope(viewer)
    shown = [row for row in memberships if scope.covers_region(row.employer.region_id)]
    return {"employers": shown, "has_more_elsewhere": len(shown) < len(memberships)}


def _list_withdrawable(person: User, viewer: User) -> QuerySet[Listing]:
    """Return the listings for which nobody else answers. What is held goes on waiting for a moderator."""
    is_in_scope = get_staff_scope(viewer).build_condition("region")
    employers = list_employers_without_other_members(person).filter(is_in_scope)
    return Listing.objects.filter(employer__in=employers, status__in=WITHDRAWABLE).order_by("pk")


def _list_staff_obstacles(person: User, viewer: User) -> list[dict[str, str]]:
    """Return for each the words, and the address of the first page for it that the viewer may open."""
    scope = get_staff_scope(viewer)
    rows = []
    for obstacle in list_closing_obstacles(person):
        words, ways = obstacle.staff_words, obstacle.staff_ways
        if obstacle.region is not None and not scope.covers_region(obstacle.region):
            words, ways = OBSTACLE_ELSEWHERE, ()
        address = next((way.address for way in ways if viewer.has_perm(way.right)), "")
        rows.append({"words": words, "address": address})
    return rows


def _carry_out_person_request(
    request: SignedInRequest, person: User, deed: str, reason: str
) -> HttpResponseBase | None:
    if refusal := _find_refusal(person, request.user):
        raise PersonRequestRefused(refusal)
    if deed == "export":
        with transaction.atomic():
            record_change(request.user, person, {"导出个人数据": ["", "给了本人"]}, reason)
            if person != request.user:  # somebody else may have asked in the person's name
                send_security_notice(person, "数据由工作人员导出了一份", is_by_staff=True)
        return FileResponse(
            build_export_archive(person),
            as_attachment=True,
            filename=f"person-{person.pk}.zip",
            content_type="application/zip",
        )
    if deed == "withdraw":
        _withdraw_listings(request, person, reason)
    else:
        _close_person_account(request, person, reason)
    return None


def _find_refusal(person: User, actor: User) -> str:
    """Return why nothing is done for the person, in a Chinese sentence: the account is closed, or above the actor,
    which their own is not."""
    if person.closed_at:
        return CLOSED_BEFORE
    try:
        if person != actor:
            require_changeable_account(person, actor)
    except StaffChangeRefused as refused:
        return str(refused)
    return ""


def _withdraw_listings(request: SignedInRequest, person: User, reason: str) -> None:
    """Withdraw the listings as the person could do it: applicants are told. The person is told, too, as somebody
    else may have asked for it."""
    listings = list(_list_withdrawable(person, request.user).select_related("employer"))
    if not listings:
        raise PersonRequestRefused("没有可以撤回的兼职了。")
    change_words = f"撤回 {len(listings)} 条"
    try:
        with transaction.atomic():
            for listing in listings:
                move_own_listing(listing.pk, ListingStatus.WITHDRAWN, request.user, reason)
            record_change(request.user, person, {"名下的兼职": ["", change_words]}, reason)
            _notify_of_withdrawal(person, listings, reason)
    except MoveRefused as refused:  # moved by somebody else meanwhile
        raise PersonRequestRefused(f"一条也没有撤回：{refused}") from refused
    messages.success(request, f"{change_words}兼职，报名的人和本人都会收到通知。")


def _notify_of_withdrawal(person: User, listings: list[Listing], reason: str) -> None:
    """One notice for each employer: it leads to the desk of that one."""
    by_employer: dict[Employer, list[Listing]] = {}
    for listing in listings:
        by_employer.setdefault(cast("Employer", listing.employer), []).append(listing)
    for employer, withdrawn in by_employer.items():
        send_notice(
            person,
            f"withdrawn-on-request-{withdrawn[-1].pk}",
            f"工作人员替你撤回了 {len(withdrawn)} 条兼职",
            f"单位：{employer.name}\n原因：{reason}\n不是你要求的？打页面底部的投诉电话。",
            kind=NoticeKind.HIRING,
            address=build_desk_address("/employer/", employer.pk),
            button="去看看",
            text_message=True,
        )


def _close_person_account(request: SignedInRequest, person: User, reason: str) -> None:
    """Close the account as the person could do it; what the law asks to keep stays."""
    try:
        with transaction.atomic():
            if not close_account(person.pk):
                raise PersonRequestRefused(CLOSED_BEFORE)
            closed = User.objects.get(pk=person.pk)
            record_change(request.user, closed, {"账号": ["", "注销"]}, reason)
    except ClosingRefused as refused:
        raise PersonRequestRefused("没有注销：先办完下面写的。") from refused
    messages.success(request, "账号注销了，个人数据已经删掉。")
