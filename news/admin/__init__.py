from . import article_admin, group_admin, subscription_admin

__all__ = ["article_admin", "group_admin", "subscription_admin"]
