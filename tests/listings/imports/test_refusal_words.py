"""What the import says of a file or a row that it does not take: all of it at once, in words that the file can use."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from listings.imports import import_run
from listings.imports.column_mapping import IMPORT_COLUMN_NAMES, list_headings
from listings.models import Listing
from tests.listings.importing import HEAD, MAPPING, build_csv_table, build_import_row

pytestmark = pytest.mark.django_db
DOCUMENT = Path(settings.BASE_DIR) / "docs" / "importing.md"
OPEN_MAPPING = MAPPING.replace('category = "waiter"\n', "").replace('settlement = "daily"\n', "")
OPEN_MAPPING = OPEN_MAPPING.replace("[fixed]", 'category = "类别"\nsettlement = "结算"\n[fixed]')


def test_columns_that_are_missing_are_named_as_a_file_may_name_them(put):
    code, _, errors = put("标题,城市,类别\n传菜员,吉首市,服务员\n", mapping=None)
    assert code == 2
    assert "没有「做什么」这一列（也认：描述、description、duties）。" in errors
    assert "没有「结算」这一列（也认：settlement）。没有「做什么」" in errors
    assert "没有「来源」这一列（也认：source_name）。" in errors
    assert "文件里的列：标题、城市、类别" in errors


def test_the_document_names_the_headings_that_are_read():
    table = DOCUMENT.read_text("utf-8").partition("Otherwise a TOML file")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.MULTILINE)
    headings = {name: list_headings(name) for name, words in IMPORT_COLUMN_NAMES.items() if words}
    assert {name: words.split("、") for name, words in rows if name in headings} == headings


def build_open_table(**changed):
    cells = {"类别": "服务员", "结算": "日结"} | changed
    row = [*build_import_row(**{name: changed[name] for name in changed if name in HEAD})]
    table = build_csv_table(row).splitlines()
    return f"{table[0]},类别,结算\r\n{table[1]},{cells['类别']},{cells['结算']}\r\n"


def test_a_row_is_refused_with_all_its_reasons(put):
    code, out, _ = put(
        build_open_table(名称="", 地点="亚特兰蒂斯", 钱="一大笔", 结算="看心情"),
        mapping=OPEN_MAPPING,
    )
    assert code == 1
    line = out.splitlines()[0]
    assert line.startswith("第 2 行：")
    for reason in ("地区「亚特兰蒂斯」认不出来", "报酬「一大笔」认不出来", "标题是空的"):
        assert reason in line
    assert "结算「看心情」认不出来，可以写：小时结、日结、" in line
    assert "未收 1" in out


def test_of_many_words_the_nearest_are_named(put):
    out = put(build_open_table(类别="传单"), mapping=OPEN_MAPPING)[1]
    assert "类别「传单」认不出来，相近的有：传单派发" in out
    out = put(build_open_table(类别="zzz"), mapping=OPEN_MAPPING)[1]
    assert re.search(r"类别「zzz」认不出来，可以写：\S+ 等 \d+ 种", out)


def test_what_an_interrupted_import_counts_adds_up(put, monkeypatch):
    def interrupt(_writer, drafts):
        if any(draft.source_id == "n3" for draft in drafts):
            raise KeyboardInterrupt
        return write_drafts(_writer, drafts)

    write_drafts = import_run.RepostWriter.write_drafts
    monkeypatch.setattr(import_run.RepostWriter, "write_drafts", interrupt)
    rows = [build_import_row(编号=number) for number in ("n1", "n2", "n3", "n3")]
    code, out, errors = put(build_csv_table(*rows), "--batch", "2")
    assert code == 130 and "已中断" in errors
    assert "共 2 行：新增 2，更新 0，已有 0，文件内重复 0，未收 0。" in out
    assert Listing.objects.count() == 2


def test_a_mapping_that_is_not_there_is_said_in_a_sentence(put, tmp_path):
    path = tmp_path / "没有.toml"
    code, _, errors = put(build_csv_table(build_import_row()), "--mapping", str(path), mapping=None)
    assert (code, errors) == (2, f"打不开对应表：没有 {path}。\n")
