"""Bulk upload: files that are none, or mean harm."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from listings.bulk_upload import spreadsheet_reader
from listings.models import BulkUpload, Listing
from tests.answers import words
from tests.listings.uploads import acting, csv_file, outcomes, row, send, xlsx
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_employer(checks="LP")


@pytest.fixture
def owner(client, shop):
    return acting(client, shop, "owner")


def refused(client, file, said):
    response = send(client, file)
    assert response.status_code == 200
    assert said in words(response)
    assert 'id="id_file_error"' in words(response)
    assert not BulkUpload.objects.exists() and not Listing.objects.exists()


def repacked(changed):
    """A good file with some of its parts changed, by name."""
    source = zipfile.ZipFile(io.BytesIO(xlsx(row()).read()))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = {part.filename: source.read(part) for part in source.infolist()}
        for name, content in (parts | changed).items():
            archive.writestr(name, content)
    return SimpleUploadedFile("x.xlsx", made.getvalue())


def test_files_of_other_kinds_are_refused(owner):
    refused(owner, SimpleUploadedFile("x.xls", b"x"), "只收 .xlsx 和 .csv")
    refused(owner, SimpleUploadedFile("x.exe", b"MZ"), "只收 .xlsx 和 .csv")
    refused(owner, SimpleUploadedFile("x.xlsx", b"not a zip"), "不是 Excel 文件")
    refused(owner, SimpleUploadedFile("x.csv", xlsx(row()).read()), "像是 Excel 文件")
    refused(owner, SimpleUploadedFile("x.csv", b"\0" * 500), "文件不是文字")
    refused(owner, SimpleUploadedFile("x.csv", b""), "文件是空的")
    refused(owner, SimpleUploadedFile("x.csv", "姓名,年龄\n甲,3\n".encode()), "没有「标题」这一列")
    refused(owner, SimpleUploadedFile("x.csv", "标题\n".encode()), "只有列名")
    refused(owner, SimpleUploadedFile("x.csv", "标题,标题\n甲,乙\n".encode()), "有两列都叫「标题」")


def test_large_files_and_long_ones_are_refused(owner):
    refused(
        owner,
        SimpleUploadedFile("x.csv", b"x" * (spreadsheet_reader.MOST_BYTES + 1)),
        "不能超过 2 MB",
    )
    many = [row(标题=f"第{n}条") for n in range(spreadsheet_reader.MOST_LINES + 1)]
    refused(owner, csv_file(*many), "一次最多 200 行")


def test_bombs_are_refused(owner):
    big = b"<x>" + b" " * (spreadsheet_reader.MOST_UNPACKED + 1) + b"</x>"
    refused(owner, repacked({"xl/styles.xml": big}), "解压后太大")
    many = {f"xl/{n}.xml": b"" for n in range(spreadsheet_reader.MOST_PARTS + 1)}
    refused(owner, repacked(many), "解压后太大")
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    refused(owner, repacked({"xl/workbook.xml": entity}), "不该有的内容")
    wide = entity.decode().encode("utf-16")
    refused(owner, repacked({"xl/workbook.xml": wide}), "不该有的内容")


def test_macros_are_refused(owner):
    refused(owner, repacked({"xl/vbaProject.bin": b"x"}), "文件里有宏")


def test_a_broken_workbook_is_refused(owner):
    refused(owner, repacked({"xl/workbook.xml": b"<x"}), "读不出 Excel 文件")
    whole = xlsx(row()).read()
    refused(owner, SimpleUploadedFile("x.xlsx", whole[: len(whole) // 2]), "不是 Excel 文件")


def test_formulas_of_every_kind_are_seen(owner, shop):
    book = Workbook()
    book.active.append(["标题", "人数"])
    book.active.append(["甲", "=1+1"])
    from openpyxl.worksheet.formula import ArrayFormula

    book.active["A3"], book.active["B3"] = "乙", ArrayFormula("B3:B3", "=SUM(1,2)")
    file = io.BytesIO()
    book.save(file)
    send(owner, SimpleUploadedFile("x.xlsx", file.getvalue()))
    assert outcomes() == [(2, "refused"), (3, "refused")]


def test_markup_in_cells_and_in_the_name_stays_text(owner, shop):
    file = xlsx(row(标题="<script>alert(1)</script>", 结算=""), name="<b>x.xlsx")
    page = words(owner.get(send(owner, file).url))
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page and "<b>x" not in page
