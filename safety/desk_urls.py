"""The desk within /admin/; included before the admin's own addresses."""

from django.urls import path

from safety.aftercare import case_views as fraud_views
from safety.bulk_decisions.bulk_views import decide_listings_in_bulk, show_employer_cases
from safety.case_message_pages import desk_views as message_views
from safety.case_pages import colleague_views, employer_question_views
from safety.case_pages.case_urls import build_case_urls
from safety.case_pages.case_views import show_reason_words
from safety.case_pages.desk_keys_views import choose_desk_keys
from safety.casework.action_views import review_report, undo_moderation_decision
from safety.choices import CaseKind
from safety.connections.views import show_listing_graph
from safety.dashboard.views import show_moderation_dashboard, show_queue_load
from safety.journal_pages.desk_search_views import search_desk
from safety.moderation import decisions
from safety.paper_checks import paper_views

app_name = "desk"
urlpatterns = [
    path("", show_moderation_dashboard, name="dashboard"),
    path("search/", search_desk, name="search"),
    path("load/", show_queue_load, name="load"),
    path("keys/", choose_desk_keys, name="keys"),
    path("undo/<int:pk>/", undo_moderation_decision, name="undo"),
    *(address for kind in decisions.CASE_TYPES.values() for address in build_case_urls(kind)),
    path("questions/", colleague_views.list_questions, name="questions"),
    path("questions/<int:pk>/answer/", colleague_views.answer_colleague, name="question_answer"),
    path("questions/<int:pk>/read/", colleague_views.confirm_answer_read, name="question_read"),
    path(
        "listings/<int:pk>/ask-employer/",
        employer_question_views.ask_employer_about_case,
        {"case_type": decisions.CASE_TYPES[CaseKind.LISTING]},
        name="listing_ask_employer",
    ),
    path(
        "employers/<int:pk>/ask-employer/",
        employer_question_views.ask_employer_about_case,
        {"case_type": decisions.CASE_TYPES[CaseKind.EMPLOYER]},
        name="employer_ask_employer",
    ),
    path("sent/<int:pk>/", message_views.show_sent_file, name="sent_file"),
    path("listings/bulk/", decide_listings_in_bulk, name="listings_bulk"),
    path("employers/<int:pk>/cases/", show_employer_cases, name="employer_cases"),
    path("listings/<int:pk>/graph/", show_listing_graph, name="listing_graph"),
    path(
        "listings/<int:pk>/reason/",
        show_reason_words,
        {"case_type": decisions.CASE_TYPES[CaseKind.LISTING]},
        name="listing_reason",
    ),
    path(
        "reports/<int:pk>/review/",
        review_report,
        {"case_type": decisions.CASE_TYPES[CaseKind.REPORT]},
        name="report_review",
    ),
    path("employers/<int:pk>/papers/", paper_views.show_papers, name="employer_papers"),
    path("papers/<int:pk>/open/", paper_views.open_paper, name="paper_open"),
    path("papers/<int:pk>/picture/", paper_views.show_paper_picture, name="paper_picture"),
    path("frauds/", fraud_views.list_fraud_cases, name="frauds"),
    path("frauds/<int:pk>/", fraud_views.show_fraud_case, name="fraud"),
    path("frauds/<int:pk>/export/", fraud_views.create_police_export, name="fraud_export"),
    path(
        "frauds/exports/<int:pk>/pack/", fraud_views.download_police_pack, name="fraud_export_pack"
    ),
]
