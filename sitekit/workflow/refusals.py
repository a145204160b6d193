"""What is raised where something is not done, and a person is to read why."""


class Refusal(Exception):
    """Its words are Chinese and may be shown to the person; `field` is the form field at fault.

    What only code reads is no refusal and has a base of its own.
    """

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


class MoveRefused(Refusal):
    """Says why a row did not change its status; nothing was changed."""
