"""Who runs the site, edited by the staff."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.admin.recorded_edits import RecordedEdits
from accounts.staff.scoped_admin import NationalRows
from sitekit.models import Operator


@admin.register(Operator)
class OperatorAdmin(NationalRows, RecordedEdits):
    unscreened = (
        *("icp_number", "police_number", "hr_licence_number"),
        *("supervising_phone", "complaints_phone", "email", "check_phone"),
    )
    public_words = (
        *("name", "tagline", "hr_licence_issuer", "services", "fees", "address"),
        "check_account",
        *unscreened,
    )
    fields = (
        *("name", "icp_number", "police_number", "hr_licence_number", "hr_licence_issuer"),
        *("hr_licence_until", "services", "fees", "supervising_phone", "complaints_phone"),
        *("email", "address", "tagline", "takes_applications", "check_account", "check_phone"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Operator.objects.exists()
