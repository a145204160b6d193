"""Puts the demo data into the database; what is there already is left alone."""

import datetime
import random
from collections import Counter

from django.db import transaction
from django.utils import timezone

from accounts.models import Employer
from cities.directory.regions import get_region_ancestors
from listings.models import Listing
from listings.pay_law.minimums_csv import load_minimums_csv
from news.models import Article
from sitekit.workflow.periods import HOUR
from tools.demo.bulk_rows import (
    create_articles_in_bulk,
    create_listings_in_bulk,
    create_sources_in_bulk,
)
from tools.demo.drawings import attach_drawing
from tools.demo.employer_papers import build_employer_facts, hand_in_papers
from tools.demo.factories import (
    build_listing_content,
    make_article,
    make_employer,
    make_listing,
)
from tools.demo.fraud_case import load_fraud_case
from tools.demo.generated_articles import list_generated_stories
from tools.demo.generated_listings import list_generated_employers
from tools.demo.listing_photos import choose_photos
from tools.demo.moderation_history import load_moderation_history, recount_past_months
from tools.demo.moderation_queue import load_moderation_queue
from tools.demo.people import add_demo_owner, create_demo_accounts, create_demo_operator
from tools.demo.seekers import load_demo_seekers
from tools.demo.staff_team import load_staff_team
from tools.demo.staff_work import load_staff_work
from tools.demo.written_texts import (
    find_demo_place,
    list_written_articles,
    list_written_employers,
    list_written_listings,
)

# Of `overdue`: verified, but its re-check is past.
OVERDUE_DAYS = 200


def load_demo(scale, write_line=None):
    """Write what is missing of the scale; how many rows of each kind were added.

    `write_line` is called with the progress.
    """
    load_minimums_csv()
    loading = Loading(scale)
    with transaction.atomic():
        create_demo_operator()
        loading.users = create_demo_accounts()
        load_staff_team(loading.users)
        loading.load_written_rows()
        add_demo_owner(loading.users["employer"])
        load_demo_seekers(loading.users["seeker"], loading.users["employer"])
        load_moderation_queue(loading.users)
        load_fraud_case(loading.users)
    loading.load_generated_listings(write_line)
    if scale != "small":
        loading.load_generated_articles()
    load_moderation_history(loading.users)
    with transaction.atomic():
        load_staff_work(loading.users)
    if loading.added:
        recount_past_months()
    return loading.added


class Loading:
    """One run: knows what is there, and counts what it adds."""

    def __init__(self, scale):
        self.scale = scale
        self.added: Counter[str] = Counter()
        self.users = {}
        self.now = timezone.now()
        self.today = timezone.localdate()
        self.employers = {
            (row.name, row.region_id): row for row in Employer.objects.prefetch_related("checks")
        }
        self.titles = set(Listing.objects.values_list("employer_id", "title"))
        self.articles = set(Article.objects.values_list("title", flat=True))

    # What is written one by one goes through the transitions.

    def load_written_rows(self):
        homes = {}
        for row in list_written_employers():
            homes[row["name"]] = self.get_or_create_employer(
                {**row, "region": find_demo_place(row["place"])}
            )
        for spec in list_written_listings():
            self.create_listing(homes[spec["by"]], spec)
        for spec in list_written_articles():
            self.create_article(spec)

    def get_or_create_employer(self, row):
        key = row["name"], row["region"].adcode
        if key not in self.employers:
            row = {name: value for name, value in row.items() if name != "place"}
            if row.get("status") == "overdue":
                row |= {"status": "verified", "verified_days_ago": OVERDUE_DAYS}
            pending = row.get("status") == "pending"
            row.setdefault("verified_days_ago", 0 if pending else 20 + len(row["name"]) * 7 % 80)
            row = {**build_employer_facts(row), **row, "reviewer": self.users["admin"]}
            self.employers[key] = employer = make_employer(**row)
            if pending:
                hand_in_papers(employer)
            self.added["employers"] += 1
        return self.employers[key]

    def create_listing(self, employer, spec):
        if not self._note_if_new(employer, spec):
            return
        state = spec["state"]
        make_listing(
            employer=employer,
            status="published" if state == "expired" else state,
            expired=state == "expired",
            published_at=self.now - spec["ago"] * HOUR,
            actor=self.users["admin"],
            first_approver=self.users["moderator"],
            reason=spec["reason"],
            fraud_type=spec["fraud_type"],
            **self.build_content(spec),
        )
        self.added["listings"] += 1

    def _note_if_new(self, employer, spec):
        key = employer.pk, spec["content"]["title"]
        fresh = key not in self.titles
        self.titles.add(key)
        return fresh

    def build_content(self, spec):
        """The content with its dates, which count from today."""
        rng = random.Random(spec["content"]["title"])
        days = {}
        for name, key in (("start_date", "starts_in"), ("end_date", "ends_in")):
            if spec[key] is not None:
                days[name] = self.today + datetime.timedelta(days=spec[key])
        valid = self.today + datetime.timedelta(days=rng.randint(25, 60))
        photos = choose_photos(spec["content"]["category"], spec["content"]["title"])
        return {**spec["content"], **days, "valid_through": valid, "photos": photos}

    def create_article(self, spec):
        if spec["title"] in self.articles:
            return
        self.articles.add(spec["title"])
        article = make_article(
            spec["title"],
            body=spec["body"],
            status=spec["state"],
            published_at=self.now - spec["ago"] * HOUR,
            regions=spec["regions"],
            tags=spec["tags"],
            source=spec["source"],
            actor=self.users["admin"],
            reason=spec["reason"],
            **self.build_article_fields(spec),
        )
        attach_drawing(article)
        self.added["articles"] += 1

    def build_article_fields(self, spec):
        fields = {name: spec[name] for name in ("kind", "fraud_type", "alert_level")}
        if spec["until"]:
            fields["alert_until"] = self.today + datetime.timedelta(days=spec["until"])
        return fields

    # What is generated is written in bulk.

    def load_generated_listings(self, write_line):
        rows = []
        with transaction.atomic():
            for row, specs in list_generated_employers(self.scale):
                employer = self.get_or_create_employer(row)
                rows += [
                    (employer, self.now - spec["ago"] * HOUR, self._build_bulk_content(spec))
                    for spec in specs
                    if self._note_if_new(employer, spec)
                ]
        for done in create_listings_in_bulk(rows, self.users["admin"]):
            self.added["listings"] += done
            if write_line:
                write_line(f"{self.added['listings']} listings")

    def _build_bulk_content(self, spec):
        return build_listing_content(by=spec["by"], **self.build_content(spec))

    def load_generated_articles(self):
        new: dict[str, dict] = {}
        for spec in list_generated_stories():
            if spec["title"] not in self.articles:
                new.setdefault(spec["title"], spec)
        self.articles |= new.keys()
        sources = create_sources_in_bulk({spec["source"] for spec in new.values()})
        rows = [self._build_bulk_article(spec, sources[spec["source"][0]]) for spec in new.values()]
        self.added["articles"] += create_articles_in_bulk(rows, self.users["admin"])

    def _build_bulk_article(self, spec, source):
        article = Article(
            title=spec["title"],
            body=spec["body"],
            published_at=self.now - spec["ago"] * HOUR,
            source=source,
            **self.build_article_fields(spec),
        )
        named = {region.adcode for region in spec["regions"]}
        places = {
            place.adcode: place.adcode in named
            for region in spec["regions"]
            for place in get_region_ancestors(region)
        }
        return article, places, spec["tags"]
