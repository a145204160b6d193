from django.contrib.sitemaps import views as sitemaps
from django.db import DatabaseError, connection
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from cities.directory import regions
from cities.models import Region
from cities.switcher.likely_city import get_remembered_city, guess_city_by_ip
from jobsite.operations import retention
from jobsite.sitemaps import SITEMAPS
from listings.pages.home_overview import build_home_overview
from news.articles.schema_org import SITE
from news.related.local_alerts import get_danger_and_alerts, list_latest_articles
from sitekit.images.city_badge import seal_svg
from sitekit.models import Operator
from sitekit.web.pages import page


@page(takes="read")
def show_national_home(request):
    """The nation's page; a remembered city is gone to, a guessed one only offered."""
    remembered = get_remembered_city(request)
    if remembered:
        return redirect("city_home", remembered)
    context = {
        "suggested": guess_city_by_ip(request),
        "hot": regions.list_hot_regions()[:24],
        **_home(None),
    }
    return render(request, "jobsite/home.html", context)


@page(takes="read")
def city_home(request, city: Region):
    context = {
        "nearby": regions.list_nearby_cities(city, 8),
        "inside": _inside(city),
        **_home(city),
    }
    return render(request, "jobsite/city_home.html", context)


def _home(city):
    danger, alerts = get_danger_and_alerts(city, limit=4)
    return {
        "danger": danger,
        "alerts": alerts,
        "articles": list_latest_articles(city, 3),
        **build_home_overview(city),
    }


def _inside(city):
    """The parts of a province that have a site of their own; a city's districts are a filter."""
    if regions.city_of(city):
        return []
    return regions.get_region_children(city)


@page(takes="read")
def show_about(request):
    return render(request, "about.html")


@page(takes="read")
def show_privacy(request):
    return render(request, "privacy.html", {"rules": retention.RULES})


@page(takes="read", cache=86400)
def show_city_badge(request, slug):
    """The city's seal: icon, favicon and share picture; `all` is the nation's."""
    place = regions.by_slug(slug)
    if place is None and slug != "all":
        raise Http404
    return HttpResponse(seal_svg(place.short_name if place else ""), content_type="image/svg+xml")


@page(takes="read")
def healthz(request):
    return HttpResponse("ok\n", content_type="text/plain")


@page(takes="read")
def readyz(request):
    """Ready when the database answers and the places are loaded."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM cities_region)")
            ready = cursor.fetchone()[0]
    except DatabaseError:
        ready = False
    status = 200 if ready else 503
    return HttpResponse("ready\n" if ready else "not ready\n", "text/plain", status)


@page(takes="read")
def show_robots_txt(request):
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /*?",
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@page(takes="read")
def sitemap_news(request):
    """Django's page of one section, with what search engines ask about news besides."""
    response = sitemaps.sitemap(request, SITEMAPS, "news", "sitemap_news.xml")
    response.context_data["publication"] = Operator.current().name or SITE
    return response
