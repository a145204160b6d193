"""Ids of people in running text: those that a name announces (微信 abc12345), and those that nothing but
their look gives away and that are no model, size or code.

Evidence adds up: the look of the id, the words around it, the name of an app. No single word decides.
"""

import re
from collections.abc import Iterable, Iterator

from screening.contacts.app_names import SURE, WEAK, AppName
from screening.contacts.id_scoring import score_id_look
from screening.contacts.mentions import ContactMention, claim_free, identify_contact
from screening.contacts.spelled_ids import DIGITS, PHONE, SpelledId
from screening.reading.folded_text import FoldedText
from screening.reading.word_file import WordFile

ENOUGH = 4  # points that make an id a contact
_BEFORE, _BEHIND, _FARTHEST_APP = 24, 20, 26  # characters that are looked at
_ASKED_FAR_BEFORE = 12

_FILE = WordFile(__file__)
_ASKED, _NAMED = _FILE.compile("asked_before"), _FILE.compile("named_before")
_HINTED, _ADDED = _FILE.compile("hinted_before"), _FILE.compile("added_before")
_CODED, _WORKED_WITH = _FILE.compile("coded_before"), _FILE.compile("worked_with_before")
_HANDLE = _FILE.compile("handle_before")
_WANTED_BEHIND, _COUNTED_BEHIND = _FILE.compile("wanted"), _FILE.compile("counted")
_UNDONE_BEHIND = _FILE.compile("undone")
_GAP, _APP_BEHIND = _FILE.compile("gap"), _FILE.compile("app_behind")
_EDGES = (*"\n ,。;:!?()→【】「」", "")
_SAME_CLAUSE = re.compile(r"[^,。;!?\n]{0,12}")  # whose id it is, though not that it is one
_HIDDEN_PHONE = re.compile(r"(?:0\d{2,3}-?|1)[\dx]{3,9}x{4}\d{0,4}|1\d{2,4}x{2,6}\d{2,5}")


def find_shaped_contacts(
    folded: FoldedText, ids: Iterable[SpelledId], apps: list[AppName], taken: bytearray
) -> Iterator[ContactMention]:
    """Yield those of which nothing is `taken` yet; with the name of the app where that is free."""
    behind = 0
    free = claim_free(ids, bytearray(taken))
    for spelled in sorted(free, key=lambda spelled: spelled.start):
        while behind < len(apps) and apps[behind].end <= spelled.start:
            behind += 1
        app, tied = _find_app(folded.text, apps, behind, spelled)
        if _HIDDEN_PHONE.fullmatch(spelled.value):
            yield ContactMention("phone", spelled.start, spelled.end)
        elif spelled.form == PHONE or _weigh_contact(folded, spelled, app, tied) >= ENOUGH:
            yield _make_mention(folded.text, spelled, app, tied, taken)


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
    score = score_id_look(spelled, folded.written[slice(*folded.span(spelled.start, spelled.end))])
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
    is_asked = bool(_ASKED.search(before))
    score = 3 if is_asked or _NAMED.search(before) else int(bool(_HINTED.search(before)))
    if _CODED.search(before):
        return score - 4
    return score - 3 * bool(not is_asked and _WORKED_WITH.search(before))


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
    # The id of an app that is not named.
    return ContactMention(
        name, start, end, *(contact if contact[1] or name == "phone" else ("link", f"chat/{value}"))
    )


def find_asking(text: str, start: int) -> int | None:
    """Return where a word that asks to add somebody begins, right before this place: 加, 请扫我的."""
    match = _ADDED.search(text, max(0, start - _ASKED_FAR_BEFORE), start)
    return match.start() if match else None
