from . import listing_admin, minimum_admin, rating_admin, source_admin

__all__ = ["listing_admin", "minimum_admin", "rating_admin", "source_admin"]
