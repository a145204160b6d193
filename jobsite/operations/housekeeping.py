"""All periodic work of the site: the lists of its apps, done one after the other by one process."""

from accounts.periodic_tasks import JOBS as ACCOUNTS
from jobsite.operations.delivery import deliver_messages
from jobsite.operations.retention import purge_daily
from listings.periodic_tasks import JOBS as LISTINGS
from news.periodic_tasks import JOBS as NEWS
from safety.periodic_tasks import JOBS as SAFETY
from sitekit.maintenance.periodic import DAY, MINUTE, PeriodicTask, list_due_tasks, run_task
from sitekit.periodic_tasks import JOBS as SITEKIT
from sitekit.workflow.advisory_lock import HOUSEKEEPING, hold_advisory_lock

# What was written by those before is sent at the end, where no worker does it sooner.
JOBS = [
    *ACCOUNTS,
    *NEWS,
    *LISTINGS,
    *SAFETY,
    *SITEKIT,
    PeriodicTask("删除到期的数据", DAY, purge_daily),
    PeriodicTask("寄出邮件和短信", MINUTE, deliver_messages, patient=True),
]


class AlreadyRunning(Exception):
    """Another process is doing it."""


def run_periodic_tasks(jobs=None, *, everything=False, stopped=lambda: False):
    """Do what is due, or everything; [(name, what it returned)], [names of those that failed]."""
    with hold_advisory_lock(HOUSEKEEPING) as mine:
        if not mine:
            raise AlreadyRunning
        jobs = JOBS if jobs is None else jobs
        done, failed = [], []
        for job in jobs if everything else list_due_tasks(jobs):
            if stopped():
                break
            result, went_well = run_task(job, stopped)
            if went_well:
                done.append((job.name, result))
            else:
                failed.append(job.name)
    return done, failed
