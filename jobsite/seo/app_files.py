"""Small files that browsers, phones and security researchers ask for by their address."""

import datetime
import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from news.articles.schema_org import SITE
from news.pages.guides import list_usual_parts
from sitekit.models import Operator
from sitekit.web.pages import page

ICON_SIZES = (180, 192, 512)
ICONS = Path(__file__).resolve().parents[2] / "static" / "icons"
DAY_SECONDS = 86400
GREEN = "#0e5a44"


@page(takes="read", cache=DAY_SECONDS)
def show_icon(request: HttpRequest, size: int = 180) -> HttpResponse:
    """Return the site's emblem as PNG, drawn by `tools.draw_icons`; 404 for other sizes. iOS requests the one of 180
    pixels by another address."""
    if size not in ICON_SIZES:
        raise Http404
    return HttpResponse((ICONS / f"{size}.png").read_bytes(), content_type="image/png")


@page(takes="read", cache=DAY_SECONDS)
def show_manifest(request: HttpRequest) -> HttpResponse:
    icons = [
        {
            "src": reverse("icon", args=[size]),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    manifest = {
        "name": SITE,
        "short_name": "兼职",
        "description": "兼职的薪酬、时间、地点、结算方式，和查过什么、没查过什么，都写清楚。",
        "lang": "zh-CN",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": GREEN,
        "icons": icons,
        "shortcuts": [
            {"name": "找兼职", "url": reverse("listings:list")},
            {"name": "查一查", "url": reverse("safety:check")},
        ],
    }
    text = json.dumps(manifest, ensure_ascii=False)
    return HttpResponse(text, content_type="application/manifest+json")


@page(takes="read", cache=DAY_SECONDS)
def show_opensearch(request: HttpRequest) -> HttpResponse:
    """Return the description with which a browser can search the site from its address bar."""
    jobs = request.build_absolute_uri(reverse("listings:list"))
    context = {
        "site": SITE,
        "jobs": jobs,
        "icon": request.build_absolute_uri(reverse("icon", args=[192])),
        "itself": request.build_absolute_uri(request.path),
    }
    kind = "application/opensearchdescription+xml"
    return render(request, "jobsite/seo/opensearch.xml", context, content_type=kind)


@page(takes="read", cache=3600)
def show_security_txt(request: HttpRequest) -> HttpResponse:
    """Return the contact for reports of security problems (RFC 9116)."""
    operator, absolute = Operator.current(), request.build_absolute_uri
    about = absolute(reverse("about"))
    lines = [
        *([f"Contact: mailto:{operator.email}"] if operator.email else []),
        f"Contact: {about}",
        f"Expires: {_find_expiry(timezone.localdate()):%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: zh, en",
        f"Canonical: {absolute(request.path)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _find_expiry(day: datetime.date) -> datetime.date:
    """Return the first of January or July that is 6 to 12 months ahead, so that the file stays the same for half a
    year."""
    return datetime.date(day.year + 1, 1 if day.month < 7 else 7, 1)


@page(takes="read")
def show_offline_page(request: HttpRequest) -> HttpResponse:
    """What the service worker shows without a network: what to do in the first half hour."""
    return render(request, "jobsite/seo/offline.html", {"parts": list_usual_parts()})


@page(takes="read", cache="never")
def show_service_worker(request: HttpRequest) -> HttpResponse:
    """Return the script that stores the offline page; with SERVICE_WORKER=0 one that removes itself."""
    name = "service_worker" if settings.SERVICE_WORKER else "no_service_worker"
    style = static("bundles/site.css")
    offline = reverse("offline")
    version = hashlib.sha256(f"{style} {list_usual_parts()}".encode()).hexdigest()[:12]
    context = {"version": version, "offline": offline, "style": style}
    return render(
        request, f"jobsite/seo/{name}.js", context, content_type="text/javascript; charset=utf-8"
    )


@page(takes="read")
def show_indexnow_key(request: HttpRequest) -> HttpResponse:
    """Proves to search engines that pushes come from this site; 404 as long as none are sent."""
    if not settings.INDEXNOW_KEY:
        raise Http404
    return HttpResponse(settings.INDEXNOW_KEY, content_type="text/plain")
