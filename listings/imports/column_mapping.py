"""What stands where in a file: a small TOML file (docs/importing.md), or column names of our own."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from listings.imports.import_errors import FileUnreadable
from listings.vocabulary.listing_fields import LISTING_FIELDS

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
    # Names given singly must be there; of a list, any may be missing.
    demanded: list[str] = field(default_factory=list)

    def check_columns(self, present: list[str] | None):
        """Stop before the first row where the file can't fit; JSONL names its columns by row."""
        if present is not None:
            self._look_for(present)
        for name in REQUIRED:
            sources = set(self.columns.get(name, ()))
            filled = self.fixed.get(name, "").strip() or self.defaults.get(name, "").strip()
            if not filled and ((present is not None and not sources & set(present)) or not sources):
                raise FileUnreadable(
                    f"「{name}」没有出处：请在对应表 [columns] 里指一列，或在 [fixed] 里给一个值。"
                    + (f"文件里的列：{_listed(present)}" if present else "")
                )

    def _look_for(self, present):
        missing = [name for name in self.demanded if name not in present]
        if missing:
            raise FileUnreadable(
                f"文件里没有这些列：{_listed(missing)}。有的是：{_listed(present)}"
            )
        used = {name for names in self.columns.values() for name in names}
        twice = sorted(name for name in used if present.count(name) > 1)
        if twice:
            raise FileUnreadable(f"列名重复，不知道该读哪一列：{_listed(twice)}")


def _listed(names):
    return "、".join(name[:40] or "（空）" for name in list(names)[:30])


def own_columns() -> ColumnMapping:
    return ColumnMapping(
        {name: list(names) for name, names in IMPORT_COLUMN_NAMES.items() if names}
    )


def load_column_mapping(path: Path) -> ColumnMapping:
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise FileUnreadable(f"打不开对应表：{error.strerror or error}") from None
    except UnicodeDecodeError:
        raise FileUnreadable("对应表不是 UTF-8 编码。") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FileUnreadable(f"对应表不是正确的 TOML：{error}") from None
    for name, table in data.items():
        if name not in _TABLES or not isinstance(table, dict):
            raise FileUnreadable(f"对应表里不认识「{name}」，只能有 {_listed(_TABLES)} 这几张表。")
    columns, demanded = _columns(data.get("columns", {}))
    return ColumnMapping(
        columns,
        fixed=_words("fixed", data.get("fixed", {})),
        defaults=_words("defaults", data.get("defaults", {})),
        values={
            name: _words(f"values.{name}", table, fields=False)
            for name, table in _known("values", data.get("values", {})).items()
        },
        encoding=_encoding(data.get("file", {})),
        demanded=demanded,
    )


def _known(table, entries):
    for name in entries:
        if name not in IMPORT_COLUMN_NAMES:
            raise FileUnreadable(
                f"[{table}] 里不认识「{name}」，能用的有：{_listed(IMPORT_COLUMN_NAMES)}"
            )
    return entries


def _columns(entries):
    columns, demanded = {}, []
    for name, value in _known("columns", entries).items():
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(n, str) and n for n in names):
            raise FileUnreadable(f"[columns] 的「{name}」要写列名，或者列名的列表。")
        columns[name] = [n.strip() for n in names]
        if isinstance(value, str):
            demanded.append(value.strip())
    return columns, demanded


def _words(table, entries, fields=True):
    if not isinstance(entries, dict):
        raise FileUnreadable(f"[{table}] 应当是一张表。")
    for name, value in entries.items():
        if isinstance(value, (dict, list)):
            raise FileUnreadable(f"[{table}] 的「{name}」要写一个值。")
    return {
        name: str(value) for name, value in (_known(table, entries) if fields else entries).items()
    }


def _encoding(entries):
    value = entries.get("encoding", "")
    if set(entries) - {"encoding"} or (value and value not in _FORMATS):
        raise FileUnreadable(f"[file] 只能写 encoding，值是 {_listed(_FORMATS)} 之一。")
    return value
