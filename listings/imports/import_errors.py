from sitekit.workflow.refusals import Refusal


class FileUnreadable(Refusal):
    """The whole file or its mapping cannot be used; the text says in Chinese why."""


class RowRefused(Refusal):
    """A row cannot become a listing; the text says in Chinese why."""
