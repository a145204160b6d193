"""What file readers yield, a record for each row with cells as text, and what they raise."""

from dataclasses import dataclass, field

from sitekit.workflow.refusals import Refusal

LONGEST_CELL = 100_000
MAX_COLUMNS = 60
EMPTY_ROW = "整行是空的"


class FileUnreadable(Refusal):
    """The whole file or its mapping cannot be used; the text says in Chinese why."""


@dataclass
class Record:
    """A row: its first line in the file, and its cells by column name."""

    line: int
    cells: dict[str, str] = field(default_factory=dict)
    problem: str = ""


def require_few_columns(columns: list[str]) -> None:
    if len(columns) > MAX_COLUMNS:
        raise FileUnreadable(f"表头超过 {MAX_COLUMNS} 列，请删掉用不着的列。")


def build_record(line: int, cells: dict[str, str]) -> Record:
    """Return the row, with a problem in place of its cells if one of them is too long."""
    if any(len(cell) > LONGEST_CELL for cell in cells.values()):
        return Record(line, problem=f"有一格超过 {LONGEST_CELL} 字")
    return Record(line, cells)


def format_cell(value: object) -> str:
    """Return a value of JSON or Excel as a person would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return "、".join(format_cell(element) for element in value)
    return str(value)
