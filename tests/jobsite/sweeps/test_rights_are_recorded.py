"""Rights of the staff are written so that an event stands: not past the signals that notice it, and where the
program itself writes them, within `record_rights_change`."""

import ast
from pathlib import Path

from django.apps import apps
from django.conf import settings

RIGHTS = {"is_staff", "is_superuser"}
MANY = {"groups", "user_permissions"}
CHANGES = {"add", "remove", "set", "clear"}
# (file, function): functions that write rights, each within `record_rights_change` or without rights to record.
KNOWN_WRITERS = {
    ("accounts/staff/posts.py", "end_post"),
    ("accounts/staff/posts.py", "write_post"),
    ("accounts/models/user.py", "create_superuser"),  # noticed by the signals: a command
    ("accounts/personal_data.py", "_anonymise_user"),  # of people who are not of the staff
}


def list_written_rights(tree):
    """Yield (function, what it does) of each place that writes rights."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Assign):
                names = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
                if any(_is_written(target) for target in node.targets) and names & RIGHTS:
                    yield function.name, "assigned"
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield from ((function.name, deed) for deed in _list_calls(node))


def _is_written(target):
    return isinstance(target, ast.Attribute) and target.attr in RIGHTS


def _list_calls(call):
    method, owner = call.func.attr, call.func.value
    if {keyword.arg for keyword in call.keywords} & RIGHTS and method not in ("filter", "exclude"):
        yield "update" if method in ("update", "bulk_update") else "named"
    if method in CHANGES and isinstance(owner, ast.Attribute) and owner.attr in MANY:
        yield "chosen"


def list_sources():
    own_files = [
        config
        for config in apps.get_app_configs()
        if settings.BASE_DIR in Path(config.path).parents
    ]
    for config in own_files:
        if config.label != "tools":  # no part of the site: commands of developers
            for path in Path(config.path).rglob("*.py"):
                if "migrations" not in path.parts and names_rights(text := path.read_text()):
                    yield path.relative_to(settings.BASE_DIR).as_posix(), ast.parse(text)


def names_rights(text):
    """Most files do not, and need not be parsed."""
    return any(name in text for name in RIGHTS | MANY)


def test_rights_are_written_where_it_is_known():
    writes = {
        (name, function, deed)
        for name, tree in list_sources()
        for function, deed in list_written_rights(tree)
    }
    assert {(name, function) for name, function, _deed in writes} == KNOWN_WRITERS
    assert not [place for place in writes if place[2] == "update"]


def test_the_next_way_is_found():
    text = """
def promote(user):
    user.is_superuser = True
def many(people):
    people.filter(is_staff=False).update(is_staff=True)
def give(user, group):
    user.groups.add(group)
def read(user):
    return user.is_staff and user.groups.all()
"""
    writes = set(list_written_rights(ast.parse(text)))
    assert writes == {("promote", "assigned"), ("many", "update"), ("give", "chosen")}
