"""Before the interview: one page of forms plans it, and its turns are prepared."""

from .plan import Plan, offers
from .prepared_form import PreparedTurnsForm, ScriptFileForm

__all__ = ["Plan", "PreparedTurnsForm", "ScriptFileForm", "offers"]
