"""Fields for what people write, in forms and in models: whatever comes in is put into one form (text.py).

A new row is tidy however it is made; a changed one when it is checked, so that an old text which nobody touches stays.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models

from .text import one_line, tidy, with_gaps


class LineInput(forms.CharField):
    tidied: Callable[[str], str] = staticmethod(one_line)

    def to_python(self, value: Any) -> Any:
        text: Any = super().to_python(value)
        tidied = self.tidied(text) if text else text
        return text if tidied and "\0" in text else tidied  # a validator refuses NUL among words


class ParagraphsInput(LineInput):
    widget = forms.Textarea
    tidied = staticmethod(tidy)


class ProseInput(ParagraphsInput):
    tidied = staticmethod(with_gaps)


class _Written:
    form_class: type[LineInput]

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)  # type: ignore[misc]
        return self.form_class.tidied(text) if text else text

    def pre_save(self, row: models.Model, add: bool) -> Any:
        if add:
            setattr(row, self.attname, self.to_python(getattr(row, self.attname)))  # type: ignore[attr-defined]
        return super().pre_save(row, add)  # type: ignore[misc]

    def get_prep_value(self, value: Any) -> Any:
        # Django's calls to_python(): that would change an old text with every save of its row
        value = models.Field.get_prep_value(self, value)  # type: ignore[arg-type]
        return value if value is None or isinstance(value, str) else str(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": self.form_class, **kwargs})  # type: ignore[misc]

    def deconstruct(self) -> Any:
        # in the database it is Django's own field: migrations need no word of this one
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        kwargs.pop("error_messages", None)
        return name, f"django.db.models.{self.get_internal_type()}", args, kwargs  # type: ignore[attr-defined]


class _LineField(_Written, models.CharField):  # type: ignore[type-arg]
    form_class = LineInput


class _ParagraphsField(_Written, models.TextField):  # type: ignore[type-arg]
    form_class = ParagraphsInput


class _ProseField(_Written, models.TextField):  # type: ignore[type-arg]
    form_class = ProseInput


class _ShortProseField(_Written, models.CharField):  # type: ignore[type-arg]
    form_class = ProseInput


if TYPE_CHECKING:  # django-stubs knows the values of Django's own fields
    LineField = ShortProseField = models.CharField
    ParagraphsField = ProseField = models.TextField
else:
    LineField = _LineField  # a name, a title, a headline
    ParagraphsField = _ParagraphsField  # what is said: each line is a paragraph
    ProseField, ShortProseField = _ProseField, _ShortProseField  # with empty lines, as a bio
