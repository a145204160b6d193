"""Pages for search engines: robots.txt and sitemaps."""

from django.contrib.sitemaps import views as sitemaps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse

from jobsite.seo.sitemaps import SITEMAPS
from news.articles.schema_org import SITE
from sitekit.models import Operator
from sitekit.web.pages import page
from sitekit.web.sitemap_pages import write_sitemap


@page(takes="read")
def show_robots_txt(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        # Filters are endless. Later pages, of lists and of sitemaps, are not.
        "Disallow: /*?",
        "Allow: /*?after=",
        "Allow: /*?p=",
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@page(takes="read")
@sitemaps.x_robots_tag
def show_sitemap_index(request: HttpRequest) -> HttpResponse:
    start = request.build_absolute_uri("/").removesuffix("/")
    entries = []
    for section, kind in SITEMAPS.items():
        sitemap = kind() if isinstance(kind, type) else kind
        address = f"{start}{reverse('sitemap', args=[section])}"
        last = sitemap.get_latest_lastmod()
        addresses = [address, *(f"{address}?p={n}" for n in sitemap.paginator.page_range if n > 1)]
        entries += [{"location": entry, "last_mod": last} for entry in addresses]
    context = {"sitemaps": entries}
    return render(request, "sitemap_index.xml", context, content_type="application/xml")


@page(takes="read")
def show_sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """Django's page of a section, written without its template, which takes a second for 10,000 addresses."""
    response = sitemaps.sitemap(request, SITEMAPS, section)
    text = write_sitemap((response.context_data or {})["urlset"])
    return HttpResponse(text, headers=response.headers)


@page(takes="read")
def show_news_sitemap(request: HttpRequest) -> TemplateResponse:
    """Django's sitemap of one section, with the name of the publication."""
    response = sitemaps.sitemap(request, SITEMAPS, "news", "sitemap_news.xml")
    response.context_data = {
        **(response.context_data or {}),
        "publication": Operator.current().name or SITE,
    }
    return response
