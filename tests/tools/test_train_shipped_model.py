"""Training of the model that ships, over a small part of the corpus."""

from io import StringIO

import pytest
from django.core.management import call_command

from screening.linear_model import corpus
from screening.linear_model.model import load_shipped_model
from screening.linear_model.model_arrays import ModelArrays
from tools.management.commands import train_shipped_model


@pytest.fixture
def artifact_path(tmp_path, monkeypatch):
    texts = [text for text in corpus.read_corpus()[::700] if text.label != corpus.FORBIDDEN]
    texts += [text for text in corpus.read_corpus() if text.kind == "child_labour"][:8]
    monkeypatch.setattr(train_shipped_model, "read_corpus", lambda: texts)
    monkeypatch.setattr(train_shipped_model, "compose_ads", list)
    monkeypatch.setattr(train_shipped_model, "list_filler", list)
    monkeypatch.setattr(train_shipped_model, "ARTIFACT", tmp_path / "model.bin")
    monkeypatch.setattr(train_shipped_model, "FILE", tmp_path / "cuts.toml")
    return tmp_path / "model.bin"


def test_parts_are_trained_and_add_up_as_those_of_the_shipped_model(artifact_path):
    out = StringIO()
    call_command("train_shipped_model", "--parts", stdout=out)
    trained = ModelArrays.unpack(artifact_path.read_bytes())
    shipped = load_shipped_model()
    assert trained.combination == shipped.combination
    assert 0 < len(trained.codes) < len(shipped.table) / 2
    assert f"{len(trained.codes)} character runs" in out.getvalue()
    assert not (artifact_path.parent / "cuts.toml").exists()
    first = artifact_path.read_bytes()
    call_command("train_shipped_model", "--parts", stdout=out)
    assert artifact_path.read_bytes() == first
