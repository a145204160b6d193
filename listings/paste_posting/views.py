"""The front page for employers with the field to paste into, and the page on which a listing is checked.

Writing comes first: visitors must sign in only when they submit, and then find the page as it was.
"""

import contextlib
import re
from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters

from accounts.employers.membership import (
    OtherEmployerChosen,
    get_chosen_employer,
    get_own_employer,
)
from accounts.employers.registration import store_registration_hints
from accounts.models import Employer, User, get_signed_in_user
from cities.directory.regions import get_region
from cities.models import Region
from cities.switcher.likely_city import get_visited_city
from listings.employer_desk import drafts
from listings.employer_desk.guest_drafts import (
    GuestDraft,
    discard_guest_draft,
    get_guest_draft,
    get_just_submitted,
    store_guest_draft,
    was_submitted,
)
from listings.employer_desk.posting_forms import FIELD_NAMES
from listings.models import Listing, ListingDraft
from listings.models.revision import TypedValues
from listings.own_states.blocked_employers import find_hidden_listings
from listings.paste_posting.after_submission import redirect_after_submission
from listings.paste_posting.listing_copies import (
    create_employer_draft,
    find_copied_listing,
    list_earlier_listings,
    read_listing_copy,
)
from listings.paste_posting.posting_page import (
    CONTEST_BUTTON,
    PROMISE_FIELD,
    PostingPage,
    apply_page_button,
    judge_typed_post,
    render_posting_page,
)
from listings.post_reader.post_reading import PostReading, read_post
from listings.post_reader.post_text import LONGEST_POST
from listings.publication import submission as posting
from listings.publication.completeness import limit_last_day
from listings.publication.posting_quota import count_submissions_left, get_posting_quota
from listings.renewals.renewal import get_usual_last_day
from listings.search.cards import fill_card
from listings.search.listing_search import ListingSearchQuery
from listings.search.scope import get_search_scope
from sitekit.forms.phone_numbers import normalise_phone
from sitekit.forms.typed_contact import keep_typed_contact
from sitekit.site_settings.limits import declare_limit
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import page
from sitekit.web.rate_limits import count_attempt
from sitekit.web.visitor_network import get_visitor_network
from sitekit.workflow.periods import HOUR
from sitekit.workflow.refusals import Refusal

JUDGED_POSTS_AN_HOUR = declare_limit(
    "pasted_judged_an_hour", "发布兼职", "粘贴发布，同一个网络每小时判几次", 600, most=6000
)
LONGEST_TYPED = 6000  # characters of a field; the longest may have 5,000
NOTHING_PASTED = "先把招人的文字粘贴进来，再按“读出来”。"
TOO_LONG = f"最多 {LONGEST_POST} 个字，请只留下招人的那一段。"
TOO_MANY_POSTS_MESSAGE = "这个网络一小时里试得太多了，请过一会儿再来。写的都还在。"
PRESS_AGAIN_MESSAGE = (
    "这一份可能已经提交过，或者在别的窗口里换了一份。要提交下面这份，请再按一次“提交”。"
)
DRAFT_KEPT_MESSAGE = "草稿已存在这个浏览器里，两周内回来都在。登录后提交。"


