from django.core.exceptions import ValidationError


class NotNow(ValidationError):
    """The interview, the turn or the suggestion is not in the state that this verb needs."""
