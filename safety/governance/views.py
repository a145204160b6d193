"""治理公示: the page, and the same figures for machines and spreadsheets."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from cities.directory import regions as directory
from cities.models import Region
from safety.governance import (
    export_formats as formats,
)
from safety.governance import (
    months,
    published,
)
from safety.governance import (
    open_cases as waiting,
)
from safety.governance import (
    stored_months as keeping,
)
from safety.governance.page_context import build_figure_sections, build_figure_sentence
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import page

SECONDS = 60  # for which a cache may keep the figures


@page(takes="read")
def governance_page(request, city: Region | None = None):
    counted = published.first_counted(keeping.of_place(city))
    shown = {
        month: published.collect_publishable_figures(tally) for month, tally in counted.items()
    }
    total = published.sum_months(list(counted.values()))
    context = {
        "where": city.short_name if city else "全国",
        "is_empty": not any(one.n for one in total.values()),
        "last": build_figure_sentence(shown.get(months.go_back_months(months.this_month()))),
        "running": build_figure_sentence(shown.get(months.this_month())),
        "sections": build_figure_sections(shown, total),
        "months": len(shown),
        "waiting": formats.waiting_rows(waiting.count_open_cases(city)),
        "fewest": published.FEWEST,
        "files": _files(city),
        "others": _others(city),
    }
    return render(request, "safety/governance/governance.html", context)


@page(takes="read", cache=SECONDS)
def as_json(request, city: Region | None = None):
    return JsonResponse(
        formats.build_governance_document(
            city, keeping.of_place(city), waiting.count_open_cases(city)
        ),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


@page(takes="read", cache=SECONDS)
def as_csv(request, city: Region | None = None):
    text = formats.build_governance_csv(city, keeping.of_place(city))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"governance-{city.slug if city else 'national'}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _files(city):
    return {kind: reverse_in_city(f"safety:governance_{kind}", city) for kind in ("json", "csv")}


def _others(city):
    """What encloses the place, and what lies in it."""
    if city is None:
        return directory.list_provinces()
    return [*directory.get_region_ancestors(city)[1:], *directory.get_region_children(city)]
