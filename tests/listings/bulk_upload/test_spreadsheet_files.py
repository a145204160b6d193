"""Bulk upload: files that are none, or mean harm."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from listings.bulk_upload import spreadsheet_reader
from listings.bulk_upload.spreadsheet_template import build_spreadsheet_template
from listings.models import BulkUpload, Listing
from tests.answers import read_body
from tests.listings.uploads import (
    build_row,
    build_xlsx,
    csv_file,
    list_upload_outcomes,
    post_spreadsheet,
    sign_in_member,
)
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_employer(checks="LP")


@pytest.fixture
def owner(client, shop):
    return sign_in_member(client, shop, "owner")


def assert_file_refused(client, file, message):
    response = post_spreadsheet(client, file)
    assert response.status_code == 200
    assert message in read_body(response)
    assert 'id="id_file_error"' in read_body(response)
    assert not BulkUpload.objects.exists() and not Listing.objects.exists()


def build_repacked_file(changed):
    """A good file with some of its parts changed, by name."""
    source = zipfile.ZipFile(io.BytesIO(build_xlsx(build_row()).read()))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = {part.filename: source.read(part) for part in source.infolist()}
        for name, content in (parts | changed).items():
            archive.writestr(name, content)
    return SimpleUploadedFile("x.xlsx", file.getvalue())


def test_files_of_other_kinds_are_refused(owner):
    assert_file_refused(owner, SimpleUploadedFile("x.xls", b"x"), "只收 .xlsx 和 .csv")
    assert_file_refused(owner, SimpleUploadedFile("x.exe", b"MZ"), "只收 .xlsx 和 .csv")
    assert_file_refused(owner, SimpleUploadedFile("x.xlsx", b"not a zip"), "不是 Excel 文件")
    assert_file_refused(
        owner, SimpleUploadedFile("x.csv", build_xlsx(build_row()).read()), "像是 Excel 文件"
    )
    assert_file_refused(owner, SimpleUploadedFile("x.csv", b"\0" * 500), "文件不是文字")
    assert_file_refused(owner, SimpleUploadedFile("x.csv", b""), "文件是空的")
    assert_file_refused(
        owner, SimpleUploadedFile("x.csv", "姓名,年龄\n甲,3\n".encode()), "没有「标题」这一列"
    )
    assert_file_refused(owner, SimpleUploadedFile("x.csv", "标题\n".encode()), "只有列名")
    assert_file_refused(
        owner, SimpleUploadedFile("x.csv", "标题,标题\n甲,乙\n".encode()), "有两列都叫「标题」"
    )


def test_large_files_and_long_ones_are_refused(owner):
    assert_file_refused(
        owner,
        SimpleUploadedFile("x.csv", b"x" * (spreadsheet_reader.MAX_BYTES + 1)),
        "不能超过 2 MB",
    )
    many = [build_row(标题=f"第{n}条") for n in range(spreadsheet_reader.MAX_LINES + 1)]
    assert_file_refused(owner, csv_file(*many), "一次最多 200 行")


def build_xlsx_with_gaps(row, *far_numbers):
    """A row below the headings, and the same row at each of these numbers."""
    book = Workbook()
    for number in (2, *far_numbers):
        for column, (heading, value) in enumerate(row.items(), 1):
            book.active.cell(1, column, heading)
            book.active.cell(number, column, f"第 {number} 行" if heading == "标题" else value)
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("x.xlsx", file.getvalue())


def test_rows_far_below_others_are_read_and_counted(owner):
    far = range(3_000, 3_000 + 2 * spreadsheet_reader.MAX_LINES, 2)
    assert_file_refused(owner, build_xlsx_with_gaps(build_row(), *far), "一次最多 200 行")
    post_spreadsheet(owner, build_xlsx_with_gaps(build_row(), 2_001, 1_048_576))
    assert [line for line, _outcome in list_upload_outcomes()] == [2, 2_001, 1_048_576]


def test_bombs_are_refused(owner):
    big = b"<x>" + b" " * (spreadsheet_reader.MAX_UNPACKED + 1) + b"</x>"
    assert_file_refused(owner, build_repacked_file({"xl/styles.xml": big}), "解压后太大")
    many = {f"xl/{n}.xml": b"" for n in range(spreadsheet_reader.MAX_PARTS + 1)}
    assert_file_refused(owner, build_repacked_file(many), "解压后太大")
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert_file_refused(owner, build_repacked_file({"xl/workbook.xml": entity}), "不该有的内容")
    wide = entity.decode().encode("utf-16")
    assert_file_refused(owner, build_repacked_file({"xl/workbook.xml": wide}), "不该有的内容")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp037"])
def test_entities_are_found_whatever_the_part_is_called(owner, encoding):
    sheet = zipfile.ZipFile(io.BytesIO(build_xlsx(build_row()).read())).read(
        "xl/worksheets/sheet1.xml"
    )
    declared = "cp037" if encoding == "cp037" else "utf-8"
    head = f'<?xml version="1.0" encoding="{declared}"?>'
    hidden = f'<!DOCTYPE worksheet [<!ENTITY a "aaaa">]>{sheet.decode()}'
    content = head.encode() + hidden.encode(encoding)
    assert_file_refused(
        owner, build_repacked_file({"xl/worksheets/sheet1.dat": content}), "不该有的内容"
    )


def test_a_part_of_an_archive_is_read_to_its_end(owner):
    far = b"<x>" + b" " * (1 << 20) + b"<!DOCTYPE x>"
    assert_file_refused(owner, build_repacked_file({"xl/far.bin": far}), "不该有的内容")
    across = b" " * ((1 << 20) - 4) + b"<!DOCTYPE x>"
    assert_file_refused(owner, build_repacked_file({"xl/far.bin": across}), "不该有的内容")


@pytest.mark.parametrize("most", [60, 61])
def test_more_than_sixty_columns_are_refused(owner, most):
    headings = ["标题", *(f"列{n}" for n in range(most - 1))]
    cells = dict.fromkeys(headings, "甲")
    for file in (build_xlsx(cells), csv_file(cells)):
        if most > 60:
            assert_file_refused(owner, file, "超过 60 列")
        else:
            assert post_spreadsheet(owner, file).status_code == 302


def build_sheet_file(rows, shared=""):
    """A workbook whose sheet has these rows below its headings."""
    heads = '<c t="inlineStr"><is><t>标题</t></is></c>'
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f'<row r="1">{heads}</row>{rows}</sheetData></worksheet>'
    )
    parts = {"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": f"<sst>{shared}</sst>"}
    return build_repacked_file(parts)


@pytest.mark.parametrize(
    "tags", [("<row/>", ""), ("<row>" + "<c/>" * 9 + "</row>", ""), ("", "<si/>")]
)
def test_a_small_file_of_many_tags_is_refused_before_it_is_parsed(owner, monkeypatch, tags):
    """A file of 18 kB took ten seconds: what it unpacks to was within the limit of bytes."""
    monkeypatch.setattr(spreadsheet_reader, "XlsxSource", None)  # parsing it would fail
    file = build_sheet_file(*(tag * 200_000 for tag in tags))
    assert file.size < 50_000
    assert_file_refused(owner, file, "里面的格子太多")


def test_a_filled_template_is_far_from_that_limit():
    template = build_spreadsheet_template()
    parts = zipfile.ZipFile(io.BytesIO(template))
    tags = sum(parts.read(name).count(b"<") for name in parts.namelist())
    assert tags < spreadsheet_reader.MAX_TAGS // 10
    rows = [build_row(标题=f"第{n}条") for n in range(spreadsheet_reader.MAX_LINES)]
    file = build_xlsx(*rows)
    lines = spreadsheet_reader.read_spreadsheet_lines(file.name, file).lines
    assert len(lines) == spreadsheet_reader.MAX_LINES


def test_empty_lines_are_counted_too(owner):
    file = SimpleUploadedFile("x.csv", "标题,做什么\n".encode() + b",\n" * 50_000 + b"a,b\n")
    assert_file_refused(owner, file, "空行太多")


def test_macros_are_refused(owner):
    assert_file_refused(owner, build_repacked_file({"xl/vbaProject.bin": b"x"}), "文件里有宏")


def test_a_broken_workbook_is_refused(owner):
    assert_file_refused(owner, build_repacked_file({"xl/workbook.xml": b"<x"}), "读不出 Excel 文件")
    whole = build_xlsx(build_row()).read()
    assert_file_refused(
        owner, SimpleUploadedFile("x.xlsx", whole[: len(whole) // 2]), "不是 Excel 文件"
    )


def test_formulas_of_every_kind_are_seen(owner, shop):
    book = Workbook()
    book.active.append(["标题", "人数"])
    book.active.append(["甲", "=1+1"])
    from openpyxl.worksheet.formula import ArrayFormula

    book.active["A3"], book.active["B3"] = "乙", ArrayFormula("B3:B3", "=SUM(1,2)")
    file = io.BytesIO()
    book.save(file)
    post_spreadsheet(owner, SimpleUploadedFile("x.xlsx", file.getvalue()))
    assert list_upload_outcomes() == [(2, "refused"), (3, "refused")]


def test_markup_in_cells_and_in_the_name_stays_text(owner, shop):
    file = build_xlsx(build_row(标题="<script>alert(1)</script>", 结算=""), name="<b>x.xlsx")
    page = read_body(owner.get(post_spreadsheet(owner, file).url))
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page and "<b>x" not in page
