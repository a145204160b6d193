"""All texts that an employer has public. A telephone number may be divided over several of them, so a new text is
compared with the others.

The apps above register functions that list theirs.
"""

from collections.abc import Callable, Mapping

from accounts.choices import TextKind
from accounts.models import Employer

type TextKey = tuple[str, int]  # what the text is, and the number of its row

EMPLOYER_NAME = "employer_name"
MAX_EMPLOYER_TEXTS = 200  # of each source, the newest
_SOURCES: list[Callable[[int], Mapping[TextKey, str]]] = []


def register_employer_texts(list_texts: Callable[[int], Mapping[TextKey, str]]) -> None:
    """Register a function that returns texts of the employer with a number."""
    _SOURCES.append(list_texts)


def list_employer_texts(employer: Employer, judged: TextKey) -> list[str]:
    """Return what is public now besides the text that is judged. One query for each registered function."""
    texts: dict[TextKey, str] = {
        (EMPLOYER_NAME, employer.pk): employer.name,
        (TextKind.EMPLOYER_INTRO, employer.pk): employer.intro,
    }
    for list_texts in _SOURCES:
        texts |= list_texts(employer.pk)
    return [words for key, words in texts.items() if words and key != judged]
