"""How a reported item is called to whoever reported it."""

from listings.detail.detail_context import ENDED, LIVE, get_public_state
from safety.models import Report


def name_reported_item(report: Report) -> str:
    """Return its title, as long as its own page shows one; else its number."""
    listing, article = report.listing, report.article
    if listing and get_public_state(listing) in (LIVE, ENDED):
        return f"「{listing.title}」"
    if article and article.is_public:
        return f"「{article.title}」"
    return report.item_name
