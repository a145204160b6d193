"""`manage.py import_listings`: rows become reposts, bad ones are refused by line."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from listings.choices import ListingStatus, RevisionStatus
from listings.imports import row_parser, writer
from listings.imports.imported_review import judge_imported
from listings.models import Listing, ListingCard, ListingEvent, ListingRevision
from listings.publication.transitions import move_listing, publish_listing
from sitekit.workflow.advisory_lock import LISTING_IMPORT_LOCK, hold_lock_until_commit
from tests.at_once import has_to_wait
from tests.listings.importing import MAPPING, build_csv_table, build_import_row, nothing_is_kept

pytestmark = pytest.mark.django_db


def test_a_row_becomes_a_repost_which_the_worker_publishes(put, trusted):
    code, out, _ = put(build_csv_table(build_import_row()))
    assert not Listing.objects.live().exists()
    assert judge_imported() == 1
    assert code == 0 and "新增 1" in out and "未收 0" in out
    listing = Listing.objects.live().get()
    assert (listing.title, listing.duties) == ("周末传菜员", "周末两天传菜、收台。")
    assert (listing.employer, listing.company_text) == (None, "街角饭馆")
    assert (listing.source_name, listing.source_id) == ("街坊报", "n1")
    assert (listing.region_id, listing.headcount, listing.requirements) == (433101, 3, "")
    assert (listing.pay_min, listing.pay_max, listing.pay_unit) == (150, 150, "day")
    assert listing.valid_through == timezone.localdate() + datetime.timedelta(days=30)
    assert listing.revisions.get().status == RevisionStatus.APPROVED
    assert listing.revisions.get().get_content() == {
        name: getattr(listing, name) for name in listing.revisions.get().get_content()
    }
    published, imported = listing.events.all()
    assert (imported.action, imported.after) == ("import", "pending")
    assert imported.reason == "导入自街坊报"
    assert (published.action, published.after, published.actor) == ("publish", "published", None)
    assert "周末传菜员" in ListingCard.objects.get(pk=listing.pk).html


@pytest.mark.parametrize("says", ['status = "published"', 'status = "pending"', ""])
def test_every_row_waits_whatever_its_mapping_says(put, says):
    put(build_csv_table(build_import_row()), mapping=MAPPING.replace('status = "published"', says))
    listing = Listing.objects.get()
    assert listing.status == ListingStatus.PENDING
    assert listing.revisions.get().status == RevisionStatus.WAITING
    publish_listing(listing.pk, None)  # a moderator may be faster
    assert listing.revisions.get().status == RevisionStatus.APPROVED
    assert judge_imported() == 0


def test_a_dry_run_reports_the_same_and_writes_nothing(put):
    content = build_csv_table(
        build_import_row(), build_import_row(编号="n2", 名称=""), build_import_row(编号="n3")
    )
    dry = put(content, "--dry-run")
    assert nothing_is_kept() and not ListingCard.objects.exists()
    real = put(content)
    assert dry[0] == real[0] == 1
    assert "新增 2" in dry[1] and "新增 2" in real[1] and "试运行" in dry[1]
    assert dry[1].splitlines()[0] == real[1].splitlines()[0] == "第 3 行：标题是空的"


def test_an_import_waits_for_another(committed, put):
    with transaction.atomic():
        hold_lock_until_commit(LISTING_IMPORT_LOCK)
        has_to_wait(lambda: put(build_csv_table(build_import_row())))
    assert nothing_is_kept()


def test_importing_again_changes_nothing(put):
    content = build_csv_table(build_import_row(), build_import_row(编号="n2"))
    put(content)
    before = list(Listing.objects.values())
    code, out, _ = put(content)
    assert code == 0 and "新增 0，更新 0，已有 2" in out
    assert list(Listing.objects.values()) == before
    assert ListingRevision.objects.count() == ListingEvent.objects.count() == 2


def test_a_changed_row_becomes_a_new_revision(put, trusted):
    put(build_csv_table(build_import_row(), build_import_row(编号="n2")))
    judge_imported()
    code, out, _ = put(
        build_csv_table(build_import_row(名称="周末洗碗工"), build_import_row(编号="n2"))
    )
    assert code == 0 and "更新 1，已有 1" in out
    listing = Listing.objects.get(source_id="n1")
    assert listing.title == "周末传菜员"  # what is public stays until the new text is judged
    judge_imported()
    listing.refresh_from_db()
    assert listing.title == "周末洗碗工"
    assert [r.title for r in listing.revisions.all()] == ["周末洗碗工", "周末传菜员"]
    assert [e.action for e in listing.events.all()[:2]] == ["approve_edit", "import_update"]
    assert "周末洗碗工" in ListingCard.objects.get(pk=listing.pk).html


def test_only_another_company_is_no_new_text(put):
    put(build_csv_table(build_import_row()))
    put(build_csv_table(build_import_row(公司="另一家饭馆")))
    listing = Listing.objects.get()
    assert listing.company_text == "另一家饭馆" and listing.revisions.count() == 1


def test_a_changed_row_that_waits_replaces_the_waiting_text(put):
    waiting = MAPPING.replace('status = "published"', "")
    put(build_csv_table(build_import_row()), mapping=waiting)
    put(build_csv_table(build_import_row(名称="周末洗碗工")), mapping=waiting)
    listing = Listing.objects.get()
    publish_listing(listing.pk, None)
    listing.refresh_from_db()
    assert listing.title == "周末洗碗工"
    assert listing.revisions.filter(status=RevisionStatus.SUPERSEDED).count() == 1


def test_what_a_moderator_took_down_stays_down(put, trusted):
    put(build_csv_table(build_import_row()))
    judge_imported()
    listing = Listing.objects.get()
    move_listing(listing.pk, ListingStatus.REMOVED, None, "不实")
    assert put(build_csv_table(build_import_row()))[0] == 0  # unchanged: nothing to say
    code, out, _ = put(build_csv_table(build_import_row(名称="周末洗碗工")))
    assert code == 1 and "第 2 行：来源的内容变了，但这条在本站是「已下架」" in out
    listing.refresh_from_db()
    assert (listing.status, listing.title) == (ListingStatus.REMOVED, "周末传菜员")


def test_what_the_staff_wrote_is_not_overwritten(put):
    put(build_csv_table(build_import_row()))
    listing = Listing.objects.get()
    Listing.objects.filter(pk=listing.pk).update(title="改过的标题")
    staff = User.objects.create_user("staff@example.com")
    content = listing.revisions.get().get_content() | {"title": "改过的标题"}
    listing.revisions.create(author=staff, status=RevisionStatus.APPROVED, **content)
    assert put(build_csv_table(build_import_row()))[0] == 0
    code, out, _ = put(build_csv_table(build_import_row(名称="周末洗碗工")))
    assert code == 1 and "本站工作人员改过这条" in out
    assert Listing.objects.get().title == "改过的标题"


def test_the_same_number_twice_in_a_file(put):
    code, out, _ = put(
        build_csv_table(build_import_row(), build_import_row(), build_import_row(名称="别的活"))
    )
    assert code == 1 and "新增 1" in out and "文件内重复 1，未收 1" in out
    assert "第 4 行：编号「n1」和第 2 行重复，内容不同" in out


def test_without_numbers_the_same_text_is_the_same_listing(put):
    mapping = MAPPING.replace('source_id = "编号"', "")
    put(build_csv_table(build_import_row(), build_import_row(名称="别的活")), mapping=mapping)
    code, out, _ = put(
        build_csv_table(build_import_row(钱="200元/天"), build_import_row(名称="别的活")),
        mapping=mapping,
    )
    assert code == 0 and "新增 0，更新 1，已有 1" in out
    assert Listing.objects.count() == 2


def test_numbers_of_another_source_are_other_listings(put):
    put(build_csv_table(build_import_row()))
    put(build_csv_table(build_import_row()), mapping=MAPPING.replace("街坊报", "邻里报"))
    assert Listing.objects.filter(source_id="n1").count() == 2


def test_a_row_the_database_refuses_spoils_no_other(put, monkeypatch):
    """Something no check of ours knows: the whole batch is undone, then each row stands alone."""
    monkeypatch.setitem(row_parser.READERS, "headcount", (int, 1))
    content = build_csv_table(
        build_import_row(人="1"),
        build_import_row(编号="n2", 人="0"),
        build_import_row(编号="n3", 人="5"),
    )
    code, out, _ = put(content)
    assert code == 1 and "第 3 行：数据库不收" in out and "新增 2" in out
    assert set(Listing.objects.values_list("source_id", flat=True)) == {"n1", "n3"}
    assert ListingRevision.objects.count() == ListingEvent.objects.count() == 2


def test_a_failure_in_the_middle_leaves_whole_batches_only(put, monkeypatch):
    insert, calls = writer._insert_by_copy, []

    def fail_at_the_events_of_the_second(objects):
        calls.append(objects)
        if len(calls) == 6:
            raise RuntimeError("power cut")
        insert(objects)

    monkeypatch.setattr(writer, "_insert_by_copy", fail_at_the_events_of_the_second)
    with pytest.raises(RuntimeError):
        put(build_csv_table(*(build_import_row(编号=f"n{n}") for n in range(5))), "--batch", "2")
    assert Listing.objects.count() == ListingRevision.objects.count() == 2
    assert ListingEvent.objects.count() == 2
