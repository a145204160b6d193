"""The page of a city's exchange group."""

from django.db.models import Exists
from django.http import Http404
from django.shortcuts import redirect, render

from cities.directory.exchange_groups import list_groups_serving, split_group_rules
from cities.directory.regions import get_region
from news.related.local_alerts import list_nearest_alerts
from sitekit.images.pictures import list_picture_sources
from sitekit.models import Operator
from sitekit.web.pages import page


@page(takes="read")
def show_exchange_group(request, city):
    """404 where none is open, and where the operator doesn't say who it is."""
    known = Operator.objects.exclude(name="")
    shown = list_groups_serving(city).filter(Exists(known)).select_related("picture").first()
    if shown is None:
        raise Http404("这里没有交流群。")
    if shown.region_id != city.adcode:
        return redirect("news:group", get_region(shown.region_id))
    context = {
        "group": shown,
        "qr": list_picture_sources(shown.picture),
        "rules": split_group_rules(shown),
        "alerts": list_nearest_alerts(city),
    }
    return render(request, "news/pages/group.html", context)
