from . import announcement_admin

__all__ = ["announcement_admin"]
