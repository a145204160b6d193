"""Admins whose rows the staff may not delete, or only read, whatever their permissions."""

from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.http import HttpRequest


class KeptRows(BaseModelAdmin):
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyRows(KeptRows):
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
