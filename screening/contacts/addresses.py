"""Web and mail addresses in a folded text, also those with 点 for the dot and (at) for the @."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_ENDINGS = (
    "com|cn|net|org|cc|top|xyz|vip|icu|club|link|site|online|shop|store|tech|wang|ltd|fun|live|work|pro|info"
    "|biz|tv|me|co|app|ink|ren|xin|mobi|asia|hk|tw|win|bid|space|host|life|today|group|run|ly|gg"
)
_DOT = r" ?(?:\.|。|点|\(点\)|\[点\]|\(\.\)|\[\.\]|\(dot\)|\[dot\]|dot) ?"
_END = re.compile(rf"(?:{_DOT})(?:{_ENDINGS})(?![a-z0-9_])(?:(?:\.|点)[a-z]{{2}}(?![a-z0-9_]))?")
_PATH = re.compile(r"(?::\d{2,5})?(?:[/?#][a-z0-9\-._~/?#@!$&'*+;=%:]{0,200})?")
_SCHEME = re.compile(
    r"(?:https?|hxxps?|ftp): ?/ ?/ ?[^\s\u3000-\u9fff，。；！？、“”（）【】<>]{3,200}"
)
_SHORT = re.compile(
    r"(?:www\.[a-z0-9\-]{2,60}|(?:t\.me|wa\.me|t\.cn|dwz\.cn|url\.cn|u\.tg|u\.nu)/[a-z0-9_+\-/]{2,60})"
)
_HOST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")
_LOCAL = _HOST | frozenset("_+")
_DOTS = re.compile(r" ?(?:。|点|\(点\)|\[点\]|\(\.\)|\[\.\]|\(dot\)|\[dot\]|dot) ?| \. ?|\. ")
_AT = re.compile(r" ?(?:@|#|\(at\)|\[at\]|\{at\}|艾特|圈a|\(a\)) ?")
_AT_END = re.compile(rf"(?:{_AT.pattern})$")
_FARTHEST = 64
# A framework is no address, and neither is the end of a sentence.
NO_HOST = frozenset(
    "asp vb ado ml node vue next nuxt socket three d3 web main index app config ai e.g i.e www".split()
)
_DOTTED_PLAINLY = frozenset("。 ")
_SURE_END = re.compile(r"(?:com|cn|net)(?:\.cn)?$")
_STRIPPED = ".,;:!?'\"/-"


class Address(NamedTuple):
    name: str  # link or mail
    start: int
    end: int
    value: str


_HEADS = re.compile(r"[hfwtdu](?=[ftwu.x]|wz)|[.。点\[(d ]")


def find_addresses(text: str) -> Iterator[Address]:
    done = 0
    for head in _HEADS.finditer(text):
        place = head.start()
        if place < done:
            continue
        address = _read_whole(text, place) or _read_by_ending(text, place, done)
        if address:
            yield address
            done = address.end


def _read_whole(text: str, place: int) -> Address | None:
    """With a scheme, www. or a shortener."""
    if text[place] not in "hfwtdu" or (
        place and text[place - 1].isascii() and text[place - 1].isalnum()
    ):
        return None
    match = _SCHEME.match(text, place) or _SHORT.match(text, place)
    if not match:
        return None
    end = match.end()
    if match.re is _SHORT:
        end = _skip_path(text, _skip_host(text, end))
    end = place + len(text[place:end].rstrip(_STRIPPED))
    return Address("link", place, end, normalise_link(text[place:end]))


def _skip_host(text: str, end: int) -> int:
    while end < len(text) and text[end] in _HOST:
        end += 1
    return end


def _read_by_ending(text: str, place: int, done: int) -> Address | None:
    """A host is found by its ending, then read backwards."""
    match = _END.match(text, place)
    if not match:
        return None
    start = _skip_back(text, place, done, _HOST)
    host = text[start:place].strip(".-")
    start = place - len(text[start:place].lstrip(".-"))
    if not host:
        return None
    at = _AT_END.search(text, max(done, start - 6), start)
    if at:
        begin = _skip_back(text, at.start(), done, _LOCAL)
        local = text[begin : at.start()]
        value = f"{local}@{_write_dots(text[start : match.end()])}" if local else ""
        return Address("mail", begin, match.end(), value)
    if len(host) < 2 or host in NO_HOST or (len(host) < 4 and host.isdigit()):
        return None
    spelled = text[place : match.end()]
    # "…excel。me": a full stop is a dot only before an ending that is no word.
    if not _DOTTED_PLAINLY.isdisjoint(spelled) and not _SURE_END.search(spelled):
        return None
    end = _skip_path(text, match.end())
    end = start + len(text[start:end].rstrip(_STRIPPED))
    return Address("link", start, end, normalise_link(text[start:end]))


def _skip_back(text: str, place: int, done: int, allowed: frozenset[str]) -> int:
    start = place
    while start > done and place - start < _FARTHEST and text[start - 1] in allowed:
        start -= 1
    return start


def _write_dots(written: str) -> str:
    return _DOTS.sub(".", written)


def normalise_link(written: str) -> str:
    """Host and path: two spellings of one address are one."""
    plain = re.sub(r"^(?:[a-z]+: ?/ ?/ ?)?(?:www\.)?", "", written.strip().lower())
    host, slash, path = plain.partition("/")
    host = _write_dots(host).partition("?")[0].partition("#")[0].partition(":")[0]
    return f"{host}{slash}{re.split('[?#]', path)[0]}".rstrip(_STRIPPED)


def normalise_mail(written: str) -> str:
    at = _AT.search(written.strip().lower())
    if not at:
        return ""
    plain = written.strip().lower()
    local, host = plain[: at.start()], _write_dots(plain[at.end() :])
    return f"{local}@{host}" if local and "." in host else ""


def _skip_path(text: str, at: int) -> int:
    match = _PATH.match(text, at)
    return match.end() if match else at
