from django.contrib import admin
from django.http import HttpRequest

from sitekit.models import Operator


@admin.register(Operator)
class OperatorAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return not Operator.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Operator | None = None) -> bool:
        return False
