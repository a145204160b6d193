"""Mails that people can read as they are, in files or on the console: where no server sends them."""

import email.policy
from pathlib import Path

from django.core.mail.backends import console
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

READABLE = email.policy.default.clone(utf8=True, max_line_length=998)


class FileBackend(BaseEmailBackend):
    def __init__(self, folder, **kwargs):
        super().__init__(**kwargs)
        self.folder = Path(folder)

    def send_messages(self, email_messages):
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            self._new_file().write_bytes(message.message(policy=READABLE).as_bytes())
        return len(email_messages)

    def _new_file(self):
        """Made here, so that no two processes write the same one."""
        moment = timezone.localtime()
        for number in range(1000):
            path = self.folder / f"{moment:%Y%m%d-%H%M%S}-{moment.microsecond:06}-{number}.eml"
            try:
                path.touch(0o600, exist_ok=False)
            except FileExistsError:
                continue
            return path
        raise FileExistsError(self.folder)


class ConsoleBackend(console.EmailBackend):
    def write_message(self, message):
        text = message.message(policy=READABLE).as_bytes().decode(errors="replace")
        self.stream.write(f"{text}\n{'-' * 79}\n")
