from django.urls import path

from safety import appeal_views, report_views

app_name = "safety"
urlpatterns = [
    path("report/listing/<int:pk>/", report_views.report_listing, name="report_listing"),
    path("report/article/<int:pk>/", report_views.report_article, name="report_article"),
    path("report/thanks/", report_views.thanks, name="thanks"),
    path("report/status/", report_views.status, name="status"),
    path("me/reports/", report_views.my_reports, name="my_reports"),
    path("appeal/listing/<int:pk>/", appeal_views.appeal_listing, name="appeal_listing"),
    path("appeal/employer/<int:pk>/", appeal_views.appeal_employer, name="appeal_employer"),
    path("appeal/<int:pk>/", appeal_views.appeal, name="appeal"),
]
