"""Before the interview: one page of forms plans it, and its turns are prepared."""

from .plan import Plan, offers
from .prepared_form import ScriptForm

__all__ = ["Plan", "ScriptForm", "offers"]
