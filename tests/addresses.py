"""Every public address, by its route in the URLconf; `test_sweep` holds the table against it.

Names in braces come from the fixture `stock`.
"""

from django.urls import URLResolver, get_resolver

CITY = "<city:city>/"
PAGES = {
    "": ["/"],
    "about/": ["/about/"],
    "governance/": ["/governance/"],
    f"{CITY}governance/": ["/xiangxi/governance/", "/hunan/governance/", "/hefei/governance/"],
    "status/": ["/status/"],
    "accessibility/": ["/accessibility/"],
    "privacy/": ["/privacy/"],
    "privacy/<slug:version>/": ["/privacy/2025-12/"],
    "rules/": ["/rules/"],
    "rules/<slug:version>/": ["/rules/2025-12/"],
    "offline/": ["/offline/"],
    "api/": ["/api/"],
    "cities/": ["/cities/", "/cities/?province=hunan", "/cities/?initial=F&next=/xiangxi/jobs/"],
    "jobs/": ["/jobs/"],
    "jobs/<work:work>/": ["/jobs/online/", "/jobs/flyer/"],
    "jobs/in/<city:inside>/": ["/jobs/in/hunan/"],
    "jobs/<int:pk>/": ["/jobs/{online}/"],
    "jobs/<int:pk>/poster/": ["/jobs/{online}/poster/"],
    "employers/<int:pk>/": ["/employers/{shop}/"],
    "news/": ["/news/"],
    "news/<int:pk>/": ["/news/{alert}/", "/news/{article}/"],
    "news/tag/<str:tag>/": ["/news/tag/{tag}/"],
    "news/kind/<str:kind>/": ["/news/kind/news/", "/news/kind/guide/"],
    "alerts/": ["/alerts/"],
    "alerts/<str:fraud_type>/": ["/alerts/brushing_rebate/"],
    "check/about/<str:level>/": ["/check/about/low/", "/check/about/medium/"],
    "check/about/<str:level>/<str:fraud_type>/": [
        "/check/about/high/brushing_rebate/",
        "/check/about/medium/card_rental/",
    ],
    "alerts/subscribe/sent/": ["/alerts/subscribe/sent/"],
    "searches/sent/": ["/searches/sent/"],
    CITY: ["/xiangxi/", "/hunan/", "/beijing/", "/hefei/"],
    f"{CITY}jobs/": [
        "/xiangxi/jobs/",
        "/xiangxi/jobs/?q=派发&settlement=daily&slots=6a&pay_min=abc",
        "/xiangxi/jobs/?q=潜水",
        "/hefei/jobs/",
    ],
    f"{CITY}jobs/<work:work>/": ["/xiangxi/jobs/flyer/", "/xiangxi/jobs/online/"],
    f"{CITY}jobs/in/<city:inside>/": ["/xiangxi/jobs/in/jishou/", "/xiangxi/jobs/in/fenghuang/"],
    f"{CITY}jobs/<int:pk>/": [
        "/xiangxi/jobs/{listing}/",
        "/xiangxi/jobs/{repost}/",
        "/xiangxi/jobs/{filled}/",
        "/xiangxi/jobs/{held}/",
    ],
    f"{CITY}jobs/<int:pk>/poster/": [
        "/xiangxi/jobs/{listing}/poster/",
        "/xiangxi/jobs/{repost}/poster/",
    ],
    f"{CITY}news/": ["/xiangxi/news/"],
    f"{CITY}news/<int:pk>/": ["/xiangxi/news/{alert}/", "/hefei/news/{article}/"],
    f"{CITY}news/tag/<str:tag>/": ["/xiangxi/news/tag/{tag}/"],
    f"{CITY}news/kind/<str:kind>/": ["/xiangxi/news/kind/news/", "/hefei/news/kind/guide/"],
    f"{CITY}group/": ["/xiangxi/group/"],
    f"{CITY}alerts/": ["/xiangxi/alerts/", "/hefei/alerts/"],
    f"{CITY}alerts/subscribe/sent/": ["/xiangxi/alerts/subscribe/sent/"],
    f"{CITY}alerts/<str:fraud_type>/": ["/xiangxi/alerts/brushing_rebate/"],
}
# Pages that hold a form and take its answers at the same address.
FORMS = {
    "check/": ["/check/"],
    "employers/": ["/employers/"],
    f"{CITY}employers/": ["/xiangxi/employers/"],
    "employers/post/": ["/employers/post/"],
    "alerts/subscribe/": ["/alerts/subscribe/", "/alerts/subscribe/?type=typing_scam"],
    f"{CITY}alerts/subscribe/": ["/xiangxi/alerts/subscribe/", "/hefei/alerts/subscribe/"],
    "searches/new/": ["/searches/new/?category=flyer&city=xiangxi", "/searches/new/"],
    "searches/confirm/<str:token>/": ["/searches/confirm/{search_confirm}/"],
    "searches/renew/<str:token>/": ["/searches/renew/{search_renew}/"],
    "searches/end/<str:token>/": ["/searches/end/{search_end}/"],
    "alerts/subscribe/confirm/<str:token>/": ["/alerts/subscribe/confirm/{confirm}/"],
    "alerts/subscribe/renew/<str:token>/": ["/alerts/subscribe/renew/{renew}/"],
    "alerts/subscribe/end/<str:token>/": ["/alerts/subscribe/end/{end}/"],
    "jobs/<int:pk>/contact/": ["/jobs/{online}/contact/"],
    f"{CITY}jobs/<int:pk>/contact/": ["/xiangxi/jobs/{listing}/contact/"],
    "report/listing/<int:pk>/": ["/report/listing/{listing}/", "/report/listing/{held}/"],
    "report/article/<int:pk>/": ["/report/article/{article}/"],
    "report/status/": ["/report/status/"],
}
PLAIN = {
    "evidence/key.pem": ["/evidence/key.pem"],
    "healthz": ["/healthz"],
    "metrics": ["/metrics"],
    "readyz": ["/readyz"],
    "robots.txt": ["/robots.txt"],
    ".well-known/security.txt": ["/.well-known/security.txt"],
    "apple-touch-icon.png": ["/apple-touch-icon.png"],
    "icons/<int:size>.png": ["/icons/192.png", "/icons/512.png"],
    "manifest.webmanifest": ["/manifest.webmanifest"],
    "opensearch.xml": ["/opensearch.xml"],
    "service-worker.js": ["/service-worker.js"],
    **{
        f"{place}governance.{kind}": [f"{start}governance.{kind}"]
        for place, start in (("", "/"), (CITY, "/xiangxi/"))
        for kind in ("json", "csv")
    },
    "seal/<slug:slug>.svg": ["/seal/xiangxi.svg", "/seal/all.svg"],
    "cities/centres.json": ["/cities/centres.json"],
    "api/openapi.json": ["/api/openapi.json"],
    "sitemap.xml": ["/sitemap.xml"],
    "sitemap-news.xml": ["/sitemap-news.xml"],
    "sitemap-<section>.xml": ["/sitemap-pages.xml", "/sitemap-listings.xml"],
}
PLAIN |= {
    f"{before}jobs/suggestions.json": [f"{start}jobs/suggestions.json"]
    for before, start in (("", "/"), (CITY, "/xiangxi/"))
}
PLAIN["share/jobs/<int:pk>/code.svg"] = ["/share/jobs/{listing}/code.svg"]
PLAIN |= {
    f"{before}{route}feed.<format:suffix>": [
        f"{start}{path}feed.{kind}" for kind in ("atom", "rss", "json")
    ]
    for before, start in (("", "/"), (CITY, "/xiangxi/"))
    for route, path in (
        ("news/", "news/"),
        ("news/tag/<str:tag>/", "news/tag/{tag}/"),
        ("news/kind/<str:kind>/", "news/kind/guide/"),
        ("alerts/", "alerts/"),
        ("alerts/<str:fraud_type>/", "alerts/brushing_rebate/"),
    )
}
PLAIN |= {
    f"{before}jobs/{route}feed.<format:suffix>": [
        f"{start}jobs/{path}feed.{kind}" for kind in ("atom", "rss", "json")
    ]
    for before, start, inside in (("", "/", "hunan"), (CITY, "/xiangxi/", "jishou"))
    for route, path in (
        ("", ""),
        ("<work:work>/", "flyer/"),
        ("in/<city:inside>/", f"in/{inside}/"),
    )
}
ELSEWHERE = {
    "favicon.ico": ["/favicon.ico"],
    "here/<slug:name>/": ["/here/jobs/", "/here/home/"],
    "here/jobs/<work:part>/": ["/here/jobs/tutor/"],
    "here/alerts/<str:part>/": ["/here/alerts/brushing_rebate/"],
    # A picture of another version leads to the one of today.
    **{
        f"share/{route}/<slug:shape>/<slug:version>.png": [f"/share/{path}/wide/0.png"]
        for route, path in (
            ("<slug:slug>", "xiangxi"),
            ("jobs/<int:pk>", "jobs/{listing}"),
            ("news/<int:pk>", "news/{article}"),
        )
    },
    "share/jobs/<int:pk>/<slug:shape>/<slug:version>.svg": ["/share/jobs/{listing}/a4/0.svg"],
}
# Only for who sent pictures, for two minutes: tests/safety/checker/test_reading.py.
TEMPORARY = {
    # Only where it is set: tests/jobsite/seo/test_engine_push.py.
    "indexnow.txt": ["/indexnow.txt"],
    "check/reading/<str:ticket>/": ["/check/reading/nobody-s-ticket/"],
}
POSTS = {"cities/switch/": ["/cities/switch/"]}
# The staff's pages and the files of pictures have tests of their own.
NOT_OURS = ("admin/", "^media/")

# What may look at a cookie or an address.
PERSONAL = (
    *("/", "/cities/", "/check/", "/status/"),
    *("/employers/", "/xiangxi/employers/", "/employers/post/"),
)
PERSONAL_PARTS = ("/report/",)


def is_personal(address):
    path = address.partition("?")[0]
    if path in PERSONAL or path.startswith(PERSONAL_PARTS):
        return True
    if path.endswith("/contact/"):
        return True
    return ("/alerts/subscribe/" in path or path.startswith("/searches/")) and not path.endswith(
        "/sent/"
    )


def fill_addresses(table, stock):
    return [address.format(**stock) for group in table.values() for address in group]


def list_routes(patterns=None, before=""):
    """Every route of the URLconf as one string."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from list_routes(pattern.url_patterns, route)
        else:
            yield route
