"""Secrets that the database holds under a key it does not have: `settings.SECOND_FACTOR_KEYS`."""

import base64
import logging
import secrets

from cryptography.fernet import InvalidToken

from sitekit.sealing.keys import build_cipher, list_sealing_keys

logger = logging.getLogger(__name__)
MARK = "sealed:"


def seal_secret(text: str) -> str:
    return MARK + build_cipher(_get_keys()).encrypt(text.encode()).decode()


def open_secret(sealed: str) -> str:
    """Return what was sealed; a text without the mark was stored before there was a key.

    What no key opens becomes 32 random letters, valid as a secret, which prove nothing to anybody:
    an empty secret would have codes that can be computed.
    """
    if not sealed.startswith(MARK):
        return sealed
    try:
        return build_cipher(_get_keys()).decrypt(sealed.removeprefix(MARK)).decode()
    except InvalidToken:
        logger.error("A second factor cannot be read: its key is not among SECOND_FACTOR_KEYS")  # noqa: TRY400 - the traceback tells nothing
        return base64.b32encode(secrets.token_bytes(20)).decode()


def is_sealed_by_first_key(sealed: str) -> bool:
    """Whether nothing is to be done: the secret is sealed by the first key, or no key opens it."""
    if not sealed.startswith(MARK):
        return False
    token = sealed.removeprefix(MARK)
    return _can_decrypt_token(_get_keys()[:1], token) or not _can_decrypt_token(_get_keys(), token)


def is_readable(sealed: str) -> bool:
    return not sealed.startswith(MARK) or _can_decrypt_token(_get_keys(), sealed.removeprefix(MARK))


def _can_decrypt_token(keys: tuple[bytes, ...], token: str) -> bool:
    try:
        build_cipher(keys).decrypt(token)
    except InvalidToken:
        return False
    return True


def _get_keys() -> tuple[bytes, ...]:
    return list_sealing_keys("SECOND_FACTOR_KEYS", "sitekit.sealed_secrets")
