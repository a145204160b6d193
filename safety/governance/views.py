"""治理公示: the page, and the same figures as JSON and CSV."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from cities.directory.regions import get_region_ancestors, get_region_children, list_provinces
from cities.models import Region
from safety.governance.export_formats import build_governance_csv, build_governance_document
from safety.governance.figures import MIN_SHOWN_COUNT, WAITING
from safety.governance.months import get_current_month, go_back_months
from safety.governance.open_cases import count_open_cases
from safety.governance.page_context import build_figure_sections, build_figure_sentence
from safety.governance.published import collect_publishable_figures, sum_months
from safety.governance.stored_months import get_month_tallies
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import page

FIGURES_CACHE_SECONDS = 60  # for which a cache may keep the figures


@page(takes="read")
def show_governance(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    tallies = get_month_tallies(city)
    figures_by_month = {
        month: collect_publishable_figures(tally) for month, tally in tallies.items()
    }
    total = sum_months(tallies.values())
    context = {
        "where": city.short_name if city else "全国",
        "is_empty": not any(published.n for published in total.values()),
        "last": build_figure_sentence(figures_by_month.get(go_back_months(get_current_month()))),
        "running": build_figure_sentence(figures_by_month.get(get_current_month())),
        "sections": build_figure_sections(figures_by_month, total),
        "months": len(figures_by_month),
        "waiting": [(WAITING[code], n) for code, n in count_open_cases(city).items()],
        "fewest": MIN_SHOWN_COUNT,
        "files": {
            kind: reverse_in_city(f"safety:governance_{kind}", city) for kind in ("json", "csv")
        },
        "others": _list_other_places(city),
    }
    return render(request, "safety/governance/governance.html", context)


@page(takes="read", cache=FIGURES_CACHE_SECONDS)
def download_governance_json(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    return JsonResponse(
        build_governance_document(city, get_month_tallies(city), count_open_cases(city)),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


@page(takes="read", cache=FIGURES_CACHE_SECONDS)
def download_governance_csv(request: HttpRequest, city: Region | None = None) -> HttpResponse:
    text = build_governance_csv(city, get_month_tallies(city))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"governance-{city.slug if city else 'national'}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _list_other_places(city: Region | None) -> list[Region]:
    """Return the places that enclose this place, and those that lie in it."""
    if city is None:
        return list_provinces()
    return [*get_region_ancestors(city)[1:], *get_region_children(city)]
