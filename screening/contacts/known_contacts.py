"""Contacts of listings that were removed for fraud, recognised when they come again.

Only keyed hashes are kept (HMAC with `settings.CONTACT_KEY`): whoever reads the table without the
key learns no number from it, not even by trying all of them.
"""

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

from screening.contacts.extraction import Contact, find_contacts, parse_contact_field
from screening.context import Context, KnownContactMatch
from screening.models import KnownContact
from screening.reading.folded_text import FoldedText

LENGTH = 32  # hexadecimal digits: 128 bits tell all contacts of the country apart
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_QQ_MAIL = re.compile(r"(\d{5,12})@qq\.com")
# Numbers that many share, or that a swindler borrows to look honest: to learn one would put every
# honest listing that names it before a moderator. 400 and 800 numbers belong to companies; up to
# nine digits, with or without a city's code, are a hotline (110, 96110, 12333, 95588).
_SHARED_PHONE = re.compile(r"\+86(?:\d{1,9}|[48]00\d{7})")
_SHARED_SITE = re.compile(r"(?:[a-z0-9-]+\.)*gov\.cn")
# The front door of a service that everybody uses says nothing of who sends one there; a page
# behind it does.
_SERVICES = frozenset(
    "qq.com weixin.qq.com docs.qq.com wj.qq.com taobao.com tmall.com jd.com meituan.com "
    "douyin.com kuaishou.com xiaohongshu.com weibo.com baidu.com alipay.com dingtalk.com "
    "feishu.cn wjx.cn 58.com zhipin.com apple.com".split()
)


def hash_contact(contact: Contact) -> str:
    name, value = _get_contact_identity(contact)
    key = _get_contact_hash_key(settings.CONTACT_KEY, settings.SECRET_KEY)
    return hmac.new(key, f"{name}:{value}".encode(), hashlib.sha256).hexdigest()[:LENGTH]


def is_shared(contact: Contact) -> bool:
    """Whether many share the contact, so that learning it would accuse people who only name a hotline or service."""
    name, value = _get_contact_identity(contact)
    if name == "phone":
        return bool(_SHARED_PHONE.fullmatch(value))
    if name == "mail":
        return bool(_SHARED_SITE.fullmatch(value.rpartition("@")[2]))
    if name == "link":
        host, _slash, path = value.partition("/")
        host = host.partition(":")[0]
        at_home = host in _SERVICES and not path.strip("/")
        own_host = urlsplit(settings.SITE_URL).hostname or ""
        return bool(at_home or _SHARED_SITE.fullmatch(host) or host == own_host)
    return False


def hash_contacts(contacts: Iterable[Contact]) -> dict[str, str]:
    """Return {digest: kind} of the contacts that belong to one person or employer."""
    return {hash_contact(c): _get_contact_identity(c)[0] for c in contacts if not is_shared(c)}


def learn_contacts(contacts: Iterable[Contact], fraud_type: str, source: int) -> int:
    """Store the contacts of listing number `source` after its removal for fraud; safe to repeat. Return how many."""
    rows = [
        KnownContact(digest=hashed, kind=name, fraud_type=fraud_type, source=source)
        for hashed, name in hash_contacts(contacts).items()
    ]
    KnownContact.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["digest", "source"],
        update_fields=["fraud_type"],
    )
    return len(rows)


def forget_contacts(source: int) -> None:
    """Delete the contacts that this listing taught, after an appeal was upheld."""
    KnownContact.objects.filter(source=source).delete()


def add_known_contacts(texts: Sequence[tuple[FoldedText, Context]]) -> list[Context]:
    """Return the contexts with the known contacts of the texts: one query for all, none if they name no contact."""
    places = [_find_contact_places(text, context) for text, context in texts]
    by_digest = _fetch_known({digest for contact_places in places for digest in contact_places})
    return [
        _add_matches(context, contact_places, by_digest)
        for (_text, context), contact_places in zip(texts, places, strict=True)
    ]


def _fetch_known(digests: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Return {digest: [(kind, fraud type)]}, the newest first."""
    by_digest: dict[str, list[tuple[str, str]]] = {}
    if digests:
        contacts = KnownContact.objects.filter(digest__in=digests).order_by("-pk")
        for hashed, name, fraud_type in contacts.values_list("digest", "kind", "fraud_type"):
            by_digest.setdefault(hashed, []).append((name, fraud_type))
    return by_digest


def _add_matches(
    context: Context,
    places: Mapping[str, set[tuple[int, int]]],
    by_digest: Mapping[str, list[tuple[str, str]]],
) -> Context:
    matches = [
        KnownContactMatch(rows[0][0], start, end, _get_commonest_type(rows), len(rows))
        for hashed, rows in by_digest.items()
        for start, end in places.get(hashed, ())
    ]
    matches.sort(key=lambda match: (match.start, match.end, match.kind))
    return replace(context, known=tuple(matches)) if matches else context


def _find_contact_places(text: FoldedText, context: Context) -> dict[str, set[tuple[int, int]]]:
    """Return {digest: {(start, end)}}; a contact in a contact field has no place in the text."""
    fields = parse_contact_fields(context.contacts)
    places: dict[str, set[tuple[int, int]]] = {}
    for contact in (*find_contacts(text), *(field._replace(start=0, end=0) for field in fields)):
        if not is_shared(contact):
            places.setdefault(hash_contact(contact), set()).add((contact.start, contact.end))
    return places


def parse_contact_fields(written: Iterable[str]) -> list[Contact]:
    """Return the contacts in fields that do not name their kind."""
    contacts: list[Contact] = []
    for words in written:
        contact = parse_contact_field("phone", words) or parse_contact_field("wechat", words)
        contacts += [contact] if contact else find_contacts(words)
    return contacts


def _get_commonest_type(rows: list[tuple[str, str]]) -> str:
    """Return the commonest fraud type; of equal ones the one that was seen last."""
    return Counter(fraud_type for _kind, fraud_type in rows).most_common(1)[0][0]


def _get_contact_identity(contact: Contact) -> tuple[str, str]:
    """Return (kind, value). A WeChat id that is a phone number gets the identity of the phone."""
    value = contact.value
    if contact.kind in ("phone", "wechat") and (mobile := _MOBILE.fullmatch(value)):
        return "phone", f"+86{mobile[1]}"
    if contact.kind == "mail" and (number := _QQ_MAIL.fullmatch(value)):
        return "qq", number[1]
    return contact.kind, value


@cache
def _get_contact_hash_key(own: bytes, secret: str) -> bytes:
    """Return the key; without a key of its own one derived from SECRET_KEY, about which `check --deploy` warns."""
    return own or hmac.new(secret.encode(), b"screening.known", hashlib.sha256).digest()
