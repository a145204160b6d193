"""A spreadsheet from outside → its lines by our columns, or the reason why it is of no use."""

import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from listings.bulk_upload.columns import SPREADSHEET_COLUMNS
from listings.imports.cell_parsers import clean_text
from listings.imports.import_errors import FileUnreadable
from listings.imports.record_source import Record, Source
from listings.imports.text_readers import CsvSource
from listings.imports.xlsx_reader import XlsxSource

MOST_LINES = 200
MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 12 * 1024 * 1024
MOST_PARTS = 200
MOST_ROWS = 2_000  # empty ones too
LONGEST_CELL = 6_000
KINDS = (".xlsx", ".csv")
# What zipfile says of a stranger's bytes.
_BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError, OSError)
FORMULA = "有公式的格子，请复制以后“粘贴为数值”再传"


@dataclass
class SpreadsheetLine:
    number: int
    cells: dict[str, str] = field(default_factory=dict)
    problem: str = ""


class _Sheet(XlsxSource):
    """Formulas are seen as such, not as what they were worth somewhere else."""

    values_only = False
    most_rows = MOST_ROWS


def read_spreadsheet_lines(name: str, file) -> list[SpreadsheetLine]:
    """Raises `FileUnreadable` with words for who uploaded it."""
    suffix = Path(name).suffix.lower()
    if suffix not in KINDS:
        raise FileUnreadable("只收 .xlsx 和 .csv；别的格式请另存为 .xlsx 再传。")
    if file.size > MOST_BYTES:
        raise FileUnreadable(f"文件不能超过 {MOST_BYTES >> 20} MB，请拆开再传。")
    with tempfile.NamedTemporaryFile(suffix=suffix) as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        return _read(Path(kept.name), suffix)


def _read(path, suffix):
    if not path.stat().st_size:
        raise FileUnreadable("文件是空的。")
    if suffix == ".xlsx":
        _look_inside(path)
    source: Source = _Sheet(path) if suffix == ".xlsx" else CsvSource(path)
    try:
        columns = _columns(source.columns or [])
        found = []
        for record in source.records():
            line = _line(record, columns)
            if line:
                found.append(line)
            if len(found) > MOST_LINES:
                raise FileUnreadable(f"一次最多 {MOST_LINES} 行，请拆成几个文件。")
    finally:
        source.close()
    if not found:
        raise FileUnreadable("表里只有列名，没有要发的行。")
    return found


def _look_inside(path):
    """Before any part is unpacked as what it says it is."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED:
                raise FileUnreadable("解压后太大，不像是一张填好的表；请用模板重新填。")
            for part in parts:
                _look_at(archive, part)
    except _BROKEN:
        raise FileUnreadable("不是 Excel 文件（.xlsx），或者已经损坏、加了密码。") from None


def _look_at(archive, part):
    name = part.filename.lower()
    if "vbaproject" in name or name.startswith("xl/macrosheets"):
        raise FileUnreadable("文件里有宏，不能收；请另存为不带宏的 .xlsx。")
    if name.endswith((".xml", ".rels")):
        content = archive.read(part)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content or _is_wide(content):
            raise FileUnreadable("文件里有不该有的内容，不能收；请用模板重新填。")


def _is_wide(content):
    """UTF-16 would hide what we look for; no program writes spreadsheets so."""
    return content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:200]


def _columns(present):
    """Our column by heading; the first heading of a column that is in the file counts."""
    twice = sorted({name for name in present if name and present.count(name) > 1})
    found = {}
    for column in SPREADSHEET_COLUMNS:
        heading = next((h for h in column.headings if h in present), None)
        if heading in twice:
            raise FileUnreadable(f"有两列都叫「{heading}」，不知道该读哪一列。")
        if heading:
            found[heading] = column.name
    if "title" not in found.values():
        raise FileUnreadable("第一行里没有「标题」这一列。第一行应当是列名，请照模板填。")
    return found


def _line(record: Record, columns):
    """None for a line without words in our columns."""
    if record.problem:
        return (
            None
            if record.problem == "整行是空的"
            else SpreadsheetLine(record.line, {}, record.problem)
        )
    cells = {
        columns[name]: clean_text(text)
        for name, text in record.cells.items()
        if name in columns and text.strip()
    }
    if not any(cells.values()):
        return None
    if any(text.startswith("=") for text in cells.values()):
        return SpreadsheetLine(record.line, {"title": cells.get("title", "")}, FORMULA)
    if any(len(text) > LONGEST_CELL for text in cells.values()):
        problem = f"有一格超过 {LONGEST_CELL} 字"
        return SpreadsheetLine(record.line, {"title": cells.get("title", "")[:60]}, problem)
    if any("\ufffd" in text for text in cells.values()):
        return SpreadsheetLine(record.line, cells, "有认不出的字，请另存为 UTF-8 的 .csv 或 .xlsx")
    return SpreadsheetLine(record.line, cells)
