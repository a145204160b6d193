from django.contrib import admin

from sitekit.models import Operator


@admin.register(Operator)
class OperatorAdmin(admin.ModelAdmin):
    def has_add_permission(self, request):
        return not Operator.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False
