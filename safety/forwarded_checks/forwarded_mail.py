"""A mail that somebody forwards to be checked, and the answer to its sender."""

import re
from base64 import b64decode
from contextlib import suppress
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import Header, decode_header
from email.message import Message
from email.utils import parseaddr
from typing import cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.crypto import get_random_string

from news.article_html.article_body import clean_article_html, extract_html_text
from safety.forwarded_checks.answers import (
    ANSWER_USEFUL,
    CheckRefused,
    build_answer_key,
    count_forwarded_check,
    give_forwarded_check_back,
    judge_forwarded,
)
from sitekit.fetching.markup_bounds import MANY_ATTRIBUTES, MarkupRefused, has_many_attributes
from sitekit.messages.outbox import enqueue_messages
from sitekit.models import Mail
from sitekit.ocr.reader_client import ReaderBusy
from sitekit.web.rate_limits import count_attempt
from sitekit.workflow.periods import HOUR

READING_SECONDS = 180
MAX_TEXT = 200_000  # characters of a mail before its markup is removed
SUBJECT = "查一查的结果"
ATTACHMENTS_LEFT_OUT = "附件没看，这里只看得懂文字和图片：请把里面的话复制过来，或者截图发来。"
MAIL_CUT = "信太长，后面的没看：请把要紧的几段单独发来。"
MAIL_REFUSED = f"信的排版读不动，没有看：{MANY_ATTRIBUTES}请把里面的话复制过来，或者截图发来。"
_BULK = {"bulk", "list", "junk", "auto_reply"}
_OF_A_PROGRAM = re.compile(
    r"自动(?:回复|答复)|auto(?:matic)?[ -]?(?:re:|repl)|out of office", re.IGNORECASE
)
_REPORT = "multipart/report"
_FOR_PROGRAMS = {"text/calendar", "text/enriched", "text/x-amp-html"}
# A mail that declares GB2312 or GBK may use all of GB18030. Of unlisted charsets only the ASCII is read.
_CHARSETS = dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936"), "gb18030") | {"big5": "big5"}
# Text without a declared charset is read as UTF-8, else as GB18030, which older Chinese programs wrote.
_UNNAMED = {"", "us-ascii", "unknown-8bit"}
MAX_HEADER = 1000  # characters: parsers take long for a long header
# What mail programs write before the subject of a mail that is passed on.
_PASSED_ON = re.compile(r"(?:\s*(?:fwd?|re|转发|轉寄|转寄|回复|答复|回覆)\s*[:：])+", re.IGNORECASE)
_PICTURE_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"RIFF")
# A picture in the markup itself.
_EMBEDDED = re.compile(r"data:image/[\w.+-]+;base64,[A-Za-z0-9+/=%]*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,200}>")


def answer_mail(raw: bytes) -> bool:
    """Queue the answer to the sender; return whether an answer is sent. Raises `ReaderBusy`."""
    message = _open_encoded_mails(message_from_bytes(raw))
    sender = find_reply_address(message)
    pictures = [picture_bytes for part in message.walk() if (picture_bytes := _read_picture(part))]
    if not sender or not (words := _judge_once(sender.lower(), message, pictures)):
        return False
    enqueue_messages([_build_reply(sender, message, words)])
    return True


def _judge_once(sender: str, message: Message, pictures: list[bytes]) -> str:
    """Return the words of the answer. After too many mails the sender gets the reason once an hour, then ""."""
    try:
        count_forwarded_check("mail", sender, has_pictures=bool(pictures))
    except CheckRefused as refused:
        return str(refused) if count_attempt("forwarded refusal", sender, 1, HOUR) else ""
    text, left_out = _read_body(message).strip(), _describe_unread_parts(message)
    if text and (subject := _read_passed_on_subject(message)):
        text = f"{subject}\n{text}"
    try:
        return judge_forwarded(text, pictures, READING_SECONDS, left_out).words
    except ReaderBusy:
        give_forwarded_check_back("mail", sender, has_pictures=bool(pictures))
        raise


def find_reply_address(message: Message) -> str:
    """Return the sender's address; "" if an answer could start a loop of automatic mails (RFC 3834)."""
    auto_submitted = _read_header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    precedence = _read_header(message, "Precedence").strip().lower()
    if auto_submitted not in {"", "no"} or precedence in _BULK or "List-Id" in message:
        return ""
    # Some programs mark an automatic answer in the subject only. A report says that a mail was not delivered.
    if _OF_A_PROGRAM.match(_read_subject(message)) or message.get_content_type() == _REPORT:
        return ""
    sender_header = "Return-Path" if "Return-Path" in message else "From"
    address = parseaddr(_read_header(message, sender_header))[1]
    own_addresses = {
        parseaddr(mailbox)[1].lower()
        for mailbox in (settings.CHECK_MAIL, settings.DEFAULT_FROM_EMAIL)
    }
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return "" if address.lower() in own_addresses else address


def _read_header(message: Message, name: str) -> str:
    """Return the header as a plain string, cut to `MAX_HEADER`."""
    return str(message.get(name, ""))[:MAX_HEADER]


