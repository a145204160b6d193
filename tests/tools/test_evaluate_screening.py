"""`manage.py evaluate_screening`: what it reads, what it counts."""

import io

import pytest
from django.core.management import CommandError, call_command

from screening.assessment import Assessment
from screening.linear_model.corpus import HONEST, SCAM
from tools.screening_evaluation.labelled_files import UNKNOWN, LabelledExample, read_labelled_file
from tools.screening_evaluation.tallies import EvaluationResult

SAID = {
    "高": Assessment(90, "high", "brushing_rebate", ()),
    "中": Assessment(50, "medium", "money_mule", ()),
    "低": Assessment(0, "low", "", ()),
}


def said(text):
    return SAID[text]


def test_what_is_counted():
    result = EvaluationResult(
        [
            LabelledExample("高", SCAM, "a", "high", "brushing_rebate"),
            LabelledExample("中", SCAM, "a", "medium", "brushing_rebate"),
            LabelledExample("低", SCAM, "b", "high"),
            LabelledExample("中", HONEST, "c"),
        ],
        said,
    )
    a = result.kinds[SCAM, "a"]
    assert [a[name] for name in ("total", "medium", "high", "right", "named")] == [2, 2, 1, 1, 2]
    assert result.confidence[SCAM, "high"]["medium"] == 1
    assert result.labels[HONEST]["medium"] == 1
    assert result.compute_precision("medium") == pytest.approx(2 / 3)
    assert result.compute_precision("high") == 1
    assert EvaluationResult([], said).compute_precision("high") is None


def table(path, *rows):
    path.write_text("\n".join("\t".join(row) for row in rows), encoding="utf-8")
    return path


def test_a_table_of_texts_is_read(tmp_path):
    path = table(
        tmp_path / "a.tsv",
        ("id", "text", "label", "kind", "confidence"),
        ("1", "甲", "1", "net_earn", "high"),
        ("2", "乙", "0", "listing", "medium"),
    )
    assert list(read_labelled_file(path)) == [
        LabelledExample("甲", SCAM, "net_earn", "high"),
        LabelledExample("乙", HONEST, "listing", "medium"),
    ]


def test_listings_are_read_with_their_title_and_grey_ones_are_neither(tmp_path):
    path = table(
        tmp_path / "b.tsv",
        ("title", "description", "review"),
        ("题", "文", "unreviewed_normal"),
        ("题", "文", "grey"),
    )
    normal, grey = read_labelled_file(path)
    assert (normal.text, normal.label, grey.label) == ("题\n文", HONEST, UNKNOWN)


def test_a_set_is_named_after_its_fraud_type(tmp_path):
    path = tmp_path / "money_mule.toml"
    path.write_text('scam = ["甲"]\nhonest = ["乙"]', encoding="utf-8")
    assert list(read_labelled_file(path)) == [
        LabelledExample("甲", SCAM, "money_mule", fraud_type="money_mule"),
        LabelledExample("乙", HONEST, "money_mule"),
    ]


def test_the_tables_are_printed(tmp_path):
    path = tmp_path / "brushing_rebate.toml"
    path.write_text(
        'scam = ["招刷单员，先垫付再返佣金", "公园里的桂花开了，特别香"]\nhonest = ["奶茶店招店员"]',
        encoding="utf-8",
    )
    out = io.StringIO()
    call_command("evaluate_screening", path, stdout=out)
    assert (
        "| brushing_rebate | 2 | 1（50.0%） | 1（50.0%） | 1（50.0%） | 1 | 0 | 1/1 |"
        in out.getvalue()
    )
    assert (
        "| brushing_rebate | 1 | 0（0.0%） | 0（0.0%） | 0（0.0%） | 0 | 0 |  |" in out.getvalue()
    )
    assert "高的准确率：100.0%" in out.getvalue()


@pytest.mark.parametrize("name", ["none.tsv", "a.csv", "empty.tsv", "wrong.tsv", "bad.toml"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    (tmp_path / "empty.tsv").write_text("", encoding="utf-8")
    (tmp_path / "wrong.tsv").write_text("a\tb\n1\t2\n", encoding="utf-8")
    (tmp_path / "bad.toml").write_text("x = ", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("evaluate_screening", tmp_path / name, stdout=io.StringIO())
