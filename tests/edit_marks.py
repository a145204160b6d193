"""The mark that a form of the admin carries of what its row said when it was opened."""

from django.contrib import admin
from django.test import RequestFactory

from accounts.admin.row_mark import SHOWN
from accounts.models import User


def read_edit_mark(row, editor=None):
    """{name: mark} as the page sends it to the editor, or to somebody who may change everything."""
    request = RequestFactory().get("/admin/")
    request.user = editor or User(is_superuser=True, is_staff=True, is_active=True)
    door = admin.site._registry[type(row)]
    stored = type(row)._default_manager.get(pk=row.pk)
    form = door.get_form(request, stored, change=True)(instance=stored)
    return {SHOWN: form.initial[SHOWN]}
