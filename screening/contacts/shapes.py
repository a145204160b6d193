"""Ids of people in running text: those that a name announces (微信 abc12345), and those that nothing but
their look gives away and that are no model, size or code.

Evidence adds up: the look of the id, the words around it, the name of an app. No single word decides.
"""

import re
from collections.abc import Iterable, Iterator

from screening.contacts.app_names import SURE, WEAK, AppName
from screening.contacts.id_look import weigh_look
from screening.contacts.mentions import ContactMention, identify_contact
from screening.contacts.spelled_ids import DIGITS, PHONE, SpelledId
from screening.contacts.words import join_words
from screening.reading.folded_text import FoldedText

ENOUGH = 4  # points that make an id a contact
_BEFORE, _BEHIND, _FARTHEST_APP = 24, 20, 26  # characters that are looked at
_ASKED_FAR_BEFORE = 12

_ASKED = re.compile(rf"{join_words('asked')}{join_words('lead')}{{0,4}}$")
_NAMED = re.compile(
    rf"{join_words('named')}(?:是|为|叫|就是号?|在这|上?那?串?字母|写着?|号码?|[\s:=→>【「(])*$"
)
_HINTED = re.compile(rf"{join_words('hinted')}[^,。;\n]{{0,8}}$")
_WANTED_BEHIND = re.compile(rf"[\s,(→←!~。]*{join_words('wanted_behind')}")
_CODED = re.compile(rf"(?:{join_words('coded')}[^,。;\n]{{0,6}}|/)$")
_WORKED_WITH = re.compile(rf"{join_words('worked_with')}[^,。;\n]{{0,10}}$")
_COUNTED_BEHIND = re.compile(rf"\s?{join_words('counted_behind')}")
# "去掉空格", "o换成0": the id was disguised on purpose.
_UNDONE_BEHIND = re.compile(
    r"[^。\n]{0,12}?(?:(?:去掉?|去除|不要|别打|没有?|无|删|拿掉|忽略|无视|中间的?)(?:中间|里面?)?的?"
    r"(?:空格|符号|汉字|中文|表情|图标|括号|标点|[横竖]杠|[横竖]线|那)|(?:写|换|改)成|换下?来?|不算|连起来|连着"
    r"|[^\s,。]{1,4}(?:全?都?删|去掉|拿掉|不要|不算))"
)
_EDGES = (*"\n ,。;:!?()→【】「」", "")
_PICTURES = r"\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
# Between the name of an app and the id; `tell` ties them.
_GAP = re.compile(
    rf"(?:(?P<tell>{join_words('tell')}|[:=>→@#🔎🔍👉👇⬇↓【「《])|{join_words('filler')}"
    rf"|[\s,\-—~/\[(\{{『\"“”'丶丨|{_PICTURES}])*"
)
_SAME_CLAUSE = re.compile(r"[^,。;!?\n]{0,12}")  # whose id it is, though not that it is one
_APP_BEHIND = re.compile(r"[\s,(\[]*(?P<tell>这?是|我的?|在)*[\s:]*")
_ADDED = re.compile(rf"{join_words('added')}(?:{join_words('who')}|[:\s]){{0,4}}$")
_HANDLE = re.compile(r"(?<![a-z0-9._\-])@ ?$")
_HIDDEN_PHONE = re.compile(r"(?:0\d{2,3}-?|1)[\dx]{3,9}x{4}\d{0,4}|1\d{2,4}x{2,6}\d{2,5}")


def find_shaped_contacts(
    folded: FoldedText, ids: Iterable[SpelledId], apps: list[AppName], taken: bytearray
) -> Iterator[ContactMention]:
    """Yield those of which nothing is `taken` yet; with the name of the app where that is free."""
    behind = 0
    for spelled in _list_free(ids, taken):
        while behind < len(apps) and apps[behind].end <= spelled.start:
            behind += 1
        app, tied = _find_app(folded.text, apps, behind, spelled)
        if _HIDDEN_PHONE.fullmatch(spelled.value):
            yield ContactMention("phone", spelled.start, spelled.end)
        elif spelled.form == PHONE or _weigh_contact(folded, spelled, app, tied) >= ENOUGH:
            yield _make_mention(folded.text, spelled, app, tied, taken)


