"""Connections to other sites, for whatever fetches from them or sends to them.

The host name is looked up once, every IP address it has must be public, and the connection goes to
one of these addresses. An address is refused before a byte is sent to it. Nothing here reads the
proxies of the environment.
"""

import http.client
import io
import math
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sitekit.fetching.public_hosts import Address, AddressRefused

CONNECT_SECONDS = 5  # seconds


class DeadlineStream(io.RawIOBase):
    """The bytes of a socket, with a time limit for each read and a deadline for all of them.

    Reading raises ValueError after more than `most_bytes`, TimeoutError after the deadline.
    """

    def __init__(
        self,
        sock: socket.socket,
        deadline: float,
        wait_seconds: float,
        most_bytes: float = math.inf,
    ) -> None:
        self._sock, self._deadline, self._left = sock, deadline, most_bytes
        self._wait_seconds = wait_seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(limit_timeout(self._deadline, self._wait_seconds))
        count = self._sock.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise ValueError("more than was to be read")
        return count

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)


def limit_timeout(deadline: float, most: float) -> float:
    """Return the seconds until the deadline, but at most `most`; raise TimeoutError after the deadline."""
    seconds = min(most, deadline - time.monotonic())
    if seconds <= 0:
        raise TimeoutError
    return seconds


def open_connection(address: Address, ips: list[str], deadline: float) -> socket.socket:
    """Connect to the first of `ips` that answers, with TLS if the address begins with https.

    `deadline` is a time of `time.monotonic`. Raises OSError if none answers, TimeoutError after the deadline.
    """
    for number, ip in enumerate(ips, 1):
        try:
            sock = socket.create_connection(
                (ip, address.port), limit_timeout(deadline, CONNECT_SECONDS)
            )
            break
        except OSError:
            if number == len(ips):
                raise
    if not address.is_tls:
        return sock
    try:
        return ssl.create_default_context().wrap_socket(sock, server_hostname=address.host)
    except BaseException:
        sock.close()
        raise


@contextmanager
def explain_connection_errors() -> Iterator[None]:
    """Turn the errors of a connection into AddressRefused, which says in Chinese what went wrong."""
    try:
        yield
    except TimeoutError:
        raise AddressRefused("对方太慢，等不及了。") from None
    except ssl.SSLCertVerificationError:
        raise AddressRefused("对方的证书有问题。") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise AddressRefused("连不上，或者对方没有好好回答。") from None
