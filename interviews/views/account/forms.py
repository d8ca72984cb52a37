from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from interviews.models import User
from interviews.models.values.text_fields import LineInput

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[User]
else:
    from django.forms import ModelForm


class AboutForm(ModelForm):
    name = LineInput(label=_("Name"), max_length=150, required=False, widget=forms.TextInput({"autocomplete": "name"}))

    class Meta:
        model = User
        fields = ["email"]
        widgets = {"email": forms.EmailInput({"autocomplete": "email"})}

    field_order = ["name", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"] = self.instance.name

    def save(self, commit: bool = True) -> Any:
        if "name" in self.changed_data:
            self.instance.name = self.cleaned_data["name"]
        self.instance.save(update_fields=["first_name", "last_name", "email"])
        return self.instance


class SignInForm(AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].validators.append(MaxLengthValidator(150))  # Django's own is the browser's alone


class PasswordAgain(forms.Form):
    """Asked before a change that nobody else at an open screen may make. Wrong guesses count as when signing in."""

    password = forms.CharField(
        label=_("Your password"), strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.POST or None)
        self._request = request

    def clean_password(self) -> None:
        user = self._request.user
        given = self.cleaned_data["password"]
        if authenticate(self._request, username=user.get_username(), password=given) != user:
            raise ValidationError(_("This is not your password."))
