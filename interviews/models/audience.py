"""How many read an interview, minute by minute: numbers, of nobody in particular."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .interview import Interview


class Audience(models.Model):
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="audiences", verbose_name=_("interview"))
    minute = models.DateTimeField(_("minute"))
    readers = models.PositiveIntegerField(_("readers"), help_text=_("The most at once in that minute."))

    class Meta:
        ordering = ["interview", "minute"]
        constraints = [models.UniqueConstraint(fields=["interview", "minute"], name="audience_minute_once")]

    def __str__(self) -> str:
        return f"{self.interview}, {self.minute:%Y-%m-%d %H:%M}: {self.readers}"
