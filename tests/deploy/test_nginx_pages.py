"""nginx itself, with the file of deploy/, answers what it refuses in Chinese."""

import re
import shutil
import socket
from pathlib import Path

import pytest

from tests.deploy.machine import PROJECT
from tools.cluster.processes import find_free_port, is_port_open, run_server, wait_until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
HOST = b"Host: example.com\r\n\r\n"
REFUSED = {
    b"GET /\x01 HTTP/1.1\r\n": (400, "这一页打不开"),
    b"GE\xe6T / HTTP/1.1\r\n": (400, "这一页打不开"),
    b"GET /?q=" + b"x" * 20_000 + b" HTTP/1.1\r\n": (414, "网址太长了"),
    b"GET / HTTP/1.1\r\nCookie: a=" + b"x" * 20_000 + b"\r\n": (400, "网址太长了"),
    b"POST /check/ HTTP/1.1\r\nContent-Length: 999999999\r\n": (413, "文件太大了"),
    b"GET / HTTP/1.1\r\n": (502, "暂时打不开"),  # the site does not run
}
pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not NGINX, reason="apt-get install nginx-light"),
]


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """nginx with the server of the site alone, without certificates."""
    folder = tmp_path_factory.mktemp("nginx")
    port = find_free_port()
    text = (PROJECT / "deploy/nginx.conf").read_text()
    head, *servers = re.split(r"^server {$", text, flags=re.MULTILINE)
    site = re.sub(r"^ +(?:listen|ssl_\w+|http2) .*\n", "", servers[-1], flags=re.MULTILINE)
    site = site.replace("/var/log/jobsite", str(folder))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in kinds)
    main = Path(folder, "nginx.conf")
    main.write_text(
        f"pid {folder}/pid; events {{}}\nhttp {{ access_log off; {paths}\n"
        f"{head}server {{ listen 127.0.0.1:{port};\n{site}}}\n"
    )
    command = [NGINX, "-c", str(main), "-e", f"{folder}/start.log", "-g", "daemon off;"]
    with run_server(command, folder / "output.log"):
        wait_until(lambda: is_port_open(port), "nginx")
        yield port


@pytest.mark.parametrize("start", REFUSED, ids=range(len(REFUSED)))
def test_what_nginx_refuses_is_answered_in_chinese(port, start):
    status, title = REFUSED[start]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(start + b"Connection: close\r\n" + HOST)
        answer = b""
        while part := line.recv(65536):
            answer += part
    head, _, page = answer.decode().partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert f"<title>{title}</title>" in page and "Cache-Control: no-store" in head
    assert "text/html; charset=utf-8" in head
