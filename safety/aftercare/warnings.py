"""Warns the people affected by a listing that it was a fraud, and corrects a wrong warning.

A removal for fraud cannot be undone, so the messages are sent at once, and also to people who want no mails.
Each message is sent once: its key is built from the case and the contact reveal or application.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import batched

from django.template.loader import render_to_string
from django.urls import reverse

from accounts.choices import NoticeKind
from accounts.inbox import notices as inbox
from listings.models import Application, ContactReveal
from safety.aftercare.affected_people import AffectedPerson, find_affected_people
from safety.aftercare.warning_links import make_warning_token
from safety.models import FraudCase, Warned
from screening.fraud_types import get_fraud_type
from sitekit.messages.outbox import enqueue_messages
from sitekit.models import Mail, TextMessage
from sitekit.web.absolute_urls import build_absolute_url

WARNINGS_PER_BATCH = 500
TITLE_CHARACTERS_IN_TEXT_MESSAGE = 20  # characters of a title in a text message; providers allow 35
WHAT_NOW = (
    "还在和对方联系的：别再转钱，别给证件、银行卡和验证码。"
    "已经付了钱，马上打 110，再打银行客服止付；拿不准打 96110（没开通的地方打 110）。"
)
WARNING_BUTTON = "看怎么办、拿证据"


def warn_affected_people(case: FraudCase) -> int:
    """Warn each affected person once; return how many people were warned because of the case."""
    people = [person for person in find_affected_people(case.listing) if person.is_reachable]
    for batch in batched(people, WARNINGS_PER_BATCH):
        _send_warnings(case, batch)
    return case.warnings.count()


def send_corrections(case: FraudCase) -> None:
    """Tell all who were warned that the warning is withdrawn."""
    warnings_query = case.warnings.select_related("user", "reveal")
    people = {_build_key(case, person): person for person in find_affected_people(case.listing)}
    for batch in batched(
        warnings_query.order_by("pk").iterator(WARNINGS_PER_BATCH), WARNINGS_PER_BATCH
    ):
        _send_corrections(case, batch, people)


def _send_warnings(case: FraudCase, people: Iterable[AffectedPerson]) -> None:
    by_key = {_build_key(case, person): person for person in people}
    rows = [_build_row(case, key, person) for key, person in by_key.items()]
    Warned.objects.bulk_create(rows, ignore_conflicts=True)
    name = get_fraud_type(case.fraud_type).known_name
    kind = f"它属于「{name}」" if name else "它是骗局"
    text = f"核实后认定{kind}。{WHAT_NOW}"
    notices: list[inbox.NoticeMessage] = []
    messages: list[Mail | TextMessage] = []
    for row in Warned.objects.filter(key__in=by_key).order_by("pk"):
        person, title = by_key[row.key], build_warning_title(case, row)
        link = reverse("safety:evidence", args=[make_warning_token(row)])
        if person.account:
            address = reverse("safety:my_evidence", args=[row.pk])
            notices.append(
                inbox.NoticeMessage(
                    person.account, row.key, title, text, address, WARNING_BUTTON, link
                )
            )
        if person.mail_to:
            words = {"title": title, "text": text, "button": WARNING_BUTTON}
            words["address"] = build_absolute_url(link)
            messages.append(_render_mail(f"{row.key}-left", person.mail_to, words))
        if person.text_message_to:
            messages.append(_build_text_message(case, row, person.text_message_to))
    inbox.send_notices(notices, kind=NoticeKind.SECURITY)
    enqueue_messages(messages)


def find_application_warning(application: Application) -> str:
    """Return the address of the seeker's newest warning that was not withdrawn, "" if there is none."""
    warnings_query = Warned.objects.filter(
        user=application.seeker_id,
        case__listing=application.listing_id,
        case__withdrawn_at=None,
    )
    number = warnings_query.order_by("-pk").values_list("pk", flat=True).first()
    return reverse("safety:my_evidence", args=[number]) if number else ""


