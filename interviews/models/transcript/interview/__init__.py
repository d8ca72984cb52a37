from .fields import CORRECTIONS_EXPECTED
from .interview import Interview, InterviewQuerySet, own_clock

__all__ = ["CORRECTIONS_EXPECTED", "Interview", "InterviewQuerySet", "own_clock"]
