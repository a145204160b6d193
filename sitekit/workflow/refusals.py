"""The base of exceptions whose text is shown to a person."""


class Refusal(Exception):
    """`words` are Chinese and may be shown to the person; `field` is the form field at fault.

    Exceptions that only code handles have another base.
    """

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


class MoveRefused(Refusal):
    """A row did not change its status; the words say why."""
