"""The very same table again: what stands is not made anew, what was refused or taken back is tried again."""

import pytest

from listings.bulk_upload import upload_run
from listings.imports.record_source import Record
from listings.models import BulkUpload
from listings.publication import submission as posting
from listings.publication.transitions import move_listing
from tests.answers import read_body
from tests.listings.feeds import build_feed_job, build_feed_xml, import_feed_content
from tests.listings.uploads import (
    build_row,
    csv_file,
    list_upload_outcomes,
    post_spreadsheet,
    sign_in_member,
)
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = "早班分拣", "中班分拣", "晚班分拣"


def build_table(*titles):
    return csv_file(*(build_row(标题=title) for title in titles))


@pytest.fixture
def shop():
    return make_employer(checks="LP")


@pytest.fixture
def owner(client, shop):
    return sign_in_member(client, shop, "owner")


def test_a_line_whose_listing_was_withdrawn_is_published_again(owner, shop):
    post_spreadsheet(owner, build_table(FIRST, SECOND))
    kept = shop.listings.get(title=FIRST)
    move_listing(shop.listings.get(title=SECOND).pk, "withdrawn", None)
    answer = post_spreadsheet(owner, build_table(FIRST, SECOND))
    assert list_upload_outcomes() == [(2, "published"), (3, "published")]
    assert BulkUpload.objects.get().report[0][4] == kept.pk
    assert sorted(shop.listings.filter(title=SECOND).values_list("status", flat=True)) == [
        "published",
        "withdrawn",
    ]
    assert "没成的和撤回的 1 行又传了一遍" in read_body(owner.get(answer.url))
    assert "没有再建；下面是" in read_body(
        owner.get(post_spreadsheet(owner, build_table(FIRST, SECOND)).url)
    )
    assert shop.listings.count() == 3
    notices = shop.memberships.get().user.notices.filter(title__endswith="处理完了")
    assert notices.count() == 2


def test_a_line_that_an_error_stopped_is_tried_again(owner, shop, monkeypatch):
    def fail(*_args, **_more):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(posting, "submit_text", fail)
        post_spreadsheet(owner, build_table(FIRST, SECOND))
    assert list_upload_outcomes() == [(2, "refused"), (3, "refused")]
    post_spreadsheet(owner, build_table(FIRST, SECOND))
    assert list_upload_outcomes() == [(2, "published"), (3, "published")]


def test_what_was_left_of_somebody_who_is_gone_is_done_for_a_colleague(owner, shop, client):
    colleague = sign_in_member(type(client)(), shop, "recruiter")
    membership = shop.memberships.get(role="owner")
    lines = [Record(2, {"title": "缺很多"})]
    upload, _is_new = upload_run.begin_upload(shop, membership.user, "x.csv", lines)
    membership.delete()
    upload_run.process_upload(upload.pk)
    assert list_upload_outcomes() == [(2, "refused")]
    post_spreadsheet(colleague, csv_file({"标题": "缺很多"}))
    assert list_upload_outcomes() == [(2, "draft")]
    assert BulkUpload.objects.get().author.email == "recruiter@example.com"


def test_a_line_stays_known_by_its_newest_listing(owner, shop):
    for titles in ([FIRST], [FIRST, SECOND]):
        post_spreadsheet(owner, build_table(*titles))
    move_listing(shop.listings.get(title=FIRST).pk, "withdrawn", None)
    post_spreadsheet(owner, build_table(FIRST))
    post_spreadsheet(owner, build_table(FIRST, SECOND, THIRD))
    assert list_upload_outcomes() == [(2, "known"), (3, "known"), (4, "published")]


def test_an_example_is_not_tried_again(owner, shop):
    for _ in range(2):
        answer = post_spreadsheet(owner, csv_file(build_row(标题="示例：派发")))
    assert "没有再建；下面是" in read_body(owner.get(answer.url))


def test_tables_and_feeds_leave_no_more_drafts_than_the_operator_allows(owner, shop, monkeypatch):
    monkeypatch.setattr("listings.publication.posting_quota.MAX_FILE_DRAFTS", 1)
    post_spreadsheet(owner, csv_file(build_row(人数=""), build_row(标题="缺人数", 人数="")))
    assert list_upload_outcomes() == [(2, "draft"), (3, "refused")]
    assert "草稿已经有 1 条" in BulkUpload.objects.get().report[1][3]
    feed = shop.job_feeds.create(author=shop.memberships.get().user, name="招聘系统")
    outcome, words = import_feed_content(feed, build_feed_xml(build_feed_job()))["A-1"]
    assert outcome == "refused" and "草稿已经有 1 条" in words


def test_drafts_that_people_began_take_no_room_of_tables_and_feeds(owner, shop, monkeypatch):
    monkeypatch.setattr("listings.publication.posting_quota.MAX_FILE_DRAFTS", 2)
    posting.create_listing_with_draft(shop, shop.memberships.get().user, {"title": ["自己写的"]})
    post_spreadsheet(owner, csv_file(build_row(人数="")))
    feed = shop.job_feeds.create(author=shop.memberships.get().user, name="招聘系统")
    jobs = [build_feed_job(referencenumber=key, title="") for key in ("A-1", "A-2")]
    results = import_feed_content(feed, build_feed_xml(*jobs))
    assert list_upload_outcomes() == [(2, "draft")]
    assert [results[key][0] for key in ("A-1", "A-2")] == ["draft", "refused"]


def test_the_report_leads_to_no_draft_that_was_deleted_since(owner, shop):
    report = post_spreadsheet(owner, csv_file(build_row(结算=""))).url
    link = f"/employer/listings/{shop.listings.get().pk}/"
    assert link in read_body(owner.get(report))
    shop.listings.all().delete()
    page = read_body(owner.get(report))
    assert link not in page and "后来删掉了" in page


def test_the_report_leads_to_the_form_of_a_draft_and_to_what_was_submitted_since(owner, shop):
    report = post_spreadsheet(owner, csv_file(build_row(结算=""))).url
    page, link = read_body(owner.get(report)), f"/employer/listings/{shop.listings.get().pk}/"
    assert f'href="{link}draft/"' in page and "旧草稿要自己删掉" in page
    shop.listings.update(status="pending")
    page = read_body(owner.get(report))
    assert f'href="{link}"' in page and "后来提交了，现在是「待审核」" in page
    assert "继续填写" not in page and "旧草稿" not in page
