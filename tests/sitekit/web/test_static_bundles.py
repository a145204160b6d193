import os
from pathlib import Path

import pytest
from django.conf import settings as project_settings
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from sitekit.web import static_bundles

BUNDLE = "bundles/test.css"


@pytest.fixture
def parts(settings, tmp_path):
    """Two parts of a bundle in a folder of their own."""
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "first.css").write_text("/* why */\n  a { color: red }\n")
    (folder / "second.css").write_text("b { color: 红 }")
    settings.STATICFILES_DIRS = [folder]
    settings.STATIC_BUNDLES = {BUNDLE: ["first.css", "second.css"]}
    settings.STATIC_BUNDLES_ROOT = tmp_path / "made"
    settings.STATIC_ROOT = tmp_path / "collected"
    finders.get_finder.cache_clear()
    yield folder
    finders.get_finder.cache_clear()


JOINED = "a{color:red}b{color:红}\n"


def test_the_parts_stand_in_their_order(parts):
    assert Path(finders.find(BUNDLE)).read_text() == JOINED
    assert len(finders.find(BUNDLE, find_all=True)) == 1


def test_a_changed_part_is_seen_at_once_and_an_unchanged_one_writes_nothing(parts):
    bundle_file = Path(finders.find(BUNDLE))
    os.utime(bundle_file, (1, 1))
    finders.find(BUNDLE)
    assert bundle_file.stat().st_mtime == 1
    (parts / "first.css").write_text("i { top: 0 }")
    assert "i{top:0}" in Path(finders.find(BUNDLE)).read_text()
    assert [path.name for path in bundle_file.parent.iterdir()] == ["test.css"]


def test_other_files_are_left_to_the_other_finders(parts):
    assert finders.find("bundles/none.css") is None
    assert Path(finders.find("first.css")) == parts / "first.css"


@pytest.mark.full
def test_collectstatic_writes_the_bundle_with_its_hash_and_nothing_beside_the_code(
    parts, settings, tmp_path
):
    backend = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": backend}
    call_command("collectstatic", interactive=False, verbosity=0)
    collected = tmp_path / "collected" / "bundles"
    assert (collected / "test.css").read_text() == JOINED
    assert len(list(collected.glob("test.????????????.css"))) == 1
    assert not (tmp_path / "made").exists()
    call_command("collectstatic", interactive=False, verbosity=0)  # once more, over what is there


def test_a_missing_part_is_said_by_the_system_check(parts, settings):
    settings.STATIC_BUNDLES = {BUNDLE: ["first.css", "third.css"]}
    assert [fault.id for fault in static_bundles.BundleFinder().check()] == ["sitekit.E010"]
    with pytest.raises(ImproperlyConfigured, match=r"third\.css"):
        finders.find(BUNDLE)


def test_style_sheets_lose_the_spaces_that_mean_nothing_and_no_others(parts, settings):
    (parts / "one.css").write_text(
        '.a :is(b, c),\n  .d > e { margin: 0 calc(1px + 2px); content: "a: b, { c; }"; }\n'
        "@media (min-width: 60rem) and (hover: hover) {\n  .f { --x: 'y > z'; font: 1rem / 1.5 a }\n}\n"
    )
    settings.STATIC_BUNDLES = {BUNDLE: ["one.css"]}
    assert static_bundles.join_parts(BUNDLE).decode() == (
        '.a :is(b,c),.d>e{margin:0 calc(1px + 2px);content:"a: b, { c; }"}'
        "@media (min-width:60rem) and (hover:hover){.f{--x:'y > z';font:1rem/1.5 a}}\n"
    )


def test_scripts_lose_comments_that_no_string_can_hold_and_nothing_else(parts, settings):
    (parts / "one.js").write_text(
        "/* What it\n   does. */\nlet a = 1; // goes\n  // goes\nlet b = 'http://x/*y*/';\n  /* goes */\n"
        "f(a, /* stays */ b);\nlet c = 'x // stays';\nlet d = 1 / 2; // it's kept\n"
    )
    settings.STATIC_BUNDLES = {"bundles/test.js": ["one.js"]}
    text = static_bundles.join_parts("bundles/test.js").decode()
    assert text == (
        "let a = 1;\nlet b = 'http://x/*y*/';\nf(a, /* stays */ b);\nlet c = 'x // stays';\n"
        "let d = 1 / 2; // it's kept\n"
    )


def test_no_script_has_a_text_of_several_lines_in_which_a_comment_could_be_seen():
    for bundle in (name for name in project_settings.STATIC_BUNDLES if name.endswith(".js")):
        for path in static_bundles.list_part_paths(bundle):
            lines = path.read_text().splitlines()
            assert [line for line in lines if line.count("`") % 2] == [], path.name
