"""A training is asked for in the admin, done by the worker in a process of its own, and its end is told."""

import sys

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.utils import timezone

from jobsite.operations import housekeeping
from jobsite.operations.worker_tasks import app
from safety.learning import training_process, training_runs
from safety.learning.model_fitting import TooFewExamples
from safety.learning.training_process import run_requested_training
from safety.management.commands import train_screening
from screening.models import TrainedModel, TrainingRun
from sitekit.maintenance import free_memory
from sitekit.maintenance.free_memory import measure_free_memory
from tests.people import sign_in
from tests.safety.desks import make_moderator_user

pytestmark = pytest.mark.django_db
LIST = "/admin/screening/trainedmodel/"
BUTTON = 'name="_train"'


@pytest.fixture
def enough_decisions(monkeypatch):
    monkeypatch.setattr(training_runs, "count_decided_examples", lambda: (20, 50))


@pytest.fixture(autouse=True)
def plenty_of_memory(monkeypatch):
    monkeypatch.setattr(training_process, "measure_free_memory", lambda: 64_000)


def go_on():
    return False


def end_with(monkeypatch, code):
    """The process ends at once, with this code; a word in place of a number is what it runs."""
    script = code if isinstance(code, str) else f"import sys; sys.exit({code})"
    monkeypatch.setattr(
        training_process, "build_command", lambda _run: [sys.executable, "-c", script]
    )


def make_model():
    now = timezone.now()
    figures = {
        "shipped": {"recall": 0.7, "accused": 0.02},
        "refitted": {"recall": 0.93, "accused": 0.01},
    }
    return TrainedModel.objects.create(
        terms={"kinds": {}}, figures=figures, data_from=now, data_to=now
    )


def test_the_page_says_what_is_there_and_has_no_button_before_there_is_enough(client):
    sign_in(client, make_moderator_user("boss", is_superuser=True))
    page = client.get(LIST).content.decode()
    assert "骗局 0 条，没问题的 0 条" in page and "至少要骗局 20 条" in page and "还不够" in page
    assert "在这里还没有训练过" in page and BUTTON not in page
    page = client.post(LIST, {"_train": "1"}, follow=True).content.decode()
    assert "处理过的还不够" in page and not TrainingRun.objects.exists()


def test_without_the_packages_the_page_says_the_cure(client, enough_decisions, monkeypatch):
    monkeypatch.setattr(training_runs, "find_spec", lambda _name: None)
    sign_in(client, make_moderator_user("boss", is_superuser=True))
    page = client.get(LIST).content.decode()
    assert BUTTON not in page and "pip install -r requirements-train.txt" in page
    page = client.post(LIST, {"_train": "1"}, follow=True).content.decode()
    assert "没有装训练用的软件包" in page and not TrainingRun.objects.exists()


def test_a_press_queues_one_training_and_writes_who_pressed(client, enough_decisions):
    boss = make_moderator_user("boss", is_superuser=True)
    sign_in(client, boss)
    assert BUTTON in client.get(LIST).content.decode()
    assert "在排队" in client.post(LIST, {"_train": "1"}, follow=True).content.decode()
    run = TrainingRun.objects.get()
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.content_type.model) == (
        boss,
        str(run.pk),
        "trainingrun",
    )
    page = client.post(LIST, {"_train": "1"}, follow=True).content.decode()
    assert "已经有一次" in page and BUTTON not in page and TrainingRun.objects.count() == 1


def test_a_running_trial_is_ended_only_by_who_says_so(client, enough_decisions):
    former, trial = make_model(), make_model()
    TrainedModel.objects.filter(pk=former.pk).update(state="retired")
    sign_in(client, make_moderator_user("boss", is_superuser=True))
    page = client.get(LIST).content.decode()
    assert f'name="end_trial" value="{trial.pk}" required' in page
    for agreed in ({}, {"end_trial": former.pk}, {"end_trial": "x\0"}):
        page = client.post(LIST, {"_train": "1"} | agreed, follow=True).content.decode()
        assert f"模型 {trial.pk}正在试看" in page and "在排队" not in page
        assert not TrainingRun.objects.exists()
    page = client.post(LIST, {"_train": "1", "end_trial": trial.pk}, follow=True).content.decode()
    assert "在排队" in page and TrainingRun.objects.count() == 1


