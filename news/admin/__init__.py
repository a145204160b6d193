from . import article_admin, group_admin, hotline_admin, pin_admin, subscription_admin

__all__ = ["article_admin", "group_admin", "hotline_admin", "pin_admin", "subscription_admin"]
