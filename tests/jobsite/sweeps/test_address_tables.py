"""Every address of ours stands in a table, and every view says how it may be asked for."""

from django.urls import URLPattern, get_resolver, reverse

from tests import addresses
from tests.access import GET, POST
from tests.addresses import ELSEWHERE, FORMS, PAGES, PLAIN, POSTS, TEMPORARY

# What Django's admin brings for every model, and for itself.
STOCK_VIEWS = ("_changelist", "_add", "_history", "_delete", "_change")
STOCK_NAMES = {
    "index", "login", "logout", "password_change", "password_change_done", "jsi18n",
    "autocomplete", "view_on_site", "app_list", "auth_user_password_change",
}  # fmt: skip
# Modules whose views are not under our decorator `page`.
WITHOUT_PAGE_RULES = {
    "accounts.security.second_factor_views",  # classes of allauth
    # Methods of an admin, which take any method as the admin does.
    "jobsite.staff_site.admin_site",  # its lookup takes POST only
    "news.admin.article_admin",
    "news.admin.group_admin",
    "jobsite.admin.settings_page",
    "news.admin.hotline_admin",
    "safety.admin.blocklist_admin",
    "safety.admin.trained_model_admin",
    "accounts.admin.row_mark",
    "accounts.admin.site_history",
    "sitekit.forms.masked_contacts",
}


def list_own_routes():
    """All routes but the admin's stock ones and files of pictures."""
    stock = set(_stock_admin_routes())
    return {r for r in addresses.list_routes() if not r.startswith("^media/")} - stock


def _stock_admin_routes():
    prefix = reverse("admin:index").lstrip("/")
    for route, name in _list_named_routes(get_resolver().url_patterns):
        is_stock = name in (None, *STOCK_NAMES) or str(name).endswith(STOCK_VIEWS)
        if route.startswith(prefix) and (is_stock or route.endswith("(?P<url>.*)$")):
            yield route


def _list_named_routes(patterns, before=""):
    for route, pattern in _url_patterns(patterns, before):
        yield route, pattern.name


def _url_patterns(patterns, before=""):
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern
        else:
            yield from _url_patterns(pattern.url_patterns, route)


def _own_views():
    """(route, view) of every view that is not Django's, allauth's or ninja's."""
    for route, pattern in _url_patterns(get_resolver().url_patterns):
        if pattern.callback.__module__.split(".")[0] not in ("django", "allauth", "ninja"):
            yield route, pattern.callback


def test_every_view_says_how_it_may_be_asked_for():
    views = [view for _route, view in _own_views() if not hasattr(view, "page_rules")]
    assert {view.__module__ for view in views} == WITHOUT_PAGE_RULES


def test_a_page_behind_the_sign_in_is_never_cached():
    cached = [
        route
        for route, view in _own_views()
        if (rules := getattr(view, "page_rules", None))
        if rules.login and rules.takes != "post" and rules.cache != "never"
    ]
    assert cached == []


def test_every_address_stands_in_a_table():
    public = {*PAGES, *FORMS, *PLAIN, *ELSEWHERE, *POSTS, *TEMPORARY}
    missing = list_own_routes() - public - {*GET, *POST}
    assert sorted(missing) == []


def test_no_table_names_an_address_that_is_gone():
    assert sorted({*GET, *POST} - set(addresses.list_routes())) == []