def test_without_a_trial_nothing_is_asked(client, enough_decisions):
    TrainedModel.objects.filter(pk=make_model().pk).update(state="active")
    sign_in(client, make_moderator_user("boss", is_superuser=True))
    assert "end_trial" not in client.get(LIST).content.decode()
    assert "在排队" in client.post(LIST, {"_train": "1"}, follow=True).content.decode()


def test_who_may_only_look_starts_nothing(client, enough_decisions):
    viewer = make_moderator_user("viewer")
    viewer.user_permissions.add(Permission.objects.get(codename="view_trainedmodel"))
    sign_in(client, viewer)
    assert BUTTON not in client.get(LIST).content.decode()
    assert client.post(LIST, {"_train": "1"}).status_code == 403
    assert not TrainingRun.objects.exists()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (1, "处理过的不够多"),
        (2, "没有装 scikit-learn"),
        (3, "程序出错"),
        ("import os; os.kill(os.getpid(), 9)", "内存不够"),
    ],
)
def test_a_training_that_fails_is_told_on_the_page(
    client, enough_decisions, monkeypatch, code, words
):
    boss = make_moderator_user("boss", is_superuser=True)
    training_runs.request_training(boss)
    end_with(monkeypatch, code)
    assert run_requested_training(go_on) == 0
    sign_in(client, boss)
    page = client.get(LIST).content.decode()
    assert "没做成" in page and words in page and str(boss) in page
    assert BUTTON in page, "another may begin"


def test_too_little_memory_is_seen_before_anything_begins(enough_decisions, monkeypatch):
    training_runs.request_training(make_moderator_user("boss"))
    monkeypatch.setattr(training_process, "measure_free_memory", lambda: 1500)
    end_with(monkeypatch, 0)
    run_requested_training(go_on)
    run = TrainingRun.objects.get()
    assert (run.failure, run.starts) == ("memory", 0) and "1500 MB" in run.trouble


def test_a_worker_that_ends_leaves_it_to_the_next_and_not_for_ever(enough_decisions, monkeypatch):
    training_runs.request_training(make_moderator_user("boss"))
    monkeypatch.setattr(training_process, "LOOK_SECONDS", 0.01)
    end_with(monkeypatch, "import time; time.sleep(60)")
    for starts in (1, 2, 3):
        assert run_requested_training(lambda: True) == 0
        run = TrainingRun.objects.get()
        assert (run.starts, run.started_at, run.ended_at) == (starts, None, None)
    run_requested_training(go_on)
    assert TrainingRun.objects.get().failure == "often"


def test_two_workers_train_one_model(enough_decisions, monkeypatch):
    training_runs.request_training(make_moderator_user("boss"))
    monkeypatch.setattr(training_process, "build_command", lambda _run: pytest.fail("begun twice"))

    class Taken:
        def __enter__(self):
            return False

        def __exit__(self, *exception):
            return None

    def lock(number):
        assert number == training_process.TRAINING_LOCK
        return Taken()

    monkeypatch.setattr(training_process, "hold_advisory_lock", lock)
    assert run_requested_training(go_on) == 0
    assert TrainingRun.objects.get().ended_at is None


@pytest.fixture
def in_this_process(monkeypatch):
    """The command leaves the priority and the parent of the tests alone."""
    monkeypatch.setattr(train_screening, "_yield_to_others", lambda: None)
    monkeypatch.setattr(train_screening, "_end_with_parent", lambda: None)


