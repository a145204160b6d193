"""Texts judged in one batch come out as if each had been judged alone, one after the other."""

from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from listings.choices import ListingStatus
from listings.copies.fingerprints import store_fingerprints
from listings.imports import imported_review
from listings.imports.imported_review import judge_imported
from listings.models import Listing, ListingEvent, ListingRevision, RevisionAssessment
from listings.publication import bulk_transitions, gate
from listings.publication.transitions import move_listing
from screening.contacts.extraction import parse_contact_field
from screening.contacts.known_contacts import learn_contacts
from tests.at_once import at_once, has_to_wait
from tests.daily_tests import mark_each
from tests.listings.importing import build_csv_table, build_import_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted")]

KNOWN_PHONE = "13812345678"
TEXTS = (
    "把早上到的牛奶和面包搬进冷柜，按日期前后摆好，过期的挑出来放进蓝色筐子，客人问路就带他们走到货架前面。",
    "晚上在图书馆门口帮忙登记还书，按编号插回原来的位置，遇到破损的先夹好纸条，闭馆前把桌椅摆正再关窗户。",
    "婚宴开席前摆碗筷和酒杯，上菜时报菜名，客人走了以后收台、分类倒剩菜，最后把椅套拆下来数清楚装袋。",
    "周末到社区活动室看小朋友画画，发纸笔、洗调色盘，下课前把作品夹到绳子上，等家长来了再一个个交接。",
)
ENDINGS = (
    *[""] * 5,
    "中午管一顿饭。",
    "入职先交服装费200元。",
    "加薇信 abc12345 详聊。",
    f"有意的打{KNOWN_PHONE}。",
)
PLACES = (
    "湖南省 - 吉首市",
    "湖南省 - 吉首市",
    "湖南省 - 长沙市",
    "北京市",
    "广东省 - 深圳市",
    "没有这个地方",
)
PAYS = ("150元/天", "22元/时", "900元/天", "3元/时", "面议")


@pytest.fixture
def removed_text(put):
    """The first text stood in a listing that was removed for fraud, with the phone."""
    put(build_csv_table(build_import_row(编号="removed", 说明=TEXTS[0], 公司="老街坊")))
    judge_imported()
    listing = Listing.objects.get()
    move_listing(listing.pk, ListingStatus.REMOVED_FRAUD, None, "骗人", "upfront_fee")
    learn_contacts([parse_contact_field("phone", KNOWN_PHONE)], "upfront_fee", listing.pk)


def write_rows(random, numbers, endings=ENDINGS):
    """Copies of a few texts, with what is refused, what waits, and rows that cannot be read."""
    return build_csv_table(
        *(
            build_import_row(
                编号=f"n{number}",
                名称=random.choice(("早班理货员", "晚班管理员", "宴会服务员")),
                地点=random.choice(PLACES),
                钱=random.choice(PAYS),
                人=random.choice((*["2人"] * 9, "3-4名")),
                说明=f"{number}号：{random.choice(TEXTS)}{random.choice(endings)}",
                公司=random.choice(("甲店", "乙店", "丙店", "加微信 abc12345")),
            )
            for number in numbers
        )
    )


def describe_listings():
    """Return all that is stored of each listing, by its number at the source, without ids and times."""
    listings = Listing.objects.select_related("fingerprint", "search_row", "card")
    return {listing.source_id: describe_listing(listing) for listing in listings.order_by("pk")}


def describe_listing(listing):
    texts = {text.pk: number for number, text in enumerate(listing.revisions.order_by("pk"))}
    columns = "outcome reasons signals score level fraud_type shadow engine"
    kept = "made_of sketch bands removed"
    return {
        "listing": [
            listing.get_content(),
            listing.status,
            listing.fraud_type,
            listing.company_text,
        ],
        "texts": list(listing.revisions.order_by("pk").values_list("status", "duties")),
        "assessments": list(
            RevisionAssessment.objects.filter(revision__listing=listing)
            .order_by("revision_id")
            .values(*columns.split())
        ),
        "events": [
            (event.action, event.before, event.after, event.reason, texts.get(event.revision_id))
            for event in listing.events.order_by("pk")
        ],
        "fingerprint": [str(getattr(listing.fingerprint, name)) for name in kept.split()],
        "contacts": sorted(listing.contact_hashes.values_list("digest", flat=True)),
        "search_row": str(vars(listing.search_row) | {"_state": "", "listing_id": 0})
        if hasattr(listing, "search_row")
        else "",
        "card": listing.card.html.replace(str(listing.pk), "") if hasattr(listing, "card") else "",
    }


def judge_and_undo(monkeypatch, size):
    """Return how many were judged in batches of this size, and what became of the listings."""
    with transaction.atomic():
        # So that the first finds its copies among those behind it, as in a batch.
        store_fingerprints(Listing.objects.values_list("pk", flat=True))
        with monkeypatch.context() as patch:
            patch.setattr(imported_review, "LISTINGS_PER_REVIEW", size)
            judged = judge_imported()
        described = describe_listings()
        transaction.set_rollback(True)
    return judged, described


@pytest.mark.parametrize("seed", mark_each(2, [4, 8]))
def test_a_batch_gives_each_text_what_it_would_get_alone(put, removed_text, monkeypatch, seed):
    random = Random(seed)
    put(write_rows(random, range(35)))
    alone = judge_and_undo(monkeypatch, 1)
    assert judge_and_undo(monkeypatch, 100) == alone
    assert judge_and_undo(monkeypatch, 7) == alone
    signals = {s["code"] for d in alone[1].values() for a in d["assessments"] for s in a["signals"]}
    assert {"distribution.removed", "distribution.spread", "known_contacts.phone"} <= signals
    statuses = {described["listing"][1] for described in alone[1].values()}
    assert {"published", "pending", "rejected"} <= statuses
    # Changed texts of what is public by now, beside new ones. What was rejected stays so.
    judge_imported()
    put(write_rows(random, range(50), ENDINGS[3:]))
    alone = judge_and_undo(monkeypatch, 1)
    assert judge_and_undo(monkeypatch, 100) == alone
    actions = {event[0] for described in alone[1].values() for event in described["events"]}
    assert {"approve_edit", "refuse_edit", "publish", "rejected", "import_update"} <= actions


