"""What `bench --only` may ask for is known before anything is filled."""

from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from tools.bench.plan import QUICK
from tools.bench.sections import has_name, list_names
from tools.management.commands import bench

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled_sizes(monkeypatch):
    """How many listings were filled, one for each time; the database of the tests stands in for the bench's own."""
    sizes = []

    class OwnDatabase:
        def __enter__(self):
            return "bench_of_a_test"

        def __exit__(self, *_):
            pass

    def fill(planned, _city_size):
        sizes.append(planned.listings)
        raise KeyboardInterrupt

    monkeypatch.setattr(bench, "prepare_bench_database", OwnDatabase)
    monkeypatch.setattr(
        bench, "signal", SimpleNamespace(signal=lambda *_: None, SIGTERM=15, SIGHUP=1)
    )
    monkeypatch.setattr(bench, "fill_bench_database", fill)
    return sizes


def test_a_name_that_nothing_has_is_refused_with_the_names_that_there_are(filled_sizes):
    with pytest.raises(CommandError) as refused:
        call_command("bench", "--quick", "--only", "没有这一行")
    assert filled_sizes == []
    for name in (
        "newest, small city",
        "page 500 by pay, nation",
        "mixed load",
        "size of page: checker",
        "demo",
    ):
        assert f"\n  {name}\n" in f"{refused.value}\n"


def test_a_name_that_something_has_is_measured(filled_sizes):
    with pytest.raises(KeyboardInterrupt):
        call_command("bench", "--quick", "--only", "same text, alone")
    assert filled_sizes == [QUICK.listings]


def test_each_name_of_the_list_is_one_that_can_be_asked_for():
    names = list_names(bench.choose_bench_places(10_000, 1000))
    assert [name for name in names if not has_name(QUICK.change(only=name), names)] == []
    assert not has_name(QUICK.change(only="screen shots"), names)
