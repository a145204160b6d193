"""Web and mail addresses in a folded text, also those with a word or another sign for the dot, the @
or the slash: example点com, example丶com, hr艾特163点com, t点me斜杠li."""

import re
from collections.abc import Iterator

from screening.contacts.mentions import ContactMention

_ENDINGS = (
    "c ?[o0] ?m|c ?n|n ?e ?t|t ?o ?p|org|cc|xyz|vip|icu|club|link|site|online|shop|store|tech|wang|ltd|fun|live|work"
    "|pro|info|biz|tv|me|co|app|ink|ren|xin|mobi|asia|hk|tw|win|bid|space|host|life|today|group|run|ly|gg"
)
_DOT = (
    r" ?(?:[.。点丶`·•・⚫●◆⬤]|-点-|点儿|小数点|[(\[{【]\.[)\]}】]|[(\[{【](?:点|dot)[)\]}】]|\. ?点"
    r"|dot|,?后缀(?:是|为)?) ?"
)
_SLASH = " ?(?:/|斜杠|杠) ?"
_NOTHING_BEFORE, _NOTHING_BEHIND = r"(?<![a-z0-9@.\-_])", "(?![a-z0-9_])"
# Written at once or letter by letter.
_LABEL = r"(?:[a-z0-9](?: [a-z0-9\-]){2,30}|[a-z0-9][a-z0-9\-]{0,62})"
_HOST = (
    rf"(?P<host>{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}?)(?P<dot>{_DOT})(?:{_ENDINGS}|康姆)(?:[.点][a-z]{{2}})?"
    rf"{_NOTHING_BEHIND}"
)
_PATH = (
    rf"(?:(?::\d{{2,5}})?(?:[/?#][a-z0-9\-._~/?#@!$&'*+;=%:]{{0,200}}|{_SLASH}[a-z0-9]{{1,60}}))?"
)
_HOUSES = {
    r"[1一壹幺]-?[6六陆]-?[3三叁]|网易": "163", "[1一壹幺]-?[2二贰]-?[6六陆]": "126", "139": "139", "qq|腾讯": "qq",
    "foxmail": "foxmail", "gmail|谷歌": "gmail", "outlook": "outlook", "hotmail": "hotmail", "sina|新浪": "sina",
    "sohu|搜狐": "sohu", "yeah": "yeah",
}  # fmt: skip
_HOUSE = rf"(?P<house>{'|'.join(_HOUSES)})"
_AT = r" ?(?:@+|#|[(\[{【](?:@|at|艾特|圈?a)[)\]}】]|艾特|爱特|艾他|[圈花]a) ?"
_WEAK_AT = r" ?(?:\*|&|at|(?:小写|老)?[圈艾爱]特?a?|在|的|点) ?"  # only before a well-known house
_LOCAL = r"(?<![a-z0-9_.\-+])(?P<local>[a-z0-9][a-z0-9_.\-+]{0,40}[一二三四五六七八九零〇]{0,6})"

