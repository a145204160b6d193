"""The name of a reported item for its reporter."""

from listings.detail.detail_context import ENDED, LIVE, get_public_state
from safety.models import Report


def name_reported_item(report: Report) -> str:
    """Return the title of the item while its page still shows the title; else its number."""
    listing, article = report.listing, report.article
    if listing and get_public_state(listing) in (LIVE, ENDED):
        return f"「{listing.title}」"
    if article and article.is_public:
        return f"「{article.title}」"
    return report.item_name
