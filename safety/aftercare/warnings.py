"""Telling everybody who came near a listing that it was a fraud; and that it was none after all.

A removal for fraud is never undone, so nothing waits, and nobody's wish for fewer mails counts.
Put in twice it is said once: every message has a key made of the case and the line of the ledger.
"""

from collections.abc import Iterable
from itertools import batched

from django.template.loader import render_to_string
from django.urls import reverse

from accounts.inbox import notices as inbox
from listings.models import ContactReveal
from safety.aftercare.affected_people import AffectedPerson, find_affected_people
from safety.aftercare.warning_links import make_warning_token
from safety.models import FraudCase, Warned
from screening.fraud_types import FraudType
from sitekit.messages.outbox import enqueue_messages
from sitekit.models import Mail, TextMessage
from sitekit.web.absolute_urls import build_absolute_url

BATCH = 500
SHORT = 20  # what a text message says of a title; providers allow 35 characters
WHAT_NOW = (
    "还在和对方联系的：别再转钱，别给证件、银行卡和验证码。"
    "已经付了钱，马上打 110，再打银行客服止付；拿不准打 96110（没开通的地方打 110）。"
)
BUTTON = "看怎么办、拿证据"


def warn_affected_people(case: FraudCase) -> int:
    """One warning to each person; how many people."""
    found = [person for person in find_affected_people(case.listing) if person.is_reached]
    for some in batched(found, BATCH):
        _put(case, some)
    return case.warnings.count()


def send_corrections(case: FraudCase) -> None:
    """To all who were warned: it is withdrawn."""
    told = case.warnings.select_related("user", "reveal")
    left = {_key(case, person): person for person in find_affected_people(case.listing)}
    for some in batched(told.order_by("pk").iterator(BATCH), BATCH):
        _send_corrections(case, some, left)


def _put(case, some: Iterable[AffectedPerson]):
    by_key = {_key(case, person): person for person in some}
    rows = [_row(case, key, person) for key, person in by_key.items()]
    Warned.objects.bulk_create(rows, ignore_conflicts=True)
    kept = {row.key: row for row in Warned.objects.filter(key__in=by_key)}
    pairs = [(kept[key], person) for key, person in by_key.items()]
    inbox.send_notices(
        [_message(case, row, person) for row, person in pairs if person.account], always=True
    )
    enqueue_messages(
        [
            *(_letter(case, row, person) for row, person in pairs if person.mail_to),
            *(_text(case, row, person) for row, person in pairs if person.text_to),
        ]
    )


def _key(case, person):
    return f"fraud-{case.pk}-{person.key}"


def _row(case, key, person):
    account = person.account
    return Warned(
        case=case,
        key=key,
        user=account,
        reveal_id=person.reveal,
        application_id=person.application,
        by_inbox=account is not None,
        by_mail=bool(person.mail_to or (account and account.email)),
        by_text=bool(person.text_to),
    )


def build_warning_title(case: FraudCase, warned: Warned) -> str:
    """What happened, in one sentence."""
    how = "看过联系方式" if warned.reveal_id else "报过名"
    return f"你{how}的「{case.listing.title}」因涉诈下架"


def get_warned_fraud_label(case: FraudCase) -> str:
    return str(FraudType(case.fraud_type).label)


def _message(case, row, person):
    return inbox.NoticeMessage(
        person.account,
        row.key,
        build_warning_title(case, row),
        f"核实后认定它属于「{get_warned_fraud_label(case)}」。{WHAT_NOW}",
        address=reverse("safety:my_evidence", args=[row.pk]),
        button=BUTTON,
        mailed=_address(row),
    )


def _letter(case, row, person):
    context = {
        "title": build_warning_title(case, row),
        "text": f"核实后认定它属于「{get_warned_fraud_label(case)}」。{WHAT_NOW}",
        "button": BUTTON,
        "address": build_absolute_url(_address(row)),
    }
    return _mail(f"{row.key}-left", person.mail_to, context)


def _mail(key, to, context):
    text = render_to_string("safety/aftercare/mail/warning.txt", context)
    return Mail(key=key, to=to, subject=context["title"][:120], text=text)


def _text(case, row, person):
    name, token = case.listing.title[:SHORT], make_warning_token(row)
    text = (
        f"你联系过的兼职「{name}」已查实涉诈（{get_warned_fraud_label(case)}）。别再转钱，别给验证码；"
        f"已经付了钱，马上打 110。怎么办、拿证据：{build_absolute_url(_address(row))}"
    )
    words = {"name": name, "kind": get_warned_fraud_label(case), "code": token}
    return TextMessage(key=row.key, to=person.text_to, kind="warning", text=text, words=words)


def _address(row):
    return reverse("safety:evidence", args=[make_warning_token(row)])


WITHDRAWN = (
    "发布方申诉，另一位审核员重新核实，认定它不是骗局，信息已经恢复。之前的提醒作废，给你添麻烦了。"
)


def _send_corrections(case, some, left):
    name = case.listing.title
    heading = f"「{name}」不是骗局，之前的提醒撤回"
    address = case.listing.get_absolute_url()
    letter = {
        "title": heading,
        "text": WITHDRAWN,
        "button": "看这条信息",
        "address": build_absolute_url(address),
    }
    short = f"之前说「{name[:SHORT]}」涉诈的提醒撤回：重新核实后认定不是骗局，信息已经恢复。"
    inbox.send_notices(
        [
            inbox.NoticeMessage(
                row.user, f"{row.key}-back", heading, WITHDRAWN, address, "看这条信息"
            )
            for row in some
            if row.user
        ],
        always=True,
    )
    sent = []
    for row in some:
        mail_to, text_to = _left(row, left.get(row.key) or row.reveal)
        if mail_to:
            sent.append(_mail(f"{row.key}-left-back", mail_to, letter))
        if text_to:
            key, words = f"{row.key}-back", {"name": name[:SHORT]}
            sent.append(
                TextMessage(key=key, to=text_to, kind="correction", text=short, words=words)
            )
    enqueue_messages(sent)


def _left(row: Warned, left: AffectedPerson | ContactReveal | None) -> tuple[str, str]:
    """(mailbox, phone) beside the account's own, as far as they are known still."""
    person = AffectedPerson(
        account=row.user, email=left.email if left else "", phone=left.phone if left else ""
    )
    return (person.mail_to if row.by_mail else ""), (person.text_to if row.by_text else "")
