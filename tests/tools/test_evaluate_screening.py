"""`manage.py evaluate_screening`: what it reads, what it counts."""

import io

import pytest
from django.core.management import CommandError, call_command

from screening.assessment import Assessment
from screening.linear_model.corpus import HONEST, SCAM, read_corpus
from tools.screening_evaluation import ablation
from tools.screening_evaluation.ablation import ENGINE_PARTS, compute_recall
from tools.screening_evaluation.labelled_files import UNKNOWN, LabelledExample, read_labelled_file
from tools.screening_evaluation.tallies import EvaluationResult, list_counts

SAID = {
    "高": Assessment(90, "high", "brushing_rebate", ()),
    "中": Assessment(50, "medium", "money_mule", ()),
    "低": Assessment(0, "low", "", ()),
}


def get_fixed_assessment(text):
    return SAID[text]


def test_what_is_counted():
    result = EvaluationResult(
        [
            LabelledExample("高", SCAM, "a", "high", "brushing_rebate"),
            LabelledExample("中", SCAM, "a", "medium", "brushing_rebate"),
            LabelledExample("低", SCAM, "b", "high"),
            LabelledExample("中", HONEST, "c"),
        ],
        get_fixed_assessment,
    )
    a = result.kinds[SCAM, "a"]
    assert [a[name] for name in ("total", "medium", "high", "right", "named")] == [2, 2, 1, 1, 2]
    assert result.confidence[SCAM, "high"]["medium"] == 1
    assert result.labels[HONEST]["medium"] == 1
    assert result.compute_precision("medium") == pytest.approx(2 / 3)
    assert result.compute_precision("high") == 1
    assert EvaluationResult([], get_fixed_assessment).compute_precision("high") is None


@pytest.mark.parametrize(("doubtful", "forbidden"), [(True, ""), (False, "gambling")])
def test_what_waits_without_being_accused_is_counted(doubtful, forbidden):
    assessment = Assessment(0, "low", "", (), is_doubtful=doubtful, forbidden=forbidden)
    counts = list_counts(LabelledExample("文", HONEST, "a"), assessment)
    assert "waits" in counts and "medium" not in counts


def write_tsv_file(path, *rows):
    path.write_text("\n".join("\t".join(row) for row in rows), encoding="utf-8")
    return path


def test_a_table_of_texts_is_read(tmp_path):
    path = write_tsv_file(
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
    path = write_tsv_file(
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
        'scam = ["兼职刷单返佣，先垫付货款，做完返本金加佣金", "公园里的桂花开了，特别香"]\nhonest = ["奶茶店招店员"]',
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


def write_set(tmp_path, scams, honest):
    path = tmp_path / "brushing_rebate.toml"
    path.write_text(f"scam = {scams!r}\nhonest = {honest!r}", encoding="utf-8")
    return path


def test_recall_is_told_at_a_share_of_honest_texts_accused():
    honest = [float(n) for n in range(100)]
    assert compute_recall([94.0, 94.5, 95.0, 200.0], honest, 0.05) == 0.75
    assert compute_recall([5.0], [5.0], 0.05) == 0.0


def test_each_part_is_measured_by_itself(tmp_path):
    path = write_set(tmp_path, ["招刷单员，先垫付再返佣金"], ["奶茶店招店员，时薪十八"])
    out = io.StringIO()
    call_command("evaluate_screening", path, parts=True, stdout=out)
    for part in ENGINE_PARTS:
        assert f"| {part} | 100.0% | 100.0% |" in out.getvalue()
    alone = write_set(tmp_path, ["招刷单员，先垫付再返佣金"], [])
    with pytest.raises(CommandError):
        call_command("evaluate_screening", alone, parts=True, stdout=io.StringIO())


def test_the_curve_leaves_out_the_author_of_the_file(monkeypatch):
    examples = [LabelledExample("先交押金再上岗", SCAM, ""), LabelledExample("招店员", HONEST, "")]
    authors = ("batch_five", "fees", "forbidden")
    author_texts = [text for text in read_corpus() if text.author in authors][::9]
    monkeypatch.setattr(ablation, "read_corpus", lambda: author_texts)
    ((scams, recalls),) = ablation.measure_learning_curve(examples, ["batch_five"], every=(1,))
    of_others = [text for text in author_texts if text.author == "fees" and text.label == SCAM]
    assert (scams, len(recalls)) == (len(of_others), len(ablation.ACCUSED))


def test_what_was_judged_wrong_is_listed_with_the_reason(tmp_path):
    scams = ["招刷单员，先垫付再返佣金", "公园里的桂花开了，特别香"]
    path = write_set(tmp_path, scams, [scams[0], "奶茶店招店员"])
    out = io.StringIO()
    call_command("evaluate_screening", path, list=1, stdout=out)
    missed, accused = out.getvalue().split("漏掉的（1 条）")[1].split("误报的（1 条）")
    assert scams[1] in missed and scams[0] not in missed
    assert scams[0] in accused and "“" in accused
