"""Sources of reposts: what the gate says of untrusted and trusted ones, the sample, the history."""

import pytest
from django.db import IntegrityError, transaction

from accounts.public_text.judgement import PublicationReason
from listings.models import Listing, ListingRevision, ListingSource, ListingSourceEvent
from listings.publication import gate
from listings.publication.repost_sources import (
    SourceChangeRefused,
    change_source,
    ensure_sources,
    is_in_sample,
)
from tests.conftest import build_listing_fields
from tests.people import make_person
from tools.demo.factories import trust_source

pytestmark = pytest.mark.django_db
SOURCE = "街坊报"


def judge_repost(source_id="n1", source_name=SOURCE, **fields):
    listing = Listing.objects.create(
        source_name=source_name, source_id=source_id, **build_listing_fields(**fields)
    )
    return gate.judge_publication(listing, None, listing=listing)


def list_reason_codes(verdict):
    return [reason.code for reason in verdict.reasons]


def list_source_events(source):
    rows = source.events.order_by("pk")
    return list(rows.values_list("actor", "action", "before", "after", "reason"))


def list_sampled_numbers(source, number):
    return {n for n in range(number) if is_in_sample(source, str(n))}


@pytest.mark.parametrize("is_known", [True, False])
def test_a_repost_waits_unless_its_source_is_trusted(is_known):
    if is_known:
        ensure_sources([SOURCE])
    verdict = judge_repost()
    assert (verdict.outcome, list_reason_codes(verdict)) == ("queue", ["repost_source"])
    assert verdict.words == "转载的信息要审核员看过再发布。"


def test_a_harmless_repost_of_a_trusted_source_is_published():
    trust_source(SOURCE)
    verdict = judge_repost()
    assert (verdict.outcome, list_reason_codes(verdict)) == ("publish", [])


def test_trust_is_of_one_source_alone():
    trust_source(SOURCE)
    assert list_reason_codes(judge_repost(source_name="邻里报")) == ["repost_source"]


def test_an_own_listing_asks_for_no_source(employer):
    listing = Listing.objects.create(
        employer=employer, source_name=SOURCE, **build_listing_fields()
    )
    assert list_reason_codes(gate.judge_publication(listing, employer, listing=listing)) == []


def test_other_reasons_stand_before_that_of_the_source():
    assert list_reason_codes(judge_repost(category="qr_promo")) == ["category", "repost_source"]
    trust_source(SOURCE, sample_every=1)
    assert list_reason_codes(judge_repost("n2", category="qr_promo")) == [
        "category"
    ]  # waits anyway: no sample


def test_what_is_refused_is_refused_whatever_its_source(monkeypatch):
    fee = PublicationReason("fee", "写了收费。")
    monkeypatch.setattr(gate, "list_refusals", lambda *_texts, **_asked: [fee])
    verdict = judge_repost()
    assert (verdict.outcome, list_reason_codes(verdict)) == ("refuse", ["fee"])


def test_what_an_author_must_change_makes_a_repost_wait_that_nobody_can_change(employer):
    trust_source(SOURCE)
    plain, outspoken = (
        "入职要交押金 300 元。",
        "入职前先交押金 300 元，不交不安排上岗，干满三个月退。",
    )
    revision = ListingRevision(**build_listing_fields(duties=plain))
    assert gate.judge_publication(revision, employer).outcome == "refuse"
    assert judge_repost(duties=plain).outcome == "queue"
    assert judge_repost("n2", duties=outspoken).outcome == "refuse"


def test_a_sample_of_a_trusted_source_waits():
    trust_source(SOURCE, sample_every=1)
    verdict = judge_repost()
    assert (verdict.outcome, list_reason_codes(verdict)) == ("queue", ["repost_sample"])
    assert verdict.words == "抽查：这个来源每 1 条由审核员看 1 条。"


def test_the_sample_is_one_in_so_many_and_the_same_each_time():
    source, other = ListingSource(name=SOURCE), ListingSource(name="邻里报")
    assert source.sample_every == 10
    assert 60 < len(list_sampled_numbers(source, 1000)) < 140
    assert list_sampled_numbers(source, 1000) == list_sampled_numbers(
        ListingSource(name=SOURCE), 1000
    )
    assert list_sampled_numbers(source, 1000) != list_sampled_numbers(other, 1000)
    assert list_sampled_numbers(ListingSource(name=SOURCE, sample_every=0), 50) == set()
    assert list_sampled_numbers(ListingSource(name=SOURCE, sample_every=1), 50) == set(range(50))


def test_the_sample_cannot_be_told_without_our_key(settings):
    source = ListingSource(name=SOURCE)
    before = list_sampled_numbers(source, 1000)
    settings.SECRET_KEY = "another"
    assert list_sampled_numbers(source, 1000) != before


def test_a_source_is_created_once_and_keeps_its_trust():
    ensure_sources([SOURCE, "邻里报", SOURCE])
    assert not ListingSource.objects.filter(is_trusted=True).exists()
    trust_source(SOURCE)
    ensure_sources([SOURCE, "市集报"])
    assert dict(ListingSource.objects.values_list("name", "is_trusted")) == {
        SOURCE: True,
        "邻里报": False,
        "市集报": False,
    }


def test_every_change_is_an_event_with_its_reason():
    boss = make_person("boss")
    source = ListingSource.objects.create(name=SOURCE)
    change_source(source.pk, boss, "看了五十条都对", is_trusted=True, sample_every=5)
    change_source(source.pk, None, "出过假的", is_trusted=False)
    source.refresh_from_db()
    assert (source.is_trusted, source.sample_every) == (False, 5)
    assert list_source_events(source) == [
        (boss.pk, "trusted", "untrusted", "trusted", "看了五十条都对"),
        (boss.pk, "sample", "10", "5", "看了五十条都对"),
        (None, "untrusted", "trusted", "untrusted", "出过假的"),
    ]


def test_what_is_the_same_already_is_no_event():
    source = trust_source(SOURCE)
    before = list_source_events(source)
    change_source(source.pk, None, "再点一次", is_trusted=True, sample_every=0)
    assert list_source_events(source) == before


@pytest.mark.parametrize("reason", ["", " \n"])
def test_without_a_reason_nothing_changes(reason):
    source = ListingSource.objects.create(name=SOURCE)
    with pytest.raises(SourceChangeRefused, match="写明原因"):
        change_source(source.pk, None, reason, is_trusted=True)
    source.refresh_from_db()
    assert not source.is_trusted and list_source_events(source) == []


def test_the_database_keeps_no_event_without_a_reason():
    source = ListingSource.objects.create(name=SOURCE)
    with pytest.raises(IntegrityError), transaction.atomic():
        ListingSourceEvent.objects.create(source=source, action="trusted", before="a", after="b")
