"""在所有设备退出登录: one account or several, with a reason; nothing else of them changes."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import SignedInRequest, User
from accounts.staff.forms import ReasonForm
from accounts.staff.posts import StaffChangeRefused
from accounts.staff.staff_pages import render_staff_page, staff_page
from accounts.staff.switching import list_people_in_scope, may_switch_off, sign_out_user
from sitekit.web.row_ids import parse_row_id

MAX_SIGNED_OUT = 100
PEOPLE_PARAMETER = "people"


def build_sign_out_url(numbers: Iterable[int]) -> str:
    """Return the page that asks why these accounts are signed out."""
    query = urlencode({PEOPLE_PARAMETER: ",".join(map(str, numbers))})
    return f"{reverse('staff_sign_out')}?{query}"


@staff_page(takes="form", may=may_switch_off)
def sign_people_out(request: SignedInRequest) -> HttpResponse:
    """Sign the accounts out. Those that the actor may not sign out are named with the reason; the others are signed
    out."""
    people = _list_named_people(request)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        signed_out, refusals = _sign_out_each(people, request.user, form.cleaned_data["reason"])
        if signed_out:
            names = "、".join(map(str, signed_out[:3])) + (
                f"等 {len(signed_out)} 人" if len(signed_out) > 3 else ""
            )
            messages.success(request, f"已让 {names} 在所有设备退出登录，可以重新登录。")
            for words in refusals:
                messages.warning(request, words)
            return redirect(_get_page_after(people))
        for words in refusals:
            form.add_error(None, words)
    return render_staff_page(
        request,
        "accounts/staff/sign_out.html",
        "在所有设备退出登录",
        422 if form.is_bound else 200,
        people=people,
        form=form,
    )


def _list_named_people(request: SignedInRequest) -> list[User]:
    """Return those of the address whom the viewer may see. Raises Http404 without any."""
    typed = request.GET.get(PEOPLE_PARAMETER, "").split(",")[:MAX_SIGNED_OUT]
    numbers = [number for text in typed if (number := parse_row_id(text)) is not None]
    people = User.objects.filter(pk__in=numbers, closed_at=None)
    if not request.user.is_superuser:
        people = list_people_in_scope(people, request.user)
    if rows := list(people.order_by("pk")):
        return rows
    raise Http404("nobody is named")


def _sign_out_each(
    people: Iterable[User], actor: User, reason: str
) -> tuple[list[User], list[str]]:
    signed_out, refusals = [], []
    for person in people:
        try:
            sign_out_user(person.pk, actor, reason)
        except StaffChangeRefused as refused:
            refusals.append(f"{person}：{refused}")
        else:
            signed_out.append(person)
    return signed_out, refusals


def _get_page_after(people: list[User]) -> str:
    if len(people) == 1:
        return reverse("admin:accounts_user_change", args=[people[0].pk])
    return reverse("admin:accounts_user_changelist")
