"""`manage.py import_listings`: rows become reposts, bad ones are refused by line."""

import datetime
import io
import json
import zipfile

import openpyxl
import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from listings import transitions
from listings.choices import ListingStatus, RevisionStatus
from listings.imports import parse, readers, rows, writer, xlsx
from listings.models import Listing, ListingCard, ListingEvent, ListingRevision

pytestmark = pytest.mark.django_db
HEAD = ["编号", "名称", "地点", "钱", "人", "说明", "公司"]
ROW = ["n1", "周末传菜员", "湖南省 - 吉首市", "150元/天", "3人", "周末两天传菜、收台。", "街角饭馆"]
MAPPING = """
[columns]
source_id = "编号"
title = "名称"
region = "地点"
pay = "钱"
headcount = "人"
duties = "说明"
company_text = "公司"
[fixed]
source_name = "街坊报"
category = "waiter"
settlement = "daily"
validity_days = 30
status = "published"
[defaults]
headcount = 2
"""


@pytest.fixture
def put(tmp_path, capsys):
    """Writes a file and imports it: (exit code, what was printed, what was complained)."""

    def run(content, *options, name="jobs.csv", mapping=MAPPING):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if mapping is not None:
            (tmp_path / "m.toml").write_text(mapping, encoding="utf-8")
            options = (*options, "--mapping", str(tmp_path / "m.toml"))
        capsys.readouterr()
        code = 0
        try:
            call_command("import_listings", str(path), *options)
        except SystemExit as end:
            code = end.code
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return code, printed.out, printed.err

    return run


def row(**changed):
    """The usual row with some cells changed: row(n="n2", 名称="家教")."""
    cells = dict(zip(HEAD, ROW, strict=True)) | changed
    return [cells[name] for name in HEAD]


def table(*lines, separator=","):
    text = io.StringIO()
    for cells in (HEAD, *lines):
        quoted = ('"' + cell.replace('"', '""') + '"' for cell in cells)
        text.write(separator.join(quoted) + "\r\n")
    return text.getvalue()


def workbook(*lines):
    book = openpyxl.Workbook()
    for cells in lines:
        book.active.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def nothing_is_kept():
    return not any(m.objects.exists() for m in (Listing, ListingRevision, ListingEvent))


def test_a_row_becomes_a_published_repost(put):
    code, out, _ = put(table(row()))
    assert code == 0 and "新增 1" in out and "未收 0" in out
    listing = Listing.objects.live().get()
    assert (listing.title, listing.duties) == ("周末传菜员", "周末两天传菜、收台。")
    assert (listing.employer, listing.company_text) == (None, "街角饭馆")
    assert (listing.source_name, listing.source_id) == ("街坊报", "n1")
    assert (listing.region_id, listing.headcount, listing.requirements) == (433101, 3, "")
    assert (listing.pay_min, listing.pay_max, listing.pay_unit) == (150, 150, "day")
    assert listing.valid_through == timezone.localdate() + datetime.timedelta(days=30)
    assert listing.revisions.get().status == RevisionStatus.APPROVED
    assert listing.revisions.get().content() == {
        name: getattr(listing, name) for name in listing.revisions.get().content()
    }
    event = listing.events.get()
    assert (event.action, event.after, event.reason) == ("import", "published", "导入自街坊报")
    assert "周末传菜员" in ListingCard.objects.get(pk=listing.pk).html


def test_without_a_status_rows_wait_and_a_moderator_can_publish_them(put):
    put(table(row()), mapping=MAPPING.replace('status = "published"', ""))
    listing = Listing.objects.get()
    assert listing.status == ListingStatus.PENDING and listing.published_at is None
    assert listing.revisions.get().status == RevisionStatus.WAITING
    transitions.publish(listing.pk, None)
    assert listing.revisions.get().status == RevisionStatus.APPROVED


