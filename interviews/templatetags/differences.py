"""How the desk shows what was changed."""

from typing import Any

from django import template

from interviews.rendering.differences import differences, shortened

register = template.Library()


@register.inclusion_tag("desk/parts/_difference.html")
def difference(old: str, new: str) -> dict[str, Any]:
    """Word by word; of long stretches that stayed only the ends."""
    return {"pairs": shortened(differences(old, new))}


@register.inclusion_tag("desk/parts/_difference.html")
def replaced(old: str, new: str) -> dict[str, Any]:
    """One in place of the other."""
    return {"pairs": [(old, ""), (" ", " "), ("", new)]}
