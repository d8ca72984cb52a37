"""Before the interview: one page of forms plans it, and its turns are prepared."""

from .plan import Plan, offers
from .prepared_form import PreparedTurnsForm

__all__ = ["Plan", "PreparedTurnsForm", "offers"]
