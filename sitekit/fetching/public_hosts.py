"""Which web addresses may be fetched: http and https, to hosts that everybody can reach."""

import ipaddress
import re
import socket
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from sitekit.workflow.refusals import Refusal

PORTS = {80, 443}
MAX_LENGTH = 2000
LOOK_UP_SECONDS = 8.0  # longer than the system waits before it asks a second time
# Names that mean this machine or the network it stands in.
_INNER = re.compile(r"(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|arpa)$")
_NUMBER = re.compile(r"^(\d+|0x[0-9a-f]*)$")
_HOST = re.compile(r"^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$")
_INSIDE = "地址指向本机或内网，不能用。"


class AddressRefused(Refusal):
    """Says in Chinese why an address is not fetched, or what went wrong."""


@dataclass(frozen=True)
class Address:
    scheme: str
    host: str  # in ASCII, without a trailing dot
    port: int
    target: str  # path and query, quoted

    @property
    def is_tls(self) -> bool:
        return self.scheme == "https"

    @property
    def origin(self) -> str:
        port = "" if self.port == (443 if self.is_tls else 80) else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{port}"

    def __str__(self) -> str:
        return self.origin + self.target


def resolve_host(host: str) -> list[str]:
    """Return every IP address of a host name, as the system looks it up. Raises OSError, or TimeoutError (also an
    OSError) after `LOOK_UP_SECONDS`.

    The system asks each of its name servers twice. If the server of that name is silent this takes up to a minute and
    cannot be ended earlier, so the thread is left running until then.
    """
    answer: Future[list[str]] = Future()

    def look_up() -> None:
        try:
            results = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            answer.set_result([str(socket_address[0]) for *_, socket_address in results])
        except BaseException as error:  # raised where the answer is waited for
            answer.set_exception(error)

    threading.Thread(target=look_up, daemon=True).start()
    return answer.result(LOOK_UP_SECONDS)


def is_public(text: str) -> bool:
    """Whether the IP address can be reached from the internet; False for IPv6 addresses that wrap
    an IPv4 one, and for what is no IP address."""
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return False
    if ip.is_multicast or ip.is_reserved or ip.is_unspecified or not ip.is_global:
        return False
    if ip.version == 4:
        return True
    # v4-mapped, v4-compatible, NAT64 and local addresses lie outside 2000::/3. Older Python
    # versions count 6to4 as global.
    is_wrapped = ip.ipv4_mapped or ip.sixtofour or ip.teredo
    return not is_wrapped and ip in ipaddress.ip_network("2000::/3")


def parse_public_url(url: str) -> Address:
    """Return the parts of a URL; raises AddressRefused. Does no look-up of the host."""
    if len(url) > MAX_LENGTH:
        raise AddressRefused("地址太长。")
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise AddressRefused("地址里有空格、反斜线或控制字符。")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("地址写得不对。") from None
    if parts.scheme not in ("http", "https"):
        raise AddressRefused("地址要以 http:// 或 https:// 开头。")
    if "@" in parts.netloc:
        raise AddressRefused("地址里不能带用户名和密码。")
    if port is None and ":" in parts.netloc.rpartition("]")[2]:
        raise AddressRefused("地址写得不对。")
    port = port if port is not None else {"http": 80, "https": 443}[parts.scheme]
    if port not in PORTS:
        raise AddressRefused("只取 80 和 443 端口。")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    host = _normalise_host(parts.hostname or "")
    if _is_ip(host) and not is_public(host):
        raise AddressRefused(_INSIDE)
    return Address(parts.scheme, host, port, target)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _normalise_host(name: str) -> str:
    """Return the host in ASCII. Raises AddressRefused, also for numbers that only some programs
    read as an IP address (`0x7f.1`)."""
    if ":" in name:
        return _normalise_ip(name, ipaddress.IPv6Address, "主机名写得不对。")
    try:
        host = unicodedata.normalize("NFKC", name).encode("idna").decode().lower().rstrip(".")
    except UnicodeError:
        raise AddressRefused("主机名写得不对。") from None
    if _INNER.search(host):
        raise AddressRefused(_INSIDE)
    if _NUMBER.match(host.rpartition(".")[2]):
        return _normalise_ip(host, ipaddress.IPv4Address, "主机的数字地址写法不对，不取。")
    if not _HOST.match(host):
        raise AddressRefused("主机名写得不对。")
    return host


def _normalise_ip(
    name: str, ip_class: type[ipaddress.IPv4Address | ipaddress.IPv6Address], reason: str
) -> str:
    if "%" in name:  # the zone of a link-local address
        raise AddressRefused(_INSIDE)
    try:
        return str(ip_class(name))
    except ValueError:
        raise AddressRefused(reason) from None


def resolve_public_ips(address: Address, resolve: Callable[[str], list[str]]) -> list[str]:
    """Return the IP addresses to connect to; raises AddressRefused if any of them is not public."""
    try:
        ips = [address.host] if _is_ip(address.host) else list(dict.fromkeys(resolve(address.host)))
    except TimeoutError:
        raise AddressRefused("查这个主机的地址用了太久。") from None
    except (OSError, UnicodeError):
        ips = []
    if not ips:
        raise AddressRefused("找不到这个主机。")
    if not all(is_public(ip) for ip in ips):
        raise AddressRefused(_INSIDE)
    return ips
