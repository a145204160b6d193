"""The XML of WeChat's messages: read from a request that WeChat signed, written as an answer to it."""

import secrets
import time

from django.http import HttpRequest, QueryDict

from safety.forwarded_checks.wechat_account import MessageRefused, WechatAccount

MAX_BODY_BYTES = 64_000
MAX_AGE = 300  # seconds; WeChat repeats a message within fifteen
_REPLY = (
    "<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
    "<CreateTime>{time}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[{words}]]></Content></xml>"
)
_SEALED = (
    "<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
    "<TimeStamp>{time}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
)


def read_echo(account: WechatAccount, query: QueryDict) -> str:
    """Return the words by which WeChat confirms this address, decrypted where they are encrypted."""
    timestamp, nonce = _read_fresh_time(query), query.get("nonce", "")
    echo = query.get("echostr", "")
    if sealed_signature := query.get("msg_signature"):
        account.check_signature(sealed_signature, timestamp, nonce, echo)
        return account.decrypt(echo).decode("utf-8", "replace")
    account.check_signature(query.get("signature", ""), timestamp, nonce)
    return echo


def open_message(account: WechatAccount, request: HttpRequest) -> dict[str, str]:
    """Return the fields of the encrypted message. A message that is not encrypted is refused."""
    query = request.GET
    timestamp, nonce = _read_fresh_time(query), query.get("nonce", "")
    account.check_signature(query.get("signature", ""), timestamp, nonce)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
        raise MessageRefused
    sealed = _parse_fields(request.body).get("Encrypt", "")
    account.check_signature(query.get("msg_signature", ""), timestamp, nonce, sealed)
    return _parse_fields(account.decrypt(sealed))


def seal_reply(account: WechatAccount, message: dict[str, str], words: str) -> str:
    """Return the encrypted answer to a message; `words` contain nothing of the message."""
    timestamp, nonce = str(int(time.time())), secrets.token_hex(8)
    people = {"to": message["FromUserName"], "sender": message["ToUserName"]}
    sealed = account.encrypt(_REPLY.format(**people, time=timestamp, words=words).encode())
    signature = account.sign(timestamp, nonce, sealed)
    return _SEALED.format(sealed=sealed, signature=signature, time=timestamp, nonce=nonce)


def _read_fresh_time(query: QueryDict) -> str:
    timestamp = query.get("timestamp", "")
    is_number = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12
    if not is_number or abs(time.time() - int(timestamp)) > MAX_AGE:
        raise MessageRefused
    return timestamp


def _parse_fields(content: bytes) -> dict[str, str]:
    """Return the texts of the elements; a document with a DTD, which could define entities, is refused."""
    from lxml import etree  # imported here, because nothing else in web workers needs it

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise MessageRefused from None
    if root.getroottree().docinfo.doctype:
        raise MessageRefused
    return {child.tag: child.text or "" for child in root if isinstance(child.tag, str)}
