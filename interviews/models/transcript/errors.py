from django.core.exceptions import ValidationError


class NotNow(ValidationError):
    """The interview, turn, suggestion or report isn't in the state that this verb needs."""
