import sys
import time
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from listings.imports.import_run import ListingImport
from listings.imports.record_source import FileUnreadable
from listings.imports.writer import ImportReport


def _parse_batch_size(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 5000:
        raise ArgumentTypeError("要在 1 到 5000 之间")
    return int(text)


class Command(BaseCommand):
    help = "导入兼职（CSV、TSV、JSONL、XLSX），见 docs/importing.md。可以重复运行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--mapping", type=Path, metavar="M.toml", help="哪一列是什么")
        parser.add_argument("--dry-run", action="store_true", help="只看结果，什么也不写")
        parser.add_argument(
            "--batch", type=_parse_batch_size, default=500, metavar="N", help="每批几行"
        )

    def handle(
        self, *, file: Path, mapping: Path | None, dry_run: bool, batch: int, **options: Any
    ) -> None:
        """Exit code 0: all imported; 1: rows were refused; 2: file or mapping unreadable."""
        started = time.monotonic()
        task = None
        try:
            task = ListingImport(file, mapping, dry_run, batch)
            self._run_import(task)
            exit_code = 1 if task.report.refused else 0
        except FileUnreadable as problem:
            self.stderr.write(str(problem))
            exit_code = 2
        except KeyboardInterrupt:
            self.stderr.write("已中断：前面各批已经写好，再运行一次会接着做。")
            exit_code = 130
        if task and (task.report.rows or exit_code != 2):
            self._write_summary(task.report, dry_run, time.monotonic() - started)
        if exit_code:
            sys.exit(exit_code)

    def _run_import(self, task: ListingImport) -> None:
        with tqdm(
            total=task.source.size or None,
            file=sys.stderr,
            disable=not sys.stderr.isatty(),
            bar_format="{percentage:3.0f}% {bar} {elapsed}<{remaining}",
        ) as bar:

            def report_refused(line: int, reason: str) -> None:
                bar.clear()
                self.stdout.write(f"第 {line} 行：{reason}")

            task.run(report_refused, lambda position: bar.update(position - bar.n))

    def _write_summary(self, report: ImportReport, dry_run: bool, seconds: float) -> None:
        counts = report.counts
        self.stdout.write(
            f"共 {report.rows} 行：新增 {counts['new']}，更新 {counts['changed']}，"
            f"已有 {counts['same']}，文件内重复 {counts['twice']}，未收 {len(report.refused)}。"
            f"{'试运行，什么也没写。' if dry_run else ''}"
            f"{seconds:.1f} 秒，每秒 {report.rows / max(seconds, 0.001):.0f} 行。"
        )
