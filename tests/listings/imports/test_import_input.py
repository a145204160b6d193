"""What the import makes of odd rows, files and mappings."""

import datetime
import io
import json
import zipfile

import pytest
from django.core.management import call_command
from django.utils import timezone

from listings.imports import text_readers, xlsx_reader
from listings.models import Listing
from tests.listings.importing import (
    HEAD,
    MAPPING,
    ROW,
    build_csv_table,
    build_import_row,
    build_workbook,
    nothing_is_kept,
)

pytestmark = pytest.mark.django_db
VENUE_MAPPING = MAPPING.replace("[fixed]", 'venue = "场所"\n[fixed]')


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"名称": " \u200b "}, "标题是空的"),
        ({"说明": "\0"}, "描述是空的"),
        ({"地点": ""}, "地区是空的"),
        ({"地点": "亚特兰蒂斯"}, "地区「亚特兰蒂斯」认不出来"),
        ({"钱": "一大笔"}, "报酬「一大笔」认不出来"),
        ({"钱": "200"}, "报酬「200」认不出来"),
        ({"人": "-2"}, "人数「-2」不是一个明确的数"),
        ({"地点": "朝阳区"}, "地区「朝阳区」不止一处：北京朝阳区"),
        ({"说明": "字" * 5001}, "描述太长：5001 字，最多 5000 字"),
        ({"编号": "9" * 81}, "来源编号「"),
        ({"名称": "坏\ufffd字"}, "标题里有认不出的字"),
    ],
)
def test_a_bad_row_is_refused_by_its_line_and_the_next_one_taken(put, changed, reason):
    code, out, _ = put(build_csv_table(build_import_row(**changed), build_import_row(编号="n2")))
    assert code == 1
    assert out.startswith(f"第 2 行：{reason}")
    assert [listing.source_id for listing in Listing.objects.all()] == ["n2"]


def test_the_venue_is_read_and_other_words_refuse_the_row(put):
    head = [*HEAD, "场所"]
    cells = [("n1", "酒吧"), ("n2", ""), ("n3", "足浴店"), ("n4", "写字楼")]
    rows = [[*build_import_row(编号=number), venue] for number, venue in cells]
    code, out, _ = put(build_workbook(head, *rows), name="x.xlsx", mapping=VENUE_MAPPING)
    assert code == 1 and out.startswith("第 5 行：场所「写字楼」认不出来")
    venues = dict(Listing.objects.values_list("source_id", "venue"))
    assert venues == {"n1": "bar", "n2": "", "n3": "bath"}


def test_long_names_are_cut(put):
    put(build_csv_table(build_import_row(名称="传" * 61, 公司="饭" * 81)))
    listing = Listing.objects.get()
    assert listing.title == "传" * 59 + "…" and listing.company_text == "饭" * 79 + "…"


def test_unreadable_cells_take_the_default(put):
    put(
        build_csv_table(
            build_import_row(人="若干"),
            build_import_row(编号="n2", 人=""),
            build_import_row(编号="n3", 人="１０人"),
        )
    )
    people = dict(Listing.objects.values_list("source_id", "headcount"))
    assert people == {"n1": 2, "n2": 2, "n3": 10}


def test_lines_are_counted_as_an_editor_counts_them(put):
    content = build_csv_table(
        build_import_row(说明="第一行\n第二行\n\n第四行"), build_import_row(编号="n2", 名称="")
    )
    assert "第 6 行：标题是空的" in put(content)[1]
    assert Listing.objects.get().duties == "第一行\n第二行\n\n第四行"


def test_control_characters_and_hidden_marks_are_dropped(put):
    put(
        build_csv_table(
            build_import_row(名称="周\u202e末\x07 传\u200b菜\t员", 说明="一\x00二\u2028三")
        )
    )
    listing = Listing.objects.get()
    assert (listing.title, listing.duties) == ("周末 传菜 员", "一二\n三")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_recognised(put, encoding):
    assert put(build_csv_table(build_import_row()).encode(encoding))[0] == 0
    assert Listing.objects.get().title == "周末传菜员"


def test_one_bad_byte_refuses_its_row_only(put):
    good = [build_import_row(编号=f"n{number}") for number in range(9)]
    content = (
        build_csv_table(*good, build_import_row(编号="bad", 名称="传菜@"))
        .encode()
        .replace(b"@", b"\xff")
    )
    code, out, _ = put(content)
    assert code == 1 and "第 11 行：标题里有认不出的字" in out
    assert Listing.objects.count() == 9


def test_a_giant_cell_is_refused_and_the_next_row_taken(put):
    code, out, _ = put(
        build_csv_table(build_import_row(说明="字" * 10_000_000), build_import_row(编号="n2"))
    )
    assert code == 1 and f"第 2 行：有一格超过 {text_readers.LONGEST_CELL} 字" in out
    assert Listing.objects.get().source_id == "n2"


