from . import article_admin, subscription_admin

__all__ = ["article_admin", "subscription_admin"]
