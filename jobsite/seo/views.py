"""Pages for search engines: robots.txt and sitemaps."""

from django.contrib.sitemaps import views as sitemaps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse

from jobsite.seo.sitemaps import INDEX, SITEMAPS, list_index_lines
from news.articles.schema_org import SITE
from sitekit.models import Operator, SitemapEntry
from sitekit.web.pages import page
from sitekit.web.sitemap_pages import write_sitemap


@page(takes="read")
def show_robots_txt(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /here/",
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
    """Return the index that the worker stored; computed now if none is stored."""
    start = request.build_absolute_uri("/").removesuffix("/")
    rows = SitemapEntry.objects.filter(section=INDEX).order_by("pk")
    lines = dict(rows.values_list("path", "lastmod")) or list_index_lines()
    entries = [{"location": f"{start}{path}", "last_mod": last} for path, last in lines.items()]
    context = {"sitemaps": entries}
    return render(request, "sitemap_index.xml", context, content_type="application/xml")


@page(takes="read")
def show_sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """Return Django's page of a section, but written without Django's template, which takes a second for 10,000
    addresses."""
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
