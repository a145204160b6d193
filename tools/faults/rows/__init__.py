"""The rows of the table; `import_rows` fills `FAULTS`, in this order."""

from importlib import import_module

GROUPS = (
    *("web", "database", "locks", "worker", "messages", "files", "checks", "starts", "backups"),
    *("races", "outside"),
)


def import_rows() -> None:
    """They look at rows by the site's own models: to be called when the settings are loaded."""
    for group in GROUPS:
        import_module(f"tools.faults.rows.{group}")
