import time

from django.core.management.base import BaseCommand, CommandError

from tools.cluster.processes import ClusterFailed, list_missing_programs
from tools.cluster.scenario import run_scenario


class Command(BaseCommand):
    help = (
        "Run primary, replica, PgBouncer, Valkey, two web nodes and nginx on the loopback, kill the replica "
        "in the middle, and count what visitors notice. It ends by itself and leaves nothing behind."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--seconds", type=float, default=20, help="of each of the five parts")

        parser.add_argument("--costs", action="store_true", help="measure each step by itself too")

    def handle(self, *, seconds, costs, **options):
        if missing := list_missing_programs():
            raise CommandError(f"Not on this machine: {', '.join(missing)}.")
        began = time.monotonic()
        try:
            results = run_scenario(min(seconds, 600), self._say, with_costs=costs)
        except ClusterFailed as failed:
            raise CommandError(str(failed)) from failed
        self._say(f"{time.monotonic() - began:.0f} s in all")
        troubles = [
            trouble
            for result in results
            for trouble in result.errors + result.write_errors + result.outdated
        ]
        if troubles:
            raise CommandError("\n".join(troubles[:20]))

    def _say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
