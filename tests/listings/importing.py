"""A board to import, as a file and its mapping: shared by the tests of the import."""

import io

import openpyxl
import pytest
from django.core.management import call_command

from listings.models import Listing, ListingEvent, ListingRevision, ListingSource
from tools.demo.factories import trust_source

SOURCE = "街坊报"
HEAD = ["编号", "名称", "地点", "钱", "人", "说明", "公司"]
ROW = ["n1", "周末传菜员", "湖南省 - 吉首市", "150元/天", "3人", "周末两天传菜、收台。", "街角饭馆"]
MAPPING = f"""
[columns]
source_id = "编号"
title = "名称"
region = "地点"
pay = "钱"
headcount = "人"
duties = "说明"
company_text = "公司"
[fixed]
source_name = "{SOURCE}"
category = "waiter"
settlement = "daily"
validity_days = 30
status = "published"
[defaults]
headcount = 2
"""


@pytest.fixture
def trusted(db):
    """The source of the board, trusted and with no sample: what is harmless is published."""
    return trust_source(SOURCE)


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


def build_import_row(**changed):
    """The usual row with some cells changed: build_import_row(n="n2", 名称="家教")."""
    cells = dict(zip(HEAD, ROW, strict=True)) | changed
    return [cells[name] for name in HEAD]


def build_csv_table(*lines, separator=","):
    text = io.StringIO()
    for cells in (HEAD, *lines):
        quoted = ('"' + cell.replace('"', '""') + '"' for cell in cells)
        text.write(separator.join(quoted) + "\r\n")
    return text.getvalue()


def build_workbook(*lines):
    book = openpyxl.Workbook()
    for cells in lines:
        book.active.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def nothing_is_kept():
    kept = (Listing, ListingRevision, ListingEvent, ListingSource)
    return not any(model.objects.exists() for model in kept)
