"""Importing rows of a file, and judging each of them as the worker does."""

import csv
import datetime
import secrets
import tempfile
import time
from pathlib import Path
from random import Random

from django.utils import timezone

from listings.choices import ListingStatus
from listings.imports.import_run import ListingImport
from listings.imports.imported_review import judge_imported
from listings.models import Listing
from tools.bench.report import Figure
from tools.bench.scenario.texts import write_posting
from tools.demo.factories import trust_source

SECTION = "Importing"
ROWS_A_SECOND = 150
BATCH = 500


def measure_import(rows: int, place: str) -> Figure:
    """Rows a second, from the file until all are judged; the source is a trusted one."""
    source = f"来源{secrets.token_hex(3)}"
    trust_source(source)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        _write_rows(path, rows, source, place)
        began = time.perf_counter()
        task = ListingImport(path, None, dry_run=False, batch=BATCH)
        task.run(lambda *_: None, lambda *_: None)
        imported = time.perf_counter() - began
        judged = judge_imported()
        seconds = time.perf_counter() - began
    if task.report.refused or judged != rows:
        raise RuntimeError(f"{judged} of {rows} rows were judged; {task.report.refused[:1]}")
    imported_rows = Listing.objects.filter(source_name=source)
    published = imported_rows.filter(status=ListingStatus.PUBLISHED).count()
    note = f"{rows:,} rows: {imported:.1f} s to import, {seconds - imported:.1f} s to judge, "
    note += f"{published:,} published"
    name = "import with judging"
    return Figure(SECTION, name, round(rows / seconds, 1), "rows/s", ROWS_A_SECOND, True, note)


def _write_rows(path: Path, rows: int, source: str, place: str) -> None:
    random = Random(9)  # noqa: S311 - words, no secret
    last_day = timezone.localdate() + datetime.timedelta(days=40)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        columns = "title category region address duties requirements headcount pay_min pay_max"
        further_columns = "pay_unit settlement valid_through company source_name source_id"
        writer.writerow([*columns.split(), *further_columns.split()])
        for number in range(rows):
            words = write_posting(random, is_queued=False)
            values = [words.get(name, place) for name in columns.split()]
            company = f"第{number}家小店"
            writer.writerow([*values, "hour", "daily", last_day, company, source, number])
