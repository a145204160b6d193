"""Records who opened a file that came with a reply or an appeal. Opening is a POST, as a GET writes nothing."""

from django.utils import timezone

from accounts.models import User
from accounts.verification.paper_looks import LOOK_DURATION, SAME_LOOK
from safety.models import SentFile, SentFileLook


def record_file_look(file: SentFile, viewer: User) -> None:
    """Store that the viewer opened the file; looks within five minutes are one row."""
    since = timezone.now() - SAME_LOOK
    if not SentFileLook.objects.filter(file=file, viewer=viewer, created_at__gt=since).exists():
        SentFileLook.objects.create(file=file, viewer=viewer)


def is_open_for(file: SentFile, viewer: User) -> bool:
    since = timezone.now() - LOOK_DURATION
    return SentFileLook.objects.filter(file=file, viewer=viewer, created_at__gt=since).exists()
