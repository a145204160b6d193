"""Read an uploaded spreadsheet as lines by our columns; raise `FileUnreadable`."""

import tempfile
import zipfile
from pathlib import Path
from typing import NamedTuple

from django.core.files.uploadedfile import UploadedFile

from listings.bulk_upload.columns import SPREADSHEET_FIELDS
from listings.imports.cell_parsers import clean_text
from listings.imports.record_source import EMPTY_ROW, FileUnreadable, Record
from listings.imports.text_readers import CsvSource, Source
from listings.imports.xlsx_reader import BROKEN_ARCHIVE, XlsxSource

MAX_LINES = 200
MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 12 * 1024 * 1024
MAX_PARTS = 200
# What an archive unpacks to says little of the time it takes: each tag makes an object, also one of three bytes. The
# template with 200 filled lines has a tenth of them.
MAX_TAGS = 200_000
MAX_ROWS = 10_000  # of a .csv, the empty ones too
LONGEST_CELL = 6_000
KINDS = (".xlsx", ".csv")


class SpreadsheetLines(NamedTuple):
    """Lines with their cells by the names of our columns, and the headings of columns that are not read."""

    lines: list[Record]
    unread: list[str]


def read_spreadsheet_lines(name: str, file: UploadedFile) -> SpreadsheetLines:
    suffix = Path(name).suffix.lower()
    if suffix not in KINDS:
        raise FileUnreadable("只收 .xlsx 和 .csv；别的格式请另存为 .xlsx 再传。")
    if (file.size or 0) > MAX_BYTES:
        raise FileUnreadable(f"文件不能超过 {MAX_BYTES >> 20} MB，请拆开再传。")
    with tempfile.NamedTemporaryFile(suffix=suffix) as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        return _read_lines(Path(copy.name), suffix)


def _read_lines(path: Path, suffix: str) -> SpreadsheetLines:
    if not path.stat().st_size:
        raise FileUnreadable("文件是空的。")
    source: Source
    if suffix == ".xlsx":
        _require_safe_archive(path)
        source = XlsxSource(path, reads_formulas=True)
    else:
        source = CsvSource(path)
    try:
        columns = _match_columns(source.columns or [])
        lines: list[Record] = []
        for number, record in enumerate(source.iterate_records(), 1):
            if number > MAX_ROWS:
                raise FileUnreadable("空行太多，请删掉空行再传。")
            line = _build_line(record, columns)
            if line:
                lines.append(line)
            if len(lines) > MAX_LINES:
                raise FileUnreadable(f"一次最多 {MAX_LINES} 行，请拆成几个文件。")
    finally:
        source.close()
    if not lines:
        raise FileUnreadable("表里只有列名，没有要发的行。")
    return SpreadsheetLines(
        lines, [name for name in source.columns or [] if name and name not in columns]
    )


def _require_safe_archive(path: Path) -> None:
    """Check the size of the archive and of what is in it before `XlsxSource` parses its parts."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise FileUnreadable("解压后太大，不像是一张填好的表；请用模板重新填。")
            tags = sum(archive.read(part).count(b"<") for part in parts)
    except BROKEN_ARCHIVE:
        raise FileUnreadable("不是 Excel 文件（.xlsx），或者已经损坏、加了密码。") from None
    if tags > MAX_TAGS:
        raise FileUnreadable("里面的格子太多，不像是一张填好的表；请用模板重新填。")
    names = [part.filename.lower() for part in parts]
    if any("vbaproject" in name or name.startswith("xl/macrosheets") for name in names):
        raise FileUnreadable("文件里有宏，不能收；请另存为不带宏的 .xlsx。")


def _match_columns(present: list[str]) -> dict[str, str]:
    """Return the name of our column by heading; of several headings of a column the first counts."""
    names_by_heading: dict[str, str] = {}
    for name, listing_field in SPREADSHEET_FIELDS.items():
        headings = (listing_field.label, *(listing_field.column_names or ()))
        if heading := next((heading for heading in headings if heading in present), None):
            if present.count(heading) > 1:
                raise FileUnreadable(f"有两列都叫「{heading}」，不知道该读哪一列。")
            names_by_heading[heading] = name
    if "title" not in names_by_heading.values():
        raise FileUnreadable("第一行里没有「标题」这一列。第一行应当是列名，请照模板填。")
    return names_by_heading


def _build_line(record: Record, columns: dict[str, str]) -> Record | None:
    """Return None for a line that is empty in our columns."""
    if record.problem:
        return None if record.problem == EMPTY_ROW else record
    cells = {
        columns[name]: clean_text(text)
        for name, text in record.cells.items()
        if name in columns and text.strip()
    }
    if not any(cells.values()):
        return None
    title_only = {"title": cells.get("title", "")[:60]}
    if any(text.startswith("=") for text in cells.values()):
        return Record(record.line, title_only, "有公式的格子，请复制以后“粘贴为数值”再传")
    if any(len(text) > LONGEST_CELL for text in cells.values()):
        return Record(record.line, title_only, f"有一格超过 {LONGEST_CELL} 字")
    if any("\ufffd" in text for text in cells.values()):
        return Record(record.line, cells, "有认不出的字，请另存为 UTF-8 的 .csv 或 .xlsx")
    return Record(record.line, cells)
