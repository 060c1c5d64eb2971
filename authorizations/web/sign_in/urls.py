from django.urls import URLPattern

from authorizations.url_access import (
    ANYONE,
    SENT,
    SENT_BY_ANYONE,
    SIGNED_IN,
    WITHOUT_FACTOR,
    ObjectScope,
    page,
    scoped_to,
)
from authorizations.web.sign_in import views, views_account, views_password_reset

OF_PASSKEY = scoped_to(ObjectScope.PASSKEY)

urlpatterns: list[URLPattern] = [
    page("sign-in/", views.sign_in, "sign_in", ANYONE),
    page("sign-in/code/", views.sign_in_code, "mfa_authenticate", ANYONE),
    page("sign-in/passkey/", views.sign_in_passkey, "mfa_login_webauthn", ANYONE),
    page("sign-in/through/", views.through_organization, "through_organization", SENT_BY_ANYONE),
    page("sign-in/through/<slug:provider_id>/", views.back_from_organization, "openid_connect_callback", ANYONE),
    page("sign-in/as/<public_id:public_id>/", views.sign_in_as, "sign_in_as", SENT_BY_ANYONE),
    page("sign-in/forgotten/", views_password_reset.forgotten, "forgotten_password", ANYONE),
    page("sign-in/new-password/", views_password_reset.new_password, "new_password", ANYONE),
    page("sign-in/saved-form/", views.saved_form_page, "saved_form", SIGNED_IN),
    page("sign-out/", views.sign_out, "sign_out", SENT_BY_ANYONE),
    page("session/", views_account.session, "session", WITHOUT_FACTOR),
    page("account/", views_account.account, "account", SIGNED_IN),
    page("account/enrol/", views_account.enrol, "enrol", WITHOUT_FACTOR),
    page("account/confirm/", views_account.confirm, "account_reauthenticate", WITHOUT_FACTOR),
    page("account/confirm/code/", views_account.confirm_code, "mfa_reauthenticate", SIGNED_IN),
    page("account/confirm/passkey/", views_account.confirm_passkey, "mfa_reauthenticate_webauthn", SIGNED_IN),
    page("account/app/add/", views_account.add_app, "mfa_activate_totp", WITHOUT_FACTOR),
    page("account/app/remove/", views_account.remove_app, "mfa_deactivate_totp", SIGNED_IN),
    page("account/passkeys/add/", views_account.add_passkey, "mfa_add_webauthn", WITHOUT_FACTOR),
    page("account/passkeys/<int:pk>/remove/", views_account.remove_passkey, "mfa_remove_webauthn", OF_PASSKEY),
    page("account/codes/", views_account.recovery_codes, "mfa_view_recovery_codes", WITHOUT_FACTOR),
    page("account/codes/new/", views_account.new_recovery_codes, "mfa_generate_recovery_codes", SIGNED_IN),
    page("account/password/", views_account.password, "change_password", SIGNED_IN),
    page("account/sessions/end/", views_account.end_others, "end_other_sessions", SENT),
    page("account/sessions/<slug:handle>/end/", views_account.end_one, "end_session", SENT),
    page("sign-in/", views.sign_in, "account_login", ANYONE),
    page("account/", views_account.account, "mfa_index", SIGNED_IN),
    page("account/", views_account.account, "mfa_list_webauthn", SIGNED_IN),
]