def test_a_dry_run_reports_the_same_and_writes_nothing(put):
    content = table(row(), row(编号="n2", 名称=""), row(编号="n3"))
    dry = put(content, "--dry-run")
    assert nothing_is_kept() and not ListingCard.objects.exists()
    real = put(content)
    assert dry[0] == real[0] == 1
    assert "新增 2" in dry[1] and "新增 2" in real[1] and "试运行" in dry[1]
    assert dry[1].splitlines()[0] == real[1].splitlines()[0] == "第 3 行：标题是空的"


def test_importing_again_changes_nothing(put):
    content = table(row(), row(编号="n2"))
    put(content)
    before = list(Listing.objects.values())
    code, out, _ = put(content)
    assert code == 0 and "新增 0，更新 0，已有 2" in out
    assert list(Listing.objects.values()) == before
    assert ListingRevision.objects.count() == ListingEvent.objects.count() == 2


def test_a_changed_row_becomes_a_new_revision(put):
    put(table(row(), row(编号="n2")))
    code, out, _ = put(table(row(名称="周末洗碗工"), row(编号="n2")))
    assert code == 0 and "更新 1，已有 1" in out
    listing = Listing.objects.get(source_id="n1")
    assert listing.title == "周末洗碗工"
    assert [r.title for r in listing.revisions.all()] == ["周末洗碗工", "周末传菜员"]
    assert listing.events.first().action == "import_update"
    assert "周末洗碗工" in ListingCard.objects.get(pk=listing.pk).html


def test_only_another_company_is_no_new_text(put):
    put(table(row()))
    put(table(row(公司="另一家饭馆")))
    listing = Listing.objects.get()
    assert listing.company_text == "另一家饭馆" and listing.revisions.count() == 1


def test_a_changed_row_that_waits_replaces_the_waiting_text(put):
    waiting = MAPPING.replace('status = "published"', "")
    put(table(row()), mapping=waiting)
    put(table(row(名称="周末洗碗工")), mapping=waiting)
    listing = Listing.objects.get()
    transitions.publish(listing.pk, None)
    listing.refresh_from_db()
    assert listing.title == "周末洗碗工"
    assert listing.revisions.filter(status=RevisionStatus.SUPERSEDED).count() == 1


def test_what_a_moderator_took_down_stays_down(put):
    put(table(row()))
    listing = Listing.objects.get()
    transitions.move(listing.pk, ListingStatus.REMOVED, None, "不实")
    assert put(table(row()))[0] == 0  # unchanged: nothing to say
    code, out, _ = put(table(row(名称="周末洗碗工")))
    assert code == 1 and "第 2 行：来源的内容变了，但这条在本站是「已下架」" in out
    listing.refresh_from_db()
    assert (listing.status, listing.title) == (ListingStatus.REMOVED, "周末传菜员")


def test_what_the_staff_wrote_is_not_overwritten(put):
    put(table(row()))
    listing = Listing.objects.get()
    Listing.objects.filter(pk=listing.pk).update(title="改过的标题")
    staff = User.objects.create_user("staff@example.com")
    content = listing.revisions.get().content() | {"title": "改过的标题"}
    listing.revisions.create(author=staff, status=RevisionStatus.APPROVED, **content)
    assert put(table(row()))[0] == 0
    code, out, _ = put(table(row(名称="周末洗碗工")))
    assert code == 1 and "本站工作人员改过这条" in out
    assert Listing.objects.get().title == "改过的标题"


def test_the_same_number_twice_in_a_file(put):
    code, out, _ = put(table(row(), row(), row(名称="别的活")))
    assert code == 1 and "新增 1" in out and "文件内重复 1，未收 1" in out
    assert "第 4 行：编号「n1」和第 2 行重复，内容不同" in out


