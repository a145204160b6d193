"""Packs of evidence are signed (Ed25519), so that whoever gets one can tell that it is ours.

The key comes from EVIDENCE_KEY; without it, it is made of SECRET_KEY.
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


def _private() -> Ed25519PrivateKey:
    seed = settings.EVIDENCE_KEY
    if seed is None:
        seed = hmac.digest(settings.SECRET_KEY.encode(), _OF_SECRET_KEY, "sha256")
    return Ed25519PrivateKey.from_private_bytes(seed)


def own_key() -> Ed25519PublicKey:
    return _private().public_key()


def export_public_key(key: Ed25519PublicKey | None = None) -> bytes:
    return (key or own_key()).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_pem(text: bytes) -> Ed25519PublicKey:
    """ValueError where it is none, or of another kind."""
    key = load_pem_public_key(text)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("no Ed25519 key")  # noqa: TRY004 - the content is wrong, not the type
    return key


def fingerprint_public_key(key: Ed25519PublicKey | None = None) -> str:
    """What two people can compare over the phone."""
    raw = (key or own_key()).public_bytes(Encoding.Raw, PublicFormat.Raw)
    digits = hashlib.sha256(raw).hexdigest()[:32]
    return " ".join(digits[i : i + 4] for i in range(0, 32, 4))


def sign_pack(message: bytes) -> bytes:
    return base64.b64encode(_private().sign(message)) + b"\n"


def verify_pack_signature(message: bytes, signature: bytes, key: Ed25519PublicKey) -> bool:
    try:
        key.verify(base64.b64decode(signature.strip(), validate=True), message)
    except (InvalidSignature, binascii.Error):
        return False
    return True
