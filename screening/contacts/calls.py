"""Calls to get in touch without any id: 加微信, 扫码进群, 看我主页; and ids that somebody masked: <手机号>."""

import re
from collections.abc import Iterator

from screening.contacts.app_names import SURE, WEAK, AppName
from screening.contacts.mentions import ContactMention
from screening.contacts.messenger_ids import find_asking
from screening.reading.folded_text import FoldedText
from screening.reading.word_file import WordFile

_FILE = WordFile(__file__)
# Patterns, each with the kind of finding.
_CALLS = [
    (_FILE.compile_scanner(pattern), name)
    for pattern, name in (("calls", "call"), ("same_wechat", "wechat"), ("name_spelled", "app"))
]
_LOOKED_UP, _CALLED = _FILE.compile("looked_up"), _FILE.compile("called")
_CALLED_BEHIND = {app: _FILE.compile(f"called_behind_{app}") for app in ("wechat", "qq")}
_NO_CALL_BEHIND, _ASKED_BEFORE = _FILE.compile("no_call_behind"), _FILE.compile("asked_before")
_AFTER_SUM = re.compile(r"(?<=[a-z0-9])\+")  # 3+v
_MASKS, _MASKED = (
    _FILE.index_words("masks"),
    _FILE.compile_scanner("masked", r"[<:\sx*](?:(?<=<)|(?<=号[:\sx*]))"),
)
_NEAR = 7  # characters from the name of an app to its id
_NUMBER_BEFORE, _WARNED_BEFORE = _FILE.compile("number_before"), _FILE.compile("warned_before")


def find_calls(folded: FoldedText, apps: list[AppName]) -> Iterator[ContactMention]:
    """Yield where somebody is asked to write elsewhere, with no id that could be known again."""
    text = folded.text
    for app in apps:
        if (mention := _find_call_by_name(folded, app)) and not _is_warned_of(text, mention.start):
            yield mention
    for scanner, name in _CALLS:
        for match in scanner.finditer(text):
            if not _is_warned_of(text, match.start()):
                yield ContactMention(name, *match.span())


def _is_warned_of(text: str, start: int) -> bool:
    return bool(_WARNED_BEFORE.search(text, max(0, start - 16), start))


def _find_call_by_name(folded: FoldedText, app: AppName) -> ContactMention | None:
    text, start, end = folded.text, app.start, app.end
    if app.weight > WEAK and (match := _LOOKED_UP.match(text, end)):
        return ContactMention(app.name, start, match.end())
    if not _may_be_called(folded, app):
        return None
    begin = find_asking(text, start)
    if begin is None and app.name == "qq":
        question = _ASKED_BEFORE.search(text, max(0, start - 12), start)
        begin = question.start() if question else None
    if (
        begin is not None
        and not _AFTER_SUM.match(text, begin)
        and (_is_messenger(app) or text[end - 1] == "号" or _CALLED.match(text, end))
    ):
        return ContactMention(app.name, begin, end)
    behind = _CALLED_BEHIND.get(app.name)
    if behind and app.weight == SURE and (match := behind.match(text, end)):
        return ContactMention(app.name, start, match.end())
    return None


def _is_messenger(app: AppName) -> bool:
    """Whether the app is a messenger, so that adding somebody there has no other purpose, as with 抖音."""
    return app.name != "app" or app.prefix == "t.me/"


def _may_be_called(folded: FoldedText, app: AppName) -> bool:
    """Whether the name is a word of its own, and not part of 微信支付 or 微波炉."""
    if app.weight < SURE and (not _is_messenger(app) or folded.text[app.start] in "群裙"):
        return False
    if _NO_CALL_BEHIND.match(folded.text, app.end):
        return False
    if app.end - app.start == 1 and app.weight == WEAK:
        return folded.is_word_edge(app.end)
    return not folded.is_accident(app.start, app.end)


def find_masked_contacts(text: str, apps: list[AppName]) -> Iterator[ContactMention]:
    """Yield ids that were masked when the text was copied: 微信号 <号码>."""
    by_end = {app.end: app for app in apps}
    for match in _MASKED.finditer(text):
        before = range(match.start(), match.start() - _NEAR, -1)
        named = next((by_end[place] for place in before if place in by_end), None)
        if match["mail"]:
            yield ContactMention("mail", *match.span())
        elif match["mask"]:
            yield ContactMention(_MASKS[match["mask"]], *match.span())
        elif named and named.weight == SURE:
            yield ContactMention(named.name, named.start, match.end())
        elif _NUMBER_BEFORE.search(text, max(0, match.start() - 12), match.start()):
            yield ContactMention("phone", *match.span())
