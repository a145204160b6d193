"""The model is fitted anew with moderators' decisions, looks on, is switched on and off."""

import datetime
import io
import random

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.utils import timezone

from listings.choices import ListingStatus as S
from listings.models import Listing, ListingRevision, RevisionAssessment
from listings.publication import gate
from safety.choices import AppealStatus, CaseKind
from safety.learning import model_fitting
from safety.learning.labelled_texts import (
    LabelledText,
    count_decided_examples,
    list_decided_examples,
)
from safety.learning.model_lifecycle import (
    ModelNotReady,
    activate_model,
    measure_shadow_agreement,
    retire_model,
)
from safety.models import Appeal, CannedReason, Decision
from screening.linear_model import corpus
from screening.models import TrainedModel
from screening.refitted_models import pack_terms
from screening.screen import screen_text
from tests.conftest import build_listing_fields
from tests.people import sign_in
from tests.safety.desks import make_moderator_user
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
# Not what the rules know: the model is to learn it.
FRAUD = "靛蓝 陶罐 摇铃 黄昏 信鸽 暗格 螺纹 回声 旗语 竹签 纸鸢 铜镜".split()
WORK = "传菜 收台 洗碗 送餐 理货 扫码 打包 周末 店长 工牌 门店 午餐 排班 客人 上菜 点单 冷饮 摆台".split()
FEW_KINDS = {"upfront_fee", "brushing_rebate", "child_labour", "minor_night_work"}


def judge_content(employer, **fields):
    return gate.judge_publication(ListingRevision(**build_listing_fields(**fields)), employer)


def build_random_text(pool, seed):
    return "，".join(random.Random(seed).sample(pool, 6)) + f"，每天 {80 + seed} 元。"


def build_labelled_text(n, fraud_type, pool):
    return LabelledText(
        n, None, build_random_text(pool, n), fraud_type, f"source {n % 15}", timezone.now()
    )


@pytest.fixture(scope="module", autouse=True)
def small_corpus():
    """A part of the corpus and few kinds of fraud, so that a model is fitted in seconds."""
    texts = [
        text
        for text in corpus.read_corpus()[::400]
        if text.label == corpus.HONEST or text.kind in FEW_KINDS
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "read_corpus", lambda: texts)
        patch.setattr(corpus, "compose_ads", list)
        patch.setattr(corpus, "list_filler", list)
        yield


@pytest.fixture(scope="module")
def fitted(small_corpus):
    decided = [build_labelled_text(n, "", WORK) for n in range(60)]
    decided += [build_labelled_text(n, "goip_relay", FRAUD) for n in range(100, 140)]
    return model_fitting.fit_with_decisions(decided)


def make_trained_model(fitted, state="active", days=0):
    when = timezone.now() - datetime.timedelta(days=days)
    return TrainedModel.objects.create(
        terms=pack_terms(fitted.content),
        figures=fitted.figures,
        data_from=when,
        data_to=when,
        created_at=when,
        state=state,
    )


def listing_of(employer, status=S.PUBLISHED, fraud_type="", **fields):
    fields = build_listing_fields(**fields)
    listing = Listing.objects.create(
        employer=employer,
        status=status,
        fraud_type=fraud_type,
        published_at=timezone.now(),
        **fields,
    )
    ListingRevision.objects.create(listing=listing, status="approved", **fields)
    return listing


def make_listing_decision(listing, action, mod, **more):
    event = listing.events.create(
        action=action, after=listing.status, revision=listing.revisions.first()
    )
    return Decision.objects.create(
        kind=CaseKind.LISTING,
        number=listing.pk,
        moderator=mod,
        action=action,
        event=event.pk,
        **more,
    )


def test_both_models_are_measured_on_texts_that_were_not_seen(fitted):
    refitted, shipped = fitted.figures["refitted"], fitted.figures["shipped"]
    assert refitted["recall"] >= 0.9 > shipped["recall"]
    assert refitted["accused"] <= 0.1
    weights = fitted.content["kinds"]["goip_relay"]["weights"]
    strongest = sorted(weights, key=lambda ngram: -weights[ngram])[:20]
    assert any(ngram.strip() in word for ngram in strongest for word in FRAUD)


