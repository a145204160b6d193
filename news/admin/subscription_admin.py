"""The subscriptions to alerts with masked addresses; nothing can be changed."""

from django.contrib import admin
from django.db.models import Count

from news.models import AlertSubscription
from sitekit.forms.admin_permissions import ReadOnlyRows
from sitekit.forms.fields import mask_email


@admin.register(AlertSubscription)
class AlertSubscriptionAdmin(ReadOnlyRows, admin.ModelAdmin):
    exports_rows = False  # contacts of people
    empty_words = "还没有人订阅预警。"
    list_display = (
        *("masked", "region", "fraud_type", "confirmed_at", "lapses_at", "ended_at"),
        *("last_sent_at", "delivered"),
    )
    list_display_links = None
    list_filter = (
        ("confirmed_at", admin.EmptyFieldListFilter),
        ("ended_at", admin.EmptyFieldListFilter),
        "fraud_type",
    )
    list_select_related = ("region",)
    list_per_page = 50
    search_fields = ("region__name",)
    search_help_text = "按地区名查"
    ordering = ("-pk",)

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(delivered=Count("deliveries"))

    @admin.display(description="邮箱")
    def masked(self, row: AlertSubscription) -> str:
        if row.email:
            return mask_email(row.email)
        return "会员，不用邮箱" if row.user_id else "已删除"

    @admin.display(description="已告知", ordering="delivered")
    def delivered(self, row: AlertSubscription) -> str:
        return f"{row.delivered} 条"
