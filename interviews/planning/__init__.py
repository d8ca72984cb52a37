"""What comes before the show: an interview is planned by one page of forms, and its turns are prepared."""

from .plan import Plan, offers
from .prepared_form import ScriptForm

__all__ = ["Plan", "ScriptForm", "offers"]
