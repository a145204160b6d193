"""治理公示: the page, and the same figures for machines and spreadsheets."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from cities.directory.regions import get_region_ancestors, get_region_children, list_provinces
from cities.models import Region
from safety.governance.export_formats import (
    build_governance_csv,
    build_governance_document,
    waiting_rows,
)
from safety.governance.months import go_back_months, this_month
from safety.governance.open_cases import count_open_cases
from safety.governance.page_context import build_figure_sections, build_figure_sentence
from safety.governance.published import (
    FEWEST,
    collect_publishable_figures,
    first_counted,
    sum_months,
)
from safety.governance.stored_months import of_place
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import page

SECONDS = 60  # for which a cache may keep the figures


@page(takes="read")
def governance_page(request, city: Region | None = None):
    counted = first_counted(of_place(city))
    shown = {month: collect_publishable_figures(tally) for month, tally in counted.items()}
    total = sum_months(list(counted.values()))
    context = {
        "where": city.short_name if city else "全国",
        "is_empty": not any(one.n for one in total.values()),
        "last": build_figure_sentence(shown.get(go_back_months(this_month()))),
        "running": build_figure_sentence(shown.get(this_month())),
        "sections": build_figure_sections(shown, total),
        "months": len(shown),
        "waiting": waiting_rows(count_open_cases(city)),
        "fewest": FEWEST,
        "files": _files(city),
        "others": _others(city),
    }
    return render(request, "safety/governance/governance.html", context)


@page(takes="read", cache=SECONDS)
def as_json(request, city: Region | None = None):
    return JsonResponse(
        build_governance_document(city, of_place(city), count_open_cases(city)),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


@page(takes="read", cache=SECONDS)
def as_csv(request, city: Region | None = None):
    text = build_governance_csv(city, of_place(city))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"governance-{city.slug if city else 'national'}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _files(city):
    return {kind: reverse_in_city(f"safety:governance_{kind}", city) for kind in ("json", "csv")}


def _others(city):
    """What encloses the place, and what lies in it."""
    if city is None:
        return list_provinces()
    return [*get_region_ancestors(city)[1:], *get_region_children(city)]
