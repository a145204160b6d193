from . import region_admin

__all__ = ["region_admin"]
