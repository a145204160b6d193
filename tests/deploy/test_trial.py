"""The files of deploy/ on Debian, from nothing: served, upgraded under load, taken back.

`make deploy-trial` prints what was measured. Caddy's file is tried where caddy is installed. With FORMER=REVISION the
first release is that revision of the project: what came since, migrations too, is then the upgrade.
"""

import json
import os
import time

import pytest

from tests.deploy import smoke
from tests.deploy.machine import PACKAGES, Machine, list_missing_programs, run_machine
from tests.deploy.proxies import has_caddy, run_caddy, run_nginx
from tests.deploy.units import Systemd
from tests.deploy.visitors import TABLE_HEAD, Crowd, Stretch, Visitor, cut_stretch

SCENE = "from tests.deploy import scene; scene.write_scene()"
NORMAL_SECONDS = 12
FORMER = os.environ.get("FORMER") or "HEAD"

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(
        bool(list_missing_programs()), reason=f"its servers are missing: apt-get install {PACKAGES}"
    ),
]


def test_a_release_is_built_served_followed_by_another_and_taken_back(record_property):
    began = time.monotonic()
    lines = [TABLE_HEAD]
    with run_machine(FORMER) as (machine, systemd):
        first = make_first_release(machine)
        with run_nginx(machine):
            scene = prepare_visits(machine)
            checked = smoke.check_all(machine, machine.proxy_log) if FORMER == "HEAD" else []
            smoke.check_many_connections(machine)
            stretches = change_under_load(machine, scene, first)
            check_worker(systemd)
            assert systemd.list_dead() == []
        checked_caddy = []
        if has_caddy():
            with run_caddy(machine):
                checked_caddy = smoke.check_all(machine, machine.folder / "log" / "jobsite.log")
    lines += [stretch.describe() for stretch in stretches]
    lines += [f"nginx: {', '.join(checked)}", f"Caddy: {', '.join(checked_caddy) or 'is not here'}"]
    lines.append(f"{time.monotonic() - began:.0f} s in all")
    record_property("figure", "\n".join(lines))
    assert [sample.trouble for part in stretches for sample in part.samples if sample.trouble] == []


def make_first_release(machine: Machine) -> str:
    """Return its id. It makes the tables, and is the first that answers."""
    output = machine.release("new", FORMER)
    assert "is prepared" in output and "serves" in output, output
    (name,) = [path.name for path in (machine.folder / "srv" / "releases").iterdir()]
    assert (machine.folder / "srv" / "current").resolve().name == name
    return name


def prepare_visits(machine: Machine) -> dict:
    smoke.plant_files(machine)
    return json.loads(machine.run_manage("shell", "--no-imports", "-c", SCENE))


def change_under_load(machine: Machine, scene: dict, first: str) -> list[Stretch]:
    visitor = Visitor(machine)
    former_style = smoke.find_style(visitor)
    machine.commit_change()
    moments = []
    with Crowd(machine, scene["addresses"], scene["reader"]) as crowd:
        time.sleep(3)
        moments.append(time.monotonic())
        time.sleep(NORMAL_SECONDS)
        moments.append(time.monotonic())
        with machine.begin_release("new") as process:
            output = ""
            for line in process.stdout:
                output += line
                if "is prepared" in line:
                    moments.append(time.monotonic())
        assert process.returncode == 0, output
        moments.append(time.monotonic())
        style = smoke.find_style(visitor)
        assert style != former_style, "the next release does not serve"
        assert visitor.ask(style).status == visitor.ask(former_style).status == 200
        time.sleep(NORMAL_SECONDS)
        moments.append(time.monotonic())
        assert f"{first} serves" in machine.release("use", first)
        moments.append(time.monotonic())
        assert smoke.find_style(visitor) == former_style, "the former release does not serve"
        assert visitor.ask(style).status == 200
    names = (
        "as always",
        "a release is prepared",
        "it takes over",
        "as always again",
        "the way back",
    )
    return [
        cut_stretch(crowd, *part) for part in zip(names, moments[:-1], moments[1:], strict=True)
    ]


def check_worker(systemd: Systemd) -> None:
    """Its loop gives signs of life, from the process that systemd looks after."""
    words = systemd.services["jobsite-worker.service"].words
    before = len(words)
    # The last change of releases began it anew a moment ago.
    smoke.wait_for(lambda: len(words) > before, "a sign of life of the worker", 60)
    assert set(words) == {"WATCHDOG=1"}
