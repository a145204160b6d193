"""Reads what a person typed into the search of the journal, and names and masks it for the page."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import Resolver404, resolve

from safety.choices import TermKind
from safety.journal_search.masking import mask_contact
from safety.moderation.ticket_codes import normalise_ticket
from screening.contacts.extraction import Contact, find_contacts, parse_contact_field
from sitekit.forms.fields import normalise_input
from sitekit.forms.phone_numbers import mask_phone, normalise_phone
from sitekit.web.row_ids import parse_row_id

# The words that people type before the number of a row, with the kind of row.
ROW_WORDS = {
    "兼职": "listing",
    "岗位": "listing",
    "单位": "employer",
    "招聘单位": "employer",
    "用户": "user",
    "账号": "user",
    "案件": "fraud",
    "涉诈案件": "fraud",
    "举报": "report",
    "申诉": "appeal",
    "资讯": "article",
    "文章": "article",
    "文字": "text",
}
_NUMBERED = re.compile(
    rf"({'|'.join(sorted(ROW_WORDS, key=len, reverse=True))})?[#\s]*(\d{{1,18}})"
)
_LICENCE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_LICENCE_PART = re.compile(r"[0-9A-HJ-NPQRTUWXY]{4,17}")
_DIGITS = re.compile(r"\+?\d{4,13}")
# Labels that people copy together with a contact.
_LABEL = re.compile(
    r"^(?:微信号?|wx|vx|qq号?|电话|手机号?|邮箱|信用代码|执照号?|查询码|地址)\s*[:：]?\s*(?=\S)",
    re.IGNORECASE,
)
_SHORTEST_PHONE = 7  # digits
# Addresses of our pages, by the name of their view, and the kind of row that their `pk` is.
_OUR_PAGES = {
    "listings:detail": "listing",
    "listings:contact": "listing",
    "listings:employer": "employer",
    "news:article": "article",
    "desk:listing": "listing",
    "desk:employer": "employer",
    "desk:report": "report",
    "desk:appeal": "appeal",
    "desk:text": "text",
    "desk:fraud": "fraud",
    "admin:accounts_user_change": "user",
    "admin:accounts_employer_change": "employer",
    "admin:listings_listing_change": "listing",
    "admin:news_article_change": "article",
}


@dataclass(frozen=True)
class SearchTerm:
    """`kind` is the most certain reading. A text may have several readings, and all of them are looked up."""

    text: str
    kind: TermKind
    phones: tuple[str, ...] = ()  # E.164
    email: str = ""
    licence: str = ""
    ticket: str = ""
    row: tuple[str, int] | None = None  # kind of row, or "" for any, and its number
    contacts: list[Contact] = field(default_factory=list)

    @property
    def canonical(self) -> str:
        """The term in one spelling, so that two searches for the same contact are recognised."""
        if self.phones:
            return self.phones[0]
        if self.kind == TermKind.WECHAT and self.contacts:
            return self.contacts[0].value
        return self.email.lower() or self.licence or self.ticket or self.text

    @property
    def licence_part(self) -> str:
        """The text if it can be a part of a licence code with at least four characters, else ""."""
        code = self.text.replace(" ", "").replace("-", "").upper()
        return code if _LICENCE_PART.fullmatch(code) else ""

    @property
    def is_number(self) -> bool:
        """Whether the text has digits only, as a part of a phone number, and no words."""
        return bool(_DIGITS.fullmatch(self.text.replace(" ", "").replace("-", "")))

    @property
    def masked(self) -> str:
        """The term, masked. Numbers of rows and long names are not masked, as they are no contact and no person."""
        if self.phones:
            return mask_phone(self.phones[0])
        is_long_name = self.kind == TermKind.WORDS and len(self.text) > 4
        if is_long_name or self.kind in (TermKind.NUMBER, TermKind.TICKET, TermKind.ADDRESS):
            return self.text[:40]
        return mask_contact(self.text)[:40]


def parse_search_term(typed: str) -> SearchTerm:
    """Parse a term in any spelling: with full-width digits, blanks or +86, or as a whole address."""
    text = _LABEL.sub("", " ".join(normalise_input(typed).split()))
    plain = text.replace(" ", "")
    for parse in (
        _parse_our_address,
        _parse_numbered_row,
        _parse_licence,
        _parse_mail,
        _parse_phone,
    ):
        if term := parse(text, plain):
            return term
    return _parse_other(text, plain)


def describe_unsearched_parts(term: SearchTerm, *, has_results: bool) -> str:
    """Return what a search by a part cannot find, if the text may be such a part; else ""."""
    if term.is_number and not term.phones:
        return (
            "电话、QQ 号按几位数字（比如后四位）查不到：请填完整的号码。"
            "信用代码、单位名称和地点，写四个字以上的一部分就能查。"
        )
    if has_results:
        return ""
    return (
        "电话、微信、QQ、邮箱要填完整的才查得到；"
        "信用代码、单位名称和地点，写四个字以上的一部分就能查。"
    )


def _parse_our_address(text: str, plain: str) -> SearchTerm | None:
    path = re.sub(r"^[a-z]+://[^/]+", "", plain.lower()).partition("?")[0]
    if not path.startswith("/"):
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return None
    pk = parse_row_id(str(match.kwargs.get("pk", match.kwargs.get("object_id", ""))))
    kind = _OUR_PAGES.get(match.view_name, "")
    return SearchTerm(text, TermKind.ADDRESS, row=(kind, pk)) if kind and pk is not None else None


def _parse_numbered_row(text: str, plain: str) -> SearchTerm | None:
    """Parse a row by its number. A number without a word before it must be too short for a telephone number."""
    match = _NUMBERED.fullmatch(plain)
    if match is None or (not match[1] and len(match[2]) >= _SHORTEST_PHONE):
        return None
    kind = ROW_WORDS[match[1]] if match[1] else ""
    return SearchTerm(text, TermKind.NUMBER, row=(kind, int(match[2])), contacts=_read_qq(match[2]))


def _read_qq(digits: str) -> list[Contact]:
    contact = parse_contact_field("qq", digits)
    return [contact] if contact else []


def _parse_licence(text: str, plain: str) -> SearchTerm | None:
    code = plain.replace("-", "").upper()
    return SearchTerm(text, TermKind.LICENCE, licence=code) if _LICENCE.fullmatch(code) else None


def _parse_mail(text: str, plain: str) -> SearchTerm | None:
    contact = parse_contact_field("mail", plain) if "@" in plain else None
    if contact is None:
        return None
    return SearchTerm(text, TermKind.MAIL, email=plain.replace("。", "."), contacts=[contact])


def _parse_phone(text: str, plain: str) -> SearchTerm | None:
    contact = parse_contact_field("phone", plain) if plain[:1] in "+0123456789(" else None
    phones = (
        [] if re.search("[a-z]", plain, re.IGNORECASE) else _catch_value(normalise_phone, plain)
    )
    phones += [contact.value] if contact else []
    if not phones:
        return None
    contacts = [contact] if contact else []
    return SearchTerm(text, TermKind.PHONE, tuple(dict.fromkeys(phones)), contacts=contacts)


def _catch_value(read: Callable[[str], str], text: str) -> list[str]:
    try:
        return [read(text)]
    except ValueError:
        return []


def _parse_other(text: str, plain: str) -> SearchTerm:
    """Parse a ticket, a WeChat id, a QQ number, an address of another site, or words."""
    if ticket := normalise_ticket(text):
        wechat = parse_contact_field("wechat", plain)
        return SearchTerm(text, TermKind.TICKET, ticket=ticket, contacts=[wechat] if wechat else [])
    for kind in (TermKind.WECHAT, TermKind.QQ):
        contact = parse_contact_field(kind, plain)
        # The whole text must be a number; digits among other words are no number.
        if contact and (contact.kind != TermKind.QQ or 2 * len(contact.value) >= len(plain)):
            return SearchTerm(text, TermKind(contact.kind), contacts=[contact])
    if contacts := find_contacts(text):
        is_link = any(contact.kind == "link" for contact in contacts)
        kind = TermKind.ADDRESS if is_link else TermKind(contacts[0].kind)
        return SearchTerm(text, kind, contacts=contacts)
    return SearchTerm(text, TermKind.WORDS)
