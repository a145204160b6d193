"""Each rule names figures that /metrics has, and says what is to be done."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from jobsite.monitoring import exposition, facts

RULES = Path(__file__).resolve().parents[3] / "deploy" / "alerts.rules.yml"
EXAMPLES = Path(__file__).with_name("alerts.test.yml")
NAME = re.compile(r"\bjobsite_\w+")


def list_rules():
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.mark.django_db
def test_each_figure_of_a_rule_is_told(monkeypatch):
    site = facts.read_facts()
    archive = facts.ArchiveFacts(None, 0, is_failing=False, backup_at=None)
    system = site.system._replace(archive=archive)
    whole = site._replace(lag=facts.ReplicaLag(0, 0), system=system)
    monkeypatch.setattr(exposition, "read_facts", lambda: whole)
    families = text_string_to_metric_families(exposition.render_metrics().decode())
    family_names = {family.name for family in families}
    named = {name for rule in list_rules() for name in NAME.findall(rule["expr"])}
    assert len(named) > 12
    missing = {re.sub("_(bucket|count|sum|total)$", "", name) for name in named} - family_names
    assert missing == set()


def test_each_rule_says_what_is_to_be_done():
    rules = list_rules()
    assert len({rule["alert"] for rule in rules}) == len(rules) > 10
    for rule in rules:
        assert {*rule["annotations"]} == {"summary", "cure"}, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket")


@pytest.mark.parametrize("words", [["check", "rules", RULES], ["test", "rules", EXAMPLES]])
def test_prometheus_takes_the_rules_and_tells_when_it_should(words):
    if (promtool := shutil.which("promtool")) is None:
        pytest.skip("promtool is missing (Debian: apt install promtool)")
    done = subprocess.run([promtool, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
