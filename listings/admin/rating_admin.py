"""Ratings in the admin: they can be hidden, but not edited."""

from datetime import datetime

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import localtime

from accounts.staff.scoped_admin import ScopedRows
from listings.applications.ratings import hide_ratings
from listings.models import Rating
from sitekit.forms.admin_permissions import ReadOnlyRows


@admin.register(Rating)
class RatingAdmin(ScopedRows, ReadOnlyRows, admin.ModelAdmin):
    region_paths = ("application__listing__region",)
    list_display = ("written", "by", "listing", "words", "reply", "again", "hidden_at")
    fields = (
        *("written", "by", "writer", "listing", "as_described", "on_time", "again"),
        *("words", "reply", "answered", "hidden_at"),
    )
    list_filter = ("by", ("hidden_at", admin.EmptyFieldListFilter), "again")
    list_select_related = ("application__listing",)
    search_fields = ("words", "reply", "=application__listing__pk")
    ordering = ("-pk",)
    show_full_result_count = False
    actions = ("hide",)

    @admin.display(description="时间", ordering="created_at")
    def written(self, rating: Rating) -> str:
        return _format_moment(rating.created_at)

    @admin.display(description="作者")
    def writer(self, rating: Rating) -> str:
        return str(rating.author)

    @admin.display(description="回应时间")
    def answered(self, rating: Rating) -> str:
        return _format_moment(rating.replied_at) if rating.replied_at else "还没有"

    @admin.display(description="兼职")
    def listing(self, rating: Rating) -> str:
        return rating.application.listing.title

    @admin.action(description="隐藏所选的评价", permissions=["hide"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Rating]) -> None:
        """`queryset` has only ratings that lie where the rights of the staff hold."""
        hidden_count = hide_ratings(queryset.values_list("pk", flat=True))
        self.message_user(request, f"隐藏了 {hidden_count} 条。", messages.SUCCESS)

    def has_hide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("listings.change_rating")


def _format_moment(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}"
