from . import group_admin, region_admin

__all__ = ["group_admin", "region_admin"]
