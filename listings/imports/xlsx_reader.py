"""Read the first sheet of an Excel file row by row; a formula has the value stored by Excel."""

import datetime
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from listings.imports.record_source import (
    MAX_COLUMNS,
    FileUnreadable,
    Record,
    build_record,
    format_cell,
    require_few_columns,
)
from sitekit.fetching.markup_bounds import MANY_ATTRIBUTES, has_many_attributes

# A small zip can unpack to any size: the sizes that it declares are checked before it is unpacked
# (zipfile reads no more than that).
MAX_PACKED = 50 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
# As many as Excel has: a single cell far out is padded with empty ones up to there.
MAX_ROWS = 1_048_576
# No spreadsheet needs them. In every part: what a part is called says nothing of how it is read.
_DECLARATIONS = [
    text
    for word in ("<!DOCTYPE", "<!ENTITY")
    for text in (word.encode(), word.encode("utf-16-le")[:-1])  # of both orders of bytes
]
_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([^\"'>]*)")
_READABLE_ENCODINGS = (b"utf-8", b"us-ascii", b"ascii")
_CHUNK_BYTES = 1 << 20
# What zipfile raises for arbitrary bytes.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    ValueError,
    RuntimeError,
    EOFError,
    OSError,
)
FORMULAS = ("ArrayFormula", "DataTableFormula")  # openpyxl's, for other formulas than a text


class XlsxSource:
    def __init__(self, path: Path, *, reads_formulas: bool = False) -> None:
        """`reads_formulas`: a formula is read as its text, which begins with =."""
        _require_safe_size(path)
        import openpyxl  # 10 MB of memory, only where it is used

        self._row = 0
        try:
            self._book = openpyxl.load_workbook(
                path, read_only=True, data_only=not reads_formulas, keep_links=False
            )
            self._sheet = self._book.worksheets[0]
            self.size = min(self._sheet.max_row or 0, MAX_ROWS)
            self._sheet.reset_dimensions()
            self._head, self.columns = self._read_header()
        except FileUnreadable:
            raise
        except Exception as error:  # openpyxl lets the errors of zip, XML and its own lists through
            raise FileUnreadable(f"读不出 Excel 文件（{type(error).__name__}）。") from error

    def _read_header(self) -> tuple[int, list[str]]:
        for number, row in self._iterate_rows(1, MAX_COLUMNS + 1):
            names = [format_cell(value).strip() for value in row]
            while names and not names[-1]:
                names.pop()
            if names:
                require_few_columns(names)
                return number, names
        raise FileUnreadable("表里是空的。")

    def _iterate_rows(self, first: int, width: int) -> Iterator[tuple[int, tuple[object, ...]]]:
        rows = self._sheet.iter_rows(first, MAX_ROWS, 1, width, values_only=True)
        return enumerate(rows, first)

    @property
    def position(self) -> int:
        return min(self._row, self.size)

    def iterate_records(self) -> Iterator[Record]:
        try:
            for number, row in self._iterate_rows(self._head + 1, len(self.columns)):
                self._row = number
                if row.count(None) < len(row):  # fast: of a million rows between two, too
                    yield self._build_record(number, row)
        except Exception as error:
            raise FileUnreadable(
                f"第 {self._row + 1} 行起读不出 Excel 文件（{type(error).__name__}）。"
            ) from error

    def _build_record(self, line: int, row: tuple[object, ...]) -> Record:
        cells = {
            name: _format_sheet_cell(value)
            for name, value in zip(self.columns, row, strict=False)
            if name
        }
        return build_record(line, cells)

    def close(self) -> None:
        self._book.close()


def _format_sheet_cell(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return "=" if type(value).__name__ in FORMULAS else format_cell(value)


def _require_safe_size(path: Path) -> None:
    if path.stat().st_size > MAX_PACKED:
        raise FileUnreadable(f"文件太大：最多 {MAX_PACKED >> 20} MB，请拆开再导入。")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise FileUnreadable(f"解压后太大：最多 {MAX_UNPACKED >> 20} MB，请拆开再导入。")
            for part in parts:
                _require_no_declarations(archive, part)
    except BROKEN_ARCHIVE:
        raise FileUnreadable("不是 Excel 文件（.xlsx），或者已经损坏、加了密码。") from None


def _require_no_declarations(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse document types and entities, encodings in which they could not be seen, and tags of far too many
    attributes."""
    content = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK_BYTES):
            encoding = None if content else _ENCODING.match(chunk[:1000])
            content = content[-20:] + chunk  # one may lie across two chunks
            if (encoding and encoding[1].lower() not in _READABLE_ENCODINGS) or any(
                text in content for text in _DECLARATIONS
            ):
                raise FileUnreadable("文件里有不该有的内容，不能收；请另存为新的 .xlsx 再传。")
            # As if a tag had begun in the chunk before.
            if has_many_attributes(f"<a {_decode_part(chunk)}"):
                raise FileUnreadable(f"{MANY_ATTRIBUTES}请另存为新的 .xlsx 再传。")


def _decode_part(chunk: bytes) -> str:
    """Return the text with its marks; its other characters may be wrong."""
    first, second = chunk[::2].count(0), chunk[1::2].count(0)
    if not first and not second:
        return chunk.decode("latin-1")
    return chunk.decode("utf-16-be" if first > second else "utf-16-le", "replace")