def test_an_unclosed_quote_is_named_where_it_opens(put):
    content = build_csv_table(build_import_row()) + '"n2","没有闭合\r\n' + "a,b\r\n" * 5
    code, out, _ = put(content)
    assert code == 1 and "第 3 行：引号没有闭合" in out
    assert Listing.objects.count() == 1


def test_rows_of_another_width_are_refused(put):
    content = (
        build_csv_table(build_import_row())
        + "n2,少了几列\r\n"
        + ",".join([*build_import_row(编号="n3"), "多"])
        + "\r\n"
    )
    code, out, _ = put(content)
    assert code == 1 and "第 3 行：列数不对：表头有 7 列，这一行有 2 列" in out
    assert "第 4 行：列数不对：表头有 7 列，这一行有 8 列" in out


def test_formulas_in_a_csv_are_only_text(put):
    put(build_csv_table(build_import_row(名称='=HYPERLINK("http://x")')))
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
        (build_workbook(), "a.xlsx", "表里是空的"),
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
    lines = build_csv_table(build_import_row()).splitlines()
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
        (MAPPING.replace('source_name = "街坊报"', ""), "对应表没有写source_name（来源）从哪里来"),
        (MAPPING.replace('settlement = "daily"', ""), "对应表没有写settlement（结算）从哪里来"),
        (MAPPING.replace('"daily"', '"yearly"'), "settlement = 「yearly」不能用"),
        (MAPPING.replace('"published"', '"removed"'), "status = 「removed」不能用"),
        (MAPPING.replace("days = 30", "days = 0"), "validity_days = 「0」不能用"),
        (MAPPING + "[values]\neducation = 3", "[values.education] 应当是一张表"),
        (MAPPING + "[file]\nencoding='rot13'", "[file] 只能写 encoding"),
    ],
)
def test_a_wrong_mapping_ends_with_a_clear_word(put, mapping, words):
    code, _, err = put(build_csv_table(build_import_row()), mapping=mapping)
    assert code == 2 and words in err and nothing_is_kept()


def test_what_is_past_its_date_is_refused(put):
    mapping = MAPPING.replace("validity_days = 30", "")
    columns = mapping.replace('title = "名称"', 'title = "名称"\nvalid_through = "公司"')
    code, out, _ = put(
        build_csv_table(
            build_import_row(公司="2015年02月28日"), build_import_row(编号="n2", 公司="")
        ),
        mapping=columns,
    )
    assert code == 1
    assert "第 2 行：有效期已过（2015-02-28）" in out
    assert "新增 1" in out  # without a last day it waits for a person


def test_nobody_is_looked_for_after_the_work_of_a_row_has_ended(put):
    columns = MAPPING.replace('title = "名称"', 'title = "名称"\nend_date = "公司"')
    end = timezone.localdate() + datetime.timedelta(days=3)
    over = build_import_row(公司="2015年02月28日")
    code, out, _ = put(
        build_csv_table(over, build_import_row(编号="n2", 公司=end.isoformat())), mapping=columns
    )
    assert code == 1 and "第 2 行：工作已经结束（2015-02-28）" in out
    assert Listing.objects.get().valid_through == end


def test_words_are_translated_by_the_longest_beginning(put):
    mapping = MAPPING.replace('category = "waiter"', "").replace(
        'company_text = "公司"', 'category = "公司"'
    )
    mapping += 'category = "other"\n[values.category]\n"a" = "waiter"\n"a/b" = "cashier"\n'
    listed = [
        build_import_row(编号=str(n), 公司=word)
        for n, word in enumerate(["a", "a/b/c", "家教", "zz"])
    ]
    assert put(build_csv_table(*listed), mapping=mapping)[0] == 0
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
    assert put(build_csv_table(build_import_row(), separator="\t"), name="jobs.tsv")[0] == 0
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
    code, out, _ = put(build_workbook(*sheet), name="jobs.xlsx")
    assert code == 1 and "第 4 行：标题是空的" in out  # Excel has never computed it
    there = {listing.source_id: listing for listing in Listing.objects.all()}
    assert set(there) == {"7", "n3"}
    assert there["7"].headcount == 3 and there["n3"].duties == "2026-05-01"


def test_a_zip_bomb_is_not_unpacked(put, monkeypatch):
    monkeypatch.setattr(xlsx_reader, "MAX_UNPACKED", 1_000_000)
    stream = io.BytesIO(build_workbook(HEAD, ROW))
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
    monkeypatch.setattr(text_readers, "MAX_BYTES", 10)
    code, _, err = put(build_csv_table(build_import_row()))
    assert code == 2 and "文件太大" in err
