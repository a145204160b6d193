"""Keys that seal what the database holds: of the environment, the newest first, else of SECRET_KEY."""

from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac


def list_sealing_keys(setting: str, salt: str) -> tuple[bytes, ...]:
    """Return the keys of a setting, and after them what follows from SECRET_KEY and former ones.

    The first one seals, each of them opens, so that a key can be replaced.
    """
    own = tuple(getattr(settings, setting))
    return own + _derive_keys(salt, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=8)
def _derive_keys(salt: str, secrets: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(
        salted_hmac(salt, "key", secret=secret, algorithm="sha256").digest() for secret in secrets
    )
