"""Mail backends for development: readable mails in files or on the console."""

import email.policy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends import console
from django.core.mail.backends.base import BaseEmailBackend

from sitekit.messages.message_files import create_message_file

READABLE = email.policy.default.clone(utf8=True, max_line_length=998)


class FileBackend(BaseEmailBackend):
    def __init__(self, folder: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            path = create_message_file(self.folder, ".eml")
            path.write_bytes(message.message(policy=READABLE).as_bytes())
        return len(email_messages)


class ConsoleBackend(console.EmailBackend):
    def write_message(self, message: EmailMessage) -> None:
        text = message.message(policy=READABLE).as_bytes().decode(errors="replace")
        self.stream.write(f"{text}\n{'-' * 79}\n")
