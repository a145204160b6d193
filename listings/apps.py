from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "listings"
    verbose_name = "兼职"

    def ready(self) -> None:
        from django.urls import register_converter

        from accounts.models import Employer, User
        from accounts.models.employer import employer_facts_changed
        from accounts.models.user import mailbox_changed
        from accounts.public_text.employer_texts import register_employer_texts
        from accounts.public_text.text_types import register_text_type
        from cities.directory.regions_csv import places_retired
        from cities.models import Region
        from cities.switcher.place_counts import PLACE_COUNTER
        from listings.applications.arrivals import ArrivalWords
        from listings.applications.public_words import (
            ApplicationWords,
            RatingReply,
            RatingWords,
            list_rating_texts,
        )
        from listings.converters import RenewalCodeConverter, WorkConverter
        from listings.copies.listing_texts import list_listing_texts
        from listings.detail.photo_access import is_own_photo, is_photo_shown
        from listings.pages.place_counts import count_listings_by_place
        from listings.publication.employer_status import refresh_changed_employer
        from listings.search.search_index import rewrite_rows_of_retired_places
        from listings.search_subscriptions.saved_searches import move_member_searches
        from listings.search_suggestions.threatened_work import find_threatened_work
        from news.pages.threatened_work import WORK_FINDER
        from sitekit.images.picture_access import PICTURE_ACCESS

        register_converter(WorkConverter, "work")
        register_converter(RenewalCodeConverter, "renewal")
        for text_type in (RatingWords(), RatingReply(), ApplicationWords(), ArrivalWords()):
            register_text_type(text_type)
        register_employer_texts(list_listing_texts)
        register_employer_texts(list_rating_texts)
        PICTURE_ACCESS.is_shown, PICTURE_ACCESS.is_own = is_photo_shown, is_own_photo
        PLACE_COUNTER.count = count_listings_by_place
        WORK_FINDER.find = find_threatened_work
        # Signals, because an app knows nothing of those above it.
        mailbox_changed.connect(move_member_searches, sender=User)
        employer_facts_changed.connect(refresh_changed_employer, sender=Employer)
        places_retired.connect(rewrite_rows_of_retired_places, sender=Region)
