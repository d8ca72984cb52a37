"""Ask, before somebody is added, whether it is one of those whose name is the same or close."""

from typing import Any

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from .portraits import PortraitForm

ANSWER = "another"  # a box on the form that comes back; its value is the name for which it was shown


class PersonForm(PortraitForm):
    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not self.instance.pk and self.data.get(ANSWER) != name:
            self._ask_about(name)
        return name

    def _ask_about(self, name: str) -> None:
        known: Any = self._meta.model
        if people := known.objects.called(name):
            context = {"people": people, "opts": known._meta, "name": name, "answer": ANSWER}
            raise ValidationError(render_to_string("admin/interviews/people/close.html", context))