_SCHEME = re.compile(
    r"(?<![a-z0-9])(?:https?|hxxps?|ftp): ?/ ?/ ?[^\s\u3000-\u9fff，。；！？、“”（）【】<>]{3,200}"
)
_SHORT = re.compile(
    rf"{_NOTHING_BEFORE}(?:www\.[a-z0-9\-]{{2,60}}[a-z0-9\-.]*{_PATH}"
    rf"|(?:(?:t|wa){_DOT}me|(?:t|dwz|url){_DOT}cn|u{_DOT}(?:tg|nu)){_SLASH}\+?[a-z0-9_][a-z0-9_+\-]{{1,60}}"
    rf"(?:{_SLASH}[a-z0-9_+\-]{{1,60}})*"
    r"|(?P<joined>www[a-z0-9\-]{3,40}?(?:com|cn))(?![a-z0-9.]))"
)
_LINK = re.compile(rf"{_NOTHING_BEFORE}{_HOST}{_PATH}")
_MAIL = re.compile(rf"{_LOCAL}{_AT}{_HOST}")
_MAIL_AT_HOUSE = re.compile(
    rf"{_LOCAL}(?:{_AT}|{_WEAK_AT}){_HOUSE}"
    rf" ?(?:的?邮箱|(?:{_DOT}|[.点 ])?(?:c[o0]m|康姆)){_NOTHING_BEHIND}(?![.点]cn)"
)
# QQ 邮箱 607182930
_MAILBOX = re.compile(
    rf"(?<![a-z0-9]){_HOUSE} ?(?:电子)?(?:邮箱|信箱|mail)(?:号|地址|[账帐]号|是|为|发|[\s:]){{0,6}}"
    r"(?P<local>[a-z][a-z0-9_.\-]{0,30}?\d[a-z0-9_.\-]{0,30}|\d{5,11}|[a-z]{2,20}_[a-z0-9_]{1,20})"
    r"(?![a-z0-9@])"
)
_DOTS, _SLASHES, _ATS = re.compile(_DOT), re.compile("斜杠|(?<=[a-z])杠"), re.compile(_AT)
# A framework is no address, and neither is the end of a sentence.
_NO_HOST = frozenset(
    "asp vb ado ml node vue next nuxt socket three d3 web main index app config ai e.g i.e www".split()
)
_SURE_END = re.compile(r"(?:com|cn|net)(?:\.cn)?$")
_STRIPPED = ".,;:!?'\"/-"


def find_addresses(text: str) -> Iterator[ContactMention]:
    """Yield them pattern by pattern; of two that overlap the earlier is meant."""
    for match in _SCHEME.finditer(text):
        yield _make_link(match)
    for match in (*_MAIL_AT_HOUSE.finditer(text), *_MAILBOX.finditer(text)):
        house = next(name for house, name in _HOUSES.items() if re.fullmatch(house, match["house"]))
        yield ContactMention("mail", *match.span(), "mail", f"{match['local']}@{house}.com")
    for match in _MAIL.finditer(text):
        yield ContactMention("mail", *match.span(), "mail", normalise_mail(match.group()))
    for match in _SHORT.finditer(text):
        yield _make_link(match)
    for match in _LINK.finditer(text):
        if _is_host(match):
            yield _make_link(match)


def _is_host(match: re.Match[str]) -> bool:
    host, dot = match["host"].strip(".-"), match["dot"]
    if len(host) < 2 or host in _NO_HOST or (len(host) < 4 and host.isdigit()):
        return False
    # "…excel。me": a full stop is a dot only before an ending that is no word.
    if dot != "。" and not (dot != dot.strip() and dot.strip() in "。.·"):
        return True
    return bool(_SURE_END.search(match.group().replace(" ", ""))) or (
        not host.isdigit() and any(char.isdigit() for char in host)
    )


def _make_link(match: re.Match[str]) -> ContactMention:
    written = match.group().rstrip(_STRIPPED)
    is_joined = match.re is _SHORT and match["joined"]
    value = re.sub("(com|cn)$", r".\1", written[3:]) if is_joined else normalise_link(written)
    return ContactMention("link", match.start(), match.start() + len(written), "link", value)


def normalise_link(written: str) -> str:
    """Host and path: two spellings of one address are one."""
    plain = re.sub(r"^(?:[a-z]+: ?/ ?/ ?)?(?:www\.)?", "", written.strip().lower())
    host, slash, path = _SLASHES.sub("/", plain).partition("/")
    host = re.split("[?#:]", _DOTS.sub(".", host))[0].replace(" ", "")
    return f"{host}{slash}{re.split('[?#]', path)[0]}".rstrip(_STRIPPED)


def normalise_mail(written: str) -> str:
    local, _at, host = _ATS.sub("@", written.strip().lower(), count=1).partition("@")
    host = _DOTS.sub(".", host)
    return f"{local}@{host}" if local and "." in host else ""