def _list_free(ids: Iterable[SpelledId], taken: bytearray) -> list[SpelledId]:
    """In reading order; of two that overlap the first stands."""
    used = bytearray(taken)
    free = []
    for spelled in ids:
        if not any(used[spelled.start : spelled.end]):
            used[spelled.start : spelled.end] = b"\1" * (spelled.end - spelled.start)
            free.append(spelled)
    return sorted(free, key=lambda spelled: spelled.start)


def _find_app(
    text: str, apps: list[AppName], behind: int, spelled: SpelledId
) -> tuple[AppName | None, bool]:
    """Return the app that the id belongs to, and whether a word like 号 or 搜 ties them."""
    nearest = [
        app
        for app in sorted(apps[max(0, behind - 2) : behind], key=lambda app: -app.weight)
        if spelled.start - app.end <= _FARTHEST_APP
    ]
    for app in nearest:
        if gap := _GAP.fullmatch(text, app.end, spelled.start):
            return app, bool(gap["tell"]) or text[app.end - 1] in "号群裙"
    if behind < len(apps) and apps[behind].start >= spelled.end:
        app = apps[behind]
        gap = _APP_BEHIND.fullmatch(text, spelled.end, app.start)
        if gap and (gap["tell"] or app.weight > WEAK):
            return app, True
    for app in nearest:
        if app.weight == SURE and _SAME_CLAUSE.fullmatch(text, app.end, spelled.start):
            return app._replace(weight=0), False
    return None, False


def _weigh_contact(folded: FoldedText, spelled: SpelledId, app: AppName | None, tied: bool) -> int:
    before = folded.text[max(0, spelled.start - _BEFORE) : spelled.start]
    after = folded.text[spelled.end : spelled.end + _BEHIND]
    score = weigh_look(spelled, folded.written[slice(*folded.span(spelled.start, spelled.end))])
    if app and app.weight:
        is_wechat_or_qq = app.name != "app"
        score += app.weight + (3 if is_wechat_or_qq else 2) * tied
        score += is_wechat_or_qq and spelled.form == DIGITS
    else:
        score += _weigh_words_before(before)
    score += ENOUGH * bool(_HANDLE.search(before))
    score += bool(_WANTED_BEHIND.match(after)) + 3 * bool(_UNDONE_BEHIND.match(after))
    if spelled.form != DIGITS and before[-1:] in _EDGES and after[:1] in _EDGES:
        score += after[:1] != " "
    return score - 3 * bool(_COUNTED_BEHIND.match(after))


def _weigh_words_before(before: str) -> int:
    asked = bool(_ASKED.search(before))
    score = 3 if asked or _NAMED.search(before) else int(bool(_HINTED.search(before)))
    if _CODED.search(before):
        return score - 4
    return score - 3 * bool(not asked and _WORKED_WITH.search(before))


def _make_mention(
    text: str, spelled: SpelledId, app: AppName | None, tied: bool, taken: bytearray
) -> ContactMention:
    start, end, value = spelled.start, spelled.end, spelled.value
    name, contact = "app", ("", "")
    if spelled.form == PHONE:
        name, contact = "phone", ("phone", value)
        # It may be that of somebody's WeChat.
        if app and not (app.name != "app" and app.end <= start and app.weight > 2 * (not tied)):
            app = None
    elif app:
        contact = identify_contact(app.name, value, app.prefix)
    elif handle := _HANDLE.search(text, max(0, start - 3), start):
        start, contact = handle.start(), ("link", f"t.me/{value}")
    if app and not any(taken[app.start : app.end]):
        start, end = min(start, app.start), max(end, app.end)
        added = find_asking(text, start)
        start = added if added is not None and not any(taken[added:start]) else start
    if app and (app.name != "qq" or spelled.form == PHONE or value.isdigit()):
        name = app.name
    # Of an app that nobody named.
    return ContactMention(
        name, start, end, *(contact if contact[1] or name == "phone" else ("link", f"chat/{value}"))
    )


def find_asking(text: str, start: int) -> int | None:
    """Return where a word that asks to add somebody begins, right before this place: 加, 请扫我的."""
    match = _ADDED.search(text, max(0, start - _ASKED_FAR_BEFORE), start)
    return match.start() if match else None
