"""What a warning leads to: what happened, what to do now, the evidence. With the link, or signed in."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from news.pages.hotlines import list_hotline_names
from safety.aftercare.warning_links import find_warning
from safety.aftercare.warnings import build_warning_title, get_warned_fraud_label
from safety.evidence import signed_zip
from safety.evidence.person_pack import (
    build_person_pack,
    build_person_pack_name,
    list_contact_sightings,
)
from safety.evidence.signatures import export_public_key, fingerprint_public_key
from safety.models import Warned
from screening import advice
from sitekit.web.pages import page

OLD = "这个链接用不了：可能没有复制完整，也可能过了一年。"


@page(takes="read", cache="never")
def by_link(request, token):
    warned = _by_link(token)
    return _shown(request, warned, reverse("safety:evidence_pack", args=[token]))


@page(takes="read", cache="never")
def pack_by_link(request, token):
    return _packed(request, _by_link(token), "safety:evidence", token)


@page(takes="read", login=True, cache="never")
def show_my_evidence(request, pk):
    warned = _mine(request, pk)
    return _shown(request, warned, reverse("safety:my_evidence_pack", args=[pk]))


@page(takes="read", login=True, cache="never")
def my_pack(request, pk):
    return _packed(request, _mine(request, pk), "safety:my_evidence", pk)


@page(takes="read", cache=3600)
def download_public_key(request):
    """The public key by which anybody can check a pack."""
    return HttpResponse(export_public_key(), content_type="application/x-pem-file")


def _by_link(token):
    warned = find_warning(token)
    if warned is None:
        raise Http404(OLD)
    return warned


def _mine(request, pk):
    rows = Warned.objects.select_related("case__listing__employer", "reveal", "application")
    warned = rows.filter(pk=pk, user=request.user).first()
    if warned is None:
        raise Http404
    return warned


def _shown(request, warned, pack):
    case = warned.case
    given = advice.of(case.fraud_type)
    context = {
        "case": case,
        "heading": build_warning_title(case, warned),
        "kind": get_warned_fraud_label(case),
        "times": list_contact_sightings(warned) if case.withdrawn_at is None else [],
        "advice": given,
        "calls": list_hotline_names(given.calls),
        "pack": pack,
        "fingerprint": fingerprint_public_key(),
        "report": reverse("safety:report_listing", args=[case.listing_id]),
        "alerts": reverse("news:alerts_type", args=[case.fraud_type]),
        "canonical": "",
    }
    return render(request, "safety/aftercare/warned.html", context)


def _packed(request, warned, page, name):
    if warned.case.withdrawn_at:
        return redirect(page, name)
    # Nothing in it can be made smaller on the way and be the same bytes still.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return FileResponse(
        build_person_pack(warned),
        as_attachment=True,
        filename=build_person_pack_name(warned.case),
        content_type="application/zip",
        headers=signed_zip.HEADERS,
    )