def _read_subject(message: Message) -> str:
    """Return the subject in one line. Some programs write its characters without naming their charset."""
    subject = cast("str | Header", message.get("Subject", ""))
    try:
        parts = decode_header(subject if isinstance(subject, Header) else subject[:MAX_HEADER])
    except HeaderParseError:
        return ""
    words = [
        part if isinstance(part, str) else _decode_bytes(part[:MAX_HEADER], charset or "")
        for part, charset in parts
    ]
    return " ".join("".join(words).split())


def _read_passed_on_subject(message: Message) -> str:
    """Return the subject of a mail that the sender forwards; "" for one of their own, which is a question to us."""
    subject = _read_subject(message)
    mark = _PASSED_ON.match(subject)
    return subject[mark.end() :].strip() if mark else ""


def _build_reply(sender: str, message: Message, words: str) -> Mail:
    headers = {"Auto-Submitted": "auto-replied"}
    number = get_random_string(32)  # a mail without a name cannot be recognised
    if match := _MESSAGE_ID.search(_read_header(message, "Message-ID")):
        headers |= {"In-Reply-To": match[0], "References": match[0]}
        number = f"{sender} {match[0]}"
    return Mail(
        key=build_answer_key(number),
        to=sender,
        subject=SUBJECT,
        text=f"{words}\n\n你发来的内容没有留下。\n",
        headers=headers,
        not_after=timezone.now() + ANSWER_USEFUL,
        is_secret=True,
    )


def _open_encoded_mails(message: Message) -> Message:
    """Decode attached mails in base64. They break the rules, and the parser takes the base64 for their text."""
    for part in message.walk():
        encoding = _read_header(part, "Content-Transfer-Encoding").strip().lower()
        if part.get_content_type() != "message/rfc822" or encoding != "base64":
            continue
        for inner in _list_children(part):
            letters = inner.get_payload()
            if isinstance(letters, str) and not inner.keys():
                with suppress(ValueError):
                    part.set_payload([message_from_bytes(b64decode(letters))])
    return message


def _list_children(part: Message) -> list[Message]:
    payload = part.get_payload() if part.is_multipart() else []
    return [child for child in payload if isinstance(child, Message)]


def _read_body(part: Message) -> str:
    """Return the text of a mail with its attached mails and texts. Of alternatives the longest is read, because the
    plain one may be empty or say something else."""
    if part.get_content_maintype() == "text":
        return _read_text(part)
    children = _list_children(part)
    if part.get_content_type() == "message/rfc822":
        return "\n".join(map(_read_attached_mail, children))
    if part.get_content_type() != "multipart/alternative":
        return "\n".join(filter(None, map(_read_body, children)))
    usual = [child for child in children if child.get_content_type() not in _FOR_PROGRAMS]
    texts = map(_read_body, usual or children)
    return max(texts, key=lambda text: len("".join(text.split())), default="")


def _read_attached_mail(message: Message) -> str:
    return "\n".join(filter(None, [_read_subject(message), _read_body(message)]))


def _read_text(part: Message) -> str:
    text = _decode_text(part)
    if part.get_content_subtype() != "html":
        return text
    try:
        return extract_html_text(clean_article_html(_cut_markup(text)))
    except MarkupRefused:
        return ""


def _cut_markup(text: str) -> str:
    return _EMBEDDED.sub("", text)[:MAX_TEXT]


def _decode_text(part: Message) -> str:
    return _decode_bytes(_get_data(part), part.get_content_charset(""))


def _decode_bytes(content: bytes, declared: str) -> str:
    if declared.lower() in _UNNAMED:
        with suppress(UnicodeDecodeError):
            return content.decode()
        return content.decode("gb18030", "replace")
    return content.decode(_CHARSETS.get(declared.lower(), "utf-8"), "replace")


def _read_picture(part: Message) -> bytes:
    """Return the bytes of a picture, b"" for other parts. Some programs declare every attachment as octet-stream."""
    if part.is_multipart() or part.get_content_maintype() == "text":
        return b""
    content = _get_data(part)
    is_picture = part.get_content_maintype() == "image" or content.startswith(_PICTURE_BEGINNINGS)
    return content if is_picture else b""


def _describe_unread_parts(message: Message) -> str:
    """Return the sentences of the answer about parts of the mail that were not read."""
    parts = [part for part in message.walk() if not part.is_multipart()]
    pages = [_decode_text(part) for part in parts if part.get_content_type() == "text/html"]
    is_cut = any(len(_EMBEDDED.sub("", page)) > MAX_TEXT for page in pages)
    is_refused = any(has_many_attributes(_cut_markup(page)) for page in pages)
    has_unread = any(_EMBEDDED.search(page) for page in pages) or any(map(_is_unread, parts))
    return (
        f"{MAIL_CUT}\n" * is_cut
        + f"{MAIL_REFUSED}\n" * is_refused
        + f"{ATTACHMENTS_LEFT_OUT}\n" * has_unread
    )


def _is_unread(part: Message) -> bool:
    is_text = part.get_content_maintype() == "text"
    is_signature = part.get_content_subtype().endswith("-signature")
    return not (is_text or is_signature or _read_picture(part)) and bool(_get_data(part))


def _get_data(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
