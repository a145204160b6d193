"""Papers that a moderator has looked at, and what he reads there."""

from accounts.models import EmployerDocument, PaperLook
from accounts.verification.paper_looks import record_look
from accounts.verification.read_values import get_registered_name

CODE = "92433101MA0000001N"


def make_paper(employer, kind, uploader, file=""):
    """The row of a paper; without a file it cannot be drawn."""
    return EmployerDocument.objects.create(
        employer=employer,
        kind=kind,
        file=file or f"{kind}.jpg",
        content_type="image/jpeg",
        size=1,
        digest=kind,
        uploaded_by=uploader,
    )


def see_papers(employer, viewer, *kinds):
    """Each kind is handed in, and looked at by the viewer just now."""
    for kind in kinds:
        record_look(make_paper(employer, kind, viewer), viewer, 1)
    return PaperLook.objects.filter(viewer=viewer)


def build_finding(employer, kind, **more):
    """What a moderator says who has read on the paper what is registered."""
    read = {"read_name": get_registered_name(employer, kind), "read_code": employer.licence_code}
    return {"kind": kind, "method": "在公示系统核对", "expires_on": None} | read | more
