from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.employers import member_views
from accounts.inbox import settings_views
from accounts.inbox import views as inbox_views
from accounts.staff import join_views, sign_out_views
from jobsite import styleguide, views
from jobsite.me import close_views, export_views
from jobsite.me import views as me_views
from jobsite.monitoring import probes, state_views
from jobsite.person_requests import views as request_views
from jobsite.seo import app_files, share_views
from jobsite.seo import views as seo_views
from jobsite.service_status import status_views
from jobsite.site_texts import text_views
from listings.renewals import link_views
from safety.account_switch import views as switch_views
from safety.reports import article_views

handler403 = "jobsite.staff_site.refused_page.show_refused_page"
handler404 = "jobsite.staff_site.missing_page.show_missing_page"
handler500 = "jobsite.operations.server_errors.show_server_error"

urlpatterns = [
    path("", views.show_national_home, name="home"),
    path("about/", views.show_about, name="about"),
    path("here/jobs/<work:part>/", views.lead_back, {"name": "jobs"}, name="lead_back_to_work"),
    path("here/alerts/<str:part>/", views.lead_back, {"name": "alerts"}, name="lead_back_to_type"),
    path("here/<slug:name>/", views.lead_back, name="lead_back"),
    path("status/", status_views.show_service_status, name="service_status"),
    path("accessibility/", views.show_accessibility, name="accessibility"),
    path("privacy/", text_views.show_privacy, name="privacy"),
    path("privacy/<slug:version>/", text_views.show_privacy, name="privacy_version"),
    path("rules/", text_views.show_rules, name="rules"),
    path("rules/<slug:version>/", text_views.show_rules, name="rules_version"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.show_metrics, name="metrics"),
    path("robots.txt", seo_views.show_robots_txt, name="robots"),
    path("sitemap.xml", seo_views.show_sitemap_index, name="sitemap_index"),
    path("sitemap-news.xml", seo_views.show_news_sitemap, name="sitemap_news"),
    path("sitemap-<section>.xml", seo_views.show_sitemap, name="sitemap"),
    path("icons/<int:size>.png", app_files.show_icon, name="icon"),
    path("apple-touch-icon.png", app_files.show_icon, name="apple_icon"),
    path("manifest.webmanifest", app_files.show_manifest, name="manifest"),
    path("opensearch.xml", app_files.show_opensearch, name="opensearch"),
    path(".well-known/security.txt", app_files.show_security_txt, name="security_txt"),
    path("offline/", app_files.show_offline_page, name="offline"),
    path("service-worker.js", app_files.show_service_worker, name="service_worker"),
    path("indexnow.txt", app_files.show_indexnow_key, name="indexnow_key"),
    path("favicon.ico", RedirectView.as_view(url="/seal/all.svg", permanent=True)),
    path("seal/<slug:slug>.svg", views.show_city_badge, name="seal"),
    path(
        "share/<slug:slug>/<slug:shape>/<slug:version>.png",
        share_views.show_city_picture,
        name="share",
    ),
    path("admin/desk/", include("safety.desk_urls")),
    path("admin/journal/", include("safety.journal_urls")),
    path("admin/article-reports/", article_views.show_article_reports, name="article_reports"),
    path(
        "admin/article-reports/<int:pk>/keep/",
        article_views.keep_reported_article,
        name="article_report_keep",
    ),
    path("admin/state/", state_views.show_state, name="state"),
    path("admin/state/jobs/<int:pk>/retry/", state_views.retry_job, name="state_retry"),
    path(
        "admin/state/messages/<slug:channel>/<int:pk>/retry/",
        state_views.retry_unsent_message,
        name="state_retry_message",
    ),
    path("admin/requests/", request_views.find_person, name="person_requests"),
    path("admin/requests/<int:pk>/", request_views.show_person, name="person_request"),
    path("admin/team/", include("accounts.staff_urls")),
    path("admin/lists/", include("accounts.admin_list_urls")),
    path("admin/people/sign-out/", sign_out_views.sign_people_out, name="staff_sign_out"),
    path("admin/people/<int:pk>/off/", switch_views.switch_person_off, name="switch_off"),
    path("admin/people/<int:pk>/on/", switch_views.switch_person_on, name="switch_on"),
    path("admin/", admin.site.urls),
    path("me/", me_views.show_me, name="me"),
    path("me/inbox/", inbox_views.show_inbox, name="inbox"),
    path("me/inbox/<int:pk>/open/", inbox_views.open_notice, name="inbox_open"),
    path("me/inbox/read/", inbox_views.mark_all_read, name="inbox_read"),
    path("me/notices/", settings_views.show_notice_settings, name="notice_settings"),
    # What the links of text messages open: the more special code first.
    path("n/<renewal:code>/", link_views.renew_listing_by_code, name="renew_by_code"),
    path("n/<member_code:token>/", member_views.join_employer, name="join_by_code"),
    path("n/<colleague_code:token>/", join_views.open_invitation_link, name="staff_join_by_code"),
    path("n/<str:code>/", settings_views.stop_by_link, name="stop_notices"),
    path("me/agree/", text_views.agree_anew, name="agree_anew"),
    path("me/export/", export_views.export_account, name="export"),
    path("me/close/", close_views.show_closing, name="close"),
    path("", include("safety.urls")),
    path("", include("cities.urls")),
    path("accounts/", include("accounts.sign_in_urls")),
    path("", include("accounts.urls")),
    path("", include("news.urls")),
    path("", include("listings.urls")),
    path("", include("sitekit.urls")),
]
if settings.DEBUG:
    urlpatterns += [
        path("styleguide/", styleguide.show_styleguide, name="styleguide"),
        path("styleguide/themes.css", styleguide.show_themes, name="styleguide_themes"),
    ]
urlpatterns += [
    # Last, so that no place can take the address of a page.
    path("<city:city>/", views.show_city_home, name="city_home"),
]
