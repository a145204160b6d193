"""What the site talks to, which fails as it is told to: a mail server, a provider of text messages."""

import contextlib
import json
import socket
import socketserver
import ssl
import threading
import time
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import trustme

from tools.faults.installation import HOST

OK = json.dumps({"Code": "OK", "Message": "OK"}).encode()
HANGING = 60  # seconds, unless the row ends before


class MailServer:
    """Takes mails by SMTP. `mode` is what is wrong with it: "", refuse, break, hang, slow, hold, away."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reset()

    def reset(self) -> None:
        self.mode = ""
        self.refused: set[str] = set()
        self.release = threading.Event()
        self.is_held = threading.Event()
        self.messages: list[Any] = []
        self.is_away = False

    def __enter__(self) -> Self:
        mail = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    mail.serve_client(self)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads, request_queue_size = True, True, 32

        self.server = Server((HOST, self.port), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release.set()
        self.server.shutdown()
        self.server.server_close()

    def serve_client(self, client: socketserver.StreamRequestHandler) -> None:
        if self.is_away:
            return
        if self.mode == "hang":
            self.release.wait(HANGING)
            return
        self._say(client, "220 ready")
        recipients: list[str] = []
        while line := client.rfile.readline():
            word = line[:4].strip().upper()
            if word == b"RCPT":
                address = line.decode().partition("<")[2].partition(">")[0]
                if address in self.refused:
                    self._say(client, "550 no such mailbox")
                    continue
                recipients.append(address)
            if word != b"DATA":
                self._say(client, "221 bye" if word == b"QUIT" else "250 OK")
                if word == b"QUIT":
                    return
                continue
            self._say(client, "354 go on")
            if not self._take_mail(client, recipients):
                return
            recipients = []

    def _take_mail(self, client: socketserver.StreamRequestHandler, recipients: list[str]) -> bool:
        """Return whether the connection goes on."""
        content = b""
        while (line := client.rfile.readline()) not in (b".\r\n", b""):
            content += line
        if self.mode == "break":
            return False
        message = message_from_bytes(content, policy=policy.default)
        self.messages.append((recipients[0] if recipients else "", str(message["Message-ID"])))
        if self.mode == "hold" and not self.is_held.is_set():
            self.is_held.set()
            self.release.wait(HANGING)
        self._say(client, "250 OK")
        return True

    def _say(self, client: socketserver.StreamRequestHandler, words: str) -> None:
        if self.mode == "slow":
            time.sleep(0.1)
        client.wfile.write(f"{words}\r\n".encode())


class TextProvider:
    """Answers as SendSms does. `answer` and `status` are what is wrong with it, `seconds` how long it takes."""

    def __init__(self, port: int, authority: trustme.CA) -> None:
        self.port, self.authority = port, authority
        self.reset()

    def reset(self) -> None:
        self.answer, self.status, self.seconds, self.is_away = OK, 200, 0.0, False
        self.sent: list[dict[str, str]] = []

    def __enter__(self) -> Self:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                time.sleep(provider.seconds)
                if provider.is_away:
                    return
                if provider.answer == OK and provider.status == 200:
                    provider.sent.append(dict(parse_qsl(urlsplit(self.path).query)))
                self.send_response(provider.status)
                self.send_header("Content-Length", str(len(provider.answer)))
                self.end_headers()
                self.wfile.write(provider.answer)

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer((HOST, self.port), Handler)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.authority.issue_cert(HOST).configure_cert(context)
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


class SilentPort:
    """Takes connections and says nothing, as what hangs behind an open port."""

    def __enter__(self) -> int:
        self.door = socket.create_server((HOST, 0))
        return int(self.door.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self.door.close()
