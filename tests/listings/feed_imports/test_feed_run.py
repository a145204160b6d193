"""Jobs of a feed become drafts by the feed's own number, through the same forms and gate, and never twice."""

import pytest
from django.utils import timezone

from accounts.models import Notice
from listings.bulk_upload import typed_submission
from listings.bulk_upload.resumable_runs import INTERRUPTED_AFTER
from listings.employer_desk.drafts import begin_edit, change_draft, discard_draft
from listings.feed_imports import feed_run
from listings.feed_imports.feed_reader import parse_job_feed
from listings.models import JobFeedItem, JobFeedRun, Listing, ListingDraft, ListingRevision
from listings.publication import submission as posting
from listings.publication.employer_status import move_employer_with_listings
from tests.listings.api_client import SCAM, make_owner
from tests.listings.feeds import build_feed_job, build_feed_xml, import_feed_content, json_list
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_employer(checks="LP")


@pytest.fixture
def feed(shop):
    return shop.job_feeds.create(
        author=make_owner(shop), name="招聘系统", no_fee_signed_at=timezone.now()
    )


@pytest.fixture
def careful_feed(shop):
    """Of an employer that submits by hand."""
    return shop.job_feeds.create(author=make_owner(shop, "careful"), name="别的系统")


def test_each_job_has_its_own_outcome(feed, shop, place):
    report = import_feed_content(
        feed,
        build_feed_xml(
            build_feed_job(),
            build_feed_job(referencenumber="A-2", title="人数写错", openings="-2"),
            build_feed_job(
                referencenumber="A-3", title="地区不明", state="", city="朝阳区", district=""
            ),
            build_feed_job(referencenumber="A-4", title="要押金", description=SCAM),
            build_feed_job(referencenumber="", title="没编号"),
        ),
    )
    assert report["A-1"] == ("published", "")
    assert report["A-2"][0] == "draft" and "人数：「-2」不是一个明确的数" in report["A-2"][1]
    assert report["A-3"][0] == "draft" and "北京朝阳区" in report["A-3"][1]
    assert report["A-4"][0] == "draft" and "没有通过检查" in report["A-4"][1]
    assert report[""][0] == "refused" and "没有编号" in report[""][1]
    listing = shop.listings.get(status="published")
    assert (listing.place, listing.headcount, listing.pay_max) == (place("jishou"), 4, 25)
    assert "alert" not in listing.duties and listing.contact_phone == "13800138000"
    assert ListingRevision.objects.get().no_fee_signed_at == feed.no_fee_signed_at
    notice = Notice.objects.get()
    assert notice.text == "已发布 1 条，已存草稿 3 条，未导入 1 条。"


def test_a_complete_job_waits_for_a_person_where_nobody_signed(careful_feed, shop):
    assert import_feed_content(careful_feed, build_feed_xml(build_feed_job())) == {
        "A-1": ("draft", "填全了，等人来提交。")
    }
    listing = shop.listings.get()
    assert (listing.status, listing.title) == ("draft", "商场周末派发试饮券")
    assert not ListingRevision.objects.exists()


def test_the_same_again_changes_nothing(feed, shop):
    import_feed_content(
        feed, build_feed_xml(build_feed_job(), build_feed_job(referencenumber="A-2", openings="-2"))
    )
    before = [*Listing.objects.order_by("pk").values()], [*ListingDraft.objects.values()]
    assert {
        o
        for o, _ in import_feed_content(
            feed, json_list(build_feed_job(), build_feed_job(referencenumber="A-2", openings="-2"))
        ).values()
    } == {"unchanged"}
    assert before == ([*Listing.objects.order_by("pk").values()], [*ListingDraft.objects.values()])
    assert Notice.objects.count() == 1, "nothing new, nothing told"
    twin = import_feed_content(
        feed, build_feed_xml(build_feed_job(), build_feed_job(referencenumber="B-1"))
    )
    assert twin["B-1"][0] == "draft" and "同一份工作" in twin["B-1"][1]
    assert shop.listings.filter(status="published").count() == 1


def test_a_change_is_an_edit_and_what_a_person_changed_stays(feed, shop, careful_feed):
    import_feed_content(feed, build_feed_xml(build_feed_job()))
    assert import_feed_content(feed, build_feed_xml(build_feed_job(openings="6")))["A-1"] == (
        "published",
        "",
    )
    assert shop.listings.get().headcount == 6, "an edit of the same listing"
    import_feed_content(careful_feed, build_feed_xml(build_feed_job(title="另一家店派发")))
    draft = ListingDraft.objects.get()
    draft.data |= {"headcount": ["9"], "work_hours": ["9:00–12:00"]}
    draft.save()
    changed = build_feed_job(
        title="另一家店派发", openings="7", requirements="能站四小时，会说方言。"
    )
    outcome, words = import_feed_content(careful_feed, build_feed_xml(changed))["A-1"]
    assert outcome == "kept" and "人数有人在网站上改过" in words
    data = ListingDraft.objects.get().data
    assert (data["headcount"], data["work_hours"]) == (["9"], ["9:00–12:00"])
    assert data["requirements"] == ["能站四小时，会说方言。"]


