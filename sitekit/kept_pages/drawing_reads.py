"""Connections on which pages are being drawn, so that a read of a server that fell silent can be broken off."""

import contextlib
import os
import socket
from collections.abc import Iterator

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


class DrawingReads:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the readers: a forked process does not have the threads that draw."""
        self._readers: list[BaseDatabaseWrapper] = []

    @contextlib.contextmanager
    def guard(self, alias: str) -> Iterator[None]:
        """Within the block `break_off` ends the reads of this thread from the database."""
        reader = connections[alias]
        self._readers.append(reader)
        try:
            yield
        finally:
            self._readers.remove(reader)

    def break_off(self) -> None:
        """Shut the sockets, so that a thread that waits for an answer gets a connection error."""
        for reader in tuple(self._readers):
            with contextlib.suppress(OSError, AttributeError, psycopg.Error):  # it ends by itself
                copy = socket.socket(fileno=os.dup(reader.connection.fileno()))
                with copy:
                    copy.shutdown(socket.SHUT_RDWR)


DRAWING_READS = DrawingReads()
os.register_at_fork(after_in_child=DRAWING_READS.reset)
