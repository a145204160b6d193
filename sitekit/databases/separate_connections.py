"""Connections that no request uses: for what needs a session of its own, past any pooler."""

import copy
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

PRIMARY, DIRECT = "default", "direct"


def get_session_alias() -> str:
    """Return the database whose connections are sessions: LISTEN and locks hold on to theirs."""
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