def find_standing_warning(withdrawn: Warned) -> Warned | None:
    """Return the later warning to the same person, if the listing was removed for fraud again and that still holds."""
    case = withdrawn.case
    later = FraudCase.objects.filter(listing=case.listing_id, withdrawn_at=None, pk__gt=case.pk)
    person = withdrawn.key.removeprefix(_build_key_start(case.pk))
    keys = [f"{_build_key_start(pk)}{person}" for pk in later.values_list("pk", flat=True)]
    return Warned.objects.filter(key__in=keys).order_by("-pk").first()


def _build_key(case: FraudCase, person: AffectedPerson) -> str:
    return f"{_build_key_start(case.pk)}{person.key}"


def _build_key_start(case_id: int) -> str:
    return f"fraud-{case_id}-"


def _build_row(case: FraudCase, key: str, person: AffectedPerson) -> Warned:
    account = person.account
    return Warned(
        case=case,
        key=key,
        user=account,
        reveal_id=person.reveal,
        application_id=person.application,
        by_inbox=account is not None,
        by_mail=bool(person.mail_to or (account and account.email)),
        by_text=bool(person.text_message_to),
    )


def build_warning_title(case: FraudCase, warned: Warned) -> str:
    """Say in one sentence what happened."""
    how = "看过联系方式" if warned.reveal_id else "报过名"
    return f"你{how}的「{case.listing.title}」因涉诈下架"


def _render_mail(key: str, to: str, context: dict[str, str]) -> Mail:
    text = render_to_string("safety/aftercare/mail/warning.txt", context)
    return Mail(key=key, to=to, subject=context["title"][:120], text=text)


def _build_text_message(case: FraudCase, row: Warned, to: str) -> TextMessage:
    name, token = case.listing.title[:TITLE_CHARACTERS_IN_TEXT_MESSAGE], make_warning_token(row)
    label = case.fraud_name
    link = build_absolute_url(reverse("safety:evidence", args=[token]))
    text = (
        f"你联系过的兼职「{name}」已查实涉诈（{label}）。别再转钱，别给验证码；"
        f"已经付了钱，马上打 110。怎么办、拿证据：{link}"
    )
    words = {"name": name, "kind": label, "code": token}
    return TextMessage(key=row.key, to=to, kind="warning", text=text, words=words)


WARNING_WITHDRAWN_MESSAGE = (
    "发布方申诉，另一位审核员重新核实，认定它不是骗局。之前的提醒作废，给你添麻烦了。"
)


def _send_corrections(
    case: FraudCase, warnings: Sequence[Warned], people: Mapping[str, AffectedPerson]
) -> None:
    name = case.listing.title
    heading, button = f"「{name}」不是骗局，之前的提醒撤回", "看这条信息"
    address = case.listing.get_absolute_url()
    mail_context = {"title": heading, "text": WARNING_WITHDRAWN_MESSAGE, "button": button}
    mail_context["address"] = build_absolute_url(address)
    short = f"之前说「{name[:TITLE_CHARACTERS_IN_TEXT_MESSAGE]}」涉诈的提醒撤回：重新核实后认定不是骗局。"
    corrections = [
        inbox.NoticeMessage(
            row.user, f"{row.key}-back", heading, WARNING_WITHDRAWN_MESSAGE, address, button
        )
        for row in warnings
        if row.user
    ]
    inbox.send_notices(corrections, kind=NoticeKind.SECURITY)
    messages: list[Mail | TextMessage] = []
    for row in warnings:
        mail_to, text_message_to = _get_addresses(row, people.get(row.key) or row.reveal)
        if mail_to:
            messages.append(_render_mail(f"{row.key}-left-back", mail_to, mail_context))
        if text_message_to:
            key, words = f"{row.key}-back", {"name": name[:TITLE_CHARACTERS_IN_TEXT_MESSAGE]}
            messages.append(
                TextMessage(key=key, to=text_message_to, kind="correction", text=short, words=words)
            )
    enqueue_messages(messages)


def _get_addresses(row: Warned, source: AffectedPerson | ContactReveal | None) -> tuple[str, str]:
    """Return (mailbox, phone) that the person left besides those of the account, "" for what is not known any more."""
    person = AffectedPerson(
        account=row.user,
        email=source.email if source else "",
        phone=source.phone if source else "",
    )
    return (person.mail_to if row.by_mail else ""), (person.text_message_to if row.by_text else "")
