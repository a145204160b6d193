"""Contacts that nothing but their look gives away: an id in running text that is no model, size or code.

Evidence adds up: the look of the id, the words around it, the name of an app. No single word decides.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from screening.contacts import spelled_ids
from screening.contacts.app_names import SURE, WEAK, AppName, find_app_names
from screening.contacts.id_look import weigh_look
from screening.contacts.labels import ADDED_BEFORE, ContactMention, identify_contact
from screening.contacts.spelled_ids import SpelledId, find_spelled_ids
from screening.reading.folded_text import FoldedText

ENOUGH = 4  # points that make an id a contact
_BEFORE, _BEHIND, _FARTHEST_APP = 24, 14, 26  # characters that are looked at

_WORDS = tomllib.loads((Path(__file__).parent / "shapes.toml").read_text(encoding="utf-8"))


def _join_words(name: str) -> str:
    return f"(?:{'|'.join(_WORDS[name].split())})"


_ASKED = re.compile(rf"{_join_words('asked')}{_join_words('lead')}{{0,4}}$")
_NAMED = re.compile(
    rf"{_join_words('named')}(?:是|为|叫|就是号?|上?那?串?字母|写着?|号码?|[\s:=→>【「(])*$"
)
_HINTED = re.compile(rf"{_join_words('hinted')}[^,。;\n]{{0,8}}$")
_WANTED_BEHIND = re.compile(rf"[\s,(→←!~。]*{_join_words('wanted_behind')}")
_CODED = re.compile(rf"{_join_words('coded')}[^,。;\n]{{0,6}}$")
_WORKED_WITH = re.compile(rf"{_join_words('worked_with')}[^,。;\n]{{0,10}}$")
_COUNTED_BEHIND = re.compile(rf"\s?{_join_words('counted_behind')}")
# "去掉空格": the id was cut up on purpose.
_UNDONE_BEHIND = re.compile(
    r"[^。\n]{0,8}(?:(?:去掉?|不要|没有?|无|删掉?|忽略|中间的?)(?:中间)?的?"
    r"(?:空格|符号|汉字|中文|表情|括号|标点|横杠)|连起来|连着)"
)
_EDGES = (*"\n ,。;:!?()→【】「」", "")
_PICTURES = r"\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
# Between the name of an app and the id; `tell` ties them.
_GAP = re.compile(
    r"(?:(?P<tell>[短主小新大]?号码?|[账帐]号|id|uid|用户名?|名字?|昵称|频道|房间|群|裙|搜索?|查找?|找|加|添加"
    r"|关注|私信?|私聊|联系|同名|[:=>→@#🔎🔍👉])"
    r"|是|为|叫|一下|发|的|那个|这个|软件|app|聊天|里面?|上面?|中|我|人|请|可|直接|见|看|在线|客服|主页"
    rf"|语音|加密|live:|[\s,\-—~/【\[(「『《\"“”'丶丨|{_PICTURES}])*"
)
_SAME_CLAUSE = re.compile(r"[^,。;!?\n]{0,12}")  # whose id it is, though not that it is one
_APP_BEHIND = re.compile(r"[\s,(\[]*(?P<tell>这?是|我的?|在)*[\s:]*")
_PEOPLE = r"[\u3400-\u9fff]{2}"
_CALL = re.compile(
    r"(?:上面?|里面?|中|去|来)?(?:搜索?|找|关注|私信|私聊|联系|加|滴|戳)"
    r"(?:我(?!们|司|店|厂)|一下我|名字|昵称|同名|[:「“『@])"
    rf"|@ ?{_PEOPLE}|(?<=号)(?:是|为|叫)?[:=「“【] ?{_PEOPLE}|搜(?!索|素材|集|寻|图|题|资料){_PEOPLE}"
)
_CALLED = re.compile(
    r"(?:工作|微信)?群(?!发|运营|管理)|聊(?!天)|好友|我(?!们)|详|联系|了解|[,。!]|$"
)
_ADDED = re.compile(r"(?:(?<![参增追施附更])加入?|添加|进入?|扫|私)(?:我的?|一下|客服的?)?$")
_HIDDEN_PHONE = re.compile(r"(?:0\d{2,3}-?|1)[\dx]{3,9}x{4}\d{0,4}|1\d{2,4}x{2,6}\d{2,5}")
_NAME_SPELLED = re.compile(
    r"(?:名字?|姓名|两个字|[一二两三]个字)的?(?:全拼|拼音|首字母|字母|小写)[^,。\n\d]{0,8}"
    r"(?:加|\+|跟|接|后面)[^,。\n\d]{0,6}\d{2,8}(?!位|个)"
    r"|(?:全拼|拼音)(?:后面)?(?:加上?|\+|跟上?|接)\s?\d{2,8}(?!位|个)"
)


def find_shaped_contacts(folded: FoldedText, taken: bytearray) -> Iterator[ContactMention]:
    """Those of which nothing is `taken` yet; with the name of the app where that is free."""
    apps = list(find_app_names(folded.text))
    behind = 0
    for spelled in _list_free(folded.text, apps, taken):
        while behind < len(apps) and apps[behind].end <= spelled.start:
            behind += 1
        app, tied = _find_app(folded.text, apps, behind, spelled)
        if spelled.form == spelled_ids.PHONE:
            yield ContactMention("phone", spelled.start, spelled.end, "phone", spelled.value)
        elif _HIDDEN_PHONE.fullmatch(spelled.value):
            yield ContactMention("phone", spelled.start, spelled.end)
        elif _weigh_contact(folded, spelled, app, tied) >= ENOUGH:
            yield _make_mention(folded.text, spelled, app, taken)
    yield from _find_calls(folded.text, apps)


def _list_free(text: str, apps: list[AppName], taken: bytearray) -> list[SpelledId]:
    """In reading order; the name of an app is no id, and of two that overlap the first stands."""
    used = bytearray(taken)
    for app in apps:
        if app.weight == SURE:
            used[app.start : app.end] = b"\1" * (app.end - app.start)
    free = []
    for spelled in find_spelled_ids(text):
        if not any(used[spelled.start : spelled.end]):
            used[spelled.start : spelled.end] = b"\1" * (spelled.end - spelled.start)
            free.append(spelled)
    return sorted(free, key=lambda spelled: spelled.start)


def _find_app(
    text: str, apps: list[AppName], behind: int, spelled: SpelledId
) -> tuple[AppName | None, bool]:
    """The app that the id belongs to, and whether a word like 号 or 搜 ties them."""
    nearest = [
        app
        for app in sorted(apps[max(0, behind - 2) : behind], key=lambda app: -app.weight)
        if spelled.start - app.end <= _FARTHEST_APP
    ]
    for app in nearest:
        if gap := _GAP.fullmatch(text, app.end, spelled.start):
            return app, bool(gap["tell"]) or text[app.end - 1] == "号"
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
    score += (app.weight + 2 * tied if app else 0) or _weigh_words_before(before)
    score += bool(_WANTED_BEHIND.match(after)) + 3 * bool(_UNDONE_BEHIND.match(after))
    score += _stands_apart(before, after) and spelled.form != spelled_ids.DIGITS
    return score - 3 * bool(_COUNTED_BEHIND.match(after))


def _weigh_words_before(before: str) -> int:
    asked = bool(_ASKED.search(before))
    score = 3 if asked or _NAMED.search(before) else int(bool(_HINTED.search(before)))
    if _CODED.search(before) or before[-1:] in ("/", "@"):
        return score - 4
    return score - 3 * bool(not asked and _WORKED_WITH.search(before))


def _stands_apart(before: str, after: str) -> bool:
    return before[-1:] in _EDGES and after[:1] in _EDGES and after[:1] != " "


def _make_mention(
    text: str, spelled: SpelledId, app: AppName | None, taken: bytearray
) -> ContactMention:
    start, end, contact = spelled.start, spelled.end, ("", "")
    if app:
        contact = identify_contact(app.name, spelled.value, app.prefix)
        if not any(taken[app.start : app.end]):
            start, end = min(start, app.start), max(end, app.end)
            added = ADDED_BEFORE.search(text, max(0, start - 12), start)
            start = added.start() if added and not any(taken[added.start() : start]) else start
    known = app and (app.name != "qq" or spelled.value.isdigit())
    name = app.name if app and known else "app"
    return ContactMention(name, start, end, *(contact if contact[1] else _keep_apart(spelled)))


def _keep_apart(spelled: SpelledId) -> tuple[str, str]:
    """Of an app that nobody named."""
    return "link", f"chat/{spelled.value}"


def _find_calls(text: str, apps: list[AppName]) -> Iterator[ContactMention]:
    """Where to look somebody up, with no id that could be known again."""
    for app in apps:
        if app.weight == WEAK:
            continue
        added = _ADDED.search(text, max(0, app.start - 6), app.start)
        match = _CALL.match(text, app.end)
        if match:
            yield ContactMention(app.name, app.start, match.end())
        elif added and (_CALLED.match(text, app.end) or text[app.end - 1] == "号"):
            yield ContactMention(app.name, added.start(), app.end)
    for match in _NAME_SPELLED.finditer(text):
        yield ContactMention("app", *match.span())
