"""Signatures of the Standard Webhooks specification (https://www.standardwebhooks.com), symmetric: `v1`."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
SECRET_BYTES = 32


def make_webhook_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def build_signed_headers(secret: str, key: str, seconds: int, body: bytes) -> dict[str, str]:
    """Return the headers of a message; `seconds` since 1970 is when it is sent. Raises ValueError for no secret."""
    return {
        "Webhook-Id": key,
        "Webhook-Timestamp": str(seconds),
        "Webhook-Signature": f"v1,{_sign_webhook_body(secret, key, seconds, body)}",
    }


def _sign_webhook_body(secret: str, key: str, seconds: int, body: bytes) -> str:
    shared = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    if not shared:
        raise ValueError("an empty secret signs nothing")
    content = f"{key}.{seconds}.".encode() + body
    return base64.b64encode(hmac.digest(shared, content, hashlib.sha256)).decode()
