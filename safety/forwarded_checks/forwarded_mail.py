"""A mail that somebody forwards to be checked, and the answer to its sender."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.crypto import get_random_string

from news.article_html.article_body import clean_article_html, extract_html_text
from safety.forwarded_checks.answers import (
    ANSWER_USEFUL,
    build_answer_key,
    count_forwarded_check,
    judge_forwarded,
)
from sitekit.messages.outbox import enqueue_messages
from sitekit.models import Mail

READING_SECONDS = 180
MAX_TEXT = 200_000  # characters of a mail before its markup is removed
SUBJECT = "查一查的结果"
_BULK = {"bulk", "list", "junk", "auto_reply"}
# Mails that say GB2312 mean what contains it; of other charsets only the ASCII is read.
_CHARSETS = dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936"), "gb18030") | {"big5": "big5"}
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,200}>")


def answer_mail(raw: bytes) -> bool:
    """Queue the answer to the sender; return whether there is one. Raises `ReaderBusy`."""
    message = message_from_bytes(raw)
    sender = find_reply_address(message)
    pictures = list(_list_pictures(message))
    if not sender or not count_forwarded_check("mail", sender.lower(), has_pictures=bool(pictures)):
        return False
    text = "\n".join(map(_read_text, _list_text_parts(message))).strip()
    words = judge_forwarded(text, pictures, READING_SECONDS).words
    enqueue_messages([_build_reply(sender, message, words)])
    return True


def find_reply_address(message: Message) -> str:
    """Return the sender's address; empty if an answer could go in a circle (RFC 3834)."""
    auto_submitted = _read_header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    precedence = _read_header(message, "Precedence").strip().lower()
    if auto_submitted not in {"", "no"} or precedence in _BULK or "List-Id" in message:
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
    """Headers are read as plain strings and cut: parsers take long for long ones."""
    return str(message.get(name, ""))[:1000]


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


def _list_text_parts(part: Message) -> list[Message]:
    """Return the parts to read, of attached mails too; of alternatives the plain one."""
    if part.get_content_maintype() == "text":
        return [part] if part.get_content_disposition() != "attachment" else []
    texts = [text for child in _list_children(part) for text in _list_text_parts(child)]
    if part.get_content_type() != "multipart/alternative":
        return texts
    return [text for text in texts if text.get_content_subtype() == "plain"] or texts


def _list_children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if part.is_multipart() else []


def _list_pictures(message: Message) -> Iterator[bytes]:
    for part in message.walk():
        data = part.get_payload(decode=True) if part.get_content_maintype() == "image" else None
        if isinstance(data, bytes) and data:
            yield data


def _read_text(part: Message) -> str:
    data = part.get_payload(decode=True)
    charset = _CHARSETS.get(part.get_content_charset(""), "utf-8")
    text = data.decode(charset, "replace") if isinstance(data, bytes) else ""
    is_html = part.get_content_subtype() == "html"
    return extract_html_text(clean_article_html(text[:MAX_TEXT])) if is_html else text
