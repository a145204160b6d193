"""Inside an app a room imports only the rooms below it. Read from the source, as `test_layers` does.

The rooms stand here from top to bottom; docs/architecture.md draws them.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobsite.sweeps.test_layers import LAYERS

PROJECT = Path(__file__).resolve().parents[3]
ROOMS: dict[str, list[str]] = {
    "jobsite": [
        "management",
        "admin",
        "person_requests",
        "service_status",
        "staff_site",
        "monitoring",
        "site_texts",
        "me",
        "backups",
        "operations",
        "seo",
        "announcements",
    ],
    "safety": [
        "management",
        "admin",
        "governance_audit",
        "connections",
        "journal_pages",
        "journal",
        "journal_search",
        "second_looks",
        "account_switch",
        "bulk_decisions",
        "casework",
        "case_pages",
        "case_message_pages",
        "governance",
        "reports",
        "appeals",
        "aftercare",
        "dashboard",
        "evidence",
        "paper_checks",
        "moderation",
        "case_messages",
        "case_queues",
        "learning",
        "forwarded_checks",
        "checker",
        "models",
    ],
    "listings": [
        "employer_api",
        "feed_imports",
        "bulk_upload",
        "management",
        "admin",
        "pages",
        "search_suggestions",
        "paste_posting",
        "shift_plans",
        "sign_up_lists",
        "employer_desk",
        "listing_moves",
        "post_reader",
        "figures",
        "renewals",
        "day_lists",
        "imports",
        "search_subscriptions",
        "own_states",
        "applications",
        "detail",
        "publication",
        "webhooks",
        "copies",
        "pay_law",
        "search",
        "models",
        "vocabulary",
    ],
    "news": [
        "management",
        "admin",
        "pages",
        "imports",
        "alert_subscriptions",
        "related",
        "analysis",
        "articles",
        "models",
        "readers",
        "article_html",
    ],
    "accounts": [
        "admin_lists",
        "admin",
        "staff",
        "verification",
        "security",
        "employers",
        "public_text",
        "sign_in",
        "inbox",
        "models",
    ],
    "screening": [
        "management",
        "linear_model",
        "facts",
        "forbidden_work",
        "rules",
        "contacts",
        "fraud_types",
        "reading",
    ],
    "cities": ["management", "admin", "switcher", "directory"],
    "sitekit": [
        "forms",
        "messages",
        "ocr",
        "share_pictures",
        "images",
        "site_settings",
        "kept_pages",
        "seo",
        "web",
        "refused_posts",
        "maintenance",
        "fetching",
        "sealing",
        "workflow",
        "databases",
        "telemetry",
    ],
    "textkit": ["ngrams"],
}
# Modules at the top of an app: they may import any of its rooms, and no room imports them.
ROOF: dict[str, set[str]] = {
    "jobsite": {
        "apps", "context_processors", "env", "env_network", "frame_city", "kept_pages", "middleware",
        "models", "settings", "staff_roles", "styleguide", "change_triggers", "urls", "views", "wsgi",
    },
    "safety": {
        "apps", "choices", "desk_urls", "journal_urls", "periodic_tasks", "personal_data", "retention_rules",
        "sitemaps", "urls",
    },
    "listings": {
        "apps", "choices", "converters", "periodic_tasks", "personal_data", "retention_rules", "sitemaps", "urls",
    },
    "news": {"apps", "choices", "converters", "periodic_tasks", "personal_data", "sitemaps", "urls"},
    "accounts": {
        "admin_list_urls", "apps", "backends", "choices", "converters", "middleware", "periodic_tasks",
        "personal_data", "retention_rules", "sign_in_urls", "staff_urls", "system_checks", "urls",
    },
    "screening": {
        "admin", "apps", "assessment", "checks", "context", "engine", "explanation", "models",
        "refitted_models", "screen", "thresholds",
    },
    "cities": {"apps", "converters", "middleware", "models", "urls"},
    "sitekit": {
        "apps", "models", "periodic_tasks", "personal_data", "retention_rules", "system_checks",
        "urls",
    },
    "textkit": {
        "csv_cells", "highlighting", "invisible_characters", "keyterms", "marked_text", "segmentation", "sounds",
        "story_facts", "synonyms", "text_sketches", "tsearch", "widths",
    },
}  # fmt: skip
# What any room may import of the roof.
# Of screening also the values that rooms pass on, and the engine, which its commands run.
SHARED_ROOF = {"choices", "models", "assessment", "context", "engine", "screen", "thresholds"}
# Folders at the top of an app that hold no rooms.
NO_ROOMS = {"corpus", "data", "migrations", "templatetags"}
MAX_MODULES = 12
# Folders of templates and tests that belong to no room: sweeps over the whole site, its settings.
TEST_FOLDERS = {"jobsite": {"sweeps", "settings"}}


def list_imports(source: str, module: str) -> Iterator[tuple[int, str]]:
    """Yield (line, full name) of everything that a module imports, lazily or not."""
    package = module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            yield from ((node.lineno, f"{name}.{alias.name}") for alias in node.names)


def get_room(name: str) -> str | None:
    """The room of a dotted name; None for the roof and for what lies outside the apps."""
    parts = name.split(".")
    rooms = ROOMS.get(parts[0], [])
    return parts[1] if len(parts) > 1 and parts[1] in rooms else None


def find_faults(module: str, source: str) -> Iterator[str]:
    """Yield what the imports of one module break."""
    app, room = module.split(".", maxsplit=1)[0], get_room(module)
    for line, name in list_imports(source, module):
        parts = name.split(".")
        where = f"{module}:{line} imports {name}"
        if parts[0] == "tools":
            yield f"{where}: a developers' tool"
        if parts[0] not in ROOMS:
            continue
        other = get_room(name)
        crosses = parts[0] != app or other != room
        if crosses and any(part.startswith("_") and not part.startswith("__") for part in parts):
            yield f"{where}: private"
        if parts[0] != app or room is None:
            continue
        if other is None and len(parts) > 1 and parts[1] not in SHARED_ROOF | {room}:
            if parts[1] in ROOF[app]:
                yield f"{where}: the roof"
        elif other not in {None, room} and _get_room_rank(app, other) < _get_room_rank(app, room):
            yield f"{where}: a room above"


def _get_room_rank(app: str, room: str | None) -> int:
    return ROOMS[app].index(room or "")


def list_modules(app: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((PROJECT / app).rglob("*.py")):
        if "migrations" not in path.parts:
            name = ".".join(path.relative_to(PROJECT).with_suffix("").parts)
            yield name, path


@pytest.mark.parametrize("app", ROOMS)
def test_imports_run_down(app):
    faults = [
        fault for name, path in list_modules(app) for fault in find_faults(name, path.read_text())
    ]
    assert faults == []


def test_every_app_has_its_rooms():
    assert set(ROOMS) == set(LAYERS)


@pytest.mark.parametrize("app", ROOMS)
def test_the_top_of_an_app_holds_its_roof_and_rooms_only(app):
    top = list((PROJECT / app).iterdir())
    modules = {path.stem for path in top if path.suffix == ".py"} - {"__init__"}
    folders = {path.name for path in top if path.is_dir()} - {"__pycache__"}
    assert modules == ROOF[app]
    assert folders - NO_ROOMS == set(ROOMS[app])


@pytest.mark.parametrize("app", ROOMS)
def test_a_room_has_at_most_a_dozen_modules(app):
    crowded = {}
    for folder in {path.parent for _, path in list_modules(app)} - {PROJECT / app}:
        count = sum(path.name != "__init__.py" for path in folder.glob("*.py"))
        if count > MAX_MODULES:
            crowded[str(folder.relative_to(PROJECT))] = count
    assert crowded == {}


@pytest.mark.parametrize("app", ROOMS)
def test_templates_and_tests_mirror_the_rooms(app):
    rooms = set(ROOMS[app])
    for mirror, more in (("templates", set()), ("tests", TEST_FOLDERS.get(app, set()))):
        folder = PROJECT / mirror / app
        if folder.is_dir():
            folder_names = {path.name for path in folder.iterdir() if path.is_dir()}
            assert folder_names - {"__pycache__", "data"} <= rooms | more, mirror


def test_a_package_has_an_empty_init():
    """But those that Django or a caller imports as one module."""
    full = {
        str(path.parent.relative_to(PROJECT))
        for app in ROOMS
        for path in (PROJECT / app).rglob("__init__.py")
        if path.read_text().strip() and "migrations" not in path.parts
    }
    allowed = {f"{app}/{name}" for app in ROOMS for name in ("admin", "models")}
    assert full <= allowed | {"news/readers", "screening/fraud_types", "screening/forbidden_work"}


@pytest.mark.parametrize(
    ("module", "planted"),
    [
        ("listings.vocabulary.work_slots", "from listings.search import cards"),
        ("listings.detail.photos", "from listings.pages.list_views import show_list"),
        ("listings.detail.photos", "def f():\n    import listings.pages.list_views"),
        ("listings.detail.photos", "from listings import urls"),
        ("listings.detail.photos", "from ..pages import list_views"),
        ("listings.detail.photos", "from listings.search.cards import _draw"),
        ("safety.reports.views", "from accounts.inbox.notices import _write"),
        ("safety.reports.views", "from tools.demo import factories"),
        ("screening.rules.matcher", "from screening.facts.pay import find_pay_signals"),
    ],
)
def test_planted_violation_is_found(module, planted):
    assert list(find_faults(module, planted))


@pytest.mark.parametrize(
    ("module", "harmless"),
    [
        ("listings.pages.list_views", "from listings.search import cards"),
        ("listings.detail.photos", "from listings.models import Listing"),
        ("listings.detail.photos", "from listings import choices"),
        ("listings.detail.photos", "from listings.detail.contact_proof import _private"),
        ("listings.urls", "from listings.pages import list_views"),
        ("safety.reports.views", "from screening.fraud_types import FraudType"),
        ("safety.reports.views", "from sitekit.web.paging import paginate"),
    ],
)
def test_what_is_allowed_passes(module, harmless):
    assert list(find_faults(module, harmless)) == []


def read_drawn_rooms() -> dict[str, list[str]]:
    """Return by app the rooms that docs/architecture.md draws, from top to bottom."""
    page = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms: dict[str, list[str]] = {}
    app = ""
    for line in page.split("```")[1].splitlines():
        if match := re.match(r" (\w+)  ", line):
            app = match[1]
        elif " > " in line or re.search(r"^   \|  +> ", line):
            rooms.setdefault(app, []).extend(re.findall(r"\w+", line.partition("|")[2] or line))
    return rooms


def test_the_page_draws_these_rooms():
    assert read_drawn_rooms() == {app: rooms for app, rooms in ROOMS.items() if rooms}
