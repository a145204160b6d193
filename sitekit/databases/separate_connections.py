"""Connections outside of requests, for what needs a database session of its own and cannot go through a pooler."""

import copy
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

PRIMARY, DIRECT = "default", "direct"


def get_session_alias() -> str:
    """Return the database alias whose connections are true sessions, as LISTEN and session locks need."""
    return DIRECT if DIRECT in connections.settings else PRIMARY


def connect_separately(alias: str = "", **options: Any) -> BaseDatabaseWrapper:
    """Return an open connection in autocommit, to be closed by the caller."""
    wrapper = connections.create_connection(alias or get_session_alias())
    wrapper.settings_dict = copy.deepcopy(wrapper.settings_dict)
    wrapper.settings_dict["OPTIONS"] |= options
    wrapper.settings_dict["OPTIONS"].pop("pool", None)
    try:
        wrapper.connect()
    except BaseException:
        wrapper.close()
        raise
    return wrapper
