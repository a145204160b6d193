"""One import from its file to its report; the command only shows what this yields."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path

from listings.imports.column_mapping import load_column_mapping, own_columns
from listings.imports.import_errors import RowRefused
from listings.imports.row_parser import Maker, RepostDraft
from listings.imports.text_readers import open_source
from listings.imports.writer import Writer


@dataclass
class Report:
    rows: int = 0
    counts: Counter = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)


class Import:
    """`report` is right at any moment, also after the file turned out unreadable half-way."""

    def __init__(self, path: Path, mapping_path: Path | None, dry_run: bool, batch: int):
        rules = load_column_mapping(mapping_path) if mapping_path else own_columns()
        self._maker = Maker(rules)
        self._writer = Writer(self._maker.counts_validity, dry_run)
        self._batch = batch
        # Every key seen in this file, with the line and a digest of what it said there.
        self._seen: dict[tuple[str, str], tuple[int, int]] = {}
        self.report = Report()
        self.source = open_source(path, rules.encoding)
        try:
            rules.check_columns(self.source.columns)
        except Exception:
            self.source.close()
            raise

    def run(self, on_refused: Callable[[int, str], None], on_progress: Callable[[int], None]):
        try:
            for records in batched(self.source.records(), self._batch):
                self._take(records, on_refused)
                on_progress(self.source.position)
        finally:
            self.source.close()

    def _take(self, records, on_refused):
        refused, drafts = [], []
        for record in records:
            try:
                draft = self._draft(record)
            except RowRefused as reason:
                refused.append((record.line, str(reason)))
            else:
                if draft:
                    drafts.append(draft)
        self.report.rows += len(records)
        if drafts:
            outcome = self._writer.write(drafts)
            self.report.counts += outcome.counts
            refused += outcome.refused
        self.report.refused += sorted(refused)
        for line, why in sorted(refused):
            on_refused(line, why)

    def _draft(self, record) -> RepostDraft | None:
        """None for a row that the file has already said, word for word."""
        if record.problem:
            raise RowRefused(record.problem)
        draft = self._maker.draft(record.line, record.cells)
        said = hash((draft.company_text, draft.source_url, str(draft.content)))
        key = draft.source_name, draft.source_id
        line, before = self._seen.setdefault(key, (record.line, said))
        if line == record.line:
            return draft
        if before != said:
            raise RowRefused(f"编号「{draft.source_id}」和第 {line} 行重复，内容不同")
        self.report.counts["twice"] += 1
        return None
