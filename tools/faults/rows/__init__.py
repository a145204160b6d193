"""The rows of the table; importing this room fills `FAULTS`, in this order."""

from tools.faults.rows import web

__all__ = ["web"]
