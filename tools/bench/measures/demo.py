"""How long the largest demo takes to build, in a database of its own."""

import io
import time

from django.core.management import call_command, load_command_class

from tools.bench.database import prepare_bench_database
from tools.bench.report import Figure

SECTION = "Demo data"
MINUTES = 10


def measure_demo() -> Figure:
    scale = _find_largest_scale()
    out = io.StringIO()
    with prepare_bench_database():
        began = time.monotonic()
        call_command("demo", scale=scale, verbosity=1, stdout=out)
        minutes = (time.monotonic() - began) / 60
    last = out.getvalue().strip().rpartition("\n")[2]
    return Figure(SECTION, f"demo --scale {scale}", round(minutes, 1), "min", MINUTES, note=last)


def _find_largest_scale() -> str:
    parser = load_command_class("tools", "demo").create_parser("manage.py", "demo")
    (action,) = [a for a in parser._actions if a.dest == "scale"]  # noqa: SLF001
    return str(list(action.choices or ())[-1])