def test_the_command_of_a_run_stores_what_it_gave(
    client, enough_decisions, monkeypatch, in_this_process
):
    boss = make_moderator_user("boss", is_superuser=True)
    run = training_runs.request_training(boss)
    command = training_process.build_command(run)
    assert command[-3:] == ["train_screening", "--run", str(run.pk)]
    monkeypatch.setattr(train_screening, "train_model", lambda *_window: make_model())
    call_command("train_screening", "--run", str(run.pk))
    run.refresh_from_db()
    assert run.model == TrainedModel.objects.get() and run.ended_at and not run.failure
    sign_in(client, boss)
    page = client.get(LIST).content.decode()
    assert (
        f"得到模型 {run.model.pk}，骗局找到 93%（自带的 70%），没问题的被标出 1%（自带的 2%）"
        in page
    )


def test_the_command_by_hand_ends_only_the_trial_that_it_is_told(monkeypatch, capsys):
    former, trial = make_model(), make_model()
    TrainedModel.objects.filter(pk=former.pk).update(state="retired")
    monkeypatch.setattr(train_screening, "train_model", lambda *_window: make_model())
    for options in ([], ["--end-trial", str(former.pk)]):
        with pytest.raises(SystemExit) as end:
            call_command("train_screening", *options)
        assert end.value.code == 5
        words = capsys.readouterr().err
        assert f"Model {trial.pk} is in its shadow period" in words
        assert f"--end-trial {trial.pk}" in words
    assert TrainedModel.objects.count() == 2
    call_command("train_screening", "--end-trial", str(trial.pk))
    assert TrainedModel.objects.count() == 3


@pytest.mark.parametrize(
    ("error", "code", "place"),
    [
        (TooFewExamples(), 1, ""),
        (MemoryError(), 4, ""),
        (ValueError("names Zhang"), 3, "ValueError"),
    ],
)
def test_the_command_of_a_run_says_by_its_code_what_went_wrong(
    enough_decisions, monkeypatch, in_this_process, error, code, place
):
    run = training_runs.request_training(make_moderator_user("boss"))

    def fail(since, until):
        raise error

    monkeypatch.setattr(train_screening, "train_model", fail)
    with pytest.raises(SystemExit) as end:
        call_command("train_screening", "--run", str(run.pk))
    run.refresh_from_db()
    assert end.value.code == code
    assert run.trouble.startswith(place) and bool(run.trouble) == bool(place)
    assert "Zhang" not in run.trouble


def test_the_worker_looks_each_minute_and_the_command_of_cron_never_does():
    names = [job.name for job in housekeeping.WORKER_JOBS]
    assert names == ["训练识别模型"] and names[0] in app.tasks
    assert not set(names) & {job.name for job in housekeeping.JOBS}
    assert app.tasks[names[0]].lock is None, "the others do not wait for it"


def test_free_memory_is_the_least_of_machine_and_groups(tmp_path, monkeypatch):
    meminfo, group, groups = tmp_path / "meminfo", tmp_path / "cgroup", tmp_path / "groups"
    meminfo.write_text("MemTotal: 9000000 kB\nMemAvailable: 8192000 kB\n")
    group.write_text("0::/system.slice/worker.service\n")
    unit = groups / "system.slice" / "worker.service"
    unit.mkdir(parents=True)
    monkeypatch.setattr(free_memory, "_MEMINFO", meminfo)
    monkeypatch.setattr(free_memory, "_OWN_GROUPS", group)
    monkeypatch.setattr(free_memory, "_GROUPS", groups)
    assert measure_free_memory() == 8000
    (unit / "memory.current").write_text(str(200 << 20))
    (unit / "memory.max").write_text("max")
    assert measure_free_memory() == 8000
    (unit / "memory.high").write_text(str(1024 << 20))
    assert measure_free_memory() == 824
    meminfo.unlink()
    (unit / "memory.high").write_text("max")
    assert measure_free_memory() is None
