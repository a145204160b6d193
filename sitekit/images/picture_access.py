"""Who may see a picture whose files are withheld. The apps whose pages show pictures say so."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sitekit.models import Picture


@dataclass
class PictureAccess:
    """`is_shown`: whether something public shows it now, so that everybody may see its files.
    `is_own`: whether the user works on something that has it."""

    is_shown: Callable[[Picture], bool] = lambda _picture: False
    is_own: Callable[[Any, Picture], bool] = lambda _user, _picture: False

    def may_see_withheld(self, user: Any, picture: Picture) -> bool:
        return user.is_authenticated and (user.is_staff or self.is_own(user, picture))


PICTURE_ACCESS = PictureAccess()
