"""The report of the bench: each figure beside its budget."""

import json
from dataclasses import replace

from tools.bench.report import Figure, Report, get_percentile

FIGURES = [
    Figure("Pages", "list", 12.34, "ms", 20, note="20 rows"),
    Figure("Pages", "import", 90, "rows/s", 150, is_least=True),
    Figure("Memory", "all", 1234.0, "MB"),
]


def test_a_figure_is_met_or_missed():
    assert [figure.is_met for figure in FIGURES] == [True, False, None]
    assert FIGURES[0].words == "| list | 12.3 ms | ≤ 20 | met | 20 rows |"
    assert FIGURES[1].words == "| import | 90 rows/s | ≥ 150 | **missed** |  |"
    assert FIGURES[2].words == "| all | 1,234 MB |  |  |  |"
    assert Figure("a", "errors", 0, "", 0).is_met


def test_the_report_names_the_machine_what_was_missed_and_that_it_was_quick(tmp_path):
    report = Report({"processor": "two cores"}, ["A quick run"], FIGURES)
    report.write_files(tmp_path / "new" / "performance.md")
    text = (tmp_path / "new" / "performance.md").read_text()
    assert "**A quick run**" in text
    assert "| processor | two cores |" in text
    assert "1 of 2 budgets are met. Missed: import (90 rows/s)." in text
    assert text.index("## Pages") < text.index("| import |") < text.index("## Memory")
    data = json.loads((tmp_path / "new" / "performance.json").read_text())
    assert [row["is_met"] for row in data["figures"]] == [True, False, None]


def test_the_first_table_says_of_each_part_how_many_budgets_are_met_and_which_is_nearest():
    errors = Figure("Pages", "errors", 0, "", 0)
    figures = [*FIGURES, errors, Figure("Pages, kept", "list", 9, "ms", 8)]
    text = Report({}, [], figures).format_markdown()
    assert "| [Pages](#pages) | 2 of 3 | import: 90 rows/s (≥ 150) |" in text
    assert "| [Memory](#memory) | 0 of 0 |  |" in text
    assert "| [Pages, kept](#pages-kept) | 0 of 1 | list: 9 ms (≤ 8) |" in text
    assert text.index("(#pages-kept)") < text.index("## Pages")
    with_an_error = Report({}, [], [*FIGURES, replace(errors, value=1)])
    assert "| [Pages](#pages) | 1 of 3 | errors: 1 (≤ 0) |" in with_an_error.format_markdown()


def test_of_many_that_are_missed_the_first_are_named():
    figures = [Figure("Pages", f"page {number}", 9, "ms", 5) for number in range(12)]
    text = Report({}, [], figures).format_markdown()
    assert "0 of 12 budgets are met." in text
    assert "page 9 (9 ms); 2 more, see below." in text


def test_percentiles():
    values = [float(n) for n in range(100)]
    assert [get_percentile(values, share) for share in (0.5, 0.95, 0.99, 1)] == [50, 95, 99, 99]
    assert get_percentile([], 0.5) == 0