def list_draft_values(name):
    return ListingDraft.objects.get().data[name]


@pytest.mark.parametrize("is_author", [True, False])
def test_a_draft_that_a_person_has_begun_is_not_submitted_by_the_feed(feed, shop, is_author):
    import_feed_content(feed, build_feed_xml(build_feed_job()))
    listing = shop.listings.get()
    colleague = feed.author if is_author else make_owner(shop, "colleague")
    change_draft(listing, colleague, lambda _stored: {"duties": ["在商场一楼"]})
    for headcount in ("6", "7"):
        outcome, words = import_feed_content(
            feed, build_feed_xml(build_feed_job(openings=headcount))
        )["A-1"]
        assert outcome == "kept" and "等人来提交" in words
        assert list_draft_values("duties") == ["在商场一楼"]
        assert list_draft_values("headcount") == [headcount]
    listing.refresh_from_db()
    assert listing.headcount == 4 and "试饮券" in listing.duties


def test_an_edit_that_a_colleague_has_just_opened_stays_theirs(feed, shop):
    import_feed_content(feed, build_feed_xml(build_feed_job()))
    begin_edit(shop.listings.get(), make_owner(shop, "colleague"))
    report = import_feed_content(feed, build_feed_xml(build_feed_job(openings="6")))
    assert report["A-1"][0] == "kept" and list_draft_values("headcount") == ["6"]


def test_a_draft_that_the_feed_left_is_submitted_once_the_feed_is_right(feed, shop):
    """Of a new listing, then of an edit; also if another owner has taken the feed since."""
    import_feed_content(feed, build_feed_xml(build_feed_job(openings="-3")))
    feed.author = make_owner(shop, "heir")
    feed.save()
    for title in ("商场周末派发试饮券", "商场周末派发"):
        wrong = build_feed_job(title=title, openings="-2")
        assert import_feed_content(feed, build_feed_xml(wrong))["A-1"][0] == "draft"
        right = build_feed_xml(build_feed_job(title=title))
        assert import_feed_content(feed, right)["A-1"] == ("published", "")
    assert shop.listings.get().title == "商场周末派发"


def test_what_is_gone_is_marked_and_comes_back(feed, shop):
    two = [
        build_feed_job(),
        build_feed_job(referencenumber="A-2", title="收银员替班", category="收银员"),
    ]
    import_feed_content(feed, build_feed_xml(*two))
    report = import_feed_content(feed, build_feed_xml(two[0]))
    assert report["A-2"][0] == "gone" and "已发布" in report["A-2"][1]
    assert shop.listings.filter(status="published").count() == 2, "a person ends it"
    assert JobFeedItem.objects.get(key="A-2").gone_at
    assert "A-2" not in import_feed_content(feed, build_feed_xml(two[0])), "told once"
    assert import_feed_content(feed, build_feed_xml(*two))["A-2"][0] == "unchanged"
    assert JobFeedItem.objects.get(key="A-2").gone_at is None
    shop.listings.filter(title="收银员替班").update(status="removed")
    kept = import_feed_content(feed, build_feed_xml(two[0], two[1] | {"openings": "8"}))["A-2"]
    assert kept[0] == "kept" and "已下架" in kept[1]


def test_a_draft_that_a_person_deleted_is_not_made_again(careful_feed, shop):
    import_feed_content(careful_feed, build_feed_xml(build_feed_job()))
    assert discard_draft(shop.listings.get().pk)
    assert (
        "没有再建" in import_feed_content(careful_feed, build_feed_xml(build_feed_job()))["A-1"][1]
    )
    assert (
        "没有再建"
        in import_feed_content(careful_feed, build_feed_xml(build_feed_job(openings="7")))["A-1"][1]
    )
    assert (
        import_feed_content(careful_feed, build_feed_xml(build_feed_job(referencenumber="A-2")))[
            "A-1"
        ][0]
        == "gone"
    )
    assert shop.listings.count() == 1


def test_an_employer_that_may_not_post_and_an_author_who_left_post_nothing(feed, shop):
    move_employer_with_listings(shop.pk, "frozen", None, "核实投诉")
    assert "冻结" in import_feed_content(feed, build_feed_xml(build_feed_job()))["A-1"][1]
    shop.memberships.all().delete()
    owner = make_owner(shop, "owner who stayed")
    assert (
        "已经不在这家单位" in import_feed_content(feed, build_feed_xml(build_feed_job()))["A-1"][1]
    )
    assert not Listing.objects.exists()
    assert Notice.objects.filter(user=owner, title__contains="读完了").exists()


