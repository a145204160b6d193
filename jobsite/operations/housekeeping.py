"""All periodic work of the site: the lists of its apps, done by the worker or by a command."""

from collections.abc import Callable, Sequence

from accounts.periodic_tasks import JOBS as ACCOUNTS
from jobsite.operations.retention import purge_daily
from jobsite.seo.engine_push import push_changes
from jobsite.seo.sitemaps import refresh_sitemaps
from listings.periodic_tasks import JOBS as LISTINGS
from listings.search_subscriptions.unsent_mails import rewrite_unsent_search_mails
from news.alert_subscriptions.sending import withdraw_unsent_alerts
from news.periodic_tasks import JOBS as NEWS
from safety.learning.training_process import run_requested_training
from safety.periodic_tasks import JOBS as SAFETY
from sitekit.maintenance.periodic import PeriodicTask, list_due_tasks, run_guarded, run_task
from sitekit.messages.outbox import deliver_due
from sitekit.periodic_tasks import JOBS as SITEKIT
from sitekit.workflow.advisory_lock import HOUSEKEEPING_LOCK, hold_advisory_lock
from sitekit.workflow.periods import DAY, HOUR, MINUTE


def deliver_messages(stopped: Callable[[], bool] = lambda: False) -> int:
    # Not in the way of a sign-in code: what goes wrong there is logged, and sending goes on.
    run_guarded("taking back mails", withdraw_unsent_alerts)
    run_guarded("taking listings out of mails", rewrite_unsent_search_mails)
    sent, _ = deliver_due(stopped=stopped)
    return sent


# Without a worker they are done in this order: what the others wrote is sent at the end.
JOBS = [
    *ACCOUNTS,
    *NEWS,
    *LISTINGS,
    *SAFETY,
    *SITEKIT,
    PeriodicTask("告诉搜索引擎", MINUTE, push_changes),
    PeriodicTask("更新网站地图", HOUR, refresh_sitemaps),
    PeriodicTask("删除到期的数据", DAY, purge_daily),
    PeriodicTask("寄出邮件和短信", MINUTE, deliver_messages, patient=True, locks_itself=True),
]
# Too long for the command, in whose way all others would wait.
WORKER_JOBS = [
    PeriodicTask("训练识别模型", MINUTE, run_requested_training, patient=True, locks_itself=True)
]


# [(name, what it returned)], [names of those that failed]
type Outcome = tuple[list[tuple[str, object]], list[str]]


class AlreadyRunning(Exception):
    """Another process is doing the periodic work now."""


def run_periodic_tasks(
    jobs: Sequence[PeriodicTask] | None = None,
    *,
    everything: bool = False,
    stopped: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Do the same as `perform_jobs`, for all jobs of the site if none are given, while no other process does. Raise
    `AlreadyRunning` if another one does."""
    with hold_advisory_lock(HOUSEKEEPING_LOCK) as is_held:
        if not is_held:
            raise AlreadyRunning
        return perform_jobs(JOBS if jobs is None else jobs, everything=everything, stopped=stopped)


def perform_jobs(
    jobs: Sequence[PeriodicTask],
    *,
    everything: bool = False,
    stopped: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Do the jobs that are due, or with `everything` all of them. Return ([(name, result)] of those that went well,
    names of those that failed). `stopped` is asked before each job."""
    results: list[tuple[str, object]] = []
    failed: list[str] = []
    for job in jobs if everything else list_due_tasks(jobs):
        if stopped():
            break
        result, went_well = run_task(job, stopped)
        if went_well:
            results.append((job.name, result))
        else:
            failed.append(job.name)
    return results, failed
