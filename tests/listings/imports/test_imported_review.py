"""The worker judges what was imported: published, refused, or left to a person."""

import pytest

from listings.imports.imported_review import judge_imported
from listings.models import Listing, RevisionAssessment
from listings.publication import gate
from listings.publication.transitions import publish_listing
from tests.listings.importing import MAPPING, build_csv_table, build_import_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted")]


def make_judged_listing(put, **cells):
    """The listing that a row became, after the worker has looked at it."""
    put(build_csv_table(build_import_row(**cells)))
    judge_imported()
    return Listing.objects.get(source_id="n1")


def list_reason_codes(listing):
    assessment = RevisionAssessment.objects.filter(revision__listing=listing).latest("pk")
    return [reason["code"] for reason in assessment.reasons]


def test_a_harmless_row_is_published_with_the_date_of_its_source(put):
    columns = MAPPING.replace('title = "名称"', 'title = "名称"\npublished_on = "公司"')
    put(build_csv_table(build_import_row(公司="2026-03-01")), mapping=columns)
    judge_imported()
    listing = Listing.objects.live().get()
    assert listing.published_at.date().isoformat() in {"2026-02-28", "2026-03-01"}  # in UTC
    assert list_reason_codes(listing) == []


def test_a_contact_in_the_text_leaves_the_row_to_a_person(put):
    listing = make_judged_listing(put, 说明="周末传菜，加薇信 abc12345 详聊。")
    assert listing.status == "pending"
    assert list_reason_codes(listing) == ["contact_evasion.wechat"]
    signal = next(s for s in listing.revisions.get().assessment.signals if "wechat" in s["code"])
    assert signal["field"] == "duties"
    assert "薇信" in listing.duties[signal["start"] : signal["end"]]


def test_the_name_of_the_company_is_read_too(put):
    listing = make_judged_listing(put, 公司="加微信 abc12345 报名")
    assert (listing.status, list_reason_codes(listing)) == ("pending", ["contact_evasion.wechat"])


def test_a_row_that_asks_for_a_fee_is_refused_with_the_reason(put):
    listing = make_judged_listing(put, 说明="传菜员，入职先交服装费 200 元。")
    assert listing.status == "rejected"
    assert "向求职者收费" in listing.events.first().reason
    assert listing.revisions.get().status == "refused"


def test_a_kind_of_high_risk_waits(put):
    put(build_csv_table(build_import_row()), mapping=MAPPING.replace('"waiter"', '"data_entry"'))
    judge_imported()
    listing = Listing.objects.get()
    assert (listing.status, list_reason_codes(listing)) == ("pending", ["category"])


@pytest.mark.parametrize(
    ("text", "status"),
    [("传菜员，入职先交服装费 200 元。", "refused"), ("传菜员，加薇信 abc12345。", "waiting")],
)
def test_a_changed_row_with_a_fault_leaves_the_public_text(put, text, status):
    listing = make_judged_listing(put)
    before = listing.duties
    make_judged_listing(put, 说明=text)
    listing.refresh_from_db()
    assert (listing.status, listing.duties) == ("published", before)
    assert listing.revisions.first().status == status


def test_without_a_last_day_a_person_must_give_one(put):
    put(build_csv_table(build_import_row()), mapping=MAPPING.replace("validity_days = 30", ""))
    judge_imported()
    listing = Listing.objects.get()
    assert (listing.status, list_reason_codes(listing)) == ("pending", ["validity"])


def test_each_text_is_judged_once(put):
    put(build_csv_table(build_import_row(), build_import_row(编号="n2")))
    assert judge_imported() == 2
    assert judge_imported() == 0


def test_a_text_that_breaks_the_check_is_left_to_a_person(put, monkeypatch, caplog):
    put(build_csv_table(build_import_row(), build_import_row(编号="n2", 名称="周末洗碗工")))
    judge_pay = gate.judge_pay

    def breaks(content):
        if content.title == "周末洗碗工":
            raise ValueError(content.title)
        return judge_pay(content)

    monkeypatch.setattr(gate, "judge_pay", breaks)
    assert judge_imported() == 2
    assert Listing.objects.get(source_id="n1").status == "published"
    broken = Listing.objects.get(source_id="n2")
    assert (broken.status, list_reason_codes(broken)) == ("pending", ["error"])
    assert "ValueError" in caplog.text and "洗碗" not in caplog.text


def test_who_is_told_to_stop_stops(put):
    put(build_csv_table(build_import_row(), build_import_row(编号="n2")))
    assert judge_imported(stopped=lambda: True) == 0


def test_a_moderator_still_decides_what_waits(put):
    listing = make_judged_listing(put, 说明="周末传菜，加薇信 abc12345 详聊。")
    publish_listing(listing.pk, None)
    listing.refresh_from_db()
    assert listing.status == "published"
