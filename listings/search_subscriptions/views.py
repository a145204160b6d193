"""The pages of saved searches: the form, the own searches, and the links in the mails."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.choices import NoticeKind
from accounts.inbox.digests import is_account_subscription
from accounts.inbox.lapse_notices import SUBSCRIPTION_ENDED_MESSAGE, describe_renewal
from accounts.inbox.settings_form import describe_chosen_channels
from accounts.models import SignedInRequest, User, get_signed_in_user
from cities.directory.regions import get_current_region, get_region_by_slug
from cities.models import Region
from cities.switcher.likely_city import get_visited_city
from listings.choices import Frequency
from listings.models import SavedSearch
from listings.search.filters import build_filter_chips
from listings.search.search_request import SearchRequest, parse_search_request
from listings.search_subscriptions import saved_searches
from listings.search_subscriptions.mails import build_list_path
from news.alert_subscriptions.mails import build_alert_title
from news.alert_subscriptions.subscriptions import list_open_alerts
from news.models import AlertSubscription
from sitekit.forms.fields import AddressField, OpenForm
from sitekit.forms.phone_numbers import format_phone
from sitekit.forms.typed_contact import ContactFormMixin, ask_contact_once, build_contact_form
from sitekit.forms.undo import add_undo, is_undo, offer_undo
from sitekit.messages.subscriptions import TOO_MANY_FORMS, is_near_lapse
from sitekit.messages.text_message_channel import TextMessageChannel
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import page, show_refusal
from sitekit.workflow.refusals import get_row_or_refuse


class SearchForm(ContactFormMixin, OpenForm):
    email = AddressField(
        label="邮箱",
        help_text="只用来发新的兼职，不给别人看，也不给招聘单位。",
        error_messages={"required": "请填邮箱，新的兼职要发到那里。"},
    )
    frequency = forms.ChoiceField(
        label="多久一次",
        choices=[
            (Frequency.DAILY, "每天早上 8 点一封"),
            (Frequency.INSTANT, "有了马上发，几分钟内到"),
        ],
        initial=Frequency.DAILY,
        widget=forms.RadioSelect,
        error_messages={
            "required": "请选多久发一次。",
            "invalid_choice": "没有这一项，请在两个里选一个。",
        },
    )

    def __init__(self, *args: Any, by_inbox: bool = False, **kwargs: Any) -> None:
        """`by_inbox`: of a member without a mailbox, who needs none."""
        super().__init__(*args, **kwargs)
        if by_inbox:
            del self.fields["email"]
            frequency = cast("forms.ChoiceField", self.fields["frequency"])
            frequency.choices = [
                (Frequency.DAILY, "每天早上 8 点一次"),
                (Frequency.INSTANT, "有了马上进站内信"),
            ]


@page(takes="form", cache="never")
@ask_contact_once
def create_saved_search(request: HttpRequest) -> HttpResponse:
    """The query string is that of the list whose search is saved."""
    named = get_region_by_slug(request.GET.get("city", "").lower())
    city = get_current_region(named) if named else None
    request.place = city  # type: ignore[attr-defined]
    search_request = parse_search_request(request.GET, city)
    user = get_signed_in_user(request)
    own_email = (user and user.email) or ""
    by_inbox = user is not None and not own_email
    texts_to = TextMessageChannel().get_digest_address(user) if user else ""
    form = build_contact_form(request, SearchForm, initial={"email": own_email}, by_inbox=by_inbox)
    status = 200
    if request.method == "POST" and form.is_valid():
        if target := _save_search(request, form, search_request, city):
            return redirect(target)
        status = 429 if TOO_MANY_FORMS in form.non_field_errors() else 200
    context = {
        "form": form,
        "search_title": saved_searches.build_search_title(search_request),
        "chips": build_filter_chips(search_request.filters),
        "list_address": build_list_path(
            city.adcode if city else None, saved_searches.canonicalise_query(search_request)
        ),
        "own_email": own_email,
        "by_inbox": by_inbox,
        "texts_to": format_phone(texts_to),
    }
    return render(request, "listings/search_subscriptions/new.html", context, status=status)


def _save_search(
    request: HttpRequest, form: SearchForm, search_request: SearchRequest, city: Region | None
) -> str | None:
    """Return the URL name to redirect to, or None if the form has errors.

    A program that filled in the trap is redirected too.
    """
    if form.is_from_a_program:
        return "listings:search_sent"
    query = saved_searches.canonicalise_query(search_request)
    if len(query) > saved_searches.MAX_QUERY_LENGTH:
        form.add_error(None, "条件选得太多，记不下了；少选几样再订。")
        return None
    if not saved_searches.SEARCHES.count_form(request):
        form.add_error(None, TOO_MANY_FORMS)
        return None
    email, frequency = form.cleaned_data.get("email", ""), form.cleaned_data["frequency"]
    title = saved_searches.build_search_title(search_request)
    user = get_signed_in_user(request)
    if user is None or not is_account_subscription(user, email):
        saved_searches.SEARCHES.request(
            email,
            region=city,
            query=query,
            each_time_fields={"title": title, "frequency": frequency, "user": user},
        )
        return "listings:search_sent"
    try:
        saved_searches.start_search_subscription(user, city, query, title, frequency)
    except saved_searches.TooManySearches:
        most = int(saved_searches.MAX_SEARCHES)
        form.add_error(None, f"一个人最多订 {most} 个，先停止不用的。")
        return None
    messages.success(request, "订好了，有新的就告诉你。")
    return "listings:my_searches"


@page(takes="read")
def show_search_mail_sent(request: HttpRequest) -> HttpResponse:
    """The same page whether or not the address has this search already."""
    return render(request, "listings/search_subscriptions/sent.html")


def _build_link_context(
    _request: HttpRequest, _state: str, row: SavedSearch | None
) -> dict[str, Any]:
    href = build_list_path(row.region_id, row.query) if row else reverse("listings:list")
    return {"part": "jobs", "canonical": "", "actions": [{"label": "看兼职", "href": href}]}


STEPS = saved_searches.SEARCHES.build_link_views(
    _build_link_context,
    describe_delivery=lambda row: f"{row.get_frequency_display()}，没有新的就不发；",
    title_format="「{title}」",
)


@page(takes="read", login=True, cache="never")
def list_my_searches(request: SignedInRequest) -> HttpResponse:
    rows = list(saved_searches.list_open_searches(request.user))
    for row in rows:
        row.address = build_list_path(row.region_id, row.query)
        row.other = next(f for f in Frequency if f != row.frequency)
        row.is_near_lapse = is_near_lapse(row)
        row.channels = _describe_channels(request.user, row, NoticeKind.SEARCHES)
    actions = [
        {"label": "去看兼职", "href": reverse_in_city("listings:list", get_visited_city(request))}
    ]
    alerts = [
        (
            alert,
            build_alert_title(alert),
            reverse_in_city("news:alerts", alert.region),
            _describe_channels(request.user, alert, NoticeKind.ALERTS),
            is_near_lapse(alert),
        )
        for alert in list_open_alerts(request.user)
    ]
    context = {"rows": rows, "alerts": alerts, "actions": actions}
    return render(request, "listings/search_subscriptions/mine.html", context)


def _describe_channels(user: User, row: SavedSearch | AlertSubscription, kind: NoticeKind) -> str:
    """Return by what a subscription of the user comes; one that was begun without signing in comes by mail."""
    is_own = row.user_id == user.pk and is_account_subscription(user, row.email)
    return describe_chosen_channels(user, kind, mailbox=row.email) if is_own else row.email


@page(takes="post", login=True, cache="never")
def change_saved_search(request: SignedInRequest, pk: int) -> HttpResponse:
    with show_refusal(request):
        open_searches = saved_searches.list_open_searches(request.user)
        row = get_row_or_refuse(open_searches, SUBSCRIPTION_ENDED_MESSAGE, pk=pk)
        if request.POST.get("frequency") in Frequency:
            SavedSearch.objects.filter(pk=row.pk).update(frequency=request.POST["frequency"])
            messages.success(request, "改好了。")
    return redirect("listings:my_searches")


@page(takes="post", login=True, cache="never")
def renew_saved_search(request: SignedInRequest, pk: int) -> HttpResponse:
    with show_refusal(request):
        open_searches = saved_searches.list_open_searches(request.user)
        row = get_row_or_refuse(open_searches, SUBSCRIPTION_ENDED_MESSAGE, pk=pk)
        saved_searches.SEARCHES.renew(pk)
        row.refresh_from_db(fields=["lapses_at"])
        messages.success(request, describe_renewal(row))
    return redirect("listings:my_searches")


@page(takes="post", login=True, cache="never")
def stop_saved_search(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop it, or take that back; no error if it is so already."""
    with show_refusal(request):
        searches = saved_searches.list_user_searches(request.user)
        row = get_row_or_refuse(searches, SUBSCRIPTION_ENDED_MESSAGE, pk=pk)
        if is_undo(request):
            saved_searches.SEARCHES.resume(pk)
        elif not row.ended_at:
            saved_searches.SEARCHES.end(pk)
            offer_undo(request, f"已停止订阅「{row.title}」。", add_undo(request.path))
    return redirect("listings:my_searches")