def test_without_numbers_the_same_text_is_the_same_listing(put):
    mapping = MAPPING.replace('source_id = "编号"', "")
    put(table(row(), row(名称="别的活")), mapping=mapping)
    code, out, _ = put(table(row(钱="200元/天"), row(名称="别的活")), mapping=mapping)
    assert code == 0 and "新增 0，更新 1，已有 1" in out
    assert Listing.objects.count() == 2


def test_numbers_of_another_source_are_other_listings(put):
    put(table(row()))
    put(table(row()), mapping=MAPPING.replace("街坊报", "邻里报"))
    assert Listing.objects.filter(source_id="n1").count() == 2


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"名称": " \u200b "}, "标题是空的"),
        ({"说明": "\0"}, "描述是空的"),
        ({"地点": ""}, "地区是空的"),
        ({"地点": "亚特兰蒂斯"}, "地区「亚特兰蒂斯」认不出来"),
        ({"钱": "一大笔"}, "报酬「一大笔」认不出来"),
        ({"钱": "200"}, "报酬「200」认不出来"),
        ({"说明": "字" * 5001}, "描述太长：5001 字，最多 5000 字"),
        ({"编号": "9" * 81}, "来源编号「"),
        ({"名称": "坏\ufffd字"}, "标题里有认不出的字"),
    ],
)
def test_a_bad_row_is_refused_by_its_line_and_the_next_one_taken(put, changed, reason):
    code, out, _ = put(table(row(**changed), row(编号="n2")))
    assert code == 1
    assert out.startswith(f"第 2 行：{reason}")
    assert [listing.source_id for listing in Listing.objects.all()] == ["n2"]


def test_long_names_are_cut(put):
    put(table(row(名称="传" * 61, 公司="饭" * 81)))
    listing = Listing.objects.get()
    assert listing.title == "传" * 59 + "…" and listing.company_text == "饭" * 79 + "…"


def test_unreadable_cells_take_the_default(put):
    put(table(row(人="若干"), row(编号="n2", 人=""), row(编号="n3", 人="１０人")))
    people = dict(Listing.objects.values_list("source_id", "headcount"))
    assert people == {"n1": 2, "n2": 2, "n3": 10}


def test_lines_are_counted_as_an_editor_counts_them(put):
    content = table(row(说明="第一行\n第二行\n\n第四行"), row(编号="n2", 名称=""))
    assert "第 6 行：标题是空的" in put(content)[1]
    assert Listing.objects.get().duties == "第一行\n第二行\n\n第四行"


def test_control_characters_and_hidden_marks_are_dropped(put):
    put(table(row(名称="周\u202e末\x07 传\u200b菜\t员", 说明="一\x00二\u2028三")))
    listing = Listing.objects.get()
    assert (listing.title, listing.duties) == ("周末 传菜 员", "一二\n三")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_recognised(put, encoding):
    assert put(table(row()).encode(encoding))[0] == 0
    assert Listing.objects.get().title == "周末传菜员"


def test_one_bad_byte_refuses_its_row_only(put):
    good = [row(编号=f"n{number}") for number in range(9)]
    content = table(*good, row(编号="bad", 名称="传菜@")).encode().replace(b"@", b"\xff")
    code, out, _ = put(content)
    assert code == 1 and "第 11 行：标题里有认不出的字" in out
    assert Listing.objects.count() == 9


def test_a_giant_cell_is_refused_and_the_next_row_taken(put):
    code, out, _ = put(table(row(说明="字" * 10_000_000), row(编号="n2")))
    assert code == 1 and f"第 2 行：有一格超过 {readers.LONGEST_CELL} 字" in out
    assert Listing.objects.get().source_id == "n2"


def test_an_unclosed_quote_is_named_where_it_opens(put):
    content = table(row()) + '"n2","没有闭合\r\n' + "a,b\r\n" * 5
    code, out, _ = put(content)
    assert code == 1 and "第 3 行：引号没有闭合" in out
    assert Listing.objects.count() == 1


