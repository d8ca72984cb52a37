"""Show at the desk what was changed."""

from typing import Any

from django import template

from interviews.rendering.differences import differences, shortened

register = template.Library()


@register.inclusion_tag("desk/parts/_difference.html")
def difference(old: str, new: str) -> dict[str, Any]:
    return {"pairs": shortened(differences(old, new))}


@register.inclusion_tag("desk/parts/_difference.html")
def replaced(old: str, new: str) -> dict[str, Any]:
    return {"pairs": [(old, ""), (" ", " "), ("", new)]}
