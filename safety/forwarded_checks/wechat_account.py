"""A WeChat service account: signs and encrypts messages as WeChat's "safe mode" requires.

A message is 16 random bytes, its length in 4 bytes, its XML and the account's app ID, padded to blocks
of 32 bytes, in AES-256-CBC, in base64.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from django.conf import settings
from django.http import Http404
from django.utils.crypto import constant_time_compare

_PADDING = PKCS7(32 * 8)
_RANDOM, _LENGTH = 16, 4  # bytes


class MessageRefused(Exception):
    """The request is not from WeChat, not for this account, or older than its limit."""


@dataclass(frozen=True, repr=False)  # a traceback must not show the secrets
class WechatAccount:
    """`token` signs what WeChat sends here, `app_secret` gives access to its interface at `host`."""

    app_id: str
    app_secret: str
    token: str
    aes_key: bytes
    host: str
    scheme: str = "https"

    def check_signature(self, signature: str, *parts: str) -> None:
        if not constant_time_compare(signature, self.sign(*parts)):
            raise MessageRefused

    def sign(self, *parts: str) -> str:
        joined = "".join(sorted((self.token, *parts)))
        return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()

    def encrypt(self, message: bytes) -> str:
        length = len(message).to_bytes(_LENGTH)
        content = secrets.token_bytes(_RANDOM) + length + message + self.app_id.encode()
        padder, encryptor = _PADDING.padder(), self._make_cipher().encryptor()
        padded = padder.update(content) + padder.finalize()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def decrypt(self, sealed: str) -> bytes:
        unpadder, decryptor = _PADDING.unpadder(), self._make_cipher().decryptor()
        try:
            padded = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
            content = unpadder.update(padded) + unpadder.finalize()
        except ValueError:
            raise MessageRefused from None
        start = _RANDOM + _LENGTH
        end = start + int.from_bytes(content[_RANDOM:start])
        if content[end:] != self.app_id.encode():
            raise MessageRefused
        return content[start:end]

    def _make_cipher(self) -> Cipher[CBC]:
        return Cipher(AES(self.aes_key), CBC(self.aes_key[:16]))


def get_wechat_account() -> WechatAccount:
    """Return the account of the settings; raises `Http404` if there is none."""
    if settings.WECHAT is None:
        raise Http404
    return WechatAccount(**settings.WECHAT)
