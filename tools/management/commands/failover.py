from django.core.management.base import BaseCommand, CommandError

from tools.bench.machine import describe_load
from tools.cluster.processes import ClusterFailed, list_missing_programs
from tools.failover.database_nodes import find_server_folder
from tools.failover.faults import FAULTS
from tools.failover.report import Row, describe_trial, format_table, write_report
from tools.failover.scenario import NEEDED, run_faults


class Command(BaseCommand):
    help = (
        "Run the site on three database machines and two web machines (network namespaces of this one, by the "
        "files of deploy/ha), kill and cut off one after the other, and count what is lost. Takes root; nothing stays."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        names = [fault.name for fault in FAULTS]
        parser.add_argument("--only", nargs="+", choices=names, default=names, help="these faults")
        parser.add_argument("--report", action="store_true", help="write docs/reliability.md")

    def handle(self, *, only, report, **options):
        if missing := list_missing_programs(NEEDED):
            raise CommandError(f"Not on this machine: {', '.join(missing)}.")
        rows: list[Row] = []
        machine = describe_trial(find_server_folder())
        try:
            for row in run_faults([fault for fault in FAULTS if fault.name in only], self._say):
                rows.append(row)
                self._say(
                    f"{' | '.join(row.build_cells())} | {row.whole:.0f} s until whole {row.words}"
                )
                for trouble in row.load.errors[:20] + row.load.write_errors[:3]:
                    self._say(f"    {trouble}")
        except ClusterFailed as failed:
            raise CommandError(str(failed)) from failed
        self._say(format_table(rows))
        if report:
            write_report(machine | {"load after": describe_load()}, rows)
        if misses := [miss for row in rows for miss in row.list_misses()]:
            raise CommandError("\n".join(misses))

    def _say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
