"""Organizations' people, invitations, delegations, tokens: addresses and views."""

from django.urls import URLPattern, path

from authorizations.web.people import views, views_delegations, views_invitations, views_tokens

urlpatterns: list[URLPattern] = [
    path("delegations/", views_delegations.delegations, name="delegations"),
    path("delegations/add/", views_delegations.add, name="delegate"),
    path("delegations/<public_id:public_id>/end/", views_delegations.end, name="end_delegation"),
    path("tokens/", views_tokens.tokens, name="tokens"),
    path("tokens/make/", views_tokens.make, name="make_token"),
    path("tokens/<public_id:public_id>/revoke/", views_tokens.revoke, name="revoke_token"),
    path("people/", views.people, name="people"),
    path("people/merge/", views.merge, name="merge_accounts"),
    path("people/<public_id:public_id>/", views.people_of, name="people_of"),
    path("people/<public_id:public_id>/invite/", views.invite_someone, name="invite"),
    *(
        path(f"people/<public_id:public_id>/members/<public_id:member_id>/{way}/", view, name=name)
        for way, view, name in (
            ("role", views.role, "change_role"),
            ("end", views.end, "end_membership"),
            ("leave", views.leave_organization, "leave_organization"),
        )
    ),
    path("invitations/open/", views_invitations.open_link, name="open_invitation"),
    path("invitations/answer/", views_invitations.answer, name="answer_invitation"),
    path("invitations/<public_id:public_id>/send-again/", views_invitations.again, name="send_invitation_again"),
    path("invitations/<public_id:public_id>/revoke/", views_invitations.take_back, name="revoke_invitation"),
]
