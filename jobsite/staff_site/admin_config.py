"""Django's admin with our site in place of its own; apart from `apps.py`, where Django looks for one config only."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "jobsite.staff_site.admin_site.StaffAdminSite"

    def ready(self) -> None:
        """Every list reads its search by our form, those of packages too; models are loaded by now."""
        from django.contrib.admin.views.main import ChangeList

        from sitekit.forms.contact_search import SealedSearchForm

        ChangeList.search_form_class = SealedSearchForm
        super().ready()
