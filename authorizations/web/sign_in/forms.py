"""The forms of passwords and codes, Django's and the library's, which say what to do as the portal's own forms do."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm

from authorizations.step_pages.field_errors import FieldErrors

TWO_PASSWORDS = {"password_mismatch": "The new passwords differ. Enter the same one twice."}


class InHouseStyle(FieldErrors):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "usa-input"


class NewPassword(InHouseStyle, SetPasswordForm):  # type: ignore[type-arg]  # generic in the stubs alone
    error_messages = {**SetPasswordForm.error_messages, **TWO_PASSWORDS}


class ChangedPassword(InHouseStyle, PasswordChangeForm):
    error_messages = {
        **PasswordChangeForm.error_messages,
        **TWO_PASSWORDS,
        "password_incorrect": "This is not your password.",
    }


class FirstCode(InHouseStyle, ActivateTOTPForm):  # type: ignore[misc]  # the library says no types
    code = forms.CharField(label="Six digits")


class SignInCode(InHouseStyle, AuthenticateForm):  # type: ignore[misc]  # the library says no types
    pass


class ConfirmingCode(InHouseStyle, ReauthenticateForm):  # type: ignore[misc]  # the library says no types
    pass
