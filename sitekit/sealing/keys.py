"""Keys for what only this server may read: those of the environment, the newest first, then those of SECRET_KEY."""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def list_sealing_keys(setting: str, salt: str) -> tuple[bytes, ...]:
    """Return the keys of a setting, and after them what follows from SECRET_KEY and former ones.

    The first one seals, each of them opens, so that a key can be replaced.
    """
    return (*getattr(settings, setting), *derive_keys(salt))


def derive_keys(salt: str) -> tuple[bytes, ...]:
    """Return what follows from SECRET_KEY, and after it from the former ones."""
    return _derive_keys(salt, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=8)
def build_cipher(keys: tuple[bytes, ...]) -> MultiFernet:
    """Return a cipher of keys of 32 bytes: it encrypts with the first key and decrypts with any of them."""
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


@lru_cache(maxsize=8)
def _derive_keys(salt: str, secrets: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(
        salted_hmac(salt, "key", secret=secret, algorithm="sha256").digest() for secret in secrets
    )