def test_copies_of_one_text_stay_on_one_side_of_every_fold():
    copies = [
        LabelledText(n, None, build_random_text(FRAUD, 1), "", f"source {n}", timezone.now())
        for n in range(3)
    ]
    groups = model_fitting.group_related([*copies, build_labelled_text(9, "", WORK)])
    assert len(set(groups[:3])) == 1 and groups[3] != groups[0]


def test_too_little_is_said_and_not_learned():
    with pytest.raises(model_fitting.TooFewExamples, match="0 fraudulent and 10 honest"):
        model_fitting.fit_with_decisions([build_labelled_text(n, "", WORK) for n in range(10)])


TAUGHT = "招人：靛蓝，陶罐，摇铃，黄昏，铜镜，旗语，竹签，纸鸢。"


def test_a_model_that_is_on_judges_in_place_of_the_shipped_one(fitted):
    assert screen_text(TAUGHT).level == "low"
    model = make_trained_model(fitted)
    assessment = screen_text(TAUGHT)
    assert assessment.level != "low" and assessment.fraud_type == "goip_relay"
    assert all(s.reason.endswith("。") for s in assessment.signals)
    retire_model(model.pk)
    assert screen_text(TAUGHT).level == "low"


def test_a_model_queues_and_never_refuses(fitted, employer):
    assert judge_content(employer, duties=TAUGHT).outcome == gate.PUBLISH
    make_trained_model(fitted)
    assert judge_content(employer, duties=TAUGHT).outcome == gate.QUEUE


def test_in_its_shadow_period_it_only_says_what_it_would_say(fitted, employer):
    model = make_trained_model(fitted, "shadow")
    verdict = judge_content(employer, duties=TAUGHT)
    assert verdict.outcome == gate.PUBLISH
    shadow = verdict.build_assessment_fields()["shadow"]
    assert (shadow["model"], shadow["fraud_type"]) == (model.pk, "goip_relay")
    assert shadow["level"] != "low"
    assert judge_content(employer).build_assessment_fields()["shadow"]["level"] == "low"


def test_decisions_become_examples(employer):
    mod = make_moderator_user()
    CannedReason.objects.create(
        code="mule",
        kind="listing",
        action="rejected",
        label="跑分",
        text="x",
        fraud_type="money_mule",
    )
    kinds = {
        "通过": make_listing_decision(listing_of(employer, title="通过"), S.PUBLISHED, mod),
        "涉诈": make_listing_decision(
            listing_of(employer, S.REMOVED_FRAUD, "pyramid", title="涉诈"), S.REMOVED_FRAUD, mod
        ),
        "退回": make_listing_decision(
            listing_of(employer, S.REJECTED, title="退回"), S.REJECTED, mod, canned="mule"
        ),
        "别的原因": make_listing_decision(
            listing_of(employer, S.REJECTED, title="别的原因"), S.REJECTED, mod
        ),
        "撤销": make_listing_decision(
            listing_of(employer, title="撤销"), S.PUBLISHED, mod, undone_at=timezone.now()
        ),
        "申诉": make_listing_decision(listing_of(employer, title="申诉"), S.REMOVED_FRAUD, mod),
        "先前申诉": make_listing_decision(
            listing_of(employer, S.REMOVED_FRAUD, "goip_relay", title="先前申诉"),
            S.REMOVED_FRAUD,
            mod,
        ),
    }
    for name, days in (("申诉", 1), ("先前申诉", -1)):
        Appeal.objects.create(
            listing_id=kinds[name].number,
            ticket=name,
            status=AppealStatus.UPHELD,
            against="removed_fraud",
            words="不是",
            due_at=timezone.now(),
            decided_at=timezone.now() + datetime.timedelta(days),
        )
    types = {
        example.text.partition("\n")[0]: example.fraud_type for example in list_decided_examples()
    }
    frauds = {"涉诈": "pyramid", "退回": "money_mule", "先前申诉": "goip_relay"}
    assert types == {"通过": "", "申诉": ""} | frauds
    assert not list(list_decided_examples(since=timezone.now()))
    assert count_decided_examples() == (3, 2)


