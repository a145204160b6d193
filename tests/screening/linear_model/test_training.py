"""Training: always the same, and it holds for authors that it has not read."""

import zlib

import numpy as np
import pytest

from screening.linear_model.corpus import HONEST, SCAM, CorpusText, list_filler, read_corpus
from screening.linear_model.features import ModelText
from screening.linear_model.fitting import (
    choose_thresholds,
    fit_combination,
    prepare_texts,
    score_text,
)
from screening.linear_model.model import FRAUD, ScreeningModel
from screening.linear_model.training import train_parts
from screening.reading.folded_text import FoldedText

# Two authors that the model does not read here; the floor stands a little under what is reached.
HELD_OUT = ("third_scams", "third_honest")
ACCUSED, RECALL = 0.05, 0.60
# Of the other texts, so that the test takes seconds; told by the text, since places move with each file that comes.
ONE_OF = 48


@pytest.fixture(scope="module")
def unread_model():
    texts = [
        text
        for text in read_corpus()
        if text.author not in HELD_OUT and zlib.crc32(text.text.encode()) % ONE_OF == 0
    ]
    parts = train_parts(prepare_texts(texts, list_filler()), with_kinds=False)
    return ScreeningModel.make(parts | {"combination": {}})


def test_it_holds_for_authors_that_it_has_not_read(unread_model):
    def score(text):
        judgement = unread_model.measure(ModelText(FoldedText(text.text).text)).judge()[FRAUD][0]
        return judgement.whole + 0.3 * judgement.window

    texts = [text for text in read_corpus() if text.author in HELD_OUT]
    honest = [score(text) for text in texts if text.label == HONEST]
    scams = [score(text) for text in texts if text.label == SCAM]
    cut = np.quantile(honest, 1 - ACCUSED)
    assert np.mean(np.array(scams) > cut) >= RECALL


def make_texts():
    scams = [("先交三百押金再上岗", "upfront_fee"), ("收闲置银行卡，一张五百", "card_rental")] * 6
    honest = ["奶茶店招店员，时薪十八", "押金归还时退给租车的客人", "家教，周末两小时"] * 4
    forbidden = ["替考四级，一科八百", "陪客人唱歌喝酒，台费三百"] * 3
    return [
        *(CorpusText(t, SCAM, kind, "x", "sms", "a") for t, kind in scams),
        *(CorpusText(t, HONEST, "", "x", "sms", "a") for t in honest),
        *(CorpusText(t, "forbidden", "exam_fraud", "x", "sms", "a") for t in forbidden),
    ]


def test_the_same_texts_give_the_same_model():
    first, second = (train_parts(prepare_texts(make_texts(), ["周末双休。"] * 9)) for _ in range(2))
    assert first == second
    assert set(first["kinds"]) == {"upfront_fee", "card_rental", "exam_fraud"}


def test_what_it_learned_is_applied():
    texts = make_texts()
    parts = train_parts(prepare_texts(texts, []))
    model = ScreeningModel.make(parts | {"combination": {}})
    scores = [score_text(model, text) for text in texts]
    combination = {
        "fraud": fit_combination(scores, "fraud", SCAM),
        "forbidden": fit_combination(scores, "forbidden", "forbidden"),
    }
    honest = [s.fraud["whole"] for s in scores if s.text.label == HONEST]
    scams = [s.fraud["whole"] for s in scores if s.text.label == SCAM]
    assert max(honest) < min(scams)
    thresholds = choose_thresholds([*scores, *_as_fragments(scores)], combination)
    assert thresholds["medium"] <= thresholds["high"]


def _as_fragments(scores):
    honest = (s for s in scores if s.text.label == HONEST)
    return [
        s._replace(text=CorpusText(s.text.text, HONEST, "", "x", "long_ad", "fragments"))
        for s in honest
    ]
