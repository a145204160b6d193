"""Which column holds which field: a small TOML file (docs/importing.md), or our column names."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from listings.imports.record_source import FileUnreadable
from listings.models.listing_fields import LISTING_FIELDS
from sitekit.maintenance.file_errors import describe_file_error_in_chinese

# Each field and the column names that are tried when no mapping is given.
IMPORT_COLUMN_NAMES = {
    name: list(listing_field.column_names)
    for name, listing_field in LISTING_FIELDS.items()
    if listing_field.column_names is not None
}
REQUIRED = tuple(name for name in IMPORT_COLUMN_NAMES if LISTING_FIELDS[name].is_import_required)
_TABLES = ("file", "columns", "fixed", "defaults", "values")
_FORMATS = "utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk", "big5"


@dataclass
class ColumnMapping:
    columns: dict[str, list[str]]
    fixed: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    encoding: str = ""
    # A single column name must be in the file; of a list, any may be missing.
    demanded: list[str] = field(default_factory=list)
    is_own: bool = False  # no file of a mapping: the columns are to have our names

    def check_columns(self, present: list[str] | None) -> None:
        """Raise `FileUnreadable` if a column is missing; `present` is None for JSONL."""
        if present is not None:
            self._require_demanded(present)
        if missing := [name for name in REQUIRED if not self._has_source(name, present)]:
            words = _describe_missing(missing) if self.is_own else _describe_unmapped(missing)
            raise FileUnreadable(words + (f"文件里的列：{_join_names(present)}" if present else ""))

    def _has_source(self, name: str, present: list[str] | None) -> bool:
        if self.fixed.get(name, "").strip() or self.defaults.get(name, "").strip():
            return True
        sources = set(self.columns.get(name, ()))
        return bool(sources if present is None else sources & set(present))

    def _require_demanded(self, present: list[str]) -> None:
        missing = [name for name in self.demanded if name not in present]
        if missing:
            raise FileUnreadable(
                f"文件里没有这些列：{_join_names(missing)}。有的是：{_join_names(present)}"
            )
        used = {name for names in self.columns.values() for name in names}
        twice = sorted(name for name in used if present.count(name) > 1)
        if twice:
            raise FileUnreadable(f"列名重复，不知道该读哪一列：{_join_names(twice)}")


def list_headings(name: str) -> list[str]:
    """Return the column names that are read as this field, the one for people first, the code last."""
    headings = [heading for heading in IMPORT_COLUMN_NAMES[name] if heading.isascii()]
    words = [heading for heading in IMPORT_COLUMN_NAMES[name] if not heading.isascii()]
    words.sort(key=lambda word: word != LISTING_FIELDS[name].label)
    return words + headings[::-1]


def _describe_missing(names: list[str]) -> str:
    sentences = []
    for name in names:
        heading, *others = list_headings(name)
        sentences.append(f"没有「{heading}」这一列（也认：{'、'.join(others)}）。")
    return "".join(sentences) + "列名不一样的，用 --mapping 写明哪一列是什么。"


def _describe_unmapped(names: list[str]) -> str:
    fields = "、".join(f"{name}（{list_headings(name)[0]}）" for name in names)
    return f"对应表没有写{fields}从哪里来：请在 [columns] 里指一列，或在 [fixed] 里给一个值。"


def _join_names(names: Iterable[str]) -> str:
    return "、".join(name[:40] or "（空）" for name in list(names)[:30])


def build_own_columns() -> ColumnMapping:
    """Return the mapping for files with our column names."""
    columns = {name: names for name, names in IMPORT_COLUMN_NAMES.items() if names}
    return ColumnMapping(columns, is_own=True)


def load_column_mapping(path: Path) -> ColumnMapping:
    try:
        tables = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise FileUnreadable(
            f"打不开对应表：{describe_file_error_in_chinese(error, path)}。"
        ) from None
    except UnicodeDecodeError:
        raise FileUnreadable("对应表不是 UTF-8 编码。") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FileUnreadable(f"对应表不是正确的 TOML：{error}") from None
    for name, table in tables.items():
        if name not in _TABLES or not isinstance(table, dict):
            raise FileUnreadable(
                f"对应表里不认识「{name}」，只能有 {_join_names(_TABLES)} 这几张表。"
            )
        for field_name in table if name != "file" else ():
            if field_name not in IMPORT_COLUMN_NAMES:
                raise FileUnreadable(
                    f"[{name}] 里不认识「{field_name}」，"
                    f"能用的有：{_join_names(IMPORT_COLUMN_NAMES)}"
                )
    columns, demanded = _parse_columns(tables.get("columns", {}))
    return ColumnMapping(
        columns,
        fixed=_parse_words("fixed", tables.get("fixed", {})),
        defaults=_parse_words("defaults", tables.get("defaults", {})),
        values={
            name: _parse_words(f"values.{name}", words)
            for name, words in tables.get("values", {}).items()
        },
        encoding=_parse_encoding(tables.get("file", {})),
        demanded=demanded,
    )


def _parse_columns(entries: dict[str, Any]) -> tuple[dict[str, list[str]], list[str]]:
    columns: dict[str, list[str]] = {}
    demanded: list[str] = []
    for name, value in entries.items():
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(n, str) and n for n in names):
            raise FileUnreadable(f"[columns] 的「{name}」要写列名，或者列名的列表。")
        columns[name] = [n.strip() for n in names]
        if isinstance(value, str):
            demanded.append(value.strip())
    return columns, demanded


def _parse_words(table: str, entries: Any) -> dict[str, str]:
    if not isinstance(entries, dict):
        raise FileUnreadable(f"[{table}] 应当是一张表。")
    for name, value in entries.items():
        if isinstance(value, (dict, list)):
            raise FileUnreadable(f"[{table}] 的「{name}」要写一个值。")
    return {name: str(value) for name, value in entries.items()}


def _parse_encoding(entries: dict[str, Any]) -> str:
    value = entries.get("encoding", "")
    if set(entries) - {"encoding"} or (value and value not in _FORMATS):
        raise FileUnreadable(f"[file] 只能写 encoding，值是 {_join_names(_FORMATS)} 之一。")
    return value
