"""The files of deploy/ha, with names, addresses, paths and passwords of a trial put in and nothing else changed."""

import os
import re
import secrets
from functools import cache
from pathlib import Path

from django.conf import settings

from tools.cluster.processes import ClusterFailed

SHIPPED = Path(settings.BASE_DIR) / "deploy" / "ha"
DATABASE_MACHINES = {"db1": "10.0.0.11", "db2": "10.0.0.12", "db3": "10.0.0.13"}
WEB_MACHINES = {"web1": "10.0.0.21", "web2": "10.0.0.22"}
_SECRET = re.compile(r"SECRET_OF_[A-Z]+")


@cache
def get_secret(name: str) -> str:
    """Return the password that stands in the place of `SECRET_OF_…`, the same in all files."""
    return secrets.token_hex(12)


def fill_in(name: str, places: dict[str, str]) -> str:
    """Return a shipped file; each of `places` must stand in it."""
    text = (SHIPPED / name).read_text()
    for place, value in places.items():
        if place not in text:
            raise ClusterFailed(f"{place} does not stand in {name}.")
        text = text.replace(place, value)
    return _SECRET.sub(lambda match: get_secret(match[0]), text)


def write_filled(
    target: Path, name: str, places: dict[str, str], user: tuple[int, int] | None = None
) -> Path:
    """Write it where only the user of its server reads it."""
    target.touch(mode=0o600)
    target.write_text(fill_in(name, places))
    if user:
        os.chown(target, *user)
    return target


def read_variables(name: str, places: dict[str, str]) -> dict[str, str]:
    """Return the variables of a shipped file of them."""
    lines = [line for line in fill_in(name, places).splitlines() if line and line[0] != "#"]
    return dict(line.split("=", 1) for line in lines)
