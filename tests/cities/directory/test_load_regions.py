import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from cities.directory.regions import reset_region_cache
from cities.directory.regions_csv import CSV, load_regions_csv
from cities.models import Region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forget_what_the_test_changed():
    yield
    reset_region_cache()


def test_loading_again_changes_nothing():
    assert load_regions_csv() == (0, 0, [])


def test_what_was_changed_by_hand_is_put_right():
    Region.objects.filter(slug="xiangxi").update(short_name="香溪", aliases=[], lng=None)
    assert load_regions_csv() == (0, 1, [])
    assert Region.objects.get(slug="xiangxi").short_name == "湘西"


def test_two_places_may_exchange_slug_and_rank():
    beijing, other = Region.objects.get(slug="beijing"), Region.objects.get(slug="shanghai")
    Region.objects.filter(pk=beijing.pk).update(slug="between", hot_rank=None)
    Region.objects.filter(pk=other.pk).update(slug="beijing", hot_rank=beijing.hot_rank)
    Region.objects.filter(pk=beijing.pk).update(slug="shanghai", hot_rank=other.hot_rank)
    load_regions_csv()
    assert Region.objects.get(slug="beijing").pk == beijing.pk
    assert Region.objects.get(slug="shanghai").hot_rank == other.hot_rank


def test_a_place_the_file_no_longer_has_is_kept_and_named(capsys):
    Region.objects.create(
        adcode=999_999, level="province", name="旧地", short_name="旧地", slug="jiudi"
    )
    call_command("load_regions")
    assert Region.objects.filter(adcode=999_999).exists()
    assert "999999" in capsys.readouterr().err


def test_a_missing_place_comes_back():
    Region.objects.filter(adcode=659012).delete()
    assert load_regions_csv() == (1, 0, [])


def test_a_file_that_breaks_half_way_leaves_the_table_as_it_was(tmp_path):
    lines = CSV.read_text(encoding="utf-8").splitlines()
    broken = tmp_path / "regions.csv"
    first = lines[1].replace("beijing", "beijing-new")
    doubled = lines[2].replace("tianjin", "beijing-new")
    broken.write_text("\n".join([lines[0], first, doubled]), encoding="utf-8")
    with pytest.raises(IntegrityError), transaction.atomic():
        load_regions_csv(broken)
    assert Region.objects.filter(slug="beijing").exists()