def test_rows_of_another_width_are_refused(put):
    content = table(row()) + "n2,少了几列\r\n" + ",".join([*row(编号="n3"), "多"]) + "\r\n"
    code, out, _ = put(content)
    assert code == 1 and "第 3 行：列数不对：表头有 7 列，这一行有 2 列" in out
    assert "第 4 行：列数不对：表头有 7 列，这一行有 8 列" in out


def test_formulas_in_a_csv_are_only_text(put):
    put(table(row(名称='=HYPERLINK("http://x")')))
    assert Listing.objects.get().title == '=HYPERLINK("http://x")'


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        ("", "a.csv", "文件是空的"),
        ("\r\n\r\n", "a.csv", "读不出表头"),
        ("名称,别的\r\nx,y\r\n", "a.csv", "文件里没有这些列：编号、地点"),
        (",".join([*HEAD, "名称"]) + "\r\n", "a.csv", "列名重复，不知道该读哪一列：名称"),
        (b"\0" * 500, "a.csv", "文件不是文字"),
        (b"PK\x03\x04 not text", "a.csv", "请把扩展名改成 .xlsx"),
        ("not a zip", "a.xlsx", "不是 Excel 文件"),
        ("x", "a.xls", "另存为 .xlsx"),
        ("x", "a.pdf", "不认识「.pdf」"),
        (workbook(), "a.xlsx", "表里是空的"),
    ],
)
def test_a_useless_file_ends_with_a_clear_word(put, content, name, words):
    code, _, err = put(content, name=name)
    assert code == 2 and words in err and nothing_is_kept()


def test_a_file_that_is_not_there(put, tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        call_command("import_listings", str(tmp_path / "gone.csv"))
    assert end.value.code == 2 and "没有这个文件" in capsys.readouterr().err


def test_spare_columns_named_twice_do_no_harm(put):
    lines = table(row()).splitlines()
    content = f'{lines[0]},"备注","备注"\r\n{lines[1]},"a","b"\r\n'
    assert put(content)[0] == 0


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("[columns", "不是正确的 TOML"),
        ("[colums]\ntitle='名称'", "不认识「colums」"),
        ("[columns]\nsex='性别'", "不认识「sex」"),
        ("[columns]\ntitle=3", "要写列名"),
        (MAPPING.replace('"街坊报"', '""'), "source_name"),
        (MAPPING.replace('source_name = "街坊报"', ""), "「source_name」没有出处"),
        (MAPPING.replace('settlement = "daily"', ""), "「settlement」没有出处"),
        (MAPPING.replace('"daily"', '"yearly"'), "settlement = 「yearly」不能用"),
        (MAPPING.replace('"published"', '"removed"'), "status = 「removed」不能用"),
        (MAPPING.replace("days = 30", "days = 0"), "validity_days = 「0」不能用"),
        (MAPPING + "[values]\neducation = 3", "[values.education] 应当是一张表"),
        (MAPPING + "[file]\nencoding='rot13'", "[file] 只能写 encoding"),
    ],
)
def test_a_wrong_mapping_ends_with_a_clear_word(put, mapping, words):
    code, _, err = put(table(row()), mapping=mapping)
    assert code == 2 and words in err and nothing_is_kept()


def test_what_is_past_its_date_is_not_published(put):
    mapping = MAPPING.replace("validity_days = 30", "")
    columns = mapping.replace('title = "名称"', 'title = "名称"\nvalid_through = "公司"')
    code, out, _ = put(table(row(公司="2015年02月28日"), row(编号="n2", 公司="")), mapping=columns)
    assert code == 1
    assert "第 2 行：有效期已过（2015-02-28），不能直接发布" in out
    assert "第 3 行：没有有效期，不能直接发布" in out


