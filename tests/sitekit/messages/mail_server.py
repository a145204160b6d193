"""An SMTP server on this machine for the tests."""

import socket
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


class Server:
    """Keeps what it gets; refuses whom it is told to."""

    def __init__(self):
        self.messages, self.refused = [], set()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refused:
            return f"550 no such mailbox {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if b"Subject: hang up" in envelope.content:
            return "421 good bye"
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


def use_mail_server(settings, port):
    backend = "django.core.mail.backends.smtp.EmailBackend"
    options = {"host": "127.0.0.1", "port": port, "timeout": 5}
    settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}


@contextmanager
def run_mail_server(settings, port=0):
    """The site's mails go there; a port of its own, unless one is named."""
    kept = Server()
    with socket.create_server(("127.0.0.1", port)) as free:
        port = free.getsockname()[1]
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    use_mail_server(settings, port)
    try:
        yield kept
    finally:
        controller.stop()
