"""What each part of the engine finds by itself, and how it grows with the texts it is trained on."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from screening.context import Context
from screening.facts.pay import find_pay_signals
from screening.linear_model.corpus import HONEST, SCAM, CorpusText, list_filler, read_corpus
from screening.linear_model.features import ModelText
from screening.linear_model.model import (
    FRAUD,
    WHOLE,
    WINDOW,
    ScreeningModel,
    combine_log_odds,
    load_shipped_model,
)
from screening.reading.folded_text import FoldedText
from screening.rules import fraud_rules
from tools.screening_evaluation.labelled_files import LabelledExample

ACCUSED = (0.03, 0.05)  # shares of the honest texts at which recall is told
RULES, SUM = "rules", "sum"
ENGINE_PARTS = (RULES, WHOLE, WINDOW, SUM)
OF_WINDOW = 0.3  # weight of the worst window beside the whole, of a model without a fitted sum
EVERY = (192, 96, 48, 24, 12)  # one text of the corpus of each so many; the last takes a minute
_NOTHING = float("-inf")  # of a text that the model does not judge


def score_parts(text: str) -> dict[str, float]:
    """Return what each of `ENGINE_PARTS` says of a text as one paragraph; higher is worse."""
    model, folded = load_shipped_model(), FoldedText(text)
    rules = list(fraud_rules.find_rule_signals(folded))
    findings = fraud_rules.weigh_findings(rules, find_pay_signals(folded, Context()))
    judgements = model.measure(ModelText(folded.text)).judge()
    values = judgements[FRAUD][0].values if judgements else {}
    return {
        RULES: findings[RULES],
        WHOLE: values.get(WHOLE, _NOTHING),
        WINDOW: values.get(WINDOW, _NOTHING),
        SUM: combine_log_odds(model.combination[FRAUD], findings | values),
    }


def compute_recall(scams: Sequence[float], honest: Sequence[float], accused: float) -> float:
    """Return the share of the scams above the cut that accuses at most this share of the honest texts."""
    ranked = sorted(honest, reverse=True)
    return float(np.mean(np.array(scams) > ranked[int(len(ranked) * accused)]))


def measure_parts(examples: Iterable[LabelledExample]) -> dict[str, list[float]]:
    """Return the recall of each part, at each share of `ACCUSED`; there must be scams and honest texts."""
    scored = [(example.label, score_parts(example.text)) for example in examples]
    recalls = {}
    for part in ENGINE_PARTS:
        scams = [scores[part] for label, scores in scored if label == SCAM]
        honest = [scores[part] for label, scores in scored if label == HONEST]
        recalls[part] = _list_recalls(scams, honest)
    return recalls


def measure_learning_curve(
    examples: Sequence[LabelledExample], authors: Iterable[str], every: Sequence[int] = EVERY
) -> Iterator[tuple[int, list[float]]]:
    """Yield, for models of more and more corpus texts, how many scams they are trained on and their recall on
    the examples. Files of `authors` are left out: nobody is judged by a model that read him."""
    from screening.linear_model.fitting import prepare_texts
    from screening.linear_model.training import train_parts

    left_out = set(authors)
    corpus = [text for text in read_corpus() if text.author not in left_out]
    for step in every:
        texts = corpus[::step]
        parts = train_parts(prepare_texts(texts, list_filler()), with_kinds=False)
        model = ScreeningModel.make(parts | {"combination": {}})
        scored = [(example.label, _score_unread(model, example.text)) for example in examples]
        scams = [score for label, score in scored if label == SCAM]
        honest = [score for label, score in scored if label == HONEST]
        yield _count_scams(texts), _list_recalls(scams, honest)


def _score_unread(model: ScreeningModel, text: str) -> float:
    judgements = model.measure(ModelText(FoldedText(text).text)).judge()
    if not judgements:
        return _NOTHING
    judgement = judgements[FRAUD][0]
    return judgement.whole + OF_WINDOW * judgement.window


def _count_scams(texts: Iterable[CorpusText]) -> int:
    return sum(text.label == SCAM for text in texts)


def _list_recalls(scams: Sequence[float], honest: Sequence[float]) -> list[float]:
    return [compute_recall(scams, honest, accused) for accused in ACCUSED]
