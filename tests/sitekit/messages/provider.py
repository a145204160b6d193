"""A provider of text messages for the tests, which checks the signature."""

import hashlib
import hmac
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, urlsplit

KEY, SECRET = "LTAIexample", "a/b+c=secret"
ORDER = ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce"]
ORDER.append("x-acs-version")


class Provider:
    """Answers as SendSms does; a signature that it can't make itself is refused."""

    def __init__(self):
        provider = self
        self.asked, self.status, self.answer = [], 200, b'{"Code":"OK","Message":"OK"}'

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                query = dict(parse_qsl(urlsplit(self.path).query))
                provider.asked.append(query)
                if not provider.is_signed(self, query):
                    self.reply(400, b'{"Code":"SignatureDoesNotMatch"}')
                else:
                    self.reply(provider.status, provider.answer)

            def reply(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def is_signed(self, request, query):
        """By the description of ACS3-HMAC-SHA256, not by our code."""
        if request.headers["x-acs-action"] != "SendSms":
            return False
        lines = [
            "POST",
            "/",
            "&".join(f"{quote(k, safe='~')}={quote(query[k], safe='~')}" for k in sorted(query)),
            *(f"{name}:{request.headers[name].strip()}" for name in ORDER),
            "",
            ";".join(ORDER),
            hashlib.sha256(b"").hexdigest(),
        ]
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        to_sign = f"ACS3-HMAC-SHA256\n{digest}"
        wanted = hmac.new(SECRET.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
        return request.headers["Authorization"] == (
            f"ACS3-HMAC-SHA256 Credential={KEY},SignedHeaders={';'.join(ORDER)},Signature={wanted}"
        )

    def close(self):
        self.server.shutdown()
        self.server.server_close()
