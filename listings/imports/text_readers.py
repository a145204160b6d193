"""Read CSV, TSV and JSONL row by row; an invalid row becomes a record with a problem.

`open_source` picks the reader by the file's extension. `size` and `position` of a source are in the
same unit, for the progress bar.
"""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

from listings.imports.record_source import (
    EMPTY_ROW,
    LONGEST_CELL,
    FileUnreadable,
    Record,
    build_record,
    format_cell,
    require_few_columns,
)
from listings.imports.xlsx_reader import XlsxSource
from sitekit.maintenance.file_errors import describe_file_error_in_chinese

MAX_BYTES = 200 * 1024 * 1024
_CHUNK_BYTES = 1 << 20

type Source = CsvSource | JsonlSource | XlsxSource


def open_source(path: Path, encoding: str = "") -> Source:
    suffixes = (".csv", ".tsv", ".jsonl", ".xlsx")
    suffix = path.suffix.lower()
    if suffix == ".xls":
        raise FileUnreadable("不能读旧的 .xls 文件，请另存为 .xlsx 或 .csv。")
    if suffix not in suffixes:
        raise FileUnreadable(f"不认识「{suffix or path.name}」，能读 {'、'.join(suffixes)}。")
    try:
        if not path.is_file():
            raise FileUnreadable(f"没有这个文件：{path}")
        if not path.stat().st_size:
            raise FileUnreadable("文件是空的。")
        if suffix == ".xlsx":
            return XlsxSource(path)
        if suffix == ".jsonl":
            return JsonlSource(path, encoding)
        return CsvSource(path, encoding, delimiter="," if suffix == ".csv" else "\t")
    except OSError as error:
        raise FileUnreadable(
            f"打不开文件：{describe_file_error_in_chinese(error, path)}。"
        ) from None


def find_encoding(path: Path) -> str:
    """Return UTF-8 if nearly all bytes are valid, else GB18030; a byte order mark is decisive.

    A few bad bytes must not spoil a whole UTF-8 file: only the rows with them are refused.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    wide = bad = nul = 0
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if head.startswith(b"PK\x03\x04"):
            raise FileUnreadable("这像是 Excel 文件，请把扩展名改成 .xlsx。")
        file.seek(0)
        while chunk := file.read(_CHUNK_BYTES):
            text = decoder.decode(chunk)
            nul += chunk.count(b"\0")
            bad += text.count("\ufffd")
            wide += len(text) - sum(map(text.count, map(chr, range(128))))
    if nul > path.stat().st_size // 10:
        raise FileUnreadable("文件不是文字（有大量空字节）。")
    return "utf-8-sig" if bad * 20 <= wide else "gb18030"


class TextSource:
    newline: str | None = ""

    def __init__(self, path: Path, encoding: str = "") -> None:
        self.size = path.stat().st_size
        if self.size > MAX_BYTES:
            raise FileUnreadable(f"文件太大：最多 {MAX_BYTES >> 20} MB，请拆开再导入。")
        encoding = encoding or find_encoding(path)
        self._raw = path.open("rb")
        self._file = io.TextIOWrapper(self._raw, encoding, "replace", self.newline)

    @property
    def position(self) -> int:
        return min(self._raw.tell(), self.size)

    def close(self) -> None:
        self._file.close()


class CsvSource(TextSource):
    def __init__(self, path: Path, encoding: str = "", delimiter: str = ",") -> None:
        super().__init__(path, encoding)
        self._ended = False
        # The limit of the csv module holds for the process and stops in the middle of a row: it is
        # set to the size of a file, and `_build_record` checks each cell.
        csv.field_size_limit(MAX_BYTES)
        self._reader = csv.reader(self._iterate_lines(), delimiter=delimiter)
        self.columns = next(([name.strip() for name in row] for row in self._reader if row), [])
        if self._ended or not any(self.columns):
            self.close()
            raise FileUnreadable("读不出表头：第一行应当是列名。")
        try:
            require_few_columns(self.columns)
        except FileUnreadable:
            self.close()
            raise

    def _iterate_lines(self) -> Iterator[str]:
        yield from self._file
        self._ended = True

    def iterate_records(self) -> Iterator[Record]:
        line = self._reader.line_num + 1
        for row in self._reader:
            if row:
                yield self._build_record(line, row)
            line = self._reader.line_num + 1

    def _build_record(self, line: int, row: list[str]) -> Record:
        # A reader asks for more lines in the middle of a row only inside quotes.
        if self._ended:
            return Record(line, problem="引号没有闭合，从这一行到文件末尾都没能读出")
        if any(len(cell) > LONGEST_CELL for cell in row):
            return Record(line, problem=f"有一格超过 {LONGEST_CELL} 字")
        expected = len(self.columns)
        if len(row) < expected or any(row[expected:]):
            return Record(line, problem=f"列数不对：表头有 {expected} 列，这一行有 {len(row)} 列")
        if not any(row):
            return Record(line, problem=EMPTY_ROW)
        return Record(line, dict(zip(self.columns, row, strict=False)))


class JsonlSource(TextSource):
    columns = None  # each row names its own
    newline = "\n"  # the only end of a line of JSON

    def iterate_records(self) -> Iterator[Record]:
        for number, text in enumerate(iter(self._file.readline, ""), 1):
            if text.strip():
                yield self._build_record(number, text)

    def _build_record(self, line: int, text: str) -> Record:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return Record(line, problem="不是一行完整的 JSON")
        if not isinstance(value, dict):
            return Record(line, problem="不是 JSON 对象（应当是 {…}）")
        cells = {}
        for name, cell_value in value.items():
            try:
                cells[name.strip()] = format_cell(cell_value)
            except (ValueError, RecursionError):
                return Record(line, problem=f"「{name[:40]}」的值读不出来")
        return build_record(line, cells)
