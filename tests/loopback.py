"""A web server on loopback, for tests of what fetches."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

from sitekit.fetching import public_hosts


class Site:
    """What it answers stands in `pages`, what it was asked in `asked`, what was posted in `bodies`."""

    def __init__(self, context=None):
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                site.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.do_GET()

            def do_GET(self):
                site.asked.append(self.path)
                site.headers = self.headers
                status, headers, body = site.pages.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.pages, self.asked, self.headers, self.bodies = {}, [], {}, []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def says(self, path, body=b"<p>x</p>", status=200, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, {"Content-Type": "text/html; charset=gbk"} | headers, body)
        return self

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def start_tls_site(monkeypatch, host):
    """Return a site with a certificate for the host, and the authority that signed it. Loopback counts
    as public, and the site's port as one that may be asked."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    site = Site(context)
    monkeypatch.setattr(public_hosts, "is_public", lambda ip: ip == "127.0.0.1")
    monkeypatch.setattr(public_hosts, "PORTS", {80, 443, site.port})
    return site, authority


def trust_authority(authority, monkeypatch):
    real = ssl.create_default_context

    def trusting():
        context = real()
        authority.configure_trust(context)
        return context

    monkeypatch.setattr(ssl, "create_default_context", trusting)
