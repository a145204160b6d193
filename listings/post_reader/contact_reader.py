"""Whom to call: phone, WeChat and name, which a listing shows only after a warning."""

import re

from listings.post_reader.post_text import FieldReading, PostText, Span
from screening.contacts.extraction import Contact, find_contacts

_RANK = r"先生|女士|小姐|老师|经理|店长|主管|主任|厂长|站长|队长|总|姐|哥|叔|姨|工|同学|老板|阿姨"
_SURNAME = r"[\u4e00-\u9fff]"
_NAMES = (
    re.compile(rf"(?:联系人?|找|咨询|报名)[:\s]*(?P<name>{_SURNAME}(?:{_RANK}))"),
    re.compile(r"(?:联系人?|找|咨询)[:\s]*(?P<name>[小阿老][\u4e00-\u9fff])(?![\u4e00-\u9fff]{2})"),
    re.compile(r"联系人\s*:\s*(?P<name>[\u4e00-\u9fff]{2,3})"),
)
_BESIDE = re.compile(rf"(?P<name>{_SURNAME}(?:{_RANK}))")
_NO_SURNAME = "店老小大的找打给各位女男一"
_MAX_NAME_DISTANCE = 5  # characters between a phone and the name beside it
_SAME_BEFORE = re.compile(r"(?:电话|手机)\s*[/、和]\s*(?:微信|vx?|wx)[号:\s]*$")
_SAME_AFTER = re.compile(r"[\s(（]*(?:微信|vx?|wx)?(?:同号|同步)")
_EXTENSION = re.compile(r"\s*(?:转|分机|-)\s*(\d{1,6})(?!\d)")
# Said to be one, though it may look like a word: 微信 example-clerk.
_NAMED_WECHAT = re.compile(
    r"(?:微信号?|vx|wx)\s*(?::\s*)?(?P<id>[a-z][a-z0-9_-]{5,19})(?![a-z0-9_-])"
)
_LEAD = re.compile(r"(?:加|打|致电|联系|电话|手机|微信号?|vx?|wx|或者|号|[:：\s])+$")
CONTACT_MOVED_MESSAGE = "已从正文移到这里：求职者看过提醒以后才看得到。"


def read_contacts(post: PostText) -> dict[str, FieldReading]:
    """Return phone, WeChat and name. Everything that leads to another site is removed from the text."""
    contacts = find_contacts(post.written)
    readings: dict[str, FieldReading] = {}
    phone = next((c for c in contacts if c.kind == "phone"), None)
    wechat = next((c for c in contacts if c.kind == "wechat"), None)
    for contact in contacts:
        post.take(_widen_contact_span(post, contact))
    if phone:
        readings["contact_phone"] = _read_phone(post, phone)
        if not wechat and _is_wechat_too(post, phone):
            number = phone.value.removeprefix("+86")
            readings["contact_wechat"] = FieldReading(
                [number], [(phone.start, phone.end)], CONTACT_MOVED_MESSAGE
            )
    is_unnamed = not wechat and "contact_wechat" not in readings
    if is_unnamed and (match := _NAMED_WECHAT.search(post.free)):
        wechat = Contact("wechat", match["id"], *match.span("id"))
        post.take(_widen_contact_span(post, wechat))
    if wechat:
        readings["contact_wechat"] = FieldReading(
            [format_wechat(post, wechat)], [(wechat.start, wechat.end)], CONTACT_MOVED_MESSAGE
        )
    if name := _read_name(post, phone):
        readings["contact_name"] = name
    if others := [c for c in contacts if c.kind in ("qq", "mail", "link")]:
        words = "、".join(post.written[c.start : c.end].strip() for c in others)
        note = f"“{words}”没有填进来：这里只放电话和微信。"
        first = readings.setdefault("contact_phone", FieldReading([""], []))
        first.note = f"{first.note}{note}"
        first.spans += [(c.start, c.end) for c in others]
    return readings


def _widen_contact_span(post: PostText, contact: Contact) -> Span:
    """Return the span with the words that lead to the contact."""
    before = _LEAD.search(post.text, max(0, contact.start - 12), contact.start)
    return (before.start() if before else contact.start), contact.end


def format_wechat(post: PostText, wechat: Contact) -> str:
    """Return it in the letters in which it was written."""
    written = post.written[wechat.start : wechat.end]
    match = re.search(re.escape(wechat.value), written, re.IGNORECASE)
    return match[0] if match else wechat.value


def _read_phone(post: PostText, phone: Contact) -> FieldReading:
    value, span = format_phone_contact(post, phone)
    post.take(span)
    return FieldReading([value], [span], CONTACT_MOVED_MESSAGE)


def format_phone_contact(post: PostText, phone: Contact) -> tuple[str, Span]:
    """Return it as it would be typed, a landline with zero and extension, and where it stands."""
    span = phone.start, phone.end
    value = phone.value.removeprefix("+86")
    written = re.sub(r"[^\d-]", "", post.text[phone.start : phone.end])
    if not value.startswith("1"):  # a landline has a zero before its area
        value = written if written.startswith(("0", "4")) else f"0{value}"
        if match := _EXTENSION.match(post.text, phone.end):
            return f"{value}-{match[1]}", (phone.start, match.end())
    return value, span


def _is_wechat_too(post: PostText, phone: Contact) -> bool:
    before = post.text[max(0, phone.start - 10) : phone.start]
    within = post.text[phone.start : phone.end]
    lead = re.match(r"(?:电话|手机)\s*[/、和]\s*(?:微信|vx?|wx)", within)
    return bool(_SAME_BEFORE.search(before) or lead or _SAME_AFTER.match(post.text, phone.end))


def _read_name(post: PostText, phone: Contact | None) -> FieldReading | None:
    for pattern in _NAMES:
        for match in pattern.finditer(post.text):
            if match["name"][0] not in _NO_SURNAME or match["name"][0] in "小阿老":
                post.take(match.span())
                return _describe_name(post, match.span("name"))
    if phone is None:
        return None
    for match in _BESIDE.finditer(post.text):
        is_near = (
            0 <= phone.start - match.end() <= _MAX_NAME_DISTANCE
            or 0 <= match.start() - phone.end <= _MAX_NAME_DISTANCE
        )
        if is_near and match["name"][0] not in _NO_SURNAME:
            post.take(match.span())
            return _describe_name(post, match.span("name"))
    return None


def _describe_name(post: PostText, span: Span) -> FieldReading:
    return FieldReading([post.cut(span)], [span])
