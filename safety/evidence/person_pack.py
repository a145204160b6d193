"""The evidence pack of one warned person: the texts they saw, when, and why the listing was removed.
It holds no data of other people, no papers, and the contact only if it was shown to this person."""

from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.choices import CheckKind
from accounts.models import Employer
from listings.choices import RevisionStatus
from listings.models import ContactReveal, ListingRevision
from safety.evidence.listing_text_files import build_listing_text_files
from safety.evidence.signed_zip import (
    encode_pack_json,
    encode_pack_text,
    format_moment,
    pack_signed_zip,
)
from safety.models import FraudCase, Warned


@dataclass(frozen=True)
class ContactSighting:
    """One time at which the person saw the listing's contact or signed up, with the text that was shown then."""

    at: datetime
    revision: ListingRevision | None
    with_contact: bool


def list_contact_sightings(warned: Warned) -> list[ContactSighting]:
    """Return them in order of time, up to the removal."""
    case = warned.case
    sightings = [
        ContactSighting(
            row.created_at,
            _find_revision_shown(case, row.revision, row.created_at),
            with_contact=True,
        )
        for row in _list_reveals(warned).order_by("created_at", "pk")
    ]
    if warned.application:
        at = warned.application.applied_at
        sightings.append(
            ContactSighting(at, _find_revision_shown(case, None, at), with_contact=False)
        )
    return sorted(sightings, key=lambda sighting: sighting.at)


def build_person_pack(warned: Warned) -> IO[bytes]:
    """Return an open file with the signed ZIP; for the same person always the same bytes."""
    case, sightings = warned.case, list_contact_sightings(warned)
    numbers, contact_shown = _number_revisions(sightings)
    facts = _collect_facts(case, sightings, numbers)
    files = {
        "说明.txt": _write_readme(case),
        "facts.json": encode_pack_json(facts),
        "经过.txt": _write_story(facts),
    }
    for revision, number in numbers.items():
        with_contact = revision in contact_shown
        files |= build_listing_text_files(f"seen-{number}", revision, with_contact=with_contact)
    return pack_signed_zip(files, {"case": case.pk, "kind": "evidence", "for": warned.key})


def _number_revisions(
    sightings: list[ContactSighting],
) -> tuple[dict[ListingRevision, int], set[ListingRevision]]:
    """Return the texts numbered in the order in which they were seen, and the set of texts seen with the contact."""
    numbers: dict[ListingRevision, int] = {}
    contact_shown = set()
    for sighting in sightings:
        if sighting.revision:
            numbers.setdefault(sighting.revision, len(numbers) + 1)
            if sighting.with_contact:
                contact_shown.add(sighting.revision)
    return numbers, contact_shown


def _list_reveals(warned: Warned) -> QuerySet[ContactReveal]:
    """Return the contact reveals of this person, by the account and by every address that is proved to be theirs."""
    reveal, user = warned.reveal, warned.user
    visitor = Q(pk=reveal.pk) if reveal else Q(pk=None)
    if reveal and reveal.user_id is None:
        # Both are empty once the person has closed the account that saw it by them.
        if reveal.email:
            visitor |= Q(email=reveal.email)
        elif reveal.phone:
            visitor |= Q(phone=reveal.phone)
    if user and user.email:
        visitor |= Q(email=user.email)
    if user and user.phone and user.phone_proved_at:
        visitor |= Q(phone=user.phone)
    condition = visitor & Q(user=None)
    if reveal:
        condition |= Q(pk=reveal.pk)
    if user:
        condition |= Q(user=user)
    case = warned.case
    return ContactReveal.objects.filter(
        condition, listing=case.listing_id, created_at__lte=case.created_at
    )


def _find_revision_shown(
    case: FraudCase, number: int | None, at: datetime
) -> ListingRevision | None:
    """Return the text shown at that moment: by its number, else the last one approved before."""
    revisions = ListingRevision.objects.filter(listing=case.listing_id)
    if number and (revision := revisions.filter(pk=number).first()):
        return revision
    events = case.listing.events.filter(created_at__lte=at, revision__isnull=False)
    events = events.filter(action__in=("publish", "approve_edit")).select_related("revision")
    if event := events.order_by("-pk").first():
        return event.revision
    approved = revisions.filter(status=RevisionStatus.APPROVED, created_at__lte=at)
    return approved.order_by("-pk").first()


