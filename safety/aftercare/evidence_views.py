"""The page that a warning links to: what happened, what to do now, the evidence. Opened with the link
or signed in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from cities.switcher.likely_city import get_visited_city
from listings.detail.detail_context import ENDED, LIVE, get_public_state
from news.pages.hotlines import list_hotline_names
from safety.aftercare.warning_links import find_warning, make_warning_token
from safety.aftercare.warnings import build_warning_title, find_standing_warning
from safety.evidence.person_pack import build_person_pack, list_contact_sightings
from safety.evidence.signatures import export_public_key, fingerprint_public_key
from safety.evidence.signed_zip import send_pack
from safety.models import Warned
from screening.fraud_types import get_fraud_type
from screening.fraud_types.advice import get_advice
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import page


@page(takes="read", cache="never")
def show_evidence_by_link(request: HttpRequest, token: str) -> HttpResponse:
    warned = _get_warning_by_token(token)
    if warned.case.withdrawn_at and (newer := find_standing_warning(warned)):
        return redirect("safety:evidence", make_warning_token(newer))
    return _render_warning(request, warned, reverse("safety:evidence_pack", args=[token]))


@page(takes="read", cache="never")
def download_pack_by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    return _send_pack(request, _get_warning_by_token(token), "safety:evidence", token)


@page(takes="read", login=True, cache="never")
def show_my_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    warned = _get_own_warning(request, pk)
    if warned.case.withdrawn_at and (newer := find_standing_warning(warned)):
        return redirect("safety:my_evidence", newer.pk)
    return _render_warning(request, warned, reverse("safety:my_evidence_pack", args=[pk]))


@page(takes="read", login=True, cache="never")
def download_my_pack(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _send_pack(request, _get_own_warning(request, pk), "safety:my_evidence", pk)


@page(takes="read", cache=3600)
def download_public_key(request: HttpRequest) -> HttpResponse:
    """Send the public key with which anybody can verify a pack."""
    return HttpResponse(export_public_key(), content_type="application/x-pem-file")


def _get_warning_by_token(token: str) -> Warned:
    if (warned := find_warning(token)) is None:
        raise Http404
    return warned


def _get_own_warning(request: HttpRequest, pk: int) -> Warned:
    rows = Warned.objects.select_related("case__listing__employer", "reveal", "application")
    return get_object_or_404(rows, pk=pk, user=request.user.pk)


def _render_warning(request: HttpRequest, warned: Warned, pack_path: str) -> HttpResponse:
    case = warned.case
    fraud_type = get_fraud_type(case.fraud_type)
    fraud_advice = get_advice(fraud_type)
    context = {
        "case": case,
        "is_back": get_public_state(case.listing) in (LIVE, ENDED),
        "heading": build_warning_title(case, warned),
        "kind": fraud_type.known_name,
        "times": list_contact_sightings(warned) if case.withdrawn_at is None else [],
        "advice": fraud_advice,
        "calls": list_hotline_names(fraud_advice.calls),
        "pack": pack_path,
        "fingerprint": fingerprint_public_key(),
        "report": reverse("safety:report_listing", args=[case.listing_id]),
        "alerts": reverse_in_city(
            "news:alerts_type", get_visited_city(request), fraud_type=fraud_type
        ),
        "canonical": "",
    }
    return render(request, "safety/aftercare/warned.html", context)


def _send_pack(
    request: HttpRequest, warned: Warned, page_name: str, page_argument: str | int
) -> HttpResponseBase:
    if warned.case.withdrawn_at:
        return redirect(page_name, page_argument)
    return send_pack(request, build_person_pack(warned), f"evidence-{warned.case_id}.zip")
