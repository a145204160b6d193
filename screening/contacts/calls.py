"""Calls to get in touch without any id: 加微信, 扫码进群, 看我主页; and ids that somebody masked: <手机号>."""

import re
from collections.abc import Iterator

from screening.contacts.app_names import SURE, WEAK, AppName
from screening.contacts.mentions import ContactMention
from screening.contacts.shapes import find_asking
from screening.reading.folded_text import FoldedText

# The contact stands elsewhere, or behind a picture.
_HIDING_PLACE = r"(?:主页|头像|简介|个签|(?:个人)?签名|置顶|封面|评论|图|下方|照片|二维码)"
_NO_GROUP = r"(?!子|众|体|演|岛|英|殴|山|芳|摆|装|主|发|里|运营|管理|聊记录)"
_CALLS = re.compile(
    "(?=[扫长识昵网名主头简个置签封看见点联号微v私滴踢戳敲d评加添进入拉同])(?:"
    r"扫(?:一扫|描)?(?:下方|下面|我的?|上方|图中|图片|右侧|以下|这个|文末|右下角)?(?:二维码|码)?(?:即可)?"
    r"(?:加入?|添加|进[群裙]?|入[群裙]|联系|咨询|了解|报名)(?!班|盟|油|店|工|货|场|馆|站|校|门|考|库|仓)"
    r"|(?:长按)?识别(?:下方|下面|图中|上方)?(?:的)?(?:二维码|码)(?:加|进|添加|咨询|联系|报名)?|长按(?:识别|二维码|图片|扫码)"
    r"|(?:昵称|网名|名字)(?:就是|即是?|是|=|等于)(?:我的?)?(?:v|微信?|号(?:码)?|联系方式)(?![a-z\d])"
    r"|(?:主页|头像|简介|个签|(?:个人)?签名|置顶|封面)(?:(?:上|里|中|处)?(?:就|都)?(?:有|是|看|留|写)[了着]?"
    r"(?:(?:我的?)?(?:联系方式|微信|电话|号码|号|v|q)|(?=[,。!]|$))|(?:加|找|联系)我)"
    r"|[看见点戳]我?的?(?:主页|头像|个签|(?:个人)?签名)(?:联系方式)?(?!设计|图)|看图片?(?:加|联系|扫)"
    rf"|(?:联系方式(?:就|都)?(?:写|留|放)?[在见看]|(?:号码|微信号?|二维码)(?:就|都)?(?:写|留|放)?[在见])我?的?{_HIDING_PLACE}"
    r"|(?:微信号?|v[x号]?)(?:(?:就是|即|同)(?:我的?|本人)?(?:手机|电话)(?!维|销)|[和跟与](?:手机|电话)号?码?(?:一样|同号|同步|一致|是同))"
    r"|私[信聊戳发](?:我|他|她|小编|楼主|客服|本人|发|要|获取|领)|私我(?!有|立|营)|(?:滴滴|踢踢|敲敲|戳戳|[滴踢戳敲]|dd)我(?!的)"
    r"|ddd?(?![a-z])(?=我|详)|评论区?(?:(?:扣|留|打|回复?)(?:1|一|微信|电话|联系|号)|(?:里|中)?(?:见|找我|私|加我)(?!面|闻))"
    r"|(?<![参增追施附更])(?:加|添加)(?:一下)?(?:我(?!们|司|店|厂|院|校|家|公司|社|方|市)|(?:人事|导师|客服|助理|接待员?"
    r"|管理员?|群主|店长|老板|团长|负责人)(?:的)?(?:好友|[账帐]号|号|联系方式|了解|咨询|详聊|私聊|<[账帐]号>|@))"
    r"|加(?:为)?好友(?:了解|详聊|咨询|私聊|聊)"
    r"|(?:(?<![参增追施附更])加入?|进入?|入|拉进?|扫码)(?:我们的?|本|我的|下方|官方|报名|交流|兼职|日结|工作|专属|任务|福利"
    rf"|接单|内部|qq|q|扣扣?|企鹅|微信|v|一个|个|的){{0,4}}[群裙]{_NO_GROUP})"
)
_SAME_WECHAT = re.compile(r"同(?:微信|(?:v|微)号?(?![a-z\u4e00-\u9fff]))")
# Called by a name, or by figures behind a name that only its owner's friends can spell.
_NAME_SPELLED = re.compile(
    r"(?:名字?|姓名|姓|两个字|[一二两三]个字)(?:的?(?:全拼|拼音|首字母|字母|小写|缩写)){0,2}[^,。\n\d]{0,8}?"
    r"(?:加上?|\+|跟上?|接|补|后面|后缀)[^,。\n\d]{0,6}(?:\d{2,8}(?!\s?[位个元块名人分])|生日|年份|手机尾号)"
    r"|(?:全拼|拼音)(?:后面)?(?:加上?|\+|跟上?|接)\s?\d{2,8}(?!位|个)"
)
_PEOPLE = r"[\u3400-\u9fff]{2}"
_LOOKED_UP = re.compile(
    r"(?:上面?|里面?|中|去|来)?(?:搜索?|找|关注|私信|私聊|联系|加|滴|戳)"
    r"(?:我(?!们|司|店|厂)|一下我|名字|昵称|同名|[:「“『@])"
    rf"|@ ?{_PEOPLE}|(?<=号)(?:是|为|叫)?[:=「“【] ?{_PEOPLE}|搜(?!索|素材|集|寻|图|题|资料){_PEOPLE}"
)
_CALLED = re.compile(
    r"(?:工作|微信)?群(?!发|运营|管理)|聊(?!天)|好友|我(?!们)|详|联系|了解|[,。!]|$"
)
# What makes a call of the name of WeChat or QQ before it.
_CALLED_BEHIND = {
    "wechat": re.compile(
        r"(?:电话|手机)?(?:同号|同步|同手机|同电话)|(?:联系|咨询)(?!客|顾|家长|学|老|人|师|服务)|私聊|详聊|详谈|聊(?!天)|报名"
        r"|扫一?扫?码|[：:]?(?:加|添加)(?:我|时)"
    ),
    "qq": re.compile(r"(?:联系(?!客)|私聊|详聊|咨询(?!师)|同号|同微|报名|任职|了解|回复|应聘)"),
}
_NO_CALL_BEHIND = re.compile(
    "公众|小程序|支付|运营|群发|功能|红包|营销|平台|商城|好友(?:数|量|推广|维护|增长|任务|裂变)|粉"
)
# "请加人事刘女士QQ": with no app but this is the name said so late.
_ASKED_BEFORE = re.compile(
    r"(?:(?<![参增])加|联系|咨询|询问?|人事|客服|报名)[^,，。;；!！\n]{0,8}$"
)
_AFTER_SUM = re.compile(r"(?<=[a-z0-9])\+")  # 3+v

