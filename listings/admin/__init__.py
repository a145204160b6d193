from . import category_admin, listing_admin, minimum_admin, rating_admin, source_admin

__all__ = ["category_admin", "listing_admin", "minimum_admin", "rating_admin", "source_admin"]
