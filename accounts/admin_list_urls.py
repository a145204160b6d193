"""What the lists of the admin can do besides Django's own; included before the admin's own addresses."""

from django.urls import path

from accounts.admin_lists import views

urlpatterns = [
    path("<slug:app>/<slug:model>/search/", views.search_list, name="admin_list_search"),
    path("<slug:app>/<slug:model>/export/", views.export_list, name="admin_list_export"),
    path("<slug:app>/<slug:model>/filter/", views.save_list_filter, name="admin_list_filter"),
    path(
        "filters/<int:pk>/delete/",
        views.delete_list_filter,
        name="admin_list_filter_delete",
    ),
]
