"""Contacts that a word announces: 微信 abc12345, 扣扣群 …, 飞机 @…; and calls to add without any id."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from screening.contacts import numbers

_WHO = (
    r"(?:我们|我|咱|一下|店长|老板娘?|客服|人事|hr|经理|老师|导师|助理|主管|前台|管理员|招聘"
    r"|负责人|下方|下面|以下|这个|本人"
    r"|哥|姐|群主|接待|专员|对接人|主任|团长|官方|官|唯一|工作|专属|内部|的|吧|:|\s)"
)
# Between the word and the id.
_LINK = re.compile(
    r"(?:同号|号码?|id|[账帐]号|[群裙]|是|为|搜索?|联系|咨询|私聊|详聊|详询|报名|添加|加|吧"
    r"|哦|啊|哈|了解|详情|发送?|如下|见|在线"
    r"|[\s:=\-—~>→👉☞⬇↓【\[({「《\"“#@、]){0,6}"
)
_TELLS = re.compile(r"号|id|是|为|搜|加|[:=>→👉☞⬇↓【\[(「@#]")
_LATIN_ID = re.compile(r"[a-z][a-z0-9_\-]{4,31}")
_SPACED_ID = re.compile(r"[a-z0-9](?:[ .·*_\-/][a-z0-9]){5,19}(?![a-z0-9])")
_MASK = re.compile(r"<(?:手机号|微信号|[账帐]号|号码|qq号?|网址|数字)>")
_NOBODY = re.compile(r"(?:x[x\-]{3,}|\*{4,})")  # 微信号：xxxxxx
# What people can use, not whom they can add.
_PROGRAMS = frozenset(
    "excel photoshop office office365 powerpoint premiere autocad wechat weixin python javascript"
    " linux windows windows10 "
    "coreldraw illustrator html5 android iphone vlookup access solidworks sketchup aftereffects office2016 nodejs "
    "telegram whatsapp youtube tiktok facebook twitter instagram email gmail".split()
)
ADDED_BEFORE = re.compile(
    rf"(?:(?<![参增追施附更强])加|添加?|\+|加入|找|扫|私|联系|留下?|发送?到?|进入?|入|拉进?"
    rf"|搜索?|戳|滴){_WHO}{{0,4}}$"
)
# "请加人事刘女士QQ": with no app but this is the name said so late.
_ASKED_BEFORE = re.compile(
    r"(?:(?<![参增])加|联系|咨询|询问?|人事|客服|报名)[^,，。;；!！\n]{0,8}$"
)


class ContactMention(NamedTuple):
    name: str  # which kind of finding
    start: int
    end: int
    kind: str = ""  # of the contact, where there is a value to know it by
    value: str = ""


class _Label(NamedTuple):
    name: str
    word: re.Pattern
    alone: bool  # whether the word says enough where a plain id follows: 微信 abc12345
    called: bool  # whether 加 before it is a call without any id
    after: re.Pattern | None = None  # what makes a call of it behind
    prefix: str = ""  # of the value, where the app has no kind of its own


def _make_label(
    name: str,
    word: str,
    *,
    alone: bool = True,
    called: bool = True,
    after: str = "",
    prefix: str = "",
) -> _Label:
    return _Label(
        name, re.compile(word), alone, called, re.compile(after) if after else None, prefix
    )


_WECHAT_AFTER = (
    r"(?:电话|手机)?(?:同号|同步|同手机|同电话)|(?:联系|咨询)(?!客|顾|家长|学|老|人|师|服务)"
    r"|私聊|详聊|详谈|聊(?!天)|报名"
    r"|扫一?扫?码|[：:]?(?:加|添加)(?:我|时)"
)
_NO_CALL = r"(?!公众|小程序|支付|运营|群发|功能|红包|营销|平台|商城|好友(?:数|量|推广|维护|增长|任务|裂变)|粉)"
_LABELS = {
    "微薇威维徽巍魏围v": (
        _make_label(
            "wechat",
            rf"(?:[微薇徽巍魏围] ?[信芯] ?|[威维] ?信(?!诺|息|任|用|仰|念|托|望|誉|誓|服)|v[\-. ]?x"
            rf"(?![a-z0-9])|v信){_NO_CALL}",
            after=_WECHAT_AFTER,
        ),
        _make_label("wechat", r"v[\-. ]?x(?=\d{5})|v(?=\d{7})", called=False),
        _make_label(
            "wechat",
            r"微(?!波|量|机|型|调|店|商|笑|软|电|创|博|视|课|小|信|动|晶|生|积|妙|米|雕|整|针)|薇(?!娅|婷|诺|姿|信)"
            r"|威(?!海|力|尼|胁|武|士|信|望|风|严|远|县|宁|龙|斯|猛|客|廉)|维(?!修|生|护|权"
            r"|持|信|也|吾|尔|达|度|新|保|多|密|他)"
            r"|v(?![a-z0-9])",
            alone=False,
        ),
    ),
    "w": (_make_label("wechat", r"we(?:i|chat)[\-. ]?(?:xin)?(?![a-z])|weixin|w[\-. ]?x(?![a-z])|wx(?=[a-z0-9]{5})"),),
    "卫绿小": (_make_label("wechat", r"卫星号|卫星(?=[:\s]*[a-z0-9<])|绿泡泡?|绿色软件|小绿泡|小绿书", alone=True),),
    "企鹅": (
        _make_label("wechat", r"企业微信|企微|企业v", after=_WECHAT_AFTER),
        _make_label("qq", r"企鹅(?:号|[群裙])?(?!馆|展|岛|服|玩偶|公仔)|鹅号|鹅[群裙]"),
    ),
    "q扣抠叩蔻寇口秋球丘": (
        _make_label(
            "qq",
            r"(?:q ?q|扣扣|抠抠|叩叩|蔻蔻|寇寇|口口|秋秋|球球|丘丘|扣q|q扣|q[群裙]|扣[群裙]"
            r"|q(?=[ :]*\d(?: ?\d){4})|扣(?=[:号 ]*\d{5}))",
            after=r"(?:联系(?!客)|私聊|详聊|咨询(?!师)|同号|同微|报名|任职|了解|回复|应聘)",
        ),
    ),
    "群裙": (_make_label("qq",
        r"[群裙](?!子|众|体|演|岛|英|殴|山|芳|摆|装|主|发|里|聊记录|运营|管理)", alone=False, called=False),),
    "飞纸t": (
        _make_label("app",
            r"纸?飞机(?!票|餐|维|模|场|制造|上|头|厂|发动|座|延|杯|馆|研|零)|tg(?![a-z])", prefix="t.me/", alone=False),
    ),
}  # fmt: skip
_BY_HEAD = {head: labels for heads, labels in _LABELS.items() for head in heads}

# Calls that name no app: the contact stands elsewhere, or behind a picture.
_CALLS = {
    "扫":
        r"扫(?:一扫|描)?(?:下方|下面|我的?|上方|图中|图片|右侧|以下|这个|文末|右下角)?(?:二维码"
        r"|码)?(?:即可)?(?:加入?|添加|进[群裙]?|入[群裙]|联系|咨询|了解|报名)(?!班|盟|油|店|工"
        r"|货|场|馆|站|校|门|考|库|仓)",
    "长识":
        r"(?:长按)?识别(?:下方|下面|图中|上方)?(?:的)?(?:二维码|码)(?:加|进|添加|咨询|联系|报名)?"
        r"|长按(?:识别|二维码|图片|扫码)",
    "昵网名": r"(?:昵称|网名|名字)(?:就是|即是?|是|=|等于)(?:我的?)?(?:v|微信?|号(?:码)?|联系方式)(?![a-z\d])",
    "主头简个置签封":
        r"(?:主页|头像|简介|个签|(?:个人)?签名|置顶|封面)(?:上|里|中|处)?(?:就|都)?(?:有|是|看|留|写)(?:了"
        r"|着)?(?:(?:我的?)?(?:联系方式|微信|电话|号码|号|v|q)|(?=[,。!]|$))|(?:主页|头像|签名)(?:加|找|联系)我",
    "看见点":
        r"(?:看|见|点|戳)(?:我)?(?:的)?(?:主页|头像|个签|(?:个人)?签名)(?:联系方式)?(?!设计|图)|看图片?(?:加|联系|扫)",
    "联号微v":
        r"联系方式(?:就|都)?(?:写|留|放)?(?:在|见|看)(?:我)?(?:的)?(?:主页|头像|图|评论|简介|下方|照片|二维码|置顶|封面|签名)"
        r"|(?:号码|微信号?|二维码)(?:就|都)?(?:写|留|放)?(?:在|见)(?:我)?(?:的)?(?:主页|头像|图|评论|简介|照片|置顶|封面|签名)"
        r"|(?:微信号?|v[x号]?)(?:就是|即|同)(?:我的?|本人)?(?:手机|电话)(?!维|销)"
        r"|(?:微信号?|v[x号]?)(?:和|跟|与)(?:手机|电话)号?码?(?:一样|同号|同步|一致|是同)",
    "私": r"私(?:信|聊|戳|发)(?:我|他|她|小编|楼主|客服|本人|发|要|获取|领)|私我(?!有|立|营)",
    "滴踢戳敲": r"(?:滴滴|踢踢|敲敲|戳戳)我|[滴踢戳敲]我(?!的)",
    "d": r"dd我|ddd?(?![a-z])(?=我|详)",
    "评": r"评论区?(?:扣|留|打|回复?)(?:1|一|微信|电话|联系|号)|评论区?(?:里|中)?(?:见|找我|私|加我)(?!面|闻)",
    "加添":
        r"(?<![参增追施附更])(?:加|添加)(?:一下)?(?:我(?!们|司|店|厂|院|校|家|公司|社|方|市)|(?:人事"
        r"|导师|客服|助理|接待员?|管理员?|群主|店长|老板|团长|负责人)(?:的)?(?:好友|[账帐]号|号"
        r"|联系方式|了解|咨询|详聊|私聊|<[账帐]号>|@))|加(?:为)?好友(?:了解|详聊|咨询|私聊|聊)",
}  # fmt: skip
_GROUP_CALL = re.compile(
    r"(?:(?<![参增追施附更])加入?|进入?|入|拉进?|扫码)(?:我们的?|本|我的|下方|官方|报名|交流"
    r"|兼职|日结|工作|专属|任务|福利|接单|内部|qq|q|扣扣?|企鹅|微信|v|一个|个|的){0,4}"
    r"(?:[群裙])(?!子|众|体|演|岛|英|殴|山|芳|摆|装|主|发|里|运营|管理|聊记录)"
)
_APP_AHEAD = re.compile(
    rf"{_WHO}{{0,4}}(?:微 ?信|威信|维信|[vw]x|q ?q|扣扣|抠抠|企鹅|企微"
    r"|企业微信|飞机|电报|tg|telegram"
    r"|钉钉|whatsapp)"
)
_CALLS_BY_HEAD: dict[str, list[re.Pattern]] = {}
for _heads, _call in _CALLS.items():
    for _head in _heads:
        _CALLS_BY_HEAD.setdefault(_head, []).append(re.compile(_call))
for _head in "加进入拉扫":
    _CALLS_BY_HEAD.setdefault(_head, []).append(_GROUP_CALL)
_CALLS_BY_HEAD["同"] = [re.compile(r"同(?:微信|v|微)(?:号)?(?![a-z\u4e00-\u9fff])|同微信")]
_HEADS = re.compile(f"[{''.join(sorted({*_BY_HEAD, *_CALLS_BY_HEAD}))}@<]")

_BARE_HANDLE = re.compile(r"@ ?([a-z][a-z0-9_]{4,31})(?![a-z0-9_]*[.@])")
_MASKED = {
    "手机号": "phone", "电话": "phone", "微信号": "wechat", "账号": "app", "帐号": "app",
    "网址": "link", "邮箱": "mail",
    "qq": "qq", "qq号": "qq",
}  # fmt: skip
_MASKED_ALONE = re.compile(rf"<({'|'.join(_MASKED)})>")
_MASKED_MAIL = re.compile(r"<(?:号码|[账帐]号|qq号?|数字)>@[a-z0-9\-]+\.[a-z]{2,6}")
_MASKED_NUMBER = re.compile(r"<(?:号码|数字)>")
_NUMBER_BEFORE = re.compile(
    r"(?:电话|致电|热线|拨打|联系方式|传真|手机|来电|0\d{2,3} ?-)[^\d,。]{0,5}$|0\d{2,3} ?- ?$"
)


def find_labelled(text: str) -> Iterator[ContactMention]:
    done = 0
    for head in _HEADS.finditer(text):
        place = head.start()
        if place < done:
            continue
        if mention := _find_at(text, place, done):
            yield mention
            done = mention.end


def _find_at(text: str, place: int, done: int) -> ContactMention | None:
    char = text[place]
    if char in "@<":
        return _read_handle(text, place) if char == "@" else _read_masked(text, place)
    for label in _BY_HEAD.get(char, ()):
        match = label.word.match(text, place)
        if not match or _is_inside_word(text, place):
            continue
        if mention := _find_announced(text, label, place, match.end(), done):
            return mention
    return _find_call(text, place)


def _find_call(text: str, place: int) -> ContactMention | None:
    char = text[place]
    for call in _CALLS_BY_HEAD.get(char, ()):
        match = call.match(text, place)
        if match and not (char in "加添" and _APP_AHEAD.match(text, match.end())):
            name = "wechat" if char == "同" else "call"
            return _read_group_number(text, match, call) or ContactMention(name, place, match.end())
    return None


def _is_inside_word(text: str, start: int) -> bool:
    first, before = text[start], text[start - 1 : start]
    return bool(
        start and first.isascii() and first.isalpha() and before.isascii() and before.isalnum()
    )


def _find_announced(
    text: str, label: _Label, start: int, end: int, done: int
) -> ContactMention | None:
    before = ADDED_BEFORE.search(text, max(done, start - 12), start)
    if not before and label.name == "qq":
        before = _ASKED_BEFORE.search(text, max(done, start - 12), start)
    begin = before.start() if before else start
    gap = _skip_link(text, end)
    between = text[end:gap]
    if mention := _read_id(
        text, label, begin, gap, bool(before or _TELLS.search(between)), bool(between)
    ):
        return mention
    if label.called and before and not (before.group() == "+" and _follows_sum(text, begin)):
        return ContactMention(label.name, begin, end)
    if label.after and (match := label.after.match(text, end)):
        return ContactMention(label.name, begin, match.end())
    return None


def _follows_sum(text: str, place: int) -> bool:
    return bool(place) and text[place - 1].isascii() and text[place - 1].isalnum()


def _read_id(
    text: str, label: _Label, begin: int, place: int, tells: bool, apart: bool
) -> ContactMention | None:
    masked = _MASK.match(text, place) or _NOBODY.match(text, place)
    if masked and (tells or label.alone or apart):
        return ContactMention(label.name, begin, masked.end())
    if not (tells or label.alone):
        return None
    end, written = _read_spelled_id(text, place, tells)
    if not written or (label.name == "qq" and not written.isdigit()):
        return None
    return ContactMention(
        label.name, begin, end, *identify_contact(label.name, written, label.prefix)
    )


def _read_spelled_id(text: str, place: int, tells: bool) -> tuple[int, str]:
    """(end, the id) of digits, of letters one by one, or of a Latin name; the id may be empty."""
    end, digits = numbers.read_number_at(text, place)
    if digits and not _continues_id(text, end):
        return end, digits
    if match := _SPACED_ID.match(text, place):
        return match.end(), re.sub(r"[^a-z0-9]", "", match.group())
    match = _LATIN_ID.match(text, place)
    written = match.group().rstrip("-_") if match else ""
    if written in _PROGRAMS or not (tells or re.search(r"[0-9_\-]", written)):
        return place, ""
    return place + len(written), written


def _continues_id(text: str, end: int) -> bool:
    after = text[end : end + 1]
    return after.isascii() and after.isalnum()


def identify_contact(name: str, written: str, prefix: str = "") -> tuple[str, str]:
    """(kind, value) that stay the same wherever the id stands: a WeChat id that is a mobile number is
    that number."""
    if written.isdigit():
        if phone := numbers.format_phone(written):
            return "phone", phone
        if name in {"wechat", "qq"}:
            return ("qq", written) if 5 <= len(written) <= 12 else ("", "")
    if name == "wechat":
        return "wechat", written
    return ("link", f"{prefix}{written}") if prefix else ("", "")


def _read_group_number(
    text: str, match: re.Match[str], call: re.Pattern[str]
) -> ContactMention | None:
    if call is not _GROUP_CALL:
        return None
    gap = _skip_link(text, match.end())
    end, digits = numbers.read_number_at(text, gap)
    return (
        ContactMention("qq", match.start(), end, "qq", digits) if 5 <= len(digits) <= 12 else None
    )


def _read_handle(text: str, place: int) -> ContactMention | None:
    if (
        place
        and text[place - 1].isascii()
        and (text[place - 1].isalnum() or text[place - 1] in "._-")
    ):
        return None
    if match := _BARE_HANDLE.match(text, place):
        return ContactMention("app", place, match.end(), "link", f"t.me/{match[1]}")
    return None


def _read_masked(text: str, place: int) -> ContactMention | None:
    if match := _MASKED_MAIL.match(text, place):
        return ContactMention("mail", place, match.end())
    if match := _MASKED_ALONE.match(text, place):
        return ContactMention(_MASKED[match[1]], place, match.end())
    if (match := _MASKED_NUMBER.match(text, place)) and _NUMBER_BEFORE.search(
        text, max(0, place - 12), place
    ):
        return ContactMention("phone", place, match.end())
    return None


def _skip_link(text: str, at: int) -> int:
    match = _LINK.match(text, at)
    return match.end() if match else at
