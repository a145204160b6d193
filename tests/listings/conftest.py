"""The import's board serves three files of tests; a draft that changes under a program's hands serves two."""

import pytest

from listings.employer_desk import drafts
from listings.models import ListingDraft
from tests.listings.importing import put, trusted

__all__ = ["put", "trusted"]


@pytest.fixture
def save_meanwhile(monkeypatch):
    """Let the page of the draft save photos and texts after a program read the draft, and before it writes."""

    def save_meanwhile(photos, **texts):
        def begin_edit(listing, author):
            draft = begin_unchanged(listing, author)
            data = draft.data | {name: [text] for name, text in texts.items()}
            rows = ListingDraft.objects.filter(pk=draft.pk)
            rows.update(photos=photos, data=data, edition=draft.edition + 1)
            return draft

        begin_unchanged = drafts.begin_edit
        monkeypatch.setattr(drafts, "begin_edit", begin_edit)

    return save_meanwhile
