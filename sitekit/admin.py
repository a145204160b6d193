from django.contrib import admin
from django.http import HttpRequest

from sitekit.forms.admin_permissions import KeptRows
from sitekit.models import Operator


@admin.register(Operator)
class OperatorAdmin(KeptRows, admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return not Operator.objects.exists()