def test_what_was_cut_off_goes_on_and_a_fault_stays_alone(feed, shop, monkeypatch):
    jobs = [
        build_feed_job(referencenumber=f"A-{n}", title=f"第{n}条", streetaddress=f"{n} 号")
        for n in range(4)
    ]
    monkeypatch.setattr(feed_run, "CHUNK_ROWS", 2)
    real = feed_run._create_listing

    def failing(feed, job, *args):
        if job.key == "A-1":
            raise ZeroDivisionError
        return real(feed, job, *args)

    monkeypatch.setattr(feed_run, "_create_listing", failing)
    run = feed_run.begin_run(feed, parse_job_feed(build_feed_xml(*jobs)), is_upload=False)
    feed_run.process_run(run.pk, seconds=0)
    assert feed_run.continue_interrupted_runs() == 0, "it may be at work still"
    JobFeedRun.objects.update(created_at=timezone.now() - INTERRUPTED_AFTER * 2)
    assert feed_run.continue_interrupted_runs() == 1
    run.refresh_from_db()
    assert run.rows == [] and run.finished_at
    assert [entry[3] for entry in run.report] == ["published", "refused", "published", "published"]
    assert feed_run.continue_interrupted_runs() == 0


def test_a_reading_that_was_cut_off_does_not_go_on_after_a_newer_one(feed, shop):
    wrong = [build_feed_job(openings="9"), build_feed_job(referencenumber="A-2", title="传错的")]
    cut_off = feed_run.begin_run(feed, parse_job_feed(build_feed_xml(*wrong)), is_upload=True)
    import_feed_content(feed, build_feed_xml(build_feed_job(openings="6")))
    feed_run.process_run(cut_off.pk)
    assert [row.headcount for row in shop.listings.all()] == [6], "neither taken back nor made anew"
    cut_off.refresh_from_db()
    assert cut_off.finished_at and cut_off.rows == []
    assert JobFeedItem.objects.get().gone_at is None


def test_a_change_leaves_what_the_page_saved_at_the_same_moment(careful_feed, shop, save_meanwhile):
    import_feed_content(careful_feed, build_feed_xml(build_feed_job()))
    save_meanwhile(photos=[7], work_hours="9:00–12:00")
    import_feed_content(careful_feed, build_feed_xml(build_feed_job(openings="7")))
    draft = ListingDraft.objects.get()
    assert (draft.photos, draft.data["work_hours"]) == ([7], ["9:00–12:00"])
    assert draft.data["headcount"] == ["7"]


def test_the_photos_of_a_listing_stay_when_the_feed_changes_it(feed, shop):
    import_feed_content(feed, build_feed_xml(build_feed_job()))
    shop.listings.update(photos=[7])
    import_feed_content(feed, build_feed_xml(build_feed_job(openings="6")))
    assert (shop.listings.get().headcount, shop.listings.get().photos) == (6, [7])


def test_what_the_quota_stopped_is_submitted_once_there_is_room(feed, shop, monkeypatch):
    jobs = [
        build_feed_job(
            referencenumber=f"A-{number}", title=title, streetaddress=f"人民路 {number} 号"
        )
        for number, title in enumerate(("派发试饮券", "商场试吃员", "超市理货员", "书店店员"), 1)
    ]
    content = build_feed_xml(*jobs)
    full = "今天的名额用完了。"

    def refuse_all(_employer, _listing):
        raise posting.SubmissionRefused(full)

    with monkeypatch.context() as patch:
        patch.setattr(typed_submission, "require_quota", refuse_all)
        for _reading in range(2):
            report = import_feed_content(feed, content)
            assert {outcome for outcome, _words in report.values()} == {"draft"}
            assert all(words.startswith(full) for _outcome, words in report.values())
    by_hand = JobFeedItem.objects.get(key="A-2").listing
    change_draft(by_hand, feed.author, lambda _stored: {"title": ["商场试吃员（晚班）"]})
    elsewhere = JobFeedItem.objects.get(key="A-3").listing
    Listing.objects.filter(pk=elsewhere.pk).update(status="withdrawn")
    report = import_feed_content(feed, content)
    assert report["A-1"] == report["A-4"] == ("published", "")
    assert report["A-2"] == report["A-3"] == ("unchanged", ""), "a person has taken them up"
    assert not shop.listings.filter(status="pending").exists()
    assert {outcome for outcome, _words in import_feed_content(feed, content).values()} == {
        "unchanged"
    }
