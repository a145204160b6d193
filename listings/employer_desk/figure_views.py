"""The page of a listing's figures: in all, and by day."""

from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import SignedInRequest
from listings.employer_desk.own_listings import own_listing_page
from listings.figures.listing_figures import (
    KINDS,
    MAX_DAYS,
    list_last_days,
    load_daily_figures,
    load_figures,
    measure_days_to_fill,
)
from listings.models import Listing
from sitekit.images.bar_charts import draw_spark_bars
from sitekit.templatetags.sitekit import cn_date

CHART_DAYS, FEWEST_CHART_DAYS = 30, 14  # one bar alone would be a block


@own_listing_page(takes="read")
def show_listing_figures(request: SignedInRequest, listing: Listing) -> HttpResponse:
    days = load_daily_figures(listing)
    counts = {row.day: row.counts for row in days}
    latest = list_last_days(min(max(len(days), FEWEST_CHART_DAYS), CHART_DAYS))
    charts = [
        (label, draw_spark_bars([(cn_date(d), counts.get(d, {}).get(kind, 0)) for d in latest]))
        for kind, label in KINDS.items()
        if kind in ("viewed", "applied")
    ]
    context = {
        "employer": listing.employer,
        "listing": listing,
        "figures": load_figures([listing])[listing.pk],
        "days_to_fill": measure_days_to_fill(listing),
        "charts": charts,
        "chart_days": len(latest),
        "labels": list(KINDS.values()),
        "days": days,
        "is_cut": len(days) == MAX_DAYS,
    }
    return render(request, "listings/employer_desk/figures.html", context)
