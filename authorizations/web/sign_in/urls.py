"""Signing in, and a person's own account: addresses and views."""

from django.urls import URLPattern, path

from authorizations.web.sign_in import views, views_account, views_password_reset

urlpatterns: list[URLPattern] = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.sign_in_code, name="mfa_authenticate"),
    path("sign-in/passkey/", views.sign_in_passkey, name="mfa_login_webauthn"),
    path("sign-in/through/", views.through_organization, name="through_organization"),
    path("sign-in/through/<slug:provider_id>/", views.back_from_organization, name="openid_connect_callback"),
    path("sign-in/as/<public_id:public_id>/", views.sign_in_as, name="sign_in_as"),
    path("sign-in/forgotten/", views_password_reset.forgotten, name="forgotten_password"),
    path("sign-in/new-password/", views_password_reset.new_password, name="new_password"),
    path("sign-in/saved-form/", views.saved_form_page, name="saved_form"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("session/", views_account.session, name="session"),
    path("account/", views_account.account, name="account"),
    path("account/enrol/", views_account.enrol, name="enrol"),
    path("account/confirm/", views_account.confirm, name="account_reauthenticate"),
    path("account/confirm/code/", views_account.confirm_code, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", views_account.confirm_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/app/add/", views_account.add_app, name="mfa_activate_totp"),
    path("account/app/remove/", views_account.remove_app, name="mfa_deactivate_totp"),
    path("account/passkeys/add/", views_account.add_passkey, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", views_account.remove_passkey, name="mfa_remove_webauthn"),
    path("account/codes/", views_account.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new/", views_account.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/password/", views_account.password, name="change_password"),
    path("account/sessions/end/", views_account.end_others, name="end_other_sessions"),
    path("account/sessions/<slug:handle>/end/", views_account.end_one, name="end_session"),
    path("sign-in/", views.sign_in, name="account_login"),
    path("account/", views_account.account, name="mfa_index"),
    path("account/", views_account.account, name="mfa_list_webauthn"),
]
