from django.urls import URLPattern

from authorizations.policy import Capability
from authorizations.url_access import ANYONE, OF_PEOPLE, SIGNED_IN, ObjectScope, page, requires, scoped_to, sent_to
from authorizations.web.people import (
    views,
    views_delegations,
    views_invitations,
    views_joining,
    views_merging,
    views_several,
    views_tokens,
    views_webhooks,
)

WEBHOOK = "people/<public_id:public_id>/webhook"
MEMBER = "people/<public_id:public_id>/members/<public_id:member_id>"
LED = scoped_to(ObjectScope.PEOPLE, Capability.LEAD_PEOPLE)
LETTING = sent_to(ObjectScope.PEOPLE, Capability.LEAD_PEOPLE)
DECIDING = requires(Capability.LEAD_PEOPLE, ObjectScope.JOIN_REQUEST)
INVITING = requires(Capability.LEAD_PEOPLE, ObjectScope.INVITATION, posts=True)
OF_OWN_MEMBERSHIP, SENT_TO_DELEGATION = scoped_to(ObjectScope.OWN_MEMBERSHIP), sent_to(ObjectScope.DELEGATION)

urlpatterns: list[URLPattern] = [
    page("delegations/", views_delegations.delegations, "delegations", SIGNED_IN),
    page("delegations/add/", views_delegations.add, "delegate", requires(Capability.DELEGATE)),
    page("delegations/<public_id:public_id>/end/", views_delegations.end, "end_delegation", SENT_TO_DELEGATION),
    page("tokens/", views_tokens.tokens, "tokens", SIGNED_IN),
    page("tokens/make/", views_tokens.make, "make_token", SIGNED_IN),
    page("tokens/<public_id:public_id>/revoke/", views_tokens.revoke, "revoke_token", sent_to(ObjectScope.TOKEN)),
    page("people/", views.people, "people", SIGNED_IN),
    page("people/merge/", views_merging.merge, "merge_accounts", requires(Capability.MANAGE_PEOPLE)),
    page("account/merge/", views_merging.agree, "agree_to_merge", SIGNED_IN),
    page("people/<public_id:public_id>/", views.people_of, "people_of", OF_PEOPLE),
    page("people/<public_id:public_id>/invite/", views.invite_someone, "invite", LED),
    page("people/<public_id:public_id>/invite-several/", views_several.invite_several, "invite_several", LED),
    page("people/<public_id:public_id>/asking/", views_joining.let_ask, "let_people_ask", LETTING),
    page(f"{WEBHOOK}/", views_webhooks.webhook, "webhook", LED),
    page(f"{WEBHOOK}/secret/", views_webhooks.new_secret, "renew_webhook_secret", LETTING),
    page(f"{WEBHOOK}/send-again/", views_webhooks.again, "repeat_webhook", LETTING),
    page(f"{WEBHOOK}/remove/", views_webhooks.remove, "remove_webhook", LETTING),
    page(f"{MEMBER}/role/", views.role, "change_role", LED),
    page(f"{MEMBER}/another-role/", views.another_role, "add_role", LED),
    page(f"{MEMBER}/end/", views.end, "end_membership", LED),
    page(f"{MEMBER}/leave/", views.leave_organization, "leave_organization", OF_OWN_MEMBERSHIP),
    page("join-requests/ask/", views_joining.ask, "ask_to_join", ANYONE),
    page("join-requests/make/", views_joining.request_to_join, "request_to_join", ANYONE),
    page("join-requests/<public_id:public_id>/decline/", views_joining.decline, "decline_join_request", DECIDING),
    page("invitations/open/", views_invitations.open_link, "open_invitation", ANYONE),
    page("invitations/answer/", views_invitations.answer, "answer_invitation", ANYONE),
    page("invitations/<public_id:public_id>/send-again/", views_invitations.again, "send_invitation_again", INVITING),
    page("invitations/<public_id:public_id>/revoke/", views_invitations.take_back, "revoke_invitation", INVITING),
]
