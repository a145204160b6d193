"""Senders of text messages, chosen by SMS_URL: the console, files, or a provider.

A sender's `send` raises OSError if nobody answers (the message waits), and `TextMessageRefused` if
the provider refuses this message.
"""

import hashlib
import hmac
import json
import secrets
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.module_loading import import_string

from sitekit.messages.message_files import create_message_file
from sitekit.models import TextMessage

MESSENGER_TIMEOUT_SECONDS = 10  # seconds
MAX_ANSWER_BYTES = 100_000


class TextMessageRefused(Exception):
    """The provider refused to send this message; `code` is its code of the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code[:80]


class Sender(Protocol):
    def send(self, message: TextMessage) -> None: ...


def get_text_message_sender() -> Sender:
    messenger = settings.TEXT_MESSENGER
    return import_string(messenger["SENDER"])(**messenger["OPTIONS"])


def has_template(kind: str) -> bool:
    """Whether SMS_URL names a template for this kind of message."""
    messenger = settings.TEXT_MESSENGER
    return kind in messenger.get("TEMPLATES", messenger["OPTIONS"].get("templates", {}))


class ConsoleSender:
    def send(self, message: TextMessage) -> None:
        sys.stdout.write(f"SMS {message.to}: {message.text}\n")
        sys.stdout.flush()


class FileSender:
    """Writes each message to a file."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def send(self, message: TextMessage) -> None:
        path = create_message_file(self.folder, ".txt")
        path.write_text(f"{message.to}\n{message.text}\n", encoding="utf-8")


@dataclass(repr=False)  # a traceback must not show the secret
class AliyunSender:
    """Alibaba Cloud's short message service: SendSms, signed by its ACS3-HMAC-SHA256."""

    ACTION, VERSION, ALGORITHM = "SendSms", "2017-05-25", "ACS3-HMAC-SHA256"
    # Errors that have nothing to do with the message, which waits.
    TEMPORARY_ERRORS = (
        "Throttling",
        "ServiceUnavailable",
        "InternalError",
        "isp.",
        "isv.AMOUNT_NOT_ENOUGH",
    )

    host: str
    key_id: str
    key_secret: str
    sign: str
    templates: dict[str, str]  # the provider's code of each kind of message
    scheme: str = "https"

    def send(self, message: TextMessage) -> None:
        if message.kind not in self.templates:
            raise TextMessageRefused(f"no template for {message.kind}")
        answer = self._request(
            {
                "PhoneNumbers": message.to.removeprefix("+86").removeprefix("+"),
                "SignName": self.sign,
                "TemplateCode": self.templates[message.kind],
                "TemplateParam": json.dumps(message.words, ensure_ascii=False),
            }
        )
        code = str(answer.get("Code", ""))
        if code == "OK":
            return
        if not code or code.startswith(self.TEMPORARY_ERRORS):
            raise OSError(f"aliyun: {code or 'no answer that could be read'}")
        raise TextMessageRefused(code)

    def _request(self, parameters: dict[str, str]) -> dict[str, Any]:
        query = urlencode(sorted(parameters.items()), quote_via=quote, safe="-_.~")
        request = urllib.request.Request(  # noqa: S310 - the scheme is ours
            f"{self.scheme}://{self.host}/?{query}",
            method="POST",
            headers=self._build_headers(query),
        )
        try:
            with urllib.request.urlopen(request, timeout=MESSENGER_TIMEOUT_SECONDS) as response:  # noqa: S310
                body = response.read(MAX_ANSWER_BYTES)
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise OSError(f"aliyun: {error.code}") from None
            body = error.read(MAX_ANSWER_BYTES)
        except HTTPException as error:
            raise OSError(f"aliyun: {type(error).__name__}") from None
        try:
            answer = json.loads(body)
        except ValueError:
            return {}
        return answer if isinstance(answer, dict) else {}

    def _build_headers(self, query: str) -> dict[str, str]:
        signed = {
            "host": self.host,
            "x-acs-action": self.ACTION,
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
            "x-acs-date": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-version": self.VERSION,
        }
        names = ";".join(signed)
        lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
        canonical = f"POST\n/\n{query}\n{lines}\n{names}\n{signed['x-acs-content-sha256']}"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        signature = hmac.new(
            self.key_secret.encode(), f"{self.ALGORITHM}\n{digest}".encode(), hashlib.sha256
        ).hexdigest()
        authorization = (
            f"{self.ALGORITHM} Credential={self.key_id},SignedHeaders={names},Signature={signature}"
        )
        return signed | {"Authorization": authorization}
