"""Readers of environment variables that name hosts, regions and addresses to listen at."""

import re

from django.core.exceptions import ImproperlyConfigured

from jobsite.env import read_env_list, read_env_text
from sitekit.telemetry.listening_address import parse_listening_address

# As `Host` names it, without scheme, port and path; with a dot before it all hosts below it.
_HOST = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")


def read_env_hosts(name: str, default: str) -> list[str]:
    """Names of hosts; one that no request could have would answer nobody."""
    hosts = read_env_list(name, default)
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise ImproperlyConfigured(f"{name}: {host!r} is no name of a host, as example.com is.")
    return hosts


def read_env_regions(name: str, default: str) -> list[str]:
    """Codes of regions (ISO 3166); there is at least one."""
    regions = read_env_list(name, default)
    if not regions or not all(re.fullmatch("[A-Z]{2}", region) for region in regions):
        raise ImproperlyConfigured(f"{name} is no list of regions as CN,HK,MO is.")
    return regions


def read_env_listening_address(name: str) -> str:
    """The address as it is written, empty where it is not set."""
    if value := read_env_text(name, ""):
        try:
            parse_listening_address(value)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {error}") from None
    return value
