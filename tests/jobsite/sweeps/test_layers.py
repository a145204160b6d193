"""Imports point one way. Read from the source, so that lazy imports and names in strings count."""

import ast
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
# Each may use those after it, none before it.
LAYERS = [
    "jobsite",
    "safety",
    "listings",
    "news",
    "accounts",
    "screening",
    "cities",
    "sitekit",
    "textkit",
]
# A foreign key to the user is an import, though the setting's name hides it.
USER = {"AUTH_USER_MODEL", "get_user_model"}
# Where a string that begins with an app's name is an address or a file, not a reference to code.
HARMLESS = {"reverse", "reverse_lazy", "redirect", "render", "render_to_string", "get_template"}


def layer_of(name):
    app = name.split(".")[0]
    return LAYERS.index(app) if app in LAYERS else None


def list_module_references(tree):
    """(line, app) of everything that a module names: imported, in a string, or by the setting."""
    harmless = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _get_called_name(node) in HARMLESS
        for argument in node.args
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module
        elif isinstance(node, ast.Attribute) and node.attr in USER:
            yield node.lineno, "accounts"
        elif bare := _bare_label(node):
            yield node.lineno, bare
        elif isinstance(node, ast.Constant) and id(node) not in harmless and _is_reference(node):
            yield node.lineno, node.value


def _get_called_name(node):
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _bare_label(node):
    """get_model("listings", "Listing") and a migration's ("listings", "0001_initial")."""
    if isinstance(node, ast.Call) and _get_called_name(node) in {"get_model", "get_app_config"}:
        parts = node.args[:1]
    elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and _is_migration(node.elts[1]):
        parts = node.elts[:1]
    else:
        return None
    return next((part.value for part in parts if getattr(part, "value", None) in LAYERS), None)


def _is_migration(node):
    return isinstance(node, ast.Constant) and bool(re.match(r"\d{4}_|__", str(node.value)))


def _is_reference(node):
    """Names such as "listings.Listing" and "news.models" count; prose, addresses
    ("news:article_detail") and templates ("news/list.html") do not."""
    if not isinstance(node.value, str):
        return False
    app, dot, rest = node.value.partition(".")
    return bool(dot) and app in LAYERS and all(part.isidentifier() for part in rest.split("."))


def list_layer_violations(app, source):
    app_layer = LAYERS.index(app)
    for line, name in list_module_references(ast.parse(source)):
        other = layer_of(name)
        if other is not None and other < app_layer:
            yield f"{line}: {app} uses {name}"


def list_app_modules():
    for app in LAYERS:
        yield from ((app, path) for path in sorted((PROJECT / app).rglob("*.py")))


def test_no_module_names_a_layer_above_its_own():
    all_violations = [
        f"{path.relative_to(PROJECT)}:{violation}"
        for app, path in list_app_modules()
        for violation in list_layer_violations(app, path.read_text())
    ]
    assert all_violations == []


def test_every_app_has_a_layer():
    apps = {path.parent.name for path in PROJECT.glob("*/apps.py")}
    assert apps
    assert apps <= set(LAYERS)


@pytest.mark.parametrize(
    "planted",
    [
        "import listings",
        "import listings.models as m",
        "from listings.models import Listing",
        "from listings import models",
        "def f():\n    from listings.models import Listing",
        "key = models.ForeignKey('listings.Listing', models.CASCADE)",
        "Listing = apps.get_model('listings.Listing')",
        "apps.get_model('listings', 'Listing')",
        "apps.get_app_config('listings')",
        "dependencies = [('listings', '0001_initial')]",
        "importlib.import_module('listings.models')",
        "post_save.connect(act, sender='listings.Listing')",
        "@receiver(post_save, sender='listings.Listing')\ndef act(**kwargs): ...",
        "include('listings.urls')",
    ],
)
def test_planted_violation_is_found(planted):
    assert list(list_layer_violations("news", planted))
    assert not list(list_layer_violations("safety", planted))


@pytest.mark.parametrize(
    "planted",
    ["models.ForeignKey(settings.AUTH_USER_MODEL)", "User = auth.get_user_model()"],
)
def test_hidden_use_of_the_user_is_found(planted):
    assert list(list_layer_violations("cities", planted))
    assert not list(list_layer_violations("news", planted))


@pytest.mark.parametrize(
    "harmless",
    [
        "reverse('listings:listing_detail')",
        "render(request, 'listings/detail.html')",
        "from . import models",
        "scales = [('listings', 40)]",
        "text = 'listings. They end here'",
        "from cities.models import Region",
    ],
)
def test_what_is_no_import_passes(harmless):
    assert not list(list_layer_violations("news", harmless))