def test_words_are_translated_by_the_longest_beginning(put):
    mapping = MAPPING.replace('category = "waiter"', "").replace(
        'company_text = "公司"', 'category = "公司"'
    )
    mapping += 'category = "other"\n[values.category]\n"a" = "waiter"\n"a/b" = "cashier"\n'
    listed = [row(编号=str(n), 公司=word) for n, word in enumerate(["a", "a/b/c", "家教", "zz"])]
    assert put(table(*listed), mapping=mapping)[0] == 0
    kinds = Listing.objects.order_by("source_id").values_list("category", flat=True)
    assert list(kinds) == ["waiter", "cashier", "tutor", "other"]


def test_a_file_with_our_own_column_names_needs_no_mapping(put):
    content = (
        "标题,类别,地区,结算,描述,来源,编号,报酬,有效到\n"
        "周末传菜员,服务员,吉首市,日结,传菜,街坊报,7,面议,2099-01-01\n"
    )
    assert put(content, mapping=None)[0] == 0
    listing = Listing.objects.get()
    assert (listing.category, listing.settlement, listing.pay_min) == ("waiter", "daily", None)
    assert listing.valid_through == datetime.date(2099, 1, 1)


def test_tabs(put):
    assert put(table(row(), separator="\t"), name="jobs.tsv")[0] == 0
    assert Listing.objects.get().title == "周末传菜员"


def test_lines_of_json(put):
    good = dict(zip(HEAD, ROW, strict=True)) | {"人": 4, "钱": "面议"}
    lines = [
        json.dumps(good, ensure_ascii=False),
        '{"编号": "n2", ',
        "[1, 2]",
        "",
        '{"编号": ' + "[" * 100_000,
        json.dumps(good | {"编号": "n3", "名称": "半个\ud83d字"}),
        json.dumps({"编号": "n4"}),
        '{"编号": ' + "9" * 5000 + "}",
    ]
    code, out, _ = put("\n".join(lines), name="jobs.jsonl")
    assert code == 1
    assert "第 2 行：不是一行完整的 JSON" in out and "第 3 行：不是 JSON 对象" in out
    assert "第 5 行：不是一行完整的 JSON" in out and "第 7 行：标题、地区、描述是空的" in out
    assert "第 8 行：不是一行完整的 JSON" in out
    assert dict(Listing.objects.values_list("source_id", "title")) == {
        "n1": "周末传菜员",
        "n3": "半个字",
    }


def test_a_workbook_with_numbers_dates_gaps_and_formulas(put):
    sheet = [
        HEAD,
        [7, *ROW[1:4], 3.0, *ROW[5:]],
        [],
        ["n2", "=1+1", *ROW[2:]],
        ["n3", *ROW[1:5], datetime.datetime(2026, 5, 1, 9), ROW[6]],  # noqa: DTZ001
    ]
    code, out, _ = put(workbook(*sheet), name="jobs.xlsx")
    assert code == 1 and "第 4 行：标题是空的" in out  # Excel has never computed it
    there = {listing.source_id: listing for listing in Listing.objects.all()}
    assert set(there) == {"7", "n3"}
    assert there["7"].headcount == 3 and there["n3"].duties == "2026-05-01"


