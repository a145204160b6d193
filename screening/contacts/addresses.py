"""Web and mail addresses in a folded text, also those with a word or another sign for the dot, the @
or the slash: example点com, example丶com, hr艾特163点com, t点me斜杠li."""

import re
from collections.abc import Iterator

from screening.contacts.mentions import ContactMention
from screening.reading.word_file import WordFile

_FILE = WordFile(__file__)
_SCHEME, _SHORT, _LINK, _MAIL, _MAIL_AT_HOUSE = (
    _FILE.compile_scanner(name, "[a-z0-9]")
    for name in ("scheme", "short", "link", "mail", "mail_at_house")
)
_MAILBOX = _FILE.compile_scanner("mailbox", _FILE.find_heads("house"))
# Each mailbox of a known provider, and each sign for @, contains one of these. Each begins with a set, which is quick.
_OF_HOUSE = re.compile("[邮信mc康](?:箱|ail|[o0]m|姆)")
_MAY_BE_AT = re.compile(r"[@#艾爱圈花(\[{【](?:(?<=[@#艾爱圈花])|(?=a))")
_DOTS, _SLASHES, _ATS = map(_FILE.compile, ("dots", "slashes", "ats"))
_HOUSES, _NO_HOST = _FILE.index_words("houses"), _FILE.list_words("no_host")
_SURE_END = _FILE.compile("sure_end")
_STRIPPED = ".,;:!?'\"/-"


def find_addresses(text: str) -> Iterator[ContactMention]:
    """Yield the addresses pattern by pattern. Where two overlap, the one that is yielded first counts."""
    if "/" in text:
        for match in _SCHEME.finditer(text):
            yield _make_link(match)
    if _OF_HOUSE.search(text):
        for match in (*_MAIL_AT_HOUSE.finditer(text), *_MAILBOX.finditer(text)):
            word = match["house"]
            house = next(name for pattern, name in _HOUSES.items() if re.fullmatch(pattern, word))
            value = f"{match['local']}@{house}.com"
            yield ContactMention("mail", *match.span(), "mail", value)
    if _MAY_BE_AT.search(text):
        for match in _MAIL.finditer(text):
            yield ContactMention("mail", *match.span(), "mail", normalise_mail(match.group()))
    for match in _SHORT.finditer(text):
        yield _make_link(match, is_joined=bool(match["joined"]))
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


def _make_link(match: re.Match[str], *, is_joined: bool = False) -> ContactMention:
    written = match.group().rstrip(_STRIPPED)
    value = re.sub("(com|cn)$", r".\1", written[3:]) if is_joined else normalise_link(written)
    return ContactMention("link", match.start(), match.start() + len(written), "link", value)


def normalise_link(written: str) -> str:
    """Return host and path, the same for two spellings of one address."""
    plain = re.sub(r"^(?:[a-z]+: ?/ ?/ ?)?(?:www\.)?", "", written.strip().lower())
    host, slash, path = _SLASHES.sub("/", plain).partition("/")
    host = re.split("[?#:]", _DOTS.sub(".", host))[0].replace(" ", "")
    return f"{host}{slash}{re.split('[?#]', path)[0]}".rstrip(_STRIPPED)


def normalise_mail(written: str) -> str:
    local, _at, host = _ATS.sub("@", written.strip().lower(), count=1).partition("@")
    host = _DOTS.sub(".", host)
    return f"{local}@{host}" if local and "." in host else ""
