from sitekit.workflow.refusals import Refusal


class FileUnreadable(Refusal):
    """The file or its mapping as a whole is of no use; says in Chinese why."""


class RowRefused(Refusal):
    """One row can't become a listing; says in Chinese why."""
