"""The documents that each row asks for: column “gates: documents” of the specification's tables, written by hand.

One line a row. A document is named by its key; “+” adds what must be stated of it, “?” means that it is only asked
for, “new” that it must be newer than the return, “if” a condition, and “by” the fact of the row's own form that may
say where it is. The findings and the freshness of the package stand among the gates of the other tables.
"""

ASKED = """
I1   partner_statement ?
I2   intended_use
I3   wbs
I4   wbs +signed_by_provider +signed_by_agency
I4   ipr +signed_by_official +signed_by_provider_pm
I4   in_process_proof
I6   in_process_proof
I7   kickoff_minutes ?
I8   ssp
I9   ssp
I9   sap
I9   sar
I9   poam
I11  ssp new
I12  ssp
I12  cis_crm
I13  sap new
I15  sap +signed_by_provider +signed_by_assessor
I18  sar
I18  poam +matches_ret
I20  debrief_deck ?
I22  delta_test new if delta_test_wanted
I23  poam
I23  deviation_requests
I25  ato_letter +signed_by_official by decision_letter
I25  ato_conditions if with_conditions by conditions_reference
I26  denial_memo by decision_letter
I28  letter_receipt by fedramp_reference
I29  package_checklist +complete
I29  cpo if application_rules
I29  sdr if application_rules
I29  ongoing_report if application_rules
I31  package_checklist +complete
I31  cpo if application_rules
I31  sdr if application_rules
I31  ongoing_report if application_rules
I33  review_report
I35  review_report
I36  review_report
I38  review_report
I40  withdrawal_notice ?
U1   access_form
U1   nda +signed_by_contractors if contractors_read
U2   access_form
U2   nda +signed_by_contractors if contractors_read
U3   access_form +signed_by_approver
U5   access_form new
U7   access_form new
U10  renewal_request new
U12  review_record
U14  crm
U14  delta_controls
U14  use_conditions
U16  assessment_report
U16  agency_poam
U16  residual_risk
U19  ato_letter +signed_by_official by decision_letter
U19  ato_conditions if with_conditions by conditions_reference
U20  denial_memo by decision_letter
U22  letter_receipt by fedramp_reference
U24  ato_letter
A1   ato_letter +signed_by_official by letter
A3   letter_receipt if new_notice by reference
A4   extension_letter by decision_letter
A5   suspension_notice by provider_reference
A6   release_letter by decision_letter
A7   revocation_notice by provider_reference
A8   rescission_to_provider by provider_reference
A8   rescission_to_fedramp by fedramp_reference
A11  end_of_service_notice by notice_reference
A14  ato_letter +signed_by_official by letter
"""

# Who adds each: the party of whom the specification's row or the process's stage cards say that it makes or signs it.
ADDED_BY = """
partner_statement AL CL
intended_use AL AR
wbs AL AR CL CC
ipr AL AR AO CL
in_process_proof AL AR CL
kickoff_minutes AL AR CL
ssp CL CC
cis_crm CL CC
sap AS CL
sar AS CL
poam AS CL CC
debrief_deck AS CL
delta_test AS CL
deviation_requests AL AR CL CC
ato_letter AL AO
ato_conditions AL AO
denial_memo AL AO
letter_receipt AL AO PR PL
package_checklist CL CC
cpo CL CC
sdr CL CC
ongoing_report CL CC
review_report PR PL
withdrawal_notice AL AO CL
access_form AL AR
nda AL AR
renewal_request AL AR
review_record AR
crm AR AL
delta_controls AR AL
use_conditions AR AL
assessment_report AR AL
agency_poam AR AL
residual_risk AR AL
extension_letter AL AO
suspension_notice AL AO
release_letter AL AO
revocation_notice AL AO
rescission_to_provider AL AO
rescission_to_fedramp AL AO
end_of_service_notice AL AO PL
"""
INSIDE = "assessment_report agency_poam residual_risk"  # of the agency
# What may be waived, because a row of the machine asks for it without a signature.
WAIVABLE = {
    "initial": (
        "partner_statement intended_use wbs in_process_proof kickoff_minutes ssp cis_crm sap sar poam debrief_deck "
        "delta_test deviation_requests ato_conditions denial_memo letter_receipt package_checklist cpo sdr "
        "ongoing_report "
        "review_report withdrawal_notice"
    ),
    "reuse": (
        "ato_letter access_form renewal_request review_record crm delta_controls use_conditions assessment_report "
        "agency_poam residual_risk ato_conditions denial_memo letter_receipt"
    ),
}
