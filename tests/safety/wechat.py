"""WeChat's servers for the tests: they push messages to the site and answer what it asks of them.

Written by WeChat's description, not by our code: encrypted both ways, over HTTP on this machine.
"""

import base64
import hashlib
import http.client
import json
import os
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree as ET

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

APP_ID, APP_SECRET, TOKEN = "wx0123456789abcdef", "the-app-secret", "tokentoken"
ENCODING_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
AES_KEY = base64.b64decode(f"{ENCODING_KEY}=")
LONG = 150  # seconds after which nothing comes any more, on the slowest machine
OPENID, ACCOUNT = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "gh_7f083739789a"


def build_signature(*parts):
    joined = "".join(sorted([TOKEN, *parts])).encode()
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def encrypt_message(xml, app_id=APP_ID):
    data = os.urandom(16) + struct.pack("!I", len(xml.encode())) + xml.encode() + app_id.encode()
    padding = 32 - len(data) % 32
    encryptor = Cipher(algorithms.AES(AES_KEY), modes.CBC(AES_KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(data + bytes([padding]) * padding)).decode()


def decrypt_message(sealed):
    decryptor = Cipher(algorithms.AES(AES_KEY), modes.CBC(AES_KEY[:16])).decryptor()
    data = decryptor.update(base64.b64decode(sealed))
    data = data[: -data[-1]]
    (length,) = struct.unpack("!I", data[16:20])
    assert data[20 + length :].decode() == APP_ID
    return data[20 : 20 + length].decode()


def write_xml(**fields):
    inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
    return f"<xml>{inner}</xml>"


class WechatServers:
    """`sent` are late answers, `tokens` the access tokens given out; the last one is valid."""

    def __init__(self):
        servers = self
        self.media, self.sent, self.tokens, self.asked = {}, [], [], []
        self.refusal = None

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(servers.answer_get(self.path))

            def do_POST(self):
                data = self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(servers.answer_post(self.path, data))

            def answer(self, body):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def settings(self):
        account = {"app_id": APP_ID, "app_secret": APP_SECRET, "token": TOKEN, "aes_key": AES_KEY}
        return account | {"host": self.host, "scheme": "http"}

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    # -- what the site asks

    def answer_get(self, path):
        url = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append(url.path)
        if fault := self.find_fault(query):
            return fault
        assert url.path == "/cgi-bin/media/get"
        return self.media.get(query["media_id"], {"errcode": 40007, "errmsg": "invalid media_id"})

    def answer_post(self, path, data):
        url = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append(url.path)
        if url.path == "/cgi-bin/stable_token":
            return self.give_token(json.loads(data))
        if fault := self.find_fault(query):
            return fault
        assert url.path == "/cgi-bin/message/custom/send"
        assert b"\\u" not in data, "WeChat shows escapes as they are"
        self.sent.append(json.loads(data))
        return {"errcode": 0, "errmsg": "ok"}

    def give_token(self, asked):
        if (asked["appid"], asked["secret"]) != (APP_ID, APP_SECRET):
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        assert asked["grant_type"] == "client_credential" and not asked.get("force_refresh")
        self.tokens.append(f"token-{len(self.tokens)}")
        return {"access_token": self.tokens[-1], "expires_in": 7200}

    def find_fault(self, query):
        if self.refusal:
            return {"errcode": self.refusal, "errmsg": "refused"}
        if not self.tokens or query["access_token"] != self.tokens[-1]:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        return None

    def end_tokens(self):
        self.tokens.append("unknown to everybody")

    # -- what WeChat pushes

    def verify(self, address, **changed):
        query = {
            "timestamp": str(int(time.time())),
            "nonce": "n1",
            "echostr": "5838479218127813673",
        }
        query = {"signature": build_signature(query["timestamp"], "n1")} | query | changed
        return send_http_request(f"{address}?{urlencode(query)}")

    def push(self, address, **fields):
        """Push a message once; return the text of the answer, "" for none."""
        status, body = send_http_request(*self.build_push(address, **fields))
        assert status == 200, status
        return read_answer(body)

    def build_push(self, address, *, age=0, app_id=APP_ID, **fields):
        created = str(int(time.time() - age))
        people = {"ToUserName": ACCOUNT, "FromUserName": OPENID, "CreateTime": created}
        sealed = encrypt_message(write_xml(**(people | fields)), app_id)
        query = sign_query(sealed, timestamp=created)
        body = write_xml(ToUserName=ACCOUNT, Encrypt=sealed)
        return f"{address}?{urlencode(query)}", body.encode()


def sign_query(sealed, timestamp=None):
    timestamp, nonce = timestamp or str(int(time.time())), "1372623149"
    return {
        "signature": build_signature(timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": OPENID,
        "encrypt_type": "aes",
        "msg_signature": build_signature(timestamp, nonce, sealed),
    }


def send_http_request(address, body=None, timeout=LONG):
    """Return (status, body)."""
    url = urlsplit(address)
    connection = http.client.HTTPConnection(url.netloc, timeout=timeout)
    method = "GET" if body is None else "POST"
    try:
        connection.request(method, f"{url.path}?{url.query}", body, {"Content-Type": "text/xml"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def read_answer(body):
    """The text that WeChat would show; the signature and the envelope must be right."""
    if body in ("", "success"):
        return ""
    sealed = {child.tag: child.text for child in ET.fromstring(body)}
    assert sealed["MsgSignature"] == build_signature(
        sealed["TimeStamp"], sealed["Nonce"], sealed["Encrypt"]
    )
    answer = {child.tag: child.text for child in ET.fromstring(decrypt_message(sealed["Encrypt"]))}
    assert (answer["ToUserName"], answer["FromUserName"]) == (OPENID, ACCOUNT)
    assert answer["MsgType"] == "text" and answer["CreateTime"].isdigit()
    return answer["Content"]
