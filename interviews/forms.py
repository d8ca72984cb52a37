from django import forms


class AfterForm(forms.Form):
    """The cursor of a page: which log it follows, and how far it has come."""

    epoch = forms.UUIDField()
    after = forms.IntegerField(min_value=0, max_value=2**53)

    def clean_epoch(self) -> str:
        return str(self.cleaned_data["epoch"])
