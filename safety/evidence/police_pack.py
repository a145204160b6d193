"""One case for the police: everything the site knows of it. Who reported is not in it, and the
people who were warned only where that was asked for, in a file of their own."""

import csv
import io

from django.conf import settings

from safety.evidence.listing_text_files import build_listing_text_files
from safety.evidence.signed_zip import (
    encode_pack_json,
    encode_pack_text,
    format_moment,
    pack_signed_zip,
)
from safety.models import CaseExport, FraudCase
from screening.fraud_types import FraudType


def build_police_pack(export: CaseExport):
    """An open file with the signed ZIP."""
    case = export.case
    files = {
        "说明.txt": _readme(export),
        "case.json": encode_pack_json(_case(case)),
        "events.json": encode_pack_json(_events(case)),
        "reports.json": encode_pack_json(_reports(case)),
        "ledger.csv": _ledger(case),
    }
    if case.listing.employer:
        files["employer.json"] = encode_pack_json(_employer(case.listing.employer))
    if export.with_people:
        files["people.csv"] = _people(case)
    for revision in case.listing.revisions.order_by("pk"):
        files |= build_listing_text_files(f"text-{revision.pk}", revision, with_contact=True)
    return pack_signed_zip(files, {"case": case.pk, "kind": "case", "export": export.pk})


def build_police_pack_name(export: CaseExport) -> str:
    return f"case-{export.case_id}-{export.pk}.zip"


def _case(case: FraudCase):
    listing = case.listing
    return {
        "site": settings.SITE_URL,
        "case": case.pk,
        "fraud_type": case.fraud_type,
        "label": FraudType(case.fraud_type).label,
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
        "texts": [_text(revision) for revision in _revisions(listing)],
    }


def _revisions(listing):
    return listing.revisions.select_related("author", "assessment").order_by("pk")


def _text(revision):
    """Which text it was, who handed it in, and what the automatic check said of it."""
    assessed = getattr(revision, "assessment", None)
    return {
        "file": f"text-{revision.pk}",
        "status": revision.status,
        "submitted_at": revision.created_at,
        "no_fee_signed_at": revision.no_fee_signed_at,
        "author": revision.author_id,
        "assessment": assessed
        and {
            "engine": assessed.engine,
            "score": assessed.score,
            "level": assessed.level,
            "signals": assessed.signals,
        },
    }


def _events(case):
    """Of the listing and of its employer; people by their number, as in employer.json."""
    fields = ("created_at", "action", "before", "after", "reason", "actor_id")
    employer = case.listing.employer
    return {
        "listing": list(case.listing.events.order_by("pk").values(*fields, "revision_id")),
        "employer": list(employer.events.order_by("pk").values(*fields)) if employer else [],
    }


def _employer(employer):
    members = employer.memberships.select_related("user").order_by("pk")
    return {
        "number": employer.pk,
        "name": employer.name,
        "kind": employer.get_kind_display(),
        "status": employer.get_status_display(),
        "region": str(employer.region),
        "licence_code": employer.licence_code,
        "contact_name": employer.contact_name,
        "contact_phone": employer.contact_phone,
        "phone_proved_at": employer.phone_proved_at,
        "registered_at": employer.created_at,
        "checks": list(
            employer.checks.order_by("pk").values("kind", "method", "checked_on", "expires_on")
        ),
        "papers": list(
            employer.documents.order_by("pk").values("pk", "kind", "uploaded_at", "digest")
        ),
        "members": [
            {
                "number": row.user_id,
                "role": row.get_role_display(),
                "name": row.user.name,
                "phone": row.user.phone,
                "phone_proved_at": row.user.phone_proved_at,
                "email": row.user.email,
                "joined_at": row.user.date_joined,
            }
            for row in members
        ],
    }


def _reports(case):
    """By their tickets: who reported is found by them, if a court asks."""
    fields = ("ticket", "reason", "words", "status", "outcome", "created_at", "decided_at")
    return list(case.listing.reports.order_by("pk").values(*fields))


def _ledger(case):
    """When the contact was shown and when somebody signed up; nobody's name."""
    fields = ("pk", "created_at", "revision", "user")
    shown = case.listing.reveals.order_by("pk").values_list(*fields)
    rows = [
        (at, "看联系方式", f"r{pk}", text or "", "账号" if user else "访客")
        for pk, at, text, user in shown.iterator()
    ]
    signed = case.listing.applications.order_by("pk").values_list("pk", "applied_at", "status")
    rows += [(at, "报名", f"a{pk}", "", status) for pk, at, status in signed.iterator()]
    return _csv(
        ["时间", "做了什么", "编号", "看到的文字", "以什么身份"],
        [(format_moment(at), *rest) for at, *rest in sorted(rows)],
    )


def _people(case):
    """How to reach those in the ledger, by its numbers."""
    shown = case.listing.reveals.select_related("user").order_by("pk")
    rows = []
    for row in shown.iterator():
        phone, email = row.phone or _of(row, "phone"), row.email or _of(row, "email")
        rows.append((f"r{row.pk}", _of(row, "name"), phone, email))
    signed = case.listing.applications.select_related("seeker").order_by("pk")
    for row in signed.iterator():
        phone = row.profile.get("phone") or row.seeker.phone or ""
        rows.append((f"a{row.pk}", row.profile.get("name", ""), phone, row.seeker.email or ""))
    return _csv(["编号", "称呼", "手机", "邮箱"], rows)


def _of(row, name):
    return (row.user and getattr(row.user, name)) or ""


def _csv(head, rows):
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_harmless(str(cell)) for cell in row])
    return ("\ufeff" + file.getvalue()).encode()


def _harmless(cell):
    """What a spreadsheet would take for a formula begins with an apostrophe; a phone is none."""
    is_formula = cell[:1] in "=-@\t\r" if cell else False
    return f"'{cell}" if is_formula or (cell[:1] == "+" and not cell[1:].isdecimal()) else cell


def _readme(export):
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