def test_a_zip_bomb_is_not_unpacked(put, monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_UNPACKED", 1_000_000)
    stream = io.BytesIO(workbook(HEAD, ROW))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.bin", b"\0" * 2_000_000)
    code, _, err = put(stream.getvalue(), name="jobs.xlsx")
    assert code == 2 and "解压后太大" in err and nothing_is_kept()


def test_a_zip_that_is_no_workbook(put):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("hello.txt", "hello")
    code, _, err = put(stream.getvalue(), name="jobs.xlsx")
    assert code == 2 and "读不出 Excel 文件" in err


def test_too_big_a_file_is_not_read(put, monkeypatch):
    monkeypatch.setattr(readers, "MOST_BYTES", 10)
    code, _, err = put(table(row()))
    assert code == 2 and "文件太大" in err


def test_a_row_the_database_refuses_spoils_no_other(put, monkeypatch):
    """Something no check of ours knows: the whole batch is undone, then each row stands alone."""
    monkeypatch.setitem(rows.READERS, "headcount", (int, 1))
    content = table(row(人="1"), row(编号="n2", 人="0"), row(编号="n3", 人="5"))
    code, out, _ = put(content)
    assert code == 1 and "第 3 行：数据库不收" in out and "新增 2" in out
    assert set(Listing.objects.values_list("source_id", flat=True)) == {"n1", "n3"}
    assert ListingRevision.objects.count() == ListingEvent.objects.count() == 2


def test_a_failure_in_the_middle_leaves_whole_batches_only(put, monkeypatch):
    calls = []

    def refresh(ids):
        calls.append(ids)
        if len(calls) == 2:
            raise RuntimeError("power cut")

    monkeypatch.setattr(writer.index, "refresh", refresh)
    with pytest.raises(RuntimeError):
        put(table(*(row(编号=f"n{n}") for n in range(5))), "--batch", "2")
    assert Listing.objects.count() == ListingRevision.objects.count() == 2
    assert ListingEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3000-5000 元/月", (3000, 5000, "month")),
        ("8000以上 元/月", (8000, 8000, "month")),
        ("３０００－５０００元/月", (3000, 5000, "month")),
        ("1.5-2万/月", (15000, 20000, "month")),
        ("3千～5千 每月", (3000, 5000, "month")),
        ("时薪18", (18, 18, "hour")),
        ("20元/小时", (20, 20, "hour")),
        ("3,500元/月", (3500, 3500, "month")),
        ("80元/课时", (80, 80, "session")),
        ("面议", None),
        ("", None),
        ("2000元以下/月", None),
        ("0-0 元/月", None),
    ],
)
def test_pay_is_read(text, expected):
    assert parse.pay(text) == expected


@pytest.mark.parametrize("text", ["5000-3000元/月", "200", "看着给", "99999999999元/天"])
def test_pay_that_makes_no_sense_is_unreadable(text):
    with pytest.raises(parse.Unreadable):
        parse.pay(text)


def test_pay_without_a_unit_takes_the_given_one():
    assert parse.pay("3000-5000", "month") == (3000, 5000, "month")


@pytest.mark.parametrize("text", ["2015年02月28日", "2015-2-28", "2015/02/28 10:00", "20150228"])
def test_dates_are_read(text):
    assert parse.date(text) == datetime.date(2015, 2, 28)


@pytest.mark.parametrize("text", ["1970-01-01", "2015-02-30", "长期", "", "9999-12-31"])
def test_junk_is_no_date(text):
    with pytest.raises(parse.Unreadable):
        parse.date(text)


def test_people_are_counted():
    assert [parse.people(t) for t in ("10人", "１０ 人", "10人人", "3-4名")] == [10, 10, 10, 3]
    for text in ("若干", "数名人", "不限人", "人", "0人", "999999999999"):
        with pytest.raises(parse.Unreadable):
            parse.people(text)


@given(st.text())
def test_any_cell_is_read_or_unreadable(text):
    for read in (parse.pay, parse.people, parse.date):
        try:
            read(text)
        except parse.Unreadable:
            continue
    cleaned = parse.clean_text(text)
    assert "\0" not in cleaned
    cleaned.encode()  # no lone surrogates: the database would refuse them


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.binary(max_size=400), st.sampled_from([".csv", ".tsv", ".jsonl", ".xlsx"]))
def test_any_bytes_end_in_a_report(put, junk, suffix):
    """After a good row, whatever follows: a report, and each listing whole."""
    head = table(row(), separator="\t" if suffix == ".tsv" else ",").encode()
    content = b"" if suffix in (".jsonl", ".xlsx") else head
    code, _, _ = put(content + junk, name=f"jobs{suffix}")
    assert code in (0, 1, 2)
    count = Listing.objects.count()
    assert ListingRevision.objects.count() >= count and ListingEvent.objects.count() >= count
