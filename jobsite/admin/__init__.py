from . import announcement_admin, limit_admin, place_admin, site_text_admin

__all__ = ["announcement_admin", "limit_admin", "place_admin", "site_text_admin"]