_MASKS = {
    "手机号": "phone", "电话": "phone", "微信号": "wechat", "账号": "app", "帐号": "app",
    "网址": "link", "邮箱": "mail", "qq": "qq", "qq号": "qq",
}  # fmt: skip
_MASKED = re.compile(
    rf"(?=[<:\sx*])(?:(?P<mail><(?:号码|[账帐]号|qq号?|数字)>@[a-z0-9\-]+\.[a-z]{{2,6}})|<(?P<mask>{'|'.join(_MASKS)})>"
    r"|(?P<number><(?:号码|数字)>|(?<=号)[:\s]{0,2}x[x\-]{3,}|(?<=号)[:\s]{0,2}\*{4,}))"
)
_NEAR = 7  # characters from the name of an app to its id
_NUMBER_BEFORE = re.compile(
    r"(?:电话|致电|热线|拨打|联系方式|传真|手机|来电|0\d{2,3} ?-)[^\d,。]{0,5}$|0\d{2,3} ?- ?$"
)


def find_calls(folded: FoldedText, apps: list[AppName]) -> Iterator[ContactMention]:
    """Yield where somebody is asked to write elsewhere, with no id that could be known again."""
    text = folded.text
    for app in apps:
        if mention := _find_call_by_name(folded, app):
            yield mention
    for match in _CALLS.finditer(text):
        yield ContactMention("call", *match.span())
    for match in _SAME_WECHAT.finditer(text):
        yield ContactMention("wechat", *match.span())
    for match in _NAME_SPELLED.finditer(text):
        yield ContactMention("app", *match.span())


def _find_call_by_name(folded: FoldedText, app: AppName) -> ContactMention | None:
    text, start, end = folded.text, app.start, app.end
    if app.weight > WEAK and (match := _LOOKED_UP.match(text, end)):
        return ContactMention(app.name, start, match.end())
    if not _may_be_called(folded, app):
        return None
    begin = find_asking(text, start)
    if begin is None and app.name == "qq":
        asked = _ASKED_BEFORE.search(text, max(0, start - 12), start)
        begin = asked.start() if asked else None
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
    """Nobody adds one for any other purpose, as people add a 抖音公司."""
    return app.name != "app" or app.prefix == "t.me/"


def _may_be_called(folded: FoldedText, app: AppName) -> bool:
    """Whether it is a word of its own, and no 微信支付 or 微波炉."""
    if app.weight < SURE and (not _is_messenger(app) or folded.text[app.start] in "群裙"):
        return False
    if _NO_CALL_BEHIND.match(folded.text, app.end):
        return False
    if app.end - app.start == 1 and app.weight == WEAK:
        return folded.word_places[app.start][1] == app.end
    return not folded.is_accident(app.start, app.end)


def find_masked_contacts(text: str, apps: list[AppName]) -> Iterator[ContactMention]:
    """Yield ids that whoever copied the text replaced: 微信号 <号码>."""
    by_end = {app.end: app for app in apps}
    for match in _MASKED.finditer(text):
        near = range(match.start(), match.start() - _NEAR, -1)
        named = next((by_end[place] for place in near if place in by_end), None)
        if match["mail"]:
            yield ContactMention("mail", *match.span())
        elif match["mask"]:
            yield ContactMention(_MASKS[match["mask"]], *match.span())
        elif named and named.weight == SURE:
            yield ContactMention(named.name, named.start, match.end())
        elif _NUMBER_BEFORE.search(text, max(0, match.start() - 12), match.start()):
            yield ContactMention("phone", *match.span())
