"""The rows of the table; importing this room fills `FAULTS`, in this order."""

# ruff: noqa: I001
from tools.faults.rows import web
from tools.faults.rows import database
from tools.faults.rows import worker
from tools.faults.rows import messages
from tools.faults.rows import files
from tools.faults.rows import checks
from tools.faults.rows import starts
from tools.faults.rows import backups

__all__ = ["backups", "checks", "database", "files", "messages", "starts", "web", "worker"]
