"""Contacts as the database holds them: sealed under a key it does not have, and found by a keyed hash.

Stored is `sealed:<key>:<hash>:<token>`: which key it was, an HMAC of the text in lower case that equality
is asked by, and the text itself. The hash is another one in each column, so that a dump does not tell
who of one table is who of another.
"""

import base64
import hashlib
import hmac
import logging
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from sitekit.sealing.keys import list_sealing_keys

logger = logging.getLogger(__name__)
MARK = "sealed:"
KEY_MARK_LENGTH = len(MARK) + 9
PREFIX_LENGTH = KEY_MARK_LENGTH + 33


class UnreadableText(str):
    """What a sealed column holds if no key opens it: empty for readers, and stored again as it was, in `stored`."""

    __slots__ = ("stored",)
    stored: str

    def __new__(cls, stored: str = "") -> "UnreadableText":
        text = super().__new__(cls)
        text.stored = stored
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.stored,)


@dataclass(frozen=True)
class ContactKey:
    mark: str
    cipher: Fernet
    hash_key: bytes


def seal_text(text: str, column: str, key: ContactKey | None = None) -> str:
    """Return the text as it is stored, sealed by the key, or by the first key if none is given. "" stays ""; an
    `UnreadableText` becomes what was stored."""
    if isinstance(text, UnreadableText):
        return text.stored
    if not text:
        return ""
    key = key or list_contact_keys()[0]
    return _build_prefix(key, text, column) + key.cipher.encrypt(text.encode()).decode()


def open_text(stored: str) -> str:
    """Return the text in clear; a text without the mark is in clear already. If no key opens it, log that and return an
    `UnreadableText`."""
    if not stored.startswith(MARK):
        return stored
    for key in list_contact_keys():
        if stored.startswith(key.mark):
            try:
                return key.cipher.decrypt(stored[PREFIX_LENGTH:]).decode()
            except InvalidToken:
                break
    log_unreadable_contact(int(time.monotonic() // 60))
    return UnreadableText(stored)


@lru_cache(maxsize=1)
def log_unreadable_contact(_minute: int) -> None:
    """Log an error, only once for each minute, because a page can hold hundreds of contacts."""
    logger.error("A contact cannot be read: its key is not among CONTACT_SEAL_KEYS")


def list_prefixes(text: str, column: str) -> list[str]:
    """Return what the text's sealed form begins with, under each key."""
    return [_build_prefix(key, text, column) for key in list_contact_keys()]


def compute_contact_lock(text: str, column: str) -> int:
    """Return the number of the lock of a contact: the same whichever of the keys is the first."""
    key = min(list_contact_keys(), key=lambda key: key.mark)
    prefix = _build_prefix(key, text, column)
    return int.from_bytes(bytes.fromhex(prefix[KEY_MARK_LENGTH:][:16]), signed=True)


def get_first_key_mark() -> str:
    return list_contact_keys()[0].mark


def list_contact_keys() -> tuple[ContactKey, ...]:
    """Return the present key first, then former ones that still open what they sealed."""
    return _build_keys(list_sealing_keys("CONTACT_SEAL_KEYS", "sitekit.sealed_text"))


@lru_cache(maxsize=8)
def _build_keys(keys: tuple[bytes, ...]) -> tuple[ContactKey, ...]:
    return tuple(
        ContactKey(
            f"{MARK}{_compute_keyed_hash(key, 'name')[:8]}:",
            Fernet(base64.urlsafe_b64encode(hmac.digest(key, b"seal", "sha256"))),
            hmac.digest(key, b"hash", "sha256"),
        )
        for key in keys
    )


def _build_prefix(key: ContactKey, text: str, column: str) -> str:
    return f"{key.mark}{_compute_keyed_hash(key.hash_key, f'{column}:{text.lower()}')[:32]}:"


def _compute_keyed_hash(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
