"""The signed pack for an authority with a legal request: what the site knows of the people searched for.

Their data is not masked, unlike on the pages. Reporters are not named, here as everywhere.
"""

from typing import IO, Any

from django.conf import settings

from accounts.models import EmployerEvent, SignIn
from listings.models import Listing, ListingRevision
from safety.evidence.employer_facts import describe_employer, describe_person
from safety.evidence.listing_text_files import build_listing_text_files
from safety.evidence.signed_zip import (
    encode_pack_json,
    encode_pack_text,
    format_moment,
    pack_signed_zip,
)
from safety.journal.event_words import LINE_KINDS
from safety.journal.journal_scope import JournalScope
from safety.journal.timeline import TimelineFilter, iterate_timeline
from safety.models import JournalExport

# Events among the staff are not handed out.
_INTERNAL = {
    *("search", "journal_export", "note", "question", "answer", "escalation"),
    *("second_look", "former_second_look", "undone_second_look"),
}


def build_authority_pack(
    export: JournalExport, scope: JournalScope, shown: TimelineFilter
) -> IO[bytes]:
    """Return an open file with the signed ZIP."""
    listings = Listing.objects.filter(pk__in=scope.list_numbers("listing")).order_by("pk")
    files = {
        "说明.txt": _write_readme(export, scope.omission_words),
        "export.json": encode_pack_json(_describe_export(export)),
        "people.json": encode_pack_json([describe_person(row) for row in scope.users.values()]),
        "employers.json": encode_pack_json(
            [describe_employer(row) for row in scope.employers.values()]
        ),
        "employer_changes.json": encode_pack_json(_list_employer_changes(scope)),
        "listings.json": encode_pack_json([_describe_listing(row) for row in listings]),
        "sign_ins.json": encode_pack_json(_list_sign_ins(scope)),
        "events.json": encode_pack_json(_list_events(scope, shown)),
    }
    for revision in _list_revisions(scope):
        stem = f"listing-{revision.listing_id}-text-{revision.pk}"
        files |= build_listing_text_files(stem, revision, with_contact=True)
    return pack_signed_zip(files, {"kind": "journal", "export": export.pk})


def _list_revisions(scope: JournalScope) -> list[ListingRevision]:
    rows = ListingRevision.objects.filter(listing__in=scope.list_numbers("listing"))
    return list(rows.order_by("pk"))


def _describe_export(export: JournalExport) -> dict[str, Any]:
    return {
        "number": export.pk,
        "site": settings.SITE_URL,
        "recipient": export.recipient,
        "legal_basis": export.legal_basis,
        "file_number": export.file_number,
        "reason": export.reason,
        "exported_at": export.created_at,
        "exported_by": export.by_id,
        "asked_for": export.search.term,
        "recognised_as": export.search.get_kind_display(),
        "rows": export.search.subjects,
        "group": export.group,
        "since": export.since,
        "until": export.until,
    }


def _describe_listing(listing: Listing) -> dict[str, Any]:
    return {
        "number": listing.pk,
        "address": settings.SITE_URL + listing.get_absolute_url(),
        "title": listing.title,
        "status": listing.status,
        "employer": listing.employer_id,
        "created_at": listing.created_at,
        "published_at": listing.published_at,
        "source": [listing.source_name, listing.source_id, listing.source_url],
    }


def _list_employer_changes(scope: JournalScope) -> list[dict[str, Any]]:
    """Return the changes of employers, with earlier names and phones; sealed values are opened row by row."""
    events = EmployerEvent.objects.filter(employer__in=scope.employers).exclude(changes={})
    fields = ("created_at", "employer_id", "action", "actor_id", "changes")
    return list(events.order_by("pk").values(*fields))


def _list_sign_ins(scope: JournalScope) -> list[Any]:
    rows = SignIn.objects.filter(user__in=scope.users).order_by("pk")
    return list(rows.values("user_id", "created_at", "device", "ip"))


def _list_events(scope: JournalScope, shown: TimelineFilter) -> list[dict[str, Any]]:
    """Return the events, oldest first; people have the same numbers as in people.json and employers.json."""
    events = [e for e in iterate_timeline(scope, shown) if e.source not in _INTERNAL]
    return [
        {
            "at": event.at,
            "table": event.source,
            "label": LINE_KINDS[event.source],
            "number": event.row,
            "actor": event.actor,
            "action": event.action,
            "before": event.before,
            "after": event.after,
            "about": [event.kind, event.subject],
            "reason": event.reason,
            "words": event.detail,
        }
        for event in reversed(events)
    ]


def _write_readme(export: JournalExport, omission_words: str) -> bytes:
    return encode_pack_text(
        f"导出 {export.pk}：本站关于“{export.search.term}”所存的材料。",
        f"导出时间：{format_moment(export.created_at)}",
        f"交给：{export.recipient}",
        f"依据：{export.legal_basis}，文号 {export.file_number}",
        f"用途：{export.reason}",
        *filter(None, [omission_words]),
        "",
        "export.json            谁调取、依据什么、查的是什么",
        "people.json            查到的人登记的手机、邮箱、称呼",
        "employers.json         查到的单位登记的信息、查过什么、成员",
        "employer_changes.json  单位改资料前后的内容",
        "listings.json          有关的兼职",
        "listing-*-text-*.txt   兼职的每一版文字，含联系方式；同名的 .json 给机器读",
        "photo-*.webp           文字旁边的照片（有的话）",
        "sign_ins.json          什么时候、用什么设备、从哪个网络地址登录过（存六个月）",
        "events.json            发生过的事，按时间；人用编号，对照 people.json 和 employers.json",
        "",
        "举报人是谁不在里面，依法调取时凭举报的查询码另外查。证件原件不在里面，可以另外调取。",
        "manifest.json 记着每个文件的 SHA-256，manifest.sig 是本站对它的签名（Ed25519），"
        f"公钥公布在 {settings.SITE_URL}/evidence/key.pem。",
    )
