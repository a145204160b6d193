"""Bulk upload: each line becomes what it would have become by hand, once, whatever its neighbours are."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.html import escape
from openpyxl import load_workbook

from accounts.models import EmployerStatus
from listings.bulk_upload import upload_run, views
from listings.bulk_upload.columns import SPREADSHEET_FIELDS
from listings.bulk_upload.views import CHOOSE_AGAIN_MESSAGE
from listings.imports.record_source import Record
from listings.models import BulkUpload, Listing, ListingDraft, ListingRevision
from listings.publication import (
    submission as posting,
)
from listings.publication.employer_status import move_employer_with_listings
from listings.publication.posting_quota import QUOTAS_BY_LEVEL, PostingQuota
from listings.publication.transitions import move_listing
from tests.answers import read_body
from tests.listings.uploads import (
    PAGE,
    build_row,
    build_xlsx,
    csv_file,
    list_upload_outcomes,
    post_spreadsheet,
    sign_in_member,
)
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
CLEAR_PLACES = """
北京朝阳区|湖南省 - 湘西州 - 吉首市|昆山市|龙山县|吉首市凤凰路 8 号|吉首大学|<b>吉首市</b>
""".strip().split("|")


@pytest.fixture
def shop():
    return make_employer(checks="LP")


@pytest.fixture
def owner(client, shop):
    return sign_in_member(client, shop, "owner")


def test_a_whole_line_is_published_as_it_would_be_by_hand(owner, shop, place):
    response = post_spreadsheet(owner, build_xlsx(build_row()))
    upload = BulkUpload.objects.get()
    assert response.url == f"{PAGE}{upload.pk}/"
    assert list_upload_outcomes() == [(2, "published")]
    listing = shop.listings.get()
    assert (listing.status, listing.place, listing.category) == (
        "published",
        place("jishou"),
        "flyer",
    )
    assert (listing.pay_min, listing.pay_max, listing.pay_unit) == (22, 25, "hour")
    assert (listing.headcount, listing.slot_words) == (4, "周六、周日 全天")
    assert listing.contact_phone == "13800138000"
    revision = ListingRevision.objects.get()
    assert (
        revision.no_fee_signed_at == upload.created_at and revision.assessment.outcome == "publish"
    )
    assert revision.author.email == "owner@example.com"
    assert not ListingDraft.objects.exists()
    page = read_body(owner.get(response.url))
    assert "第 2 行" in page and "已发布" in page and f"/employer/listings/{listing.pk}/" in page


def test_each_line_has_its_own_outcome(owner, shop):
    fee = build_row(标题="入职交押金", 做什么="先交 200 元押金，发完传单再退。")
    file = build_xlsx(
        build_row(标题="示例：派发"),
        build_row(标题="缺的", 结算="", 有效到=""),
        build_row(标题="认不出的", 时段="看心情", 报酬="很多", 类别="宇航员"),
        fee,
        build_row(标题="写了男士优先", 要求="限男性，能站立。"),
        build_row(标题="=HYPERLINK(1)"),
        build_row(),
    )
    response = post_spreadsheet(owner, file)
    assert [outcome for _, outcome in list_upload_outcomes()] == [
        "skipped",
        "draft",
        "draft",
        "draft",
        "waiting",
        "refused",
        "published",
    ]
    page = read_body(owner.get(response.url))
    assert "结算：请选多久结一次" in page and "有效到：请填招到哪一天" in page
    assert (
        "时段：「看心情」认不出来" in page
        and "报酬：请填数字" in page
        and "类别：「宇航员」不知道是哪一项" in page
    )
    assert "没有通过检查" in page and "粘贴为数值" in page
    assert set(shop.listings.values_list("status", flat=True)) == {"draft", "pending", "published"}


def test_the_venue_is_a_column_and_other_words_stay_with_their_reason(owner, shop):
    response = post_spreadsheet(
        owner,
        build_xlsx(
            build_row(标题="网管", 场所="网吧·电竞馆"),
            build_row(标题="传菜", 场所=""),
            build_row(标题="看店", 场所="麻将馆"),
            build_row(标题="保洁", 场所="写字楼"),
        ),
    )
    assert [outcome for _, outcome in list_upload_outcomes()] == [*["published"] * 3, "draft"]
    assert "场所：「写字楼」不知道是哪一项，可以写：普通场所" in read_body(owner.get(response.url))
    venues = dict(shop.listings.values_list("title", "venue"))
    assert venues == {"网管": "net_cafe", "传菜": "", "看店": "card_room", "保洁": ""}


def test_columns_that_are_not_read_are_named(owner, shop):
    response = post_spreadsheet(owner, build_xlsx(build_row(备注="周末", 线上线下="线上")))
    assert "没有读：「备注」、「线上线下」。" in read_body(owner.get(response.url))
    again = post_spreadsheet(owner, build_xlsx(build_row()))
    assert "没有读" not in read_body(owner.get(again.url))


def test_what_stays_a_draft_is_gone_on_with_as_typed(owner, shop):
    post_spreadsheet(owner, build_xlsx(build_row(结算="")))
    listing = shop.listings.get()
    assert (listing.status, listing.title) == ("draft", "商场周末派发试饮券")
    page = read_body(owner.get(f"/employer/listings/{listing.pk}/draft/"))
    assert "商场周末派发试饮券" in page and "能连续站立四小时" in page and 'value="22"' in page


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_csv_in_the_encodings_people_have(owner, shop, encoding):
    post_spreadsheet(owner, csv_file(build_row(), encoding=encoding))
    assert list_upload_outcomes() == [(2, "published")]
    assert shop.listings.get().title == "商场周末派发试饮券"


def test_the_template_is_read_back(owner, shop):
    response = owner.get(f"{PAGE}template/")
    assert response["Content-Disposition"].startswith("attachment")
    book = load_workbook(io.BytesIO(b"".join(response)))
    assert book.sheetnames == ["兼职", "填写说明"]
    sheet = book["兼职"]
    assert [cell.value for cell in sheet[1]] == [
        field.label for field in SPREADSHEET_FIELDS.values()
    ]
    for number, cell in enumerate(sheet[2], 1):
        sheet.cell(3, number, cell.value)
    sheet["A3"] = "照着示例填的一行"
    file = io.BytesIO()
    book.save(file)
    post_spreadsheet(owner, SimpleUploadedFile("填好的.xlsx", file.getvalue()))
    assert list_upload_outcomes() == [(2, "skipped"), (3, "published")]


def test_dates_and_numbers_of_excel_are_read(owner, shop, today):
    until = today + datetime.timedelta(10)
    post_spreadsheet(
        owner,
        build_xlsx(build_row(有效到=datetime.datetime.combine(until, datetime.time()), 人数=3.0)),
    )
    listing = shop.listings.get()
    assert (listing.valid_through, listing.headcount) == (until, 3)


def test_the_same_file_again_makes_nothing_anew(owner, shop):
    first = post_spreadsheet(owner, build_xlsx(build_row()))
    again = post_spreadsheet(owner, build_xlsx(build_row()))
    assert again.url == first.url
    assert "以前传过" in read_body(owner.get(again.url))
    assert Listing.objects.count() == 1 and BulkUpload.objects.count() == 1


def test_a_line_that_came_before_in_another_file_is_not_made_again(owner, shop):
    post_spreadsheet(owner, build_xlsx(build_row()))
    post_spreadsheet(
        owner, csv_file(build_row(标题="另一条"), build_row(), build_row(标题="另一条"))
    )
    assert list_upload_outcomes() == [(2, "published"), (3, "known"), (4, "known")]
    assert shop.listings.count() == 2
    listing = shop.listings.get(title="商场周末派发试饮券")
    move_listing(listing.pk, "withdrawn", None)
    post_spreadsheet(owner, csv_file(build_row(), build_row(标题="第三条")))
    assert list_upload_outcomes() == [(2, "published"), (3, "published")], (
        "what was withdrawn may come again"
    )


def test_another_employer_may_send_the_same(owner, shop, client):
    post_spreadsheet(owner, build_xlsx(build_row()))
    other = make_employer()
    post_spreadsheet(sign_in_member(client, other, "another"), build_xlsx(build_row()))
    assert (shop.listings.count(), other.listings.count()) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "values"),
    [
        ({"学历": "本科及以上"}, {"education": "bachelor"}),
        ({"场所": "麻将馆"}, {"venue": "card_room"}),
        ({"报酬": "日薪150元"}, {"pay_min": 150, "pay_max": 150, "pay_unit": "day"}),
        ({"报酬": "每小时22到25块钱"}, {"pay_min": 22, "pay_max": 25, "pay_unit": "hour"}),
        ({"时段": "周六、周日上午；周五晚上"}, {"slot_words": "周五 晚上；周六、周日 上午"}),
    ],
)
def test_what_means_one_thing_is_read(owner, shop, fields, values):
    post_spreadsheet(owner, build_xlsx(build_row(**fields)))
    listing = shop.listings.get()
    assert {name: getattr(listing, name) for name in values} == values


def test_a_day_with_the_midnight_of_a_spreadsheet_is_that_day(owner, shop):
    day = timezone.localdate() + datetime.timedelta(9)
    post_spreadsheet(owner, build_xlsx(build_row(开始日期=f"{day} 00:00:00")))
    assert shop.listings.get().start_date == day


def test_a_place_that_is_clear_is_read(owner, shop):
    post_spreadsheet(owner, build_xlsx(*(build_row(标题=text, 地区=text) for text in CLEAR_PLACES)))
    report = BulkUpload.objects.get().report
    assert [entry[3] for entry in report if "地区" in entry[3]] == []
    assert len(report) == len(CLEAR_PLACES)


def test_all_faults_of_a_line_are_told_at_once_with_the_quota(owner, shop, monkeypatch):
    monkeypatch.setitem(QUOTAS_BY_LEVEL, "identity", PostingQuota(1, 1, "明天再发。"))
    fee = build_row(
        标题="入职交押金", 人数="-2", 结算="", 做什么="先交 200 元押金，发完传单再退。", 要求="只要女生",
    )  # fmt: skip
    post_spreadsheet(owner, build_xlsx(build_row(), fee))
    reasons = BulkUpload.objects.get().report[1][3]
    lines = reasons.splitlines()
    columns = [line.partition("：")[0] for line in lines]
    assert columns[:2] == ["人数", "结算"], "in the order of the columns"
    assert "已经满了" in lines[-2] and lines[-1].startswith("要求：要由审核员看：写了性别要求")
    checked = lines[2:-2]
    assert checked[0].startswith(("标题：没有通过检查：", "做什么：没有通过检查："))
    assert all(line.startswith(("标题：", "做什么：")) for line in checked), checked
    page = owner.get(f"{PAGE}{BulkUpload.objects.get().pk}/").content.decode()
    assert all(f'<p class="muted">{escape(line)}</p>' in page for line in lines), "one a line"


def test_the_quota_holds_in_the_order_of_the_lines(owner, shop, monkeypatch):
    monkeypatch.setitem(QUOTAS_BY_LEVEL, "identity", PostingQuota(2, 2, "明天再发。"))
    post_spreadsheet(owner, build_xlsx(*(build_row(标题=f"第{n}条") for n in range(4))))
    assert [outcome for _, outcome in list_upload_outcomes()] == [
        "published",
        "published",
        "draft",
        "draft",
    ]
    published = shop.listings.filter(status="published").order_by("pk")
    assert [listing.title for listing in published] == ["第0条", "第1条"]
    assert "已经满了" in BulkUpload.objects.get().report[2][3]


def test_an_employer_not_verified_waits_in_the_queue(client):
    shop = make_employer(status=EmployerStatus.PENDING, checks="")
    post_spreadsheet(sign_in_member(client, shop, "owner"), build_xlsx(build_row()))
    assert list_upload_outcomes() == [(2, "waiting")]


def test_a_closed_employer_uploads_nothing(owner, shop):
    move_employer_with_listings(shop.pk, EmployerStatus.FROZEN, None, "核实投诉")
    response = post_spreadsheet(owner, build_xlsx(build_row()))
    assert '现在不能上传。原因和怎么办写在<a href="/employer/">' in read_body(response)
    assert "看原因" in read_body(owner.get("/employer/"))
    assert not BulkUpload.objects.exists() and not Listing.objects.exists()


def test_without_the_declaration_nothing_is_taken(owner):
    response = owner.post(PAGE, {"file": build_xlsx(build_row())})
    assert "请先确认不收费" in read_body(response) and CHOOSE_AGAIN_MESSAGE in read_body(response)
    assert not BulkUpload.objects.exists()
    without_file = read_body(owner.post(PAGE, {"no_fee": "on"}))
    assert "还没有选文件" in without_file and CHOOSE_AGAIN_MESSAGE not in without_file


def test_a_fault_of_one_line_does_not_stop_the_others(owner, shop, monkeypatch):
    submit = posting.submit_text

    def failing(listing, content, *args, **kwargs):
        if content["title"] == "坏的":
            raise ZeroDivisionError
        return submit(listing, content, *args, **kwargs)

    monkeypatch.setattr(posting, "submit_text", failing)
    post_spreadsheet(
        owner, build_xlsx(build_row(标题="好的"), build_row(标题="坏的"), build_row(标题="也好的"))
    )
    assert [outcome for _, outcome in list_upload_outcomes()] == [
        "published",
        "refused",
        "published",
    ]
    assert shop.listings.count() == 2, "of the bad one nothing is left"


def test_what_was_cut_off_is_gone_on_with_where_it_stopped(owner, shop, monkeypatch):
    monkeypatch.setattr(upload_run, "CHUNK_ROWS", 2)
    monkeypatch.setattr(views, "REQUEST_SECONDS", 0)
    response = post_spreadsheet(owner, build_xlsx(*(build_row(标题=f"第{n}条") for n in range(3))))
    assert list_upload_outcomes() == []
    page = read_body(owner.get(response.url))
    assert "还有 3 行没有处理完" in page and f"{response.url}go-on/" in page
    monkeypatch.setattr(views, "REQUEST_SECONDS", 8)
    for _ in range(2):
        assert owner.post(f"{response.url}go-on/").url == response.url
    assert list_upload_outcomes() == [(2, "published"), (3, "published"), (4, "published")]
    assert shop.listings.count() == 3


def test_the_clock_finishes_what_nobody_goes_on_with(owner, shop):
    lines = [Record(2, {"title": "缺很多"})]
    author = shop.memberships.get().user
    upload, _ = upload_run.begin_upload(shop, author, "x.xlsx", lines)
    assert upload_run.continue_interrupted_uploads() == 0, "its request may be at it still"
    BulkUpload.objects.update(created_at=timezone.now() - datetime.timedelta(minutes=3))
    assert upload_run.continue_interrupted_uploads() == 1
    upload.refresh_from_db()
    assert upload.rows == [] and upload.report[0][2] == "draft"


def test_one_notice_tells_of_the_whole_table(owner, shop):
    """Not one a line: two hundred would bury what else is in the inbox."""
    post_spreadsheet(
        owner,
        build_xlsx(
            *(build_row(标题=f"第{n}条") for n in range(3)), build_row(标题="缺人数", 人数="")
        ),
    )
    notice = shop.memberships.get().user.notices.get()
    assert notice.text == "已发布 3 条，已存草稿 1 条。"
    assert notice.address == f"/employer/upload/{BulkUpload.objects.get().pk}/"


def test_somebody_who_left_the_employer_posts_nothing_more(owner, shop):
    author = make_person("left")
    upload, _ = upload_run.begin_upload(shop, author, "x.xlsx", [Record(2, {"title": "派发"})])
    upload_run.process_upload(upload.pk)
    assert list_upload_outcomes() == [(2, "refused")] and not Listing.objects.exists()
    (notice,) = shop.memberships.get().user.notices.all()
    assert notice.title.endswith("处理完了"), "the owner is told instead"


def test_only_members_see_an_upload_and_the_form(owner, shop, client, django_user_model):
    response = post_spreadsheet(owner, build_xlsx(build_row()))
    stranger = sign_in_member(type(client)(), make_employer(), "stranger")
    nobody = sign_in(type(client)(), make_person("nobody"))
    for other in (stranger, nobody):
        assert other.get(response.url).status_code == 404
        assert other.post(f"{response.url}go-on/").status_code == 404
    assert nobody.get(PAGE).status_code == 404
    assert nobody.get(f"{PAGE}template/").status_code == 404
    assert "/accounts/login/" in type(client)().get(PAGE).url
    recruiter = sign_in_member(type(client)(), shop, "recruiter")
    assert recruiter.get(response.url).status_code == 200


def test_twenty_files_a_day(owner, monkeypatch):
    monkeypatch.setattr("listings.bulk_upload.views.UPLOADS_A_DAY", 1)
    post_spreadsheet(owner, build_xlsx(build_row()))
    response = post_spreadsheet(owner, build_xlsx(build_row(标题="又一条")))
    assert response.status_code == 429 and "明天再传" in read_body(response)


def test_files_that_are_refused_count_and_none_is_read_beyond_them(owner, monkeypatch):
    monkeypatch.setattr("listings.bulk_upload.views.UPLOADS_A_DAY", 1)
    bad = "姓名\n甲\n".encode()
    assert "没有「标题」" in read_body(post_spreadsheet(owner, SimpleUploadedFile("x.csv", bad)))
    response = post_spreadsheet(owner, SimpleUploadedFile("x.csv", bad))
    assert response.status_code == 429
    assert "明天再传" in read_body(response) and "没有「标题」" not in read_body(response)


def test_two_hundred_lines_cost_a_bounded_number_of_queries_each(owner, shop):
    """A line left as a draft: savepoint, drafts counted, author, listing, draft, title, release; gate, quota."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries(count):
        lines = [Record(n, {"title": f"{count} {n}"}) for n in range(count)]
        upload, _ = upload_run.begin_upload(shop, shop.memberships.first().user, "x.csv", lines)
        with CaptureQueriesContext(connection) as caught:
            upload_run.process_upload(upload.pk)
        return len(caught)

    assert queries(20) - queries(10) <= 10 * 20 + 12
