from listings.models.daily_counts import HotWords, ListingViews, SearchedWord
from listings.models.fingerprint import ListingContact, ListingFingerprint
from listings.models.listing import (
    CONTENT_FIELDS,
    Listing,
    ListingContent,
    ListingEvent,
    ListingRevision,
)
from listings.models.program_access import (
    ApiAnswer,
    ApiToken,
    JobFeed,
    JobFeedItem,
    JobFeedRun,
    Webhook,
    WebhookDelivery,
)
from listings.models.renewal import EndReminder
from listings.models.revision import BulkUpload, ListingDraft, RevisionAssessment
from listings.models.search_row import EmployerRecord, ListingCard, ListingSearch
from listings.models.seeker import (
    Application,
    ApplicationEvent,
    ApplicationNote,
    BlockedEmployer,
    ContactReveal,
    Rating,
    SavedListing,
    SavedSearch,
    SavedSearchHit,
    SeekerProfile,
)
from listings.models.shift import Arrival, Shift, ShiftSignUp
from listings.models.source import ListingSource, ListingSourceEvent
from listings.models.staff_tables import CategorySetting, HourlyMinimum

__all__ = [
    "CONTENT_FIELDS",
    "ApiAnswer",
    "ApiToken",
    "Application",
    "ApplicationEvent",
    "ApplicationNote",
    "Arrival",
    "BlockedEmployer",
    "BulkUpload",
    "CategorySetting",
    "ContactReveal",
    "EmployerRecord",
    "EndReminder",
    "HotWords",
    "HourlyMinimum",
    "JobFeed",
    "JobFeedItem",
    "JobFeedRun",
    "Listing",
    "ListingCard",
    "ListingContact",
    "ListingContent",
    "ListingDraft",
    "ListingEvent",
    "ListingFingerprint",
    "ListingRevision",
    "ListingSearch",
    "ListingSource",
    "ListingSourceEvent",
    "ListingViews",
    "Rating",
    "RevisionAssessment",
    "SavedListing",
    "SavedSearch",
    "SavedSearchHit",
    "SearchedWord",
    "SeekerProfile",
    "Shift",
    "ShiftSignUp",
    "Webhook",
    "WebhookDelivery",
]
