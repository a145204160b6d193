"""The admin with its tables in the order of the work: what is decided all day first, what is set once last."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest, HttpResponse

from jobsite.staff_site.lookup_view import PostedLookupView
from sitekit.forms.admin_permissions import (
    ChangesLogged,
    NamedDeletions,
    ShownLookups,
    ViewerWords,
)

ORDER = "safety listings accounts news cities screening jobsite sitekit auth mfa".split()


class StaffAdminSite(AdminSite):
    site_header = "兼职信息网后台"
    site_title = "后台"
    index_title = "后台首页"

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = PostedLookupView.as_view(admin_site=self)(request)  # type: ignore[assignment]
        return answer

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register the admin so that its list is filtered only by columns that it shows, a deletion names rows, and
        who may only look at a row reads words."""
        plain = admin_class or ModelAdmin
        bases = (ChangesLogged, NamedDeletions, ShownLookups, ViewerWords, plain)
        shown = type(plain.__name__, bases, {"__module__": plain.__module__})
        super().register(model_or_iterable, shown, **options)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        places = {label: place for place, label in enumerate(ORDER)}
        return sorted(apps, key=lambda app: places.get(app["app_label"], len(ORDER)))
