"""Django's admin.

What readers can see is changed by the models' verbs alone, as at the desk, so that open pages follow.
"""

from . import changes, interview, locks, people, turn, users

__all__ = ["changes", "interview", "locks", "people", "turn", "users"]
