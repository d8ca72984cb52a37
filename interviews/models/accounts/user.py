from collections.abc import Iterable

from .account import Account
from .roles import ROLE_PERMISSIONS, SEES, Role


class User(Account):
    """Somebody of the newsroom: a model of our own from the start, because Django's can't be replaced later."""

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()

    def has_any_role(self, roles: Iterable[Role]) -> bool:
        """Whether the user has one of these roles for all interviews."""
        return any(self.has_perm(ROLE_PERMISSIONS[role]) for role in roles)

    @property
    def is_at_the_desk(self) -> bool:
        """Whether the user may open the desk of any interview."""
        return self.is_active and (self.has_any_role(SEES) or self.assignments.exists())
