"""The pack of one case for the police: everything the site knows of it, except who reported it. The
warned people are in a file of their own, and only if the export is with people."""

import csv
import io
from collections.abc import Iterable
from typing import IO, Any

from django.conf import settings

from listings.models import ContactReveal, ListingRevision
from safety.evidence.employer_facts import describe_employer
from safety.evidence.listing_text_files import build_listing_text_files
from safety.evidence.signed_zip import (
    encode_pack_json,
    encode_pack_text,
    format_moment,
    pack_signed_zip,
)
from safety.models import CaseExport, FraudCase
from textkit.csv_cells import escape_csv_cell


def build_police_pack(export: CaseExport) -> IO[bytes]:
    """Return an open file with the signed ZIP."""
    case = export.case
    files = {
        "说明.txt": _write_readme(export),
        "case.json": encode_pack_json(_describe_case(case)),
        "events.json": encode_pack_json(_list_events(case)),
        "reports.json": encode_pack_json(_list_reports(case)),
        "ledger.csv": _build_ledger_csv(case),
    }
    if case.listing.employer:
        files["employer.json"] = encode_pack_json(describe_employer(case.listing.employer))
    if export.with_people:
        files["people.csv"] = _build_people_csv(case)
    for revision in case.listing.revisions.order_by("pk"):
        files |= build_listing_text_files(f"text-{revision.pk}", revision, with_contact=True)
    return pack_signed_zip(files, {"case": case.pk, "kind": "case", "export": export.pk})


def _describe_case(case: FraudCase) -> dict[str, Any]:
    listing = case.listing
    revisions = listing.revisions.select_related("author", "assessment").order_by("pk")
    return {
        "site": settings.SITE_URL,
        "case": case.pk,
        "fraud_type": case.fraud_type,
        "label": case.fraud_name,
        "reason": case.reason,
        "removed_at": case.created_at,
        "withdrawn_at": case.withdrawn_at,
        "contact_shown": case.reveals,
        "signed_up": case.sign_ups,
        "warned": case.warned,
        "listing": {
            "number": listing.pk,
            "address": settings.SITE_URL + listing.get_absolute_url(),
            "title": listing.title,
            "status": listing.status,
            "created_at": listing.created_at,
            "published_at": listing.published_at,
            "source": [listing.source_name, listing.source_id, listing.source_url],
        },
        "texts": [_describe_revision(revision) for revision in revisions],
    }


def _describe_revision(revision: ListingRevision) -> dict[str, Any]:
    """Return which text it is, who handed it in, and the result of the automatic check."""
    assessment = getattr(revision, "assessment", None)
    return {
        "file": f"text-{revision.pk}",
        "status": revision.status,
        "submitted_at": revision.created_at,
        "no_fee_signed_at": revision.no_fee_signed_at,
        "author": revision.author_id,
        "assessment": assessment
        and {
            "engine": assessment.engine,
            "score": assessment.score,
            "level": assessment.level,
            "signals": assessment.signals,
        },
    }


def _list_events(case: FraudCase) -> dict[str, list]:
    """Return those of the listing and of its employer; people by number, as in employer.json."""
    fields = ("created_at", "action", "before", "after", "reason", "actor_id")
    employer = case.listing.employer
    return {
        "listing": list(case.listing.events.order_by("pk").values(*fields, "revision_id")),
        "employer": list(employer.events.order_by("pk").values(*fields, "changes"))
        if employer
        else [],
    }


def _list_reports(case: FraudCase) -> list[dict[str, Any]]:
    """Return them by ticket, from which the reporter can be found if a court asks."""
    fields = ("ticket", "reason", "words", "status", "outcome", "created_at", "decided_at")
    return list(case.listing.reports.order_by("pk").values(*fields))


def _build_ledger_csv(case: FraudCase) -> bytes:
    """List when the contact was shown and when somebody signed up, without names."""
    fields = ("pk", "created_at", "revision", "user")
    shown = case.listing.reveals.order_by("pk").values_list(*fields)
    rows = [
        (at, "看联系方式", f"r{pk}", text or "", "账号" if user else "访客")
        for pk, at, text, user in shown.iterator()
    ]
    signed = case.listing.applications.order_by("pk").values_list("pk", "applied_at", "status")
    rows += [(at, "报名", f"a{pk}", "", status) for pk, at, status in signed.iterator()]
    return _encode_csv(
        ["时间", "做了什么", "编号", "看到的文字", "以什么身份"],
        [(format_moment(at), *columns) for at, *columns in sorted(rows)],
    )


def _build_people_csv(case: FraudCase) -> bytes:
    """List how to reach the people in the ledger, by its numbers."""
    rows = []
    for reveal in case.listing.reveals.select_related("user").order_by("pk").iterator():
        name = _get_user_field(reveal, "name")
        phone = reveal.phone or _get_user_field(reveal, "phone")
        email = reveal.email or _get_user_field(reveal, "email")
        rows.append((f"r{reveal.pk}", name, phone, email))
    applications = case.listing.applications.select_related("seeker").order_by("pk")
    for application in applications.iterator():
        profile, seeker = application.profile, application.seeker
        phone = profile.get("phone") or seeker.phone or ""
        rows.append((f"a{application.pk}", profile.get("name", ""), phone, seeker.email or ""))
    return _encode_csv(["编号", "称呼", "手机", "邮箱"], rows)


def _get_user_field(row: ContactReveal, name: str) -> str:
    return (row.user and getattr(row.user, name)) or ""


def _encode_csv(head: list[str], rows: Iterable[Iterable[object]]) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(head)
    for row in rows:
        writer.writerow([escape_csv_cell(cell) for cell in row])
    return ("\ufeff" + file.getvalue()).encode()


def _write_readme(export: CaseExport) -> bytes:
    case = export.case
    return encode_pack_text(
        f"案件 {case.pk}：本站关于一条因涉诈下架的兼职所存的材料。",
        f"导出时间：{format_moment(export.created_at)}",
        f"交给：{export.to}",
        f"用途：{export.reason}",
        "",
        "case.json       案件、每一版文字是谁什么时候交的、自动检查怎么说",
        "text-*.txt      每一版文字，含联系方式；同名的 .json 给机器读",
        "photo-*.webp    文字旁边的照片（有的话），号码和里面二维码的内容见 text-*.json",
        "events.json     兼职和单位的每一次变化，谁、为什么（人用编号，对照 employer.json）",
        "employer.json   发布方登记的信息、查过什么、成员",
        "reports.json    举报的内容和查询码；举报人是谁不在里面，依法调取时凭查询码找",
        "ledger.csv      联系方式什么时候给人看过、什么时候有人报名，只有编号",
        "people.csv      对应编号的人的联系方式"
        if export.with_people
        else "（联系过的人的联系方式没有导出。）",
        "",
        "发布方交过的证件原件不在里面，employer.json 的 papers 列了名目和 SHA-256，可以另外调取。",
        "manifest.json 记着每个文件的 SHA-256，manifest.sig 是本站对它的签名（Ed25519），"
        f"公钥公布在 {settings.SITE_URL}/evidence/key.pem。",
    )
