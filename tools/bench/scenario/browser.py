"""A browser as plain as can be: cookies, forms, one connection for each request, loopback only."""

import gzip
import http.client
import ipaddress
from dataclasses import dataclass
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        packed = self.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()

    @property
    def location(self) -> str:
        """The path that a redirect leads to; "" where it is none."""
        parts = urlsplit(self.headers.get("Location") or "")
        return parts.path + (f"?{parts.query}" if parts.query else "")


class Browser:
    """`source` is the address on the loopback that it comes from, so that limits for each network hold."""

    def __init__(self, base: str, source: str = "127.0.0.1") -> None:
        self.base = base
        self.host, self.port = split_base(base)
        self.source = source
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, list[str]]) -> Answer:
        return self._ask("POST", path, urlencode(fields, doseq=True))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Accept-Encoding": "gzip", "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(
            self.host, self.port, timeout=TIMEOUT_SECONDS, source_address=(self.source, 0)
        )
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        self._keep_cookies(answer)
        return answer

    def _keep_cookies(self, answer: Answer) -> None:
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.coded_value


def split_base(base: str) -> tuple[str, int]:
    """Return host and port of `http://127.0.0.1:8000`; raise ValueError for what is not on the loopback."""
    parts = urlsplit(base)
    host = parts.hostname or ""
    if parts.scheme != "http" or parts.path not in ("", "/"):
        raise ValueError(f"{base} is not like http://127.0.0.1:8000")
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise ValueError(f"{base} is not on this machine: no load is sent to others.")
    return host, parts.port or 80


def choose_source(number: int) -> str:
    """Return an address of the loopback in a network (/24) of its own for each of 62,500 numbers."""
    low, remainder = divmod(number, 62_500)
    return f"127.{1 + remainder // 250}.{1 + remainder % 250}.{2 + low % 250}"


def read_form(page: str, field: str) -> dict[str, list[str]]:
    """Return what a browser would send of the first form that has the field; LookupError without one."""
    reader = _FormReader()
    reader.feed(page)
    for names, fields in reader.forms:
        if field in names:
            return fields
    raise LookupError(f"no form with {field}")


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[set[str], dict[str, list[str]]]] = []
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: text or "" for name, text in attrs}
        if tag == "form":
            self.forms.append((set(), {}))
        elif tag == "option" and self._select and "selected" in attributes:
            self._add(self._select, attributes.get("value", ""))
        elif tag in ("input", "textarea", "select") and self.forms and attributes.get("name"):
            self._read_field(tag, attributes)

    def _read_field(self, tag: str, attributes: dict[str, str]) -> None:
        name, kind = attributes["name"], attributes.get("type", "text")
        self.forms[-1][0].add(name)
        if tag == "textarea":
            self._area = name
        elif tag == "select":
            self._select = name
        elif kind in ("checkbox", "radio"):
            if "checked" in attributes:
                self._add(name, attributes.get("value", "on"))
        elif kind not in ("submit", "file", "image", "button"):
            self._add(name, attributes.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._add(self._area, data.removeprefix("\n"))
            self._area = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def _add(self, name: str, text: str) -> None:
        self.forms[-1][1].setdefault(name, []).append(text)
