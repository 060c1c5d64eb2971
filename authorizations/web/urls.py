"""The pages' addresses, grouped by noun."""

from django.urls import URLPattern, path

from authorizations.lifecycle.guidance import Side
from authorizations.models import Ato, Case, Offering
from authorizations.models.machines import MACHINES
from authorizations.vocabulary import CaseKind, Chain
from authorizations.web.listings import LISTINGS
from authorizations.web.listings.duties import ACCESSES, CONDITIONS
from authorizations.web.listings.imports import IMPORT_RUNS, REVIEW_ITEMS, TROUBLE_ROWS
from authorizations.web.listings.messages import MESSAGES
from authorizations.web.lists import Listing
from authorizations.web.views import (
    accesses,
    account,
    atos,
    beginning,
    calendar,
    calendar_feed,
    calendar_links,
    case_facts,
    cases,
    comments,
    contacts,
    delegations,
    deliveries,
    designations,
    documents,
    findings,
    guide,
    home,
    imports,
    invitations,
    lists,
    local_policy,
    messages,
    moving,
    new_password,
    notifications,
    nudges,
    offerings,
    organizations,
    orphans,
    own_offerings,
    people,
    record,
    record_export,
    registering,
    report_jobs,
    report_schedules,
    reports,
    review_queue,
    rules,
    search,
    sign_in,
    site,
    steps,
    styleguide,
    taking_over,
    ticks,
    tokens,
    waivers,
    wbs,
    wbs_import,
)


def exports(listing: Listing, at: str) -> list[URLPattern]:
    """The addresses that give the rows of a list as a file."""
    return [
        path(f"{at}.{suffix}", lists.export, {"listing": listing, "suffix": suffix}, name=listing.export_name(suffix))
        for suffix in ("csv", "xlsx", "json")
    ]


urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("guide/words/", guide.glossary, name="glossary"),
    path("guide/roles-and-responsibilities/", guide.roles, name="roles"),
    path("guide/best-practices-agencies/", guide.practices, {"side": Side.AGENCY}, name="agency_practices"),
    path("guide/best-practices-csps/", guide.practices, {"side": Side.CSP}, name="csp_practices"),
    *(path(f"guide/{name}-lifecycle/", guide.lifecycle, {"name": name}, name=f"{name}_lifecycle") for name in MACHINES),
    # the rules
    path("releases/", rules.release_list, name="releases"),
    path("releases/compare/", rules.compare, name="compare_releases"),
    path("releases/local-policy/", local_policy.local_policy, name="local_policy"),
    path("releases/<release_id:name>/", rules.release_page, name="release"),
    path("rules/", rules.rule_texts, name="rule_texts"),
    path("rules/<rule_id:rule_id>/", rules.rule, name="rule"),
    path("help/permissions/", guide.permissions, name="permissions"),
    # people
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.sign_in_code, name="mfa_authenticate"),
    path("sign-in/passkey/", sign_in.sign_in_passkey, name="mfa_login_webauthn"),
    path("sign-in/through/", sign_in.through_organization, name="through_organization"),
    path("sign-in/through/<slug:provider_id>/", sign_in.back_from_organization, name="openid_connect_callback"),
    path("sign-in/as/<public_id:public_id>/", sign_in.sign_in_as, name="sign_in_as"),
    path("sign-in/forgotten/", new_password.forgotten, name="forgotten_password"),
    path("sign-in/new-password/", new_password.new_password, name="new_password"),
    path("sign-in/kept/", sign_in.kept, name="kept_form"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("session/", account.session, name="session"),
    path("account/", account.account, name="account"),
    path("account/enrol/", account.enrol, name="enrol"),
    path("account/confirm/", account.confirm, name="account_reauthenticate"),
    path("account/confirm/code/", account.confirm_code, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", account.confirm_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/app/add/", account.add_app, name="mfa_activate_totp"),
    path("account/app/remove/", account.remove_app, name="mfa_deactivate_totp"),
    path("account/passkeys/add/", account.add_passkey, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove/", account.remove_passkey, name="mfa_remove_webauthn"),
    path("account/codes/", account.recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new/", account.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/password/", account.password, name="change_password"),
    path("account/sessions/end/", account.end_others, name="end_other_sessions"),
    path("account/sessions/<slug:handle>/end/", account.end_one, name="end_session"),
    path("account/notifications/", notifications.settings, name="notification_settings"),
    path("account/mutes/<public_id:public_id>/end/", notifications.take_back, name="end_mute"),
    # the names by which the library calls pages of ours
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("account/", account.account, name="mfa_index"),
    path("account/", account.account, name="mfa_list_webauthn"),
    path("delegations/", delegations.delegations, name="delegations"),
    path("delegations/add/", delegations.add, name="delegate"),
    path("delegations/<public_id:public_id>/end/", delegations.end, name="end_delegation"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/make/", tokens.make, name="make_token"),
    path("tokens/<public_id:public_id>/revoke/", tokens.revoke, name="revoke_token"),
    # what is due when
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/feed.ics", calendar_feed.feed, name="calendar_feed"),
    path("calendar/links/", calendar_links.links, name="calendar_links"),
    path("calendar/links/make/", calendar_links.make, name="make_calendar_link"),
    path("calendar/links/<public_id:public_id>/revoke/", calendar_links.revoke, name="revoke_calendar_link"),
    # what leaves
    path("reports/", reports.reports, name="reports"),
    path("reports/mine/", report_jobs.my_reports, name="my_reports"),
    path("reports/mine/<public_id:public_id>/", report_jobs.report_job, name="report_job"),
    path("reports/mine/<public_id:public_id>/file/", report_jobs.file, name="report_job_file"),
    path("reports/mine/<public_id:public_id>/cancel/", report_jobs.cancel, name="cancel_report"),
    path("reports/mine/<public_id:public_id>/again/", report_jobs.again, name="ask_report_again"),
    path("reports/mine/<public_id:public_id>/remove/", report_jobs.remove, name="remove_report"),
    *(
        path(f"reports/schedules/<public_id:public_id>/{act}/", view, name=f"{act}_schedule")
        for act, view in (
            ("pause", report_schedules.pause),
            ("resume", report_schedules.resume),
            ("remove", report_schedules.remove),
        )
    ),
    path("reports/<slug:name>/", reports.report, name="report"),
    path("reports/<slug:name>/make/", report_jobs.make, name="make_report"),
    path("reports/<slug:name>/schedule/", report_schedules.schedule, name="schedule_report"),
    path("reports/<slug:name>/schema.json", reports.schema, name="report_schema"),
    path("reports/<slug:name>/print/", reports.printable, name="report_print"),
    path("reports/<slug:name>/csv/", reports.file, {"suffix": "csv"}, name="report_csv"),
    path("reports/<slug:name>/json/", reports.file, {"suffix": "json"}, name="report_json"),
    # who belongs where
    path("notifications/", messages.own, name="own_messages"),
    path("messages/<public_id:public_id>/again/", messages.again, name="send_message_again"),
    path("cases/<public_id:public_id>/messages/", messages.of_case, name="case_messages"),
    path("atos/<public_id:public_id>/messages/", messages.of_ato, name="ato_messages"),
    path("people/<public_id:public_id>/messages/", messages.of_organization, name="organization_messages"),
    path("people/", people.people, name="people"),
    path("people/merge/", people.merge, name="merge_accounts"),
    path("people/<public_id:public_id>/", people.people_of, name="people_of"),
    path("people/<public_id:public_id>/invite/", people.invite_someone, name="invite"),
    *(
        path(f"people/<public_id:public_id>/members/<public_id:member_id>/{way}/", view, name=name)
        for way, view, name in (
            ("role", people.role, "change_role"),
            ("end", people.end, "end_membership"),
            ("leave", people.leave_organization, "leave_organization"),
        )
    ),
    path("invitations/open/", invitations.open_link, name="open_invitation"),
    path("invitations/answer/", invitations.answer, name="answer_invitation"),
    path("invitations/<public_id:public_id>/send-again/", invitations.again, name="send_invitation_again"),
    path("invitations/<public_id:public_id>/revoke/", invitations.take_back, name="revoke_invitation"),
    # the register: lists, each with its export
    *(path(f"{listing.name}/", lists.listing_page, {"listing": listing}, name=listing.name) for listing in LISTINGS),
    *(each for listing in LISTINGS for each in exports(listing, listing.name)),
    # what the parties of an ATO owe and hold, and what a person was told
    *(
        path(f"{listing.name}/", lists.listing_page, {"listing": listing}, name=listing.name)
        for listing in (CONDITIONS, ACCESSES, MESSAGES)
    ),
    *(each for listing in (CONDITIONS, ACCESSES, MESSAGES) for each in exports(listing, listing.name)),
    # the register: one record each
    path("offerings/add/", own_offerings.add_offering, name="add_offering"),
    path("offerings/<public_id:public_id>/", offerings.offering, name="offering"),
    path("offerings/<public_id:public_id>/mute/", notifications.mute_record, {"noun": Offering}, name="mute_offering"),
    path(
        "offerings/<public_id:public_id>/deliver/",
        deliveries.deliver_here,
        {"noun": "offering"},
        name="deliver_offering",
    ),
    path(
        "offerings/<public_id:public_id>/deliveries/<public_id:delivery_id>/withdraw/",
        deliveries.withdraw,
        {"noun": "offering"},
        name="withdraw_offering_delivery",
    ),
    path("offerings/<public_id:public_id>/designation/", designations.set_designation, name="set_designation"),
    path("agencies/<public_id:public_id>/", organizations.agency, name="agency"),
    path("providers/<public_id:public_id>/", organizations.provider, name="provider"),
    path("assessors/<public_id:public_id>/", organizations.assessor, name="assessor"),
    path("systems/add/", registering.add_system, name="add_system"),
    *(path(f"cases/open/{kind}/", beginning.open_case, {"kind": kind}, name=f"open_{kind}_case") for kind in CaseKind),
    *(
        path(f"cases/adopt/{kind}/", beginning.adopt_case, {"kind": kind}, name=f"adopt_{kind}_case")
        for kind in CaseKind
    ),
    path("cases/<public_id:public_id>/", cases.case, name="case"),
    path("cases/<public_id:public_id>/facts/", case_facts.case_facts, name="case_facts"),
    path("cases/<public_id:public_id>/rules/", moving.move, name="move_to_release"),
    path("cases/<public_id:public_id>/documents/", documents.documents, {"noun": Case}, name="case_documents"),
    path("cases/<public_id:public_id>/documents/take-over/", taking_over.take_over, name="take_over_documents"),
    path("cases/<public_id:public_id>/documents/<slug:key>/", documents.add, {"noun": Case}, name="add_case_document"),
    path("cases/<public_id:public_id>/findings/", findings.case_findings, name="case_findings"),
    path("cases/<public_id:public_id>/findings.csv", findings.case_findings_csv, name="case_findings_csv"),
    path("cases/<public_id:public_id>/findings/add/", findings.add_finding, name="add_finding"),
    path("findings/<public_id:public_id>/", findings.change_draft, name="change_draft"),
    path("findings/<public_id:public_id>/again/", findings.ask_finding_again, name="ask_finding_again"),
    path("cases/<public_id:public_id>/tips/<slug:tip>/", ticks.tick_tip, name="tick_tip"),
    path("cases/<public_id:public_id>/nudge/", nudges.send, name="nudge"),
    path("cases/<public_id:public_id>/comments/", comments.comments, name="case_comments"),
    path("cases/<public_id:public_id>/comments/<public_id:comment_id>/", comments.change, name="change_comment"),
    path(
        "cases/<public_id:public_id>/comments/<public_id:comment_id>/withdraw/",
        comments.withdraw,
        name="withdraw_comment",
    ),
    path("cases/<public_id:public_id>/mute/", notifications.mute_record, {"noun": Case}, name="mute_case"),
    path("cases/<public_id:public_id>/waive/", waivers.waive, name="waive_gate"),
    path("cases/<public_id:public_id>/waivers/<public_id:waiver_id>/", waivers.end, name="end_waiver"),
    path("cases/<public_id:public_id>/wbs/", wbs.case_wbs, name="case_wbs"),
    path("cases/<public_id:public_id>/wbs.csv", wbs.case_wbs_csv, name="case_wbs_csv"),
    path("cases/<public_id:public_id>/wbs/import/", wbs_import.wbs_import, name="wbs_import"),
    path("cases/<public_id:public_id>/wbs/import/plan/", wbs_import.wbs_plan, name="wbs_plan"),
    path("cases/<public_id:public_id>/wbs/dates/", wbs.wbs_dates, name="wbs_dates"),
    path("cases/<public_id:public_id>/wbs/facts/", wbs.wbs_facts, name="wbs_facts"),
    path("cases/<public_id:public_id>/<slug:step>/", steps.step, {"noun": Case}, name="case_step"),
    path("atos/register/", registering.register, name="register_ato"),
    path("atos/<public_id:public_id>/", atos.ato, name="ato"),
    path("atos/<public_id:public_id>/mute/", notifications.mute_record, {"noun": Ato}, name="mute_ato"),
    path("atos/<public_id:public_id>/deliver/", deliveries.deliver_here, {"noun": "ato"}, name="deliver_ato"),
    path(
        "atos/<public_id:public_id>/deliveries/<public_id:delivery_id>/withdraw/",
        deliveries.withdraw,
        {"noun": "ato"},
        name="withdraw_ato_delivery",
    ),
    path("atos/<public_id:public_id>/documents/", documents.documents, {"noun": Ato}, name="ato_documents"),
    path("atos/<public_id:public_id>/documents/<slug:key>/", documents.add, {"noun": Ato}, name="add_ato_document"),
    path("documents/<public_id:public_id>/file/", documents.document_file, name="document_file"),
    path("documents/<public_id:public_id>/<slug:act>/", documents.document_act, name="document_act"),
    path("atos/<public_id:public_id>/<slug:step>/", steps.step, {"noun": Ato}, name="ato_step"),
    # who may open which package, and whom to name
    path("accesses/grant/", accesses.grant, name="grant_access"),
    path("accesses/<public_id:public_id>/", accesses.access, name="access"),
    path("accesses/<public_id:public_id>/<slug:act>/", accesses.access_act, name="access_act"),
    path("contacts/add/", contacts.add_contact, name="add_contact"),
    path("contacts/<public_id:public_id>/confirm/", contacts.confirm, name="confirm_contact"),
    # work whose person has left
    path("orphaned/", orphans.orphans, name="orphaned"),
    path("orphaned/<public_id:public_id>/<slug:work>/", orphans.give, name="hand_over"),
    # the PMO's reviews
    path("queue/<public_id:public_id>/<slug:act>/", review_queue.take, name="review_queue"),
    # imports and what they leave to decide
    path("imports/", imports.import_list, {"listing": IMPORT_RUNS}, name="import_runs"),
    *exports(IMPORT_RUNS, "imports"),
    path("imports/troubles/", imports.import_list, {"listing": TROUBLE_ROWS}, name="import_troubles"),
    *exports(TROUBLE_ROWS, "imports/troubles"),
    path("imports/review/", imports.review_items, name="review_items"),
    *exports(REVIEW_ITEMS, "imports/review"),
    path("imports/review/<public_id:public_id>/", imports.review_item, name="review_item"),
    path("imports/<public_id:public_id>/", imports.import_run, name="import_run"),
    # the record
    path("record/", record.record, name="record"),
    path("record/verifications/", record.verifications, name="verifications"),
    path("record/verifications/verify/", record.verify, name="verify_record"),
    path("record/verifications/<public_id:public_id>/", record.verification, name="verification"),
    path("record/export/", record_export.export, name="record_export"),
    *(
        path(f"record/{chain}.jsonl", record_export.chain_file, {"chain": chain}, name=f"record_{chain}_file")
        for chain in Chain
    ),
    # the site itself
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    path("accessibility/", site.accessibility, name="accessibility"),
    path("security/", site.security_contact, name="security_contact"),
    path(".well-known/security.txt", site.security_txt, name="security_txt"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
