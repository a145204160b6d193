from . import listing_admin, rating_admin, source_admin

__all__ = ["listing_admin", "rating_admin", "source_admin"]
