"""The page of a city's exchange group."""

from django.db.models import Exists
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cities.directory.exchange_groups import list_groups_serving, split_group_rules
from cities.directory.regions import get_region
from cities.models import Region
from news.related.local_alerts import list_nearest_alerts
from sitekit.images.pictures import list_picture_sources
from sitekit.models import Operator
from sitekit.web.pages import page


@page(takes="read")
def show_exchange_group(request: HttpRequest, city: Region) -> HttpResponse:
    """404 if no group is open, or the operator has no name."""
    named_operators = Operator.objects.exclude(name="")
    group = (
        list_groups_serving(city).filter(Exists(named_operators)).select_related("picture").first()
    )
    if group is None or group.picture is None:
        raise Http404("这里没有交流群。")
    if group.region_id != city.adcode:
        return redirect("news:group", get_region(group.region_id))
    context = {
        "group": group,
        "qr": list_picture_sources(group.picture),
        "rules": split_group_rules(group),
        "alerts": list_nearest_alerts(city),
    }
    return render(request, "news/pages/group.html", context)
