"""Whatever the site imports is a requirement of the site, not only of its tests."""

import ast
import re
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
APPS = "jobsite safety listings news accounts screening cities sitekit textkit".split()
FOR_TRAINING = {"scikit-learn", "scipy"}  # requirements-train.txt


def read_requirements(name: str) -> set[str]:
    lines = (PROJECT / name).read_text("utf-8").splitlines()
    return {match[0].lower() for line in lines if (match := re.match(r"[\w.-]+(?<!-)", line))}


def list_imports(folder: Path) -> set[str]:
    """The first names of all modules that the files of a folder import."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names


read_installed = cache(packages_distributions)  # it looks at each file of each package


def find_missing(imports: set[str], requirements: set[str]) -> list[str]:
    """Those of installed packages that are no requirement."""
    installed = read_installed()
    foreign = imports - set(sys.stdlib_module_names) - {*APPS, "tools"}
    return sorted(
        name
        for name in foreign
        if not {package.lower().replace("_", "-") for package in installed.get(name, [name])}
        & requirements
    )


@pytest.mark.parametrize("app", APPS)
def test_what_an_app_imports_is_a_requirement(app):
    requirements = FOR_TRAINING.union(
        *map(read_requirements, ("requirements.txt", "requirements-scale.txt"))
    )
    assert find_missing(list_imports(PROJECT / app), requirements) == []


def test_a_package_of_the_tests_alone_is_found():
    assert find_missing({"pytest", "django", "json"}, {"django"}) == ["pytest"]
