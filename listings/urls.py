from django.urls import path

from listings.applications import rating_views
from listings.applications import views as apply_views
from listings.bulk_upload import views as uploads
from listings.detail import contact_views, saved_listings
from listings.employer_desk import action_views, application_views, photo_views
from listings.employer_desk import views as posting_views
from listings.pages import detail_views, employer_views, list_views
from listings.search_subscriptions import views as search_views

app_name = "listings"
urlpatterns = [
    path("jobs/", list_views.show_listing_list, name="list"),
    path("jobs/<int:pk>/", detail_views.show_listing, name="detail"),
    path("<city:city>/jobs/", list_views.show_listing_list, name="list"),
    path("<city:city>/jobs/<int:pk>/", detail_views.show_listing, name="detail"),
    # Posting
    path("employer/", posting_views.show_dashboard, name="desk"),
    path("employer/listings/new/", posting_views.start_new_listing, name="post_new"),
    path("employer/listings/<int:pk>/", posting_views.manage_listing, name="manage"),
    path("employer/listings/<int:pk>/preview/", posting_views.preview_listing, name="preview"),
    path("employer/listings/<int:pk>/edit/", action_views.edit_listing, name="edit"),
    path(
        "employer/listings/<int:pk>/edit/<slug:step>/",
        posting_views.show_posting_step,
        name="post_step",
    ),
    path("employer/listings/<int:pk>/copy/", action_views.copy_listing, name="copy"),
    path("employer/listings/<int:pk>/pause/", action_views.pause_listing, name="pause"),
    path("employer/listings/<int:pk>/resume/", action_views.resume_listing, name="resume"),
    path("employer/listings/<int:pk>/fill/", action_views.mark_listing_filled, name="fill"),
    path("employer/listings/<int:pk>/renew/", action_views.renew_listing, name="renew"),
    path(
        "employer/listings/<int:pk>/withdraw/",
        action_views.withdraw_listing,
        name="listing_withdraw",
    ),
    path("employer/listings/<int:pk>/discard/", action_views.discard_listing_draft, name="discard"),
    path("employers/<int:pk>/", employer_views.show_employer, name="employer"),
    # Photos, bulk upload
    path("employer/listings/<int:pk>/photos/", photo_views.edit_photos, name="photos"),
    path(
        "employer/listings/<int:pk>/photos/<int:picture>/remove/",
        photo_views.remove_photo,
        name="photo_remove",
    ),
    path("employer/upload/", uploads.upload_spreadsheet, name="upload"),
    path("employer/upload/template/", uploads.download_template, name="upload_template"),
    path("employer/upload/<int:pk>/", uploads.show_upload_report, name="upload_report"),
    path("employer/upload/<int:pk>/go-on/", uploads.continue_upload, name="upload_go_on"),
    # Saved searches
    path("searches/new/", search_views.create_saved_search, name="search_new"),
    path("searches/sent/", search_views.show_search_mail_sent, name="search_sent"),
    *(
        path(f"searches/{purpose}/<str:token>/", view, name=f"search_{purpose}")
        for purpose, view in search_views.STEPS.items()
    ),
    path("me/searches/", search_views.list_my_searches, name="my_searches"),
    path("me/searches/<int:pk>/frequency/", search_views.change_saved_search, name="search_change"),
    path("me/searches/<int:pk>/stop/", search_views.stop_saved_search, name="search_stop"),
    # Seekers
    path("jobs/<int:pk>/contact/", contact_views.show_contact, name="contact"),
    path("<city:city>/jobs/<int:pk>/contact/", contact_views.show_contact, name="contact"),
    path("jobs/<int:pk>/save/", saved_listings.save_listing, name="save"),
    path("<city:city>/jobs/<int:pk>/save/", saved_listings.save_listing, name="save"),
    path("jobs/<int:pk>/apply/", apply_views.apply_for_listing, name="apply"),
    path("<city:city>/jobs/<int:pk>/apply/", apply_views.apply_for_listing, name="apply"),
    path("me/saved/", saved_listings.list_saved_listings, name="saved"),
    path("me/saved/<int:pk>/remove/", saved_listings.remove_saved_listing, name="saved_remove"),
    path("me/profile/", apply_views.edit_profile, name="profile"),
    path("me/applications/", apply_views.list_my_applications, name="my_applications"),
    path("me/applications/<int:pk>/", apply_views.show_my_application, name="my_application"),
    path("me/applications/<int:pk>/withdraw/", apply_views.withdraw_application, name="withdraw"),
    path("me/applications/<int:pk>/rating/", rating_views.rate_employer, name="my_rating"),
    path(
        "employer/applications/", application_views.list_employer_applications, name="applications"
    ),
    path(
        "employer/listings/<int:pk>/applications/",
        application_views.list_listing_applications,
        name="listing_applications",
    ),
    path(
        "employer/applications/<int:pk>/move/",
        application_views.decide_application,
        name="decide",
    ),
    path("employer/applications/<int:pk>/rating/", rating_views.rate_seeker, name="rating"),
]
