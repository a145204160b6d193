"""Where a process answers probes, as the operator writes it."""

import re


def parse_listening_address(value: str) -> tuple[str, int]:
    """Return host and port. Without a host the process would answer everybody, so the host must be written."""
    host, _, port = value.rpartition(":")
    if not host or not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
        raise ValueError(f"{value!r} is no host:port, as 127.0.0.1:8001 is.")
    return host, int(port)
