"""An import from its file to its report; the command only shows it."""

from collections.abc import Callable, Sequence
from itertools import batched
from pathlib import Path

from listings.imports.column_mapping import build_own_columns, load_column_mapping
from listings.imports.record_source import Record
from listings.imports.row_parser import DraftBuilder, RepostDraft, RowRefused
from listings.imports.text_readers import open_source
from listings.imports.writer import ImportReport, RepostWriter


class ListingImport:
    """`report` is up to date at any moment, also if the file proves unreadable half-way."""

    def __init__(self, path: Path, mapping_path: Path | None, dry_run: bool, batch: int) -> None:
        rules = load_column_mapping(mapping_path) if mapping_path else build_own_columns()
        self._draft_builder = DraftBuilder(rules)
        self._writer = RepostWriter(self._draft_builder.counts_validity, dry_run)
        self._batch = batch
        # {(source name, source id): (line, hash of its content)} of the rows read so far.
        self._seen: dict[tuple[str, str], tuple[int, int]] = {}
        self.report = ImportReport()
        self.source = open_source(path, rules.encoding)
        try:
            rules.check_columns(self.source.columns)
        except Exception:
            self.source.close()
            raise

    def run(
        self, on_refused: Callable[[int, str], None], on_progress: Callable[[int], None]
    ) -> None:
        try:
            for records in batched(self.source.iterate_records(), self._batch):
                self._import_batch(records, on_refused)
                on_progress(self.source.position)
        finally:
            self.source.close()

    def _import_batch(
        self, records: Sequence[Record], on_refused: Callable[[int, str], None]
    ) -> None:
        """The report counts a batch when it is written: one that is interrupted is not in it."""
        refused: list[tuple[int, str]] = []
        drafts: list[RepostDraft] = []
        twice = 0
        for record in records:
            try:
                if draft := self._build_draft(record):
                    drafts.append(draft)
                else:
                    twice += 1
            except RowRefused as reason:
                refused.append((record.line, str(reason)))
        if drafts:
            written = self._writer.write_drafts(drafts)
            self.report.counts += written.counts
            refused += written.refused
        self.report.rows += len(records)
        self.report.counts["twice"] += twice
        self.report.refused += sorted(refused)
        for line, why in sorted(refused):
            on_refused(line, why)

    def _build_draft(self, record: Record) -> RepostDraft | None:
        """Return None for an exact copy of an earlier row of the file."""
        if record.problem:
            raise RowRefused(record.problem)
        draft = self._draft_builder.build_draft(record.line, record.cells)
        content_hash = hash((draft.company_text, draft.source_url, str(draft.content)))
        key = draft.source_name, draft.source_id
        line, earlier_hash = self._seen.setdefault(key, (record.line, content_hash))
        if line == record.line:
            return draft
        if earlier_hash != content_hash:
            raise RowRefused(f"编号「{draft.source_id}」和第 {line} 行重复，内容不同")
        return None