def test_a_refused_edit_is_compared_by_its_public_text_again(put):
    """The copies of the next text in the batch stand where they stood before the edit."""
    put(build_csv_table(*(build_import_row(编号=f"n{n}", 说明=TEXTS[n]) for n in (0, 1))))
    judge_imported()
    put(
        build_csv_table(
            build_import_row(编号="n0", 说明=f"{TEXTS[2]}{ENDINGS[6]}"),
            build_import_row(编号="n1", 说明=f"{TEXTS[0]}中午管一顿饭。", 公司="乙店"),
        )
    )
    counted = []
    count = gate.CopyCounts.count_copies
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            gate.CopyCounts, "count_copies", lambda *a: counted.append(count(*a)) or counted[-1]
        )
        assert judge_imported() == 2
    assert [spread.listings for spread in counted] == [0, 1]


def count_reads(caught):
    """Without those of the table that each process reads about once a second."""
    return sum("listings_hourlyminimum" not in query["sql"] for query in caught)


def test_more_texts_take_no_more_queries(put, removed_text):
    def count_queries(first, last):
        random = Random(last)
        texts = [f"{TEXTS[number % 4]}{ENDINGS[5 + number % 3]}" for number in range(first, last)]
        cells = [
            build_import_row(编号=f"n{number}", 说明=text, 名称=random.choice(("理货员", "服务员")))
            for number, text in zip(range(first, last), texts, strict=True)
        ]
        with CaptureQueriesContext(connection) as imported:
            put(build_csv_table(*cells))
        with CaptureQueriesContext(connection) as judged:
            assert judge_imported() == last - first
        return count_reads(imported), count_reads(judged)

    few = count_queries(0, 12)
    assert count_queries(100, 148) == few
    statuses = Listing.objects.filter(source_id__startswith="n").values_list("status", flat=True)
    assert set(statuses) == {"published", "pending", "rejected"}
    assert few[1] <= 45


def test_changed_texts_take_no_more_queries(put):
    def count_queries(numbers, text):
        cells = [
            build_import_row(编号=f"n{number}", 说明=f"{number}号：{text}") for number in numbers
        ]
        with CaptureQueriesContext(connection) as imported:
            put(build_csv_table(*cells))
        with CaptureQueriesContext(connection) as judged:
            assert judge_imported() == len(numbers)
        return count_reads(imported), count_reads(judged)

    count_queries(range(60), TEXTS[0])
    few = count_queries(range(3), TEXTS[1])
    assert count_queries(range(10, 50), TEXTS[1]) == few
    assert ListingEvent.objects.filter(action="approve_edit").count() == 43


@pytest.mark.parametrize("step", ["copy_revision_texts", "refresh_search_rows"])
def test_a_batch_that_is_killed_leaves_nothing_half_done(put, monkeypatch, step):
    put(build_csv_table(*(build_import_row(编号=f"n{n}", 说明=TEXTS[n % 4]) for n in range(6))))
    whole = judge_and_undo(monkeypatch, 100)
    before = describe_waiting()

    def end_process(*_given):
        raise SystemExit(1)

    with monkeypatch.context() as patch:
        patch.setattr(bulk_transitions, step, end_process)
        with pytest.raises(SystemExit):
            judge_imported()
    assert describe_waiting() == before
    assert judge_and_undo(monkeypatch, 100) == whole


def describe_waiting():
    return (
        list(Listing.objects.order_by("pk").values_list("status", "updated_at")),
        list(ListingRevision.objects.order_by("pk").values_list("status", flat=True)),
        ListingEvent.objects.count(),
        RevisionAssessment.objects.count(),
    )


def test_two_that_judge_at_once_judge_each_text_once(committed, put):
    put(build_csv_table(*(build_import_row(编号=f"n{n}", 说明=TEXTS[n % 4]) for n in range(8))))
    assert sum(at_once(judge_imported, judge_imported)) == 8
    assert RevisionAssessment.objects.count() == 8
    assert ListingEvent.objects.filter(action="publish").count() == 8


def test_who_has_one_of_the_listings_comes_first(committed, put):
    put(
        build_csv_table(
            build_import_row(说明=f"{TEXTS[0]}加薇信 abc12345。"), build_import_row(编号="n2")
        )
    )
    store_fingerprints(Listing.objects.values_list("pk", flat=True))  # writing them would wait, too
    with transaction.atomic():
        Listing.objects.select_for_update().get(source_id="n1")
        assert has_to_wait(judge_imported)
    assert judge_imported() == 2


def test_the_database_refuses_one_text_and_the_others_are_decided(put, monkeypatch, caplog):
    put(build_csv_table(*(build_import_row(编号=f"n{n}", 说明=TEXTS[n % 4]) for n in range(5))))
    mark = bulk_transitions.mark_published

    def mark_without_date(listing, at=None):
        mark(listing, at)
        if listing.source_id == "n3":
            Listing.objects.filter(pk=listing.pk).update(headcount=0)  # no row may say so

    monkeypatch.setattr(bulk_transitions, "mark_published", mark_without_date)
    assert judge_imported() == 5
    statuses = dict(Listing.objects.values_list("source_id", "status"))
    assert statuses == {f"n{n}": "published" for n in range(5)} | {"n3": "pending"}
    assert caplog.text.count("imported text") == 1
