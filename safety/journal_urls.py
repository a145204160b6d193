"""The journal within /admin/; included before the admin's own addresses."""

from django.urls import path

from safety.journal_pages import export_views, search_views

app_name = "journal"
urlpatterns = [
    path("", search_views.show_journal_search, name="search"),
    path("<int:pk>/", search_views.show_journal_results, name="results"),
    path("<int:pk>/table/", export_views.export_table, name="export_table"),
    path("<int:pk>/authority/", export_views.export_for_authority, name="export_pack"),
    path("exports/", export_views.list_exports, name="exports"),
    path("exports/<int:pk>/file/", export_views.download_export, name="export_file"),
]