@page(takes="form", cache="never")
@sensitive_post_parameters("text")
def show_employers_page(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    """Show the costs, the requirements, an example, what cannot be published, and the field to paste into."""
    guest_draft = get_guest_draft(request)
    text, trouble = (guest_draft.text if guest_draft else ""), ""
    if request.method == "POST":
        text = request.POST.get("text", "")
        if not text.strip():
            trouble = NOTHING_PASTED
        elif len(text) > LONGEST_POST:
            trouble = TOO_LONG
        elif not _count_paste_attempt(request):
            trouble = TOO_MANY_POSTS_MESSAGE
        else:
            _start_draft(request, text, city)
            return redirect("listings:post_pasted")
    employer = _find_employer(request)
    context = {
        "text": text,
        "trouble": trouble,
        "kept": guest_draft,
        "example": _find_example(city, find_hidden_listings(request)),
        "earlier": list_earlier_listings(employer) if employer else [],
        "jobs": reverse_in_city("listings:list", city),
    }
    return render(request, "listings/paste_posting/employers.html", context)


def _count_paste_attempt(request: HttpRequest) -> bool:
    """Count one more reading of a post; return whether the network may have it."""
    network = get_visitor_network(request)
    return count_attempt("pasted post judged", network, JUDGED_POSTS_AN_HOUR, HOUR)


def _find_example(city: Region | None, hidden: tuple[int, ...]) -> str:
    """Return the newest row of the city's board, else of the nation's, that the reader sees; "" if there is none."""
    for place in (city, None) if city else (None,):
        rows, _cursor = ListingSearchQuery(get_search_scope(place), hidden=hidden).fetch_page()
        if rows:
            return fill_card(rows[0].html, rows[0].published_at)
    return ""


def _start_draft(request: HttpRequest, text: str, city: Region | None) -> None:
    home = city or get_visited_city(request)
    employer = _find_employer(request)
    code = home.adcode if home else employer.region_id if employer else None
    draft = GuestDraft(text=text, home=code)
    draft.typed = drafts.strip_typed_lines(_read_draft(draft).collect_values())
    draft.typed.setdefault("valid_through", [_find_last_day(draft.typed).isoformat()])
    store_guest_draft(request, draft)


def _find_last_day(typed: TypedValues) -> date:
    """Return the usual last day, or that of the work which was read, if it ends before."""
    end = parse_date("".join(typed.get("end_date", [])))
    return limit_last_day(get_usual_last_day(), end)


def _read_draft(draft: GuestDraft, copied: Listing | None = None) -> PostReading:
    if copied is not None:
        return read_listing_copy(copied, timezone.localdate())
    return read_post(draft.text, get_region(draft.home), timezone.localdate())


def _find_employer(request: HttpRequest) -> Employer | None:
    try:
        return get_chosen_employer(request)
    except Http404:
        return None


def _find_pressed_employer(request: HttpRequest) -> tuple[Employer | None, str]:
    """Return the employer, and why nothing is done for it if the page was drawn for another one."""
    try:
        return get_own_employer(request), ""
    except Http404:
        return None, ""
    except OtherEmployerChosen as other:
        words = f"{other}下面的内容还在：再按一次，就替「{other.chosen.name}」做。"
        return other.chosen, words


@page(takes="form", cache="never", purpose="提交兼职")
@sensitive_post_parameters()
def show_pasted_post(request: HttpRequest) -> HttpResponse:
    """The fields as they were read, to be checked and submitted; empty where nothing was pasted."""
    draft = get_guest_draft(request)
    if request.method == "POST":
        return _handle_post(request, draft)
    employer = _find_employer(request)
    if draft and employer is None and request.user.is_authenticated and "go" in request.GET:
        return _redirect_to_registration(request, draft)
    draft = draft or _begin_empty(request, employer)
    return (
        _render_page(request, draft, employer)
        if _count_paste_attempt(request)
        else _refuse_reading(request, draft)
    )


def _refuse_reading(request: HttpRequest, draft: GuestDraft) -> HttpResponse:
    messages.error(request, TOO_MANY_POSTS_MESSAGE)
    return redirect(reverse_in_city("listings:employers", get_region(draft.home)))


def _begin_empty(request: HttpRequest, employer: Employer | None) -> GuestDraft:
    home = get_visited_city(request)
    typed = {"valid_through": [get_usual_last_day().isoformat()]}
    if employer:
        typed = drafts.list_known_answers(employer, get_signed_in_user(request))
    return GuestDraft(home=home.adcode if home else None, typed=typed)


def _handle_post(request: HttpRequest, stored_draft: GuestDraft | None) -> HttpResponse:
    """Keep what was typed in the session, then follow the button."""
    employer, refusal = _find_pressed_employer(request)
    token = request.POST.get("token", "")
    is_repeated = was_submitted(request, token)
    if stored_draft is not None and stored_draft.token == token:
        draft = stored_draft
    else:  # begun without a post, or beside another one
        draft = GuestDraft(home=stored_draft.home if stored_draft else None)
        if re.fullmatch("[0-9a-f]{16}", token) and not is_repeated:
            draft.token = token
    typed = _cut_values(drafts.collect_typed_values(FIELD_NAMES, request.POST))
    go, is_cured = request.POST.get("go", ""), apply_page_button(typed, request.POST)
    before = {name: list(filter(None, draft.typed.get(name, []))) for name in typed}
    draft.is_changed |= before != {name: list(filter(None, typed[name])) for name in typed}
    draft.typed = typed | {PROMISE_FIELD: request.POST.getlist(PROMISE_FIELD)[:1]}
    store_guest_draft(request, draft)
    if not _count_paste_attempt(request):
        return _refuse_reading(request, draft)
    if refusal:
        return _render_page(request, draft, employer, refusal, 409)
    if go in ("save", "photos") and not is_cured:
        return _save_pasted_draft(request, draft, employer, go)
    if go in ("submit", CONTEST_BUTTON):
        if is_repeated:
            return _render_page(request, draft, employer, PRESS_AGAIN_MESSAGE, 409)
        return _submit_pasted_draft(request, draft, employer, go)
    return _render_page(request, draft, employer)


def _cut_values(typed: TypedValues) -> TypedValues:
    """Cut the values of a visitor, which are stored before anybody signs in, to what the form can hold."""
    return {
        name: [value[:LONGEST_TYPED] for value in values[:28]] for name, values in typed.items()
    }


def _save_pasted_draft(
    request: HttpRequest, draft: GuestDraft, employer: Employer | None, go: str
) -> HttpResponse:
    """A member's text becomes a draft of the employer; a visitor's text stays in the session."""
    if employer is None or not isinstance(request.user, User):
        messages.success(request, DRAFT_KEPT_MESSAGE)
        return redirect("listings:post_pasted")
    try:
        listing = create_employer_draft(draft, employer, request.user)
    except Refusal as refused:
        return _render_page(request, draft, employer, str(refused))
    discard_guest_draft(request, draft, listing.pk)
    if go == "photos":
        return redirect("listings:photos", listing.pk)
    messages.success(request, "草稿已保存，随时可以继续填写。")
    return redirect("listings:desk")


def _submit_pasted_draft(
    request: HttpRequest, draft: GuestDraft, employer: Employer | None, go: str
) -> HttpResponse:
    judged = _judge_draft(request, draft, employer, find_copied_listing(draft, employer))
    if trouble := judged.find_trouble(go if employer else ""):
        return _render_page(request, draft, employer, trouble)
    if not isinstance(request.user, User):
        return _redirect_to_sign_in(draft)
    if employer is None:
        return _redirect_to_registration(request, draft)
    return _submit_for_employer(request, draft, employer, request.user)


def _redirect_to_sign_in(draft: GuestDraft) -> HttpResponse:
    """Redirect to the sign-in page, whose form begins with the phone of the listing: most people sign in with it."""
    return_address = f"{reverse('listings:post_pasted')}?go=on"
    response = redirect(f"{reverse('account_login')}?{urlencode({'next': return_address})}")
    with contextlib.suppress(ValueError):
        phone = "".join(draft.typed.get("contact_phone", [])[:1])
        keep_typed_contact(response, normalise_phone(phone, gets_code=True))
    return response


def _redirect_to_registration(request: HttpRequest, draft: GuestDraft) -> HttpResponse:
    names = {"contact_name": "contact_name", "region": "place"}
    hints = {hint: "".join(draft.typed.get(name, [])[:1]) for hint, name in names.items()}
    store_registration_hints(request, hints)
    query = urlencode({"next": reverse("listings:post_pasted")})
    return redirect(f"{reverse('accounts:register')}?{query}")


def _submit_for_employer(
    request: HttpRequest, draft: GuestDraft, employer: Employer, user: User
) -> HttpResponse:
    """Submit the text. A refusal before the judgement, such as a duplicate, leaves the whole page as it was."""
    try:
        with transaction.atomic():
            posting.require_open_for_posting(employer)
            _require_room(employer)
            listing = create_employer_draft(draft, employer, user)
            listing_draft = ListingDraft.objects.get(listing=listing)
            listing_draft.listing = listing
            content = drafts.validate_draft(listing_draft).content
            edition = listing_draft.edition
            verdict = posting.submit_draft(listing.pk, edition, content, user, signed_no_fee=True)
    except Refusal as refused:
        return _render_page(request, draft, employer, str(refused))
    discard_guest_draft(request, draft, listing.pk)
    return redirect_after_submission(request, listing, employer, verdict.outcome)


def _require_room(employer: Employer) -> None:
    """Raise Refusal before a draft is made of what could not be submitted now."""
    if not count_submissions_left(employer):
        advice = get_posting_quota(employer).more
        raise Refusal(f"现在能发的条数已经用完。{advice}也可以先存草稿。")


def _render_page(
    request: HttpRequest,
    draft: GuestDraft,
    employer: Employer | None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    _fill_known_phone(draft, get_signed_in_user(request), employer)
    copied = find_copied_listing(draft, employer)
    judged = _judge_draft(request, draft, employer, copied)
    page_context = {
        "draft": draft,
        "is_pasted": bool(draft.text),
        "copied": copied,
        "trouble": trouble,
        "just_submitted": None if draft.has_own_words else _find_just_submitted(request, employer),
    }
    return render_posting_page(request, judged, page_context, status)


def _find_just_submitted(request: HttpRequest, employer: Employer | None) -> Listing | None:
    """Return the listing that an empty page was submitted as a moment ago: the browser's back button leads there."""
    number = get_just_submitted(request)
    return employer.listings.filter(pk=number).first() if employer and number else None


def _judge_draft(
    request: HttpRequest, draft: GuestDraft, employer: Employer | None, copied: Listing | None
) -> PostingPage:
    photos = list(copied.photos) if copied else []
    reading = _read_draft(draft, copied)
    return judge_typed_post(
        draft.typed, reading, employer, get_signed_in_user(request), photos=photos
    )


def _fill_known_phone(draft: GuestDraft, user: User | None, employer: Employer | None) -> None:
    """The phone that somebody signed in with is the contact, or that of the employer, if the post names none."""
    names = ("contact_phone", "contact_wechat")
    if any("".join(draft.typed.get(name, [])).strip() for name in names):
        return
    if phone := drafts.get_known_phone(employer, user):
        draft.typed["contact_phone"] = [phone]
