"""The rows of the table; importing this room fills `FAULTS`, in this order."""

# ruff: noqa: I001
from tools.faults.rows import web
from tools.faults.rows import database
from tools.faults.rows import worker
from tools.faults.rows import messages

__all__ = ["database", "messages", "web", "worker"]
