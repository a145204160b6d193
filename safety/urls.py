from django.urls import path

from safety.aftercare import evidence_views
from safety.appeals import views as appeal_views
from safety.case_message_pages import employer_views as reply_views
from safety.checker import views as check_views
from safety.forwarded_checks import text_message_views, wechat_views
from safety.governance import views as governance
from safety.reports import views as report_views

app_name = "safety"
urlpatterns = [
    path("check/", check_views.show_check, name="check"),
    path("check/reading/<str:ticket>/", check_views.show_reading, name="check_reading"),
    path("check/about/<str:level>/", check_views.show_verdict_explanation, name="check_about"),
    path(
        "check/about/<str:level>/<str:fraud_type>/",
        check_views.show_verdict_explanation,
        name="check_about_type",
    ),
    path("check/wechat/", wechat_views.receive_wechat, name="check_wechat"),
    path(
        "check/text-messages/<str:key>/",
        text_message_views.receive_text_messages,
        name="check_text_messages",
    ),
    path("report/listing/<int:pk>/", report_views.report_listing, name="report_listing"),
    path("report/article/<int:pk>/", report_views.report_article, name="report_article"),
    path("report/thanks/", report_views.show_report_thanks, name="thanks"),
    path("report/status/", report_views.show_report_status, name="status"),
    path("me/reports/", report_views.show_my_reports, name="my_reports"),
    path("appeal/listing/<int:pk>/", appeal_views.appeal_listing, name="appeal_listing"),
    path("appeal/employer/<int:pk>/", appeal_views.appeal_employer, name="appeal_employer"),
    path("appeal/text/<int:pk>/", appeal_views.appeal_text, name="appeal_text"),
    path("appeal/<int:pk>/", appeal_views.show_appeal, name="appeal"),
    path("employer/reply/", reply_views.reply_about_employer, name="reply_employer"),
    path(
        "employer/listings/<int:pk>/reply/", reply_views.reply_about_listing, name="reply_listing"
    ),
    # Aftercare
    path("evidence/key.pem", evidence_views.download_public_key, name="evidence_key"),
    path("evidence/<str:token>/", evidence_views.show_evidence_by_link, name="evidence"),
    path("evidence/<str:token>/pack/", evidence_views.download_pack_by_link, name="evidence_pack"),
    path("me/evidence/<int:pk>/", evidence_views.show_my_evidence, name="my_evidence"),
    path("me/evidence/<int:pk>/pack/", evidence_views.download_my_pack, name="my_evidence_pack"),
    # Governance
    path("governance/", governance.show_governance, name="governance"),
    path("governance.json", governance.download_governance_json, name="governance_json"),
    path("governance.csv", governance.download_governance_csv, name="governance_csv"),
    path("<city:city>/governance/", governance.show_governance, name="governance"),
    path(
        "<city:city>/governance.json", governance.download_governance_json, name="governance_json"
    ),
    path("<city:city>/governance.csv", governance.download_governance_csv, name="governance_csv"),
]
