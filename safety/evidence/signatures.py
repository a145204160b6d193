"""The Ed25519 key that evidence packs are signed with, so that anybody can verify they are ours.

The key comes from EVIDENCE_KEY; without that setting it is derived from SECRET_KEY.
"""

import base64
import binascii
import hashlib
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from django.conf import settings

_OF_SECRET_KEY = b"safety.aftercare.signing"


def _get_private_key() -> Ed25519PrivateKey:
    seed = settings.EVIDENCE_KEY
    if seed is None:
        seed = hmac.digest(settings.SECRET_KEY.encode(), _OF_SECRET_KEY, "sha256")
    return Ed25519PrivateKey.from_private_bytes(seed)


def get_own_public_key() -> Ed25519PublicKey:
    return _get_private_key().public_key()


def export_public_key() -> bytes:
    return get_own_public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def parse_public_key_pem(text: bytes) -> Ed25519PublicKey:
    """Raise ValueError if it is no key, or of another kind."""
    key = load_pem_public_key(text)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("no Ed25519 key")  # noqa: TRY004 - the content is wrong, not the type
    return key


def fingerprint_public_key(key: Ed25519PublicKey | None = None) -> str:
    """Return eight groups of four hexadecimal digits, to be compared over the phone."""
    raw = (key or get_own_public_key()).public_bytes(Encoding.Raw, PublicFormat.Raw)
    digits = hashlib.sha256(raw).hexdigest()[:32]
    return " ".join(digits[i : i + 4] for i in range(0, 32, 4))


def sign_pack(message: bytes) -> bytes:
    return base64.b64encode(_get_private_key().sign(message)) + b"\n"


def verify_pack_signature(message: bytes, signature: bytes, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(base64.b64decode(signature.strip(), validate=True), message)
    except (InvalidSignature, binascii.Error):
        return False
    return True
