"""Every public address, by its route in the URLconf; `test_sweep` holds the table against it.

Names in braces come from the fixture `stock`.
"""

from django.urls import URLResolver, get_resolver

CITY = "<city:city>/"
PAGES = {
    "": ["/"],
    "about/": ["/about/"],
    "privacy/": ["/privacy/"],
    "cities/": ["/cities/", "/cities/?province=hunan", "/cities/?initial=F&next=/xiangxi/jobs/"],
    "jobs/": ["/jobs/", "/jobs/?mode=online"],
    "jobs/<int:pk>/": ["/jobs/{online}/"],
    "news/": ["/news/"],
    "news/<int:pk>/": ["/news/{alert}/", "/news/{article}/"],
    "news/tag/<str:tag>/": ["/news/tag/{tag}/"],
    "alerts/": ["/alerts/"],
    "alerts/<str:fraud_type>/": ["/alerts/brushing_rebate/"],
    CITY: ["/xiangxi/", "/hunan/", "/beijing/", "/hefei/"],
    f"{CITY}jobs/": [
        "/xiangxi/jobs/",
        "/xiangxi/jobs/?q=派发&settlement=daily&slots=6a&pay_min=abc",
        "/xiangxi/jobs/?q=潜水",
        "/hefei/jobs/",
    ],
    f"{CITY}jobs/<int:pk>/": [
        "/xiangxi/jobs/{listing}/",
        "/xiangxi/jobs/{repost}/",
        "/xiangxi/jobs/{filled}/",
        "/xiangxi/jobs/{held}/",
    ],
    f"{CITY}news/": ["/xiangxi/news/"],
    f"{CITY}news/<int:pk>/": ["/xiangxi/news/{alert}/", "/hefei/news/{article}/"],
    f"{CITY}news/tag/<str:tag>/": ["/xiangxi/news/tag/{tag}/"],
    f"{CITY}alerts/": ["/xiangxi/alerts/", "/hefei/alerts/"],
    f"{CITY}alerts/<str:fraud_type>/": ["/xiangxi/alerts/brushing_rebate/"],
}
PLAIN = {
    "healthz": ["/healthz"],
    "readyz": ["/readyz"],
    "robots.txt": ["/robots.txt"],
    "seal/<slug:slug>.svg": ["/seal/xiangxi.svg", "/seal/all.svg"],
    "sitemap.xml": ["/sitemap.xml"],
    "sitemap-<section>.xml": ["/sitemap-pages.xml", "/sitemap-listings.xml"],
}
ELSEWHERE = {"favicon.ico": ["/favicon.ico"]}
POSTS = {"cities/switch/": ["/cities/switch/"]}
# The staff's pages have tests of their own; uploads are served in development only.
NOT_OURS = ("admin/", "^media/")

# What may look at a cookie or an address (DESIGN 3).
PERSONAL = ("/", "/cities/")


def is_personal(address):
    return address.partition("?")[0] in PERSONAL


def of(table, stock):
    return [address.format(**stock) for group in table.values() for address in group]


def routes(patterns=None, before=""):
    """Every route of the URLconf as one string."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route