def _collect_facts(
    case: FraudCase, sightings: list[ContactSighting], numbers: dict[ListingRevision, int]
) -> dict[str, Any]:
    listing, employer = case.listing, case.listing.employer
    return {
        "site": settings.SITE_URL,
        "case": case.pk,
        "listing": {
            "number": listing.pk,
            "address": settings.SITE_URL + listing.get_absolute_url(),
            "title": listing.title,
            "published_at": listing.published_at,
        },
        "you": [
            {
                "what": "saw the contact" if sighting.with_contact else "signed up",
                "at": sighting.at,
                "text": f"seen-{numbers[sighting.revision]}" if sighting.revision else "",
            }
            for sighting in sightings
        ],
        "removed": {
            "at": case.created_at,
            "fraud_type": case.fraud_type,
            "label": case.fraud_name,
            "reason": case.reason,
        },
        "employer": _describe_employer(employer, case)
        if employer
        else {"repost_from": listing.source_name},
    }


def _describe_employer(employer: Employer, case: FraudCase) -> dict[str, Any]:
    """Return its name and the checks made up to the removal, with their days."""
    day = timezone.localdate(case.created_at)
    checks = employer.checks.filter(checked_on__lte=day).order_by("pk")
    return {
        "name": employer.public_name,
        "kind": employer.get_kind_display(),
        "checked": [
            {
                "what": CheckKind(check.kind).label,
                "on": check.checked_on,
                "until": check.ended_on or check.expires_on,
            }
            for check in checks
        ],
    }


def _write_story(facts: dict[str, Any]) -> bytes:
    deeds = {"saw the contact": "看了联系方式", "signed up": "报了名"}
    listing, removed, employer = facts["listing"], facts["removed"], facts["employer"]
    source = employer.get("repost_from", "")
    published = f"来源「{source}」发布，本站转载" if source else "公开发布"
    lines = [
        f"「{listing['title']}」（编号 {listing['number']}）",
        f"地址：{listing['address']}",
        "",
        f"{format_moment(listing['published_at'])}  {published}",
        *(
            f"{format_moment(sighting['at'])}  你{deeds[sighting['what']]}，当时的文字见 {sighting['text']}.txt"
            for sighting in facts["you"]
        ),
        f"{format_moment(removed['at'])}  核实后因涉诈（{removed['label']}）下架",
        f"审核员写的原因：{removed['reason']}",
        "",
    ]
    if "name" not in employer:
        return encode_pack_text(
            *lines, f"转载自：{employer['repost_from']}，没有在本站登记的发布方。"
        )
    lines.append(f"发布方：{employer['name']}（{employer['kind']}）")
    lines += [f"查过{check['what']}：{check['on']}" for check in employer["checked"]]
    return encode_pack_text(*lines, "" if employer["checked"] else "没有查过任何证件。")


def _write_readme(case: FraudCase) -> bytes:
    return encode_pack_text(
        "这是本站为你整理的证据，报警时连同你自己的聊天记录、转账记录一起交给警察。",
        "",
        "经过.txt      什么时候发布、你什么时候看到、什么时候下架、为什么",
        "seen-*.txt    你当时看到的文字；同名的 .json 是同样的内容，给机器读",
        "photo-*.webp  文字旁边的照片（有的话），号码见 seen-*.json 的 photos",
        "facts.json    经过，给机器读",
        "",
        "怎么证明没被改过：manifest.json 记着每个文件的 SHA-256，manifest.sig 是本站对它的签名（Ed25519），",
        f"公钥在 public-key.pem，也公布在 {settings.SITE_URL}/evidence/key.pem 。不要改里面的文件，改了就对不上。",
        "里面没有别人的信息。发布方交过的证件只列查过哪些、哪天查的；警察需要原件，可以直接找本站。",
        f"案件编号：{case.pk}",
    )
