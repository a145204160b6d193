from django.urls import include, path

from listings.applications import rating_views
from listings.applications import views as apply_views
from listings.bulk_upload import views as uploads
from listings.day_lists import views as day_list_views
from listings.detail import contact_views
from listings.employer_api import views as api_views
from listings.employer_api import webhook_views
from listings.employer_api.addresses import list_api_patterns
from listings.employer_desk import (
    action_views,
    figure_views,
    photo_views,
)
from listings.employer_desk import views as posting_views
from listings.feed_imports import views as feed_import_views
from listings.own_states import block_views, saved_listings
from listings.own_states import views as state_views
from listings.pages import (
    detail_views,
    employer_views,
    feed_views,
    list_views,
    poster_views,
    share_pictures,
)
from listings.paste_posting import copy_views, draft_views
from listings.paste_posting import views as paste_views
from listings.renewals import link_views
from listings.search_subscriptions import views as search_views
from listings.search_suggestions import views as suggestion_views
from listings.shift_plans import arrival_views
from listings.shift_plans import views as shift_views
from listings.shift_plans.calendar_views import download_calendar
from listings.sign_up_lists import form_views as sign_up_forms
from listings.sign_up_lists import views as sign_up_views

app_name = "listings"
# Pages of the nation and of each city.
PUBLIC_PAGES = [
    path("jobs/", list_views.show_listing_list, name="list"),
    path("jobs/suggestions.json", suggestion_views.show_suggestions, name="suggestions"),
    path("jobs/<work:work>/", list_views.show_listing_list, name="list_work"),
    path("jobs/in/<city:inside>/", list_views.show_listing_list, name="list_place"),
    path("jobs/<int:pk>/", detail_views.show_listing, name="detail"),
    path("jobs/<int:pk>/contact/", contact_views.show_contact, name="contact"),
    path("jobs/<int:pk>/poster/", poster_views.show_poster, name="poster"),
    path("jobs/<int:pk>/save/", saved_listings.save_listing, name="save"),
    path("jobs/<int:pk>/apply/", apply_views.apply_for_listing, name="apply"),
    path("employers/", paste_views.show_employers_page, name="employers"),
]
# Each list with its feed, at its own address.
FEEDS = [
    path(f"jobs/{narrowed}feed.<format:suffix>", feed_views.show_listing_feed, name=name)
    for narrowed, name in (
        ("", "feed"),
        ("<work:work>/", "work_feed"),
        ("in/<city:inside>/", "place_feed"),
    )
]
# Pages of an employer's own listing.
OWN_LISTING_PAGES = [
    path("", posting_views.manage_listing, name="manage"),
    path("figures/", figure_views.show_listing_figures, name="figures"),
    path("preview/", posting_views.preview_listing, name="preview"),
    path("edit/", action_views.edit_listing, name="edit"),
    path("draft/", draft_views.edit_draft, name="edit_draft"),
    path("copy/", copy_views.copy_listing, name="copy"),
    path("pause/", action_views.pause_listing, name="pause"),
    path("resume/", action_views.resume_listing, name="resume"),
    path("fill/", action_views.mark_listing_filled, name="fill"),
    path("renew/", action_views.renew_listing, name="renew"),
    path("withdraw/", action_views.withdraw_listing, name="listing_withdraw"),
    path("discard/", action_views.discard_listing_draft, name="discard"),
    path("photos/", photo_views.edit_photos, name="photos"),
    path("photos/<int:picture>/remove/", photo_views.remove_photo, name="photo_remove"),
    path("photos/<int:picture>/first/", photo_views.move_photo_first, name="photo_first"),
    path("shifts/", shift_views.plan_shifts, name="shifts"),
    path("shifts/<int:shift>/remove/", shift_views.remove_shift, name="shift_remove"),
    path("applications/limit/", sign_up_forms.limit_applications, name="application_limit"),
    path("applications/", sign_up_views.list_listing_applications, name="listing_applications"),
]
urlpatterns = [
    path("", include(PUBLIC_PAGES + FEEDS)),
    path("<city:city>/", include(PUBLIC_PAGES + FEEDS)),
    # Pictures of a listing
    path(
        "share/jobs/<int:pk>/<slug:shape>/<slug:version>.png",
        share_pictures.show_listing_picture,
        name="share",
    ),
    path(
        "share/jobs/<int:pk>/<slug:shape>/<slug:version>.svg",
        share_pictures.download_poster_svg,
        name="poster_svg",
    ),
    path("share/jobs/<int:pk>/code.svg", share_pictures.download_listing_code, name="code"),
    # Posting
    path("employer/", posting_views.show_dashboard, name="desk"),
    path("employers/post/", paste_views.show_pasted_post, name="post_pasted"),
    path("employer/listings/new/", posting_views.start_new_listing, name="post_new"),
    path("employer/listings/<int:pk>/", include(OWN_LISTING_PAGES)),
    path("employer/today/", day_list_views.show_day_list, name="day_list"),
    path("employer/today.csv", day_list_views.download_day_list_csv, name="day_list_csv"),
    path("employer/today.xlsx", day_list_views.download_day_list_xlsx, name="day_list_xlsx"),
    path("employer/renew/<str:token>/", link_views.renew_listing_by_link, name="renew_by_link"),
    path("employers/<int:pk>/", employer_views.show_employer, name="employer"),
    # Bulk upload
    path("employer/upload/", uploads.upload_spreadsheet, name="upload"),
    path("employer/upload/template/", uploads.download_template, name="upload_template"),
    path("employer/upload/<int:pk>/", uploads.show_upload_report, name="upload_report"),
    path("employer/upload/<int:pk>/go-on/", uploads.continue_upload, name="upload_go_on"),
    # The API
    path("api/", api_views.show_api_documentation, name="api_documentation"),
    path("api/openapi.json", api_views.show_openapi_document, name="api_openapi"),
    path("employer/api/", api_views.list_tokens, name="api_tokens"),
    path("employer/api/new/", api_views.create_token, name="api_token_new"),
    path("employer/api/<int:pk>/withdraw/", api_views.withdraw_token, name="api_token_withdraw"),
    path("employer/api/webhook/", webhook_views.show_webhook, name="webhook"),
    path("employer/api/webhook/address/", webhook_views.set_address, name="webhook_address"),
    path("employer/api/webhook/secret/", webhook_views.renew_secret, name="webhook_secret"),
    path("employer/api/webhook/test/", webhook_views.send_test, name="webhook_test"),
    path("employer/api/webhook/remove/", webhook_views.remove_address, name="webhook_remove"),
    path("", include((list_api_patterns(), "api"))),
    # Feeds of jobs
    path("employer/feeds/", feed_import_views.list_feeds, name="job_feeds"),
    path("employer/feeds/<int:pk>/", feed_import_views.show_feed, name="job_feed"),
    path("employer/feeds/<int:pk>/fetch/", feed_import_views.fetch_feed_now, name="job_feed_fetch"),
    path("employer/feeds/<int:pk>/sign/", feed_import_views.sign_feed, name="job_feed_sign"),
    path("employer/feeds/<int:pk>/remove/", feed_import_views.remove_feed, name="job_feed_remove"),
    # Saved searches
    path("searches/new/", search_views.create_saved_search, name="search_new"),
    path("searches/sent/", search_views.show_search_mail_sent, name="search_sent"),
    *(
        path(f"searches/{purpose}/<str:token>/", view, name=f"search_{purpose}")
        for purpose, view in search_views.STEPS.items()
    ),
    path("me/searches/", search_views.list_my_searches, name="my_searches"),
    path("me/searches/<int:pk>/frequency/", search_views.change_saved_search, name="search_change"),
    path("me/searches/<int:pk>/renew/", search_views.renew_saved_search, name="search_renew_own"),
    path("me/searches/<int:pk>/stop/", search_views.stop_saved_search, name="search_stop"),
    # Seekers
    path("me/states/", state_views.show_own_states, name="own_states"),
    path("me/saved/", saved_listings.list_saved_listings, name="saved"),
    path("me/saved/<int:pk>/remove/", saved_listings.remove_saved_listing, name="saved_remove"),
    path("me/blocked/", block_views.list_blocked_employers, name="blocked"),
    path("employers/<int:pk>/block/", block_views.block_employer, name="block"),
    path("me/profile/", apply_views.edit_profile, name="profile"),
    path("me/applications/", apply_views.list_my_applications, name="my_applications"),
    path("me/applications/<int:pk>/", apply_views.show_my_application, name="my_application"),
    path("me/applications/<int:pk>/calendar.ics", download_calendar, name="calendar"),
    path("me/applications/<int:pk>/withdraw/", apply_views.withdraw_application, name="withdraw"),
    path("me/applications/<int:pk>/words/", apply_views.reword_application, name="reword"),
    path("me/applications/<int:pk>/rating/", rating_views.rate_employer, name="my_rating"),
    path("employer/applications/", sign_up_views.list_employer_applications, name="applications"),
    path("employer/applications/decide/", sign_up_views.decide_several, name="decide_several"),
    path("employer/applications/<int:pk>/note/", sign_up_forms.write_note, name="application_note"),
    path("employer/applications/<int:pk>/move/", sign_up_views.decide_application, name="decide"),
    path("employer/applications/<int:pk>/arrival/", arrival_views.arrange_arrival, name="arrival"),
    path("employer/applications/<int:pk>/rating/", rating_views.rate_seeker, name="rating"),
]
