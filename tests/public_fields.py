"""Read the register of public fields: what one person writes and another reads, and what checks it."""

import tomllib
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).resolve().parents[1] / "jobsite" / "public_fields.toml"
CHECKS = {
    "listing_gate", "public_text", "form", "staff", "import", "verified", "generated", "personal", "own",
}  # fmt: skip
OWN_CHECK = "own"


class PublicField(NamedTuple):
    """One line of the register; `is_public` if anybody reads it."""

    is_public: bool
    check: str
    why: str = ""
    unseen: str = ""  # why no page of the test shows it


def load_public_fields() -> dict[str, PublicField]:
    """Return the register by the name of the column: "app.Model.column"."""
    sections = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        name: _parse_entry(entry, is_public=section == "public")
        for section, entries in sections.items()
        for name, entry in entries.items()
    }


def _parse_entry(entry: str | dict[str, str], *, is_public: bool) -> PublicField:
    values = {"check": entry} if isinstance(entry, str) else entry
    if values["check"] not in CHECKS:
        raise ValueError(f"no such check: {values['check']}")
    return PublicField(is_public, **values)