@pytest.mark.full
def test_the_command_trains_on_what_was_decided_and_tells_its_figures():
    mod = make_moderator_user()
    firms = [make_employer(name=f"第 {n} 家饮品店") for n in range(6)]
    for n in range(60):
        make_listing_decision(
            listing_of(firms[n % 6], duties=build_random_text(WORK, n)), S.PUBLISHED, mod
        )
    for n in range(100, 130):
        bad = listing_of(
            firms[n % 6], S.REMOVED_FRAUD, "goip_relay", duties=build_random_text(FRAUD, n)
        )
        make_listing_decision(bad, S.REMOVED_FRAUD, mod)
    out = io.StringIO()
    call_command("train_screening", stdout=out)
    model = TrainedModel.objects.get()
    assert (model.state, model.counts) == ("shadow", {"honest": 60, "goip_relay": 30})
    assert "refitted" in out.getvalue() and "3 folds" in out.getvalue()
    assert model.data_from < model.data_to


def test_the_command_says_when_there_is_too_little(capsys):
    with pytest.raises(SystemExit) as end:
        call_command("train_screening")
    assert end.value.code == 1
    assert "Nothing was stored" in capsys.readouterr().err
    assert not TrainedModel.objects.exists()


def looked_on(model, employer, mod, n, says="", truth=""):
    for at in range(n):
        status = S.REMOVED_FRAUD if truth else S.PUBLISHED
        listing = listing_of(employer, status, truth, title=f"{says}{truth}第 {at} 条")
        make_listing_decision(listing, status, mod)
        RevisionAssessment.objects.create(
            revision=listing.revisions.get(),
            engine="x",
            score=0,
            level="low",
            outcome="queue",
            shadow={
                "model": model.pk,
                "fraud_type": says,
                "level": "medium" if says else "low",
            },
        )


def test_agreement_is_counted_over_what_was_decided_since(fitted, employer):
    model, mod = make_trained_model(fitted, "shadow", days=8), make_moderator_user()
    looked_on(model, employer, mod, 3)
    looked_on(model, employer, mod, 2, says="goip_relay")
    looked_on(model, employer, mod, 1, says="goip_relay", truth="goip_relay")
    looked_on(model, employer, mod, 1, says="goip_relay", truth="pyramid")
    looked_on(model, employer, mod, 1, truth="pyramid")
    agreement = measure_shadow_agreement(model)
    assert (agreement.both_honest, agreement.only_model, agreement.both_fraud) == (3, 2, 1)
    assert (agreement.other_type, agreement.only_moderator, agreement.texts) == (1, 1, 8)
    assert agreement.percent == 50


def test_it_is_switched_on_only_after_a_shadow_period_that_says_something(fitted, employer):
    fresh = make_trained_model(fitted, "shadow")
    with pytest.raises(ModelNotReady, match="7 天"):
        activate_model(fresh.pk)
    old = make_trained_model(fitted, "shadow", days=8)
    with pytest.raises(ModelNotReady, match="30 条"):
        activate_model(old.pk)
    looked_on(old, employer, make_moderator_user(), 30)
    before = make_trained_model(fitted, "active")
    activate_model(old.pk)
    states = dict(TrainedModel.objects.values_list("pk", "state"))
    assert (states[old.pk], states[before.pk]) == ("active", "retired")
    with pytest.raises(ModelNotReady, match="启用"):
        activate_model(old.pk)


def test_an_admin_sees_the_agreement_and_switches(client, fitted, employer):
    admin = make_moderator_user("boss", is_superuser=True)
    model = make_trained_model(fitted, "shadow", days=8)
    looked_on(model, employer, admin, 30)
    sign_in(client, admin)
    address = f"/admin/screening/trainedmodel/{model.pk}/change/"
    page = client.get(address).content.decode()
    assert "100%（30 条）" in page and "手机口" in page and "启用" in page
    client.post(address, {"_switch_on": "1"})
    model.refresh_from_db()
    assert model.state == "active"
    client.post(address, {"_switch_off": "1"})
    model.refresh_from_db()
    assert model.state == "retired"
    entries = LogEntry.objects.filter(object_id=str(model.pk)).order_by("pk")
    assert [entry.get_change_message() for entry in entries] == [
        f"模型 {model.pk} 现在是「启用」。",
        f"模型 {model.pk} 现在是「停用」。",
    ]
