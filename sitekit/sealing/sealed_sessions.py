"""Sessions as the database holds them: while somebody signs in, their contact stands there.

The key follows from SECRET_KEY, without which a session is worth nothing anyway.
"""

from typing import Any

from cryptography.fernet import MultiFernet
from django.contrib.sessions.serializers import JSONSerializer

from sitekit.sealing.keys import build_cipher, derive_keys

MARK = b"sealed:"


class SealedSessionSerializer(JSONSerializer):
    """Seals session data. Django treats a session that no key opens as empty."""

    def dumps(self, obj: Any) -> bytes:
        return MARK + _get_cipher().encrypt(super().dumps(obj))

    def loads(self, data: bytes) -> Any:
        """Return the session's data. Data without the mark was written before sessions were sealed; such a session
        lasts at most two weeks."""
        if not data.startswith(MARK):
            return super().loads(data)
        return super().loads(_get_cipher().decrypt(data.removeprefix(MARK)))


def _get_cipher() -> MultiFernet:
    return build_cipher(derive_keys("sitekit.sealed_sessions"))
