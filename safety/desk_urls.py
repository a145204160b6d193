"""The desk within /admin/; included before the admin's own addresses."""

from django.urls import path

from safety import appeal_desk_views, report_desk_views
from safety.aftercare import desk_views as fraud_views
from safety.desk import (
    bulk_views,
    dashboard_views,
    employer_views,
    graph_views,
    listing_views,
    undo_views,
)

app_name = "desk"
urlpatterns = [
    path("", dashboard_views.show, name="dashboard"),
    path("undo/<int:pk>/", undo_views.undo, name="undo"),
    path("listings/", listing_views.listings, name="listings"),
    path("listings/next/", listing_views.take_next, name="listings_next"),
    path("listings/bulk/", bulk_views.decide, name="listings_bulk"),
    path("listings/<int:pk>/", listing_views.listing, name="listing"),
    path("listings/<int:pk>/graph/", graph_views.listing, name="listing_graph"),
    path("listings/<int:pk>/take/", listing_views.take, name="listing_take"),
    path("listings/<int:pk>/release/", listing_views.release, name="listing_release"),
    path("listings/<int:pk>/decide/", listing_views.decide, name="listing_decide"),
    path("employers/", employer_views.employers, name="employers"),
    path("employers/next/", employer_views.take_next, name="employers_next"),
    path("employers/<int:pk>/", employer_views.employer, name="employer"),
    path("employers/<int:pk>/take/", employer_views.take, name="employer_take"),
    path("employers/<int:pk>/release/", employer_views.release, name="employer_release"),
    path("employers/<int:pk>/decide/", employer_views.decide, name="employer_decide"),
    path("reports/", report_desk_views.queue, name="reports"),
    path("reports/next/", report_desk_views.take_next, name="reports_next"),
    path("reports/<int:pk>/", report_desk_views.case, name="report"),
    path("reports/<int:pk>/take/", report_desk_views.take, name="report_take"),
    path("reports/<int:pk>/release/", report_desk_views.release, name="report_release"),
    path("reports/<int:pk>/review/", report_desk_views.review, name="report_review"),
    path("reports/<int:pk>/decide/", report_desk_views.decide, name="report_decide"),
    path("appeals/", appeal_desk_views.queue, name="appeals"),
    path("appeals/next/", appeal_desk_views.take_next, name="appeals_next"),
    path("appeals/<int:pk>/", appeal_desk_views.case, name="appeal"),
    path("appeals/<int:pk>/take/", appeal_desk_views.take, name="appeal_take"),
    path("appeals/<int:pk>/release/", appeal_desk_views.release, name="appeal_release"),
    path("appeals/<int:pk>/decide/", appeal_desk_views.decide, name="appeal_decide"),
    path("frauds/", fraud_views.cases, name="frauds"),
    path("frauds/<int:pk>/", fraud_views.case, name="fraud"),
    path("frauds/<int:pk>/export/", fraud_views.export, name="fraud_export"),
    path("frauds/exports/<int:pk>/pack/", fraud_views.packed, name="fraud_export_pack"),
]
