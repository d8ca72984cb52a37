"""Fields of the admin that look up what is typed.

Django asks the database for whatever a refused form sends, also for what can be nobody's number.
"""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError


class _Known:
    choices: Any

    def optgroups(self, name: str, value: list[Any], attrs: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if self._can_be(one)], attrs)  # type: ignore[misc]

    def _can_be(self, chosen: Any) -> bool:
        try:
            self.choices.queryset.model._meta.pk.to_python(chosen or None)
        except ValidationError:
            return False
        return True


class KnownSelect(_Known, AutocompleteSelect):  # type: ignore[misc]
    pass


class KnownSelectMultiple(_Known, AutocompleteSelectMultiple):  # type: ignore[misc]
    pass


class KnownChoices:
    """Makes such a field of each of `autocomplete_fields`, for an admin or an inline."""

    admin_site: Any
    get_autocomplete_fields: Any

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        own = self._widget(KnownSelect, db_field, request)
        return super().formfield_for_foreignkey(db_field, request, **own | kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        own = self._widget(KnownSelectMultiple, db_field, request)
        return super().formfield_for_manytomany(db_field, request, **own | kwargs)  # type: ignore[misc]

    def _widget(self, widget: Any, db_field: Any, request: Any) -> dict[str, Any]:
        is_looked_up = db_field.name in self.get_autocomplete_fields(request)
        return {"widget": widget(db_field, self.admin_site)} if is_looked_up else {}
