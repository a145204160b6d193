"""The one table of retention times, and the purge that follows it."""

from datetime import datetime, timedelta
from functools import partial
from typing import cast

from django.db import transaction
from django.utils import timezone

from accounts.retention_rules import RULES as ACCOUNTS
from listings.retention_rules import RULES as LISTINGS
from safety.retention_rules import RULES as SAFETY
from sitekit.maintenance.periodic import run_guarded
from sitekit.maintenance.retention import RetentionRule
from sitekit.retention_rules import RULES as SITEKIT
from sitekit.workflow.refusals import Refusal

RULES: list[RetentionRule] = [*ACCOUNTS, *LISTINGS, *SAFETY, *SITEKIT]
BY_CODE = {rule.code: rule for rule in RULES}


class PurgeRefused(Refusal):
    """Says in Chinese why nothing was purged."""


class PurgeIncomplete(Exception):
    """The rows in `purged` were deleted; the rules in `failed` deleted nothing. The log says why."""

    def __init__(self, purged: dict[str, int], failed: list[str]) -> None:
        super().__init__(", ".join(failed))
        self.purged, self.failed = purged, failed


def purge_expired(
    shorter: dict[str, timedelta] | None = None, *, dry_run: bool = False
) -> dict[str, int]:
    """Delete the rows whose retention time is over; return {code: how many}. `shorter` sets shorter times than the
    table; if one is shorter than the law allows, raise `PurgeRefused` and delete nothing. A rule that fails does not
    stop the others; `PurgeIncomplete` is raised at the end."""
    shorter = shorter or {}
    for rule in RULES:
        _require_lawful(rule, shorter.get(rule.code, rule.keep))
    now, purged, failed = timezone.now(), dict[str, int](), list[str]()
    for rule in RULES:
        before = now - shorter.get(rule.code, rule.keep)
        count, trouble = run_guarded(
            f"purging {rule.code}", partial(_purge_rows, rule, before, dry_run)
        )
        if trouble:
            failed.append(rule.code)
        else:
            purged[rule.code] = cast("int", count)
    if failed:
        raise PurgeIncomplete(purged, failed)
    return purged


@transaction.atomic
def _purge_rows(rule: RetentionRule, before: datetime, dry_run: bool) -> int:
    rows = rule.rows(before)
    if (count := rows.count()) and not dry_run:
        rule.drop(rows)
    return count


def purge_daily() -> int:
    return sum(purge_expired().values())


def _require_lawful(rule, keep):
    if keep < timedelta(0):
        raise PurgeRefused(f"「{rule.what}」的天数不能是负的。")
    if rule.floor and keep < rule.floor:
        raise PurgeRefused(f"「{rule.what}」至少要留 {rule.floor.days} 天，什么都没有删。")
