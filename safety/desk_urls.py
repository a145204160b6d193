"""The desk within /admin/; included before the admin's own addresses."""

from django.urls import path

from safety.aftercare import case_views as fraud_views
from safety.casework import bulk_views, undo_views
from safety.casework import report_views as report_desk_views
from safety.connections import views as graph_views
from safety.dashboard import views as dashboard_views
from safety.moderation import decisions as deciding
from safety.moderation.case_views import build_case_urls

app_name = "desk"
urlpatterns = [
    path("", dashboard_views.show_moderation_dashboard, name="dashboard"),
    path("undo/<int:pk>/", undo_views.undo_moderation_decision, name="undo"),
    *(address for kind in deciding.CASE_TYPES.values() for address in build_case_urls(kind)),
    path("listings/bulk/", bulk_views.decide_listings_in_bulk, name="listings_bulk"),
    path("listings/<int:pk>/graph/", graph_views.show_listing_graph, name="listing_graph"),
    path("reports/<int:pk>/review/", report_desk_views.review_report, name="report_review"),
    path("frauds/", fraud_views.list_fraud_cases, name="frauds"),
    path("frauds/<int:pk>/", fraud_views.show_fraud_case, name="fraud"),
    path("frauds/<int:pk>/export/", fraud_views.create_police_export, name="fraud_export"),
    path(
        "frauds/exports/<int:pk>/pack/", fraud_views.download_police_pack, name="fraud_export_pack"
    ),
]
