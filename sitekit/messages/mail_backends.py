"""Mails that people can read as they are, in files or on the console: where no server sends them."""

import email.policy
from pathlib import Path

from django.core.mail.backends import console
from django.core.mail.backends.base import BaseEmailBackend

from sitekit.messages.message_files import create_message_file

READABLE = email.policy.default.clone(utf8=True, max_line_length=998)


class FileBackend(BaseEmailBackend):
    def __init__(self, folder, **kwargs):
        super().__init__(**kwargs)
        self.folder = Path(folder)

    def send_messages(self, email_messages):
        for message in email_messages:
            path = create_message_file(self.folder, ".eml")
            path.write_bytes(message.message(policy=READABLE).as_bytes())
        return len(email_messages)


class ConsoleBackend(console.EmailBackend):
    def write_message(self, message):
        text = message.message(policy=READABLE).as_bytes().decode(errors="replace")
        self.stream.write(f"{text}\n{'-' * 79}\n")
