"""The words of the Marketplace feeds: which fields their tables have, and what their words mean here."""

from authorizations.vocabulary import CertificationPath, DeploymentModel, Designation, DesignationStep, ImpactLevel

STATUSES = {
    "fedramp authorized": Designation.CERTIFIED,
    "fedramp certified": Designation.CERTIFIED,
    "fedramp certified (in remediation)": Designation.IN_REMEDIATION,
    "initial implementation": Designation.INITIAL_IMPLEMENTATION,
    "delisted": Designation.DELISTED,
    "legacy fedramp ready": Designation.READY,
    "fedramp ready": Designation.READY,
    "frr": Designation.READY,
    "fedramp in process": Designation.IN_PROCESS_AGENCY,
    "agency in process": Designation.IN_PROCESS_AGENCY,
    "agency authorization in process": Designation.IN_PROCESS_AGENCY,
}
# While one of these holds a date, the package is with FedRAMP and no longer with the agency alone.
WITH_FEDRAMP = ("ip_pmo_status", "ip_jab_status", "ip_prog_status")
IMPACT_LEVELS = {
    "low": ImpactLevel.LOW,
    "moderate": ImpactLevel.MODERATE,
    "high": ImpactLevel.HIGH,
    "li-saas": ImpactLevel.LI_SAAS,
}
PATHS = {"agency": CertificationPath.AGENCY, "jab": CertificationPath.JAB, "program": CertificationPath.PROGRAM}
DEPLOYMENTS = {
    "government community cloud": DeploymentModel.GOVERNMENT,
    "government community": DeploymentModel.GOVERNMENT,
    "community cloud": DeploymentModel.GOVERNMENT,
    "public cloud": DeploymentModel.PUBLIC,
    "hybrid cloud": DeploymentModel.HYBRID,
    "private cloud": DeploymentModel.PRIVATE,
}
STEPS = {
    "ready_date": DesignationStep.READY,
    "ip_jab_date": DesignationStep.IN_PROCESS_JAB,
    "ip_prog_date": DesignationStep.INITIAL_PROGRAM_REVIEW,
    "ip_prog_date2": DesignationStep.FINAL_PROGRAM_REVIEW,
    "ip_agency_date": DesignationStep.AGENCY_REVIEW,
    "ip_pmo_date": DesignationStep.PMO_REVIEW,
    "auth_date": DesignationStep.CERTIFIED,
}
# Steps that only the feeds of 2026 date.
LATER_STEPS = {
    "initial_implementation": DesignationStep.INITIAL_IMPLEMENTATION,
    "delisted": DesignationStep.DELISTED,
}
# The words of 2026 for a step, by the field of v2 that dates the same step.
STEP_FIELDS = {
    "frr": "ready_date",
    "fedramp ready": "ready_date",
    "jab review": "ip_jab_date",
    "initial program review": "ip_prog_date",
    "final program review": "ip_prog_date2",
    "agency review": "ip_agency_date",
    "agency in process": "ip_agency_date",
    "agency authorization in process": "ip_agency_date",
    "pmo review": "ip_pmo_date",
    "fedramp in process": "ip_pmo_date",
    "authorized": "auth_date",
    "fedramp certified": "auth_date",
    "initial implementation": "initial_implementation",
    "no status found": "delisted",
    "no status found (delisted)": "delisted",
}
ATO_FIELDS = "id agency_id parent sub_id sub ato_date auth_date exp_date assessment_date"
KNOWN_FIELDS: dict[str, frozenset[str]] = {
    table: frozenset(fields.split())
    for table, fields in {
        "Products": """
            id name csp cso logo service_offering status authorization reuse ready_status ready_date ip_jab_status
            ip_jab_date ip_prog_status ip_prog_date ip_prog_date2 ip_agency_status ip_agency_date ip_pmo_status
            ip_pmo_date auth_date auth_type fedramp_ready partnering_agency fedramp_auth annual_assessment
            independent_assessor service_model deployment_model impact_level impact_level_number leveraged_systems
            agency_authorizations agency_reuse service_desc fedramp_msg sales_email security_email website uei
            small_business business_function service_last_90 all_others filter_classes
        """,
        "Agencies": """
            id parent sub sub_id csp logo authorization reuse email website auths reuses procs filter_classes
        """,
        "Assessors": """
            id name csp logo products_assessing accredited_since poc email founded address desc services csps
            frameworks clients filter_classes
        """,
        "v1 providers": """
            Cloud_Service_Provider_Name Clould_Service_Provider_Name Cloud_Service_Provider_Package Path Designation
            Package_ID Service_Model Deployment_Model Impact_Level Original_Authorization_Date
            Original_Expiration_Date Sponsoring_Agency Sponsoring_Subagency Authorizing_Agency Authorizing_Subagency
            CSP_URL Independent_Assessor CSP_Website CSO_Description Announcement_Date CSP_POC_Name CSP_POC_Email
            FedRAMP_In-Process_Date Leveraged_ATO_Letters Underlying_CSP_Package_ID Sponsoring_Agency_Logo
            Fedramp_Ready_Date Agency_POC_email Agency_POC Active Stage FedRAMP_Website_URL
        """,
        "v1 letters": """
            Package_ID Letter_Date Letter_Expiration_Date Authorizing_Letter_Last_Sign_Date Authorizing_Agency
            Authorizing_Subagency Agency_Logo Include_In_Marketplace Active Independent_Assessor Announcement_Date
        """,
        "v1 assessors": """
            Name Accreditation_Date Logo Description POC_Name POC_Email website Remediation Founded
            Primary_Office_Locations FedRAMP_Assessed Provide_Consulting_Services Description_of_Consulting_Services
            Consulting_Services_To Additional_Cyber_Frameworks
        """,
        "v3 products": """
            id csp cso service_model auth_type auth_path deployment_model impact_level uei 3pao_name 3pao_id
            public_security_email sales_email small_business logo_url website description business_functions
            additional_info public_status internal_status status_updated_date auth_date old_auth_services
            new_auth_services authorizations reuse agency_auths agency_reuse leveraged_systems annual_assessment
            authorizing_agency_id authorizing_subagency_id trust_center fsi_email remediation remediation_reason
            last_synced endpoint private_security_email alt_transition_date prev_status cert_type cert_path cert_class
        """,
        "v3 agencies": """
            id parent_agency_id sub_agency_id parent_agency_name sub_agency_name logo authorization_count
            initial_auth_count reuse_auth_count email website auth_count_eq initial_auth_eq reuse_auth_eq
        """,
        "v3 assessors": """
            id name logo products_assessing_count a2la_accreditation_date fedramp_accreditation_date poc email website
            founding_year address desc additional_cyber_frameworks highest_class_assessed has_20x_assessed
            in_remediation comments
        """,
        "v3 mkt-ias-web": """
            assessorName logo a2laId a2laAccreditationDate serviceDescription contactInformation servicesOffered
            customerReferences ZD_assessor_advisor_name fedramp_recognized_timestamp last_fetched_timestamp $schema
        """,
        "v3 atos": """
            uuid product_id agency_id is_reuse is_hidden ato_date log_date log_reason exp_date authorizing_official
            agency_poc_email is_active comments termination_date termination_reason
        """,
        "v3 assessorclients": "assessor_id product_id is_current_assessor is_initial_assessor date_added comments",
        "v3 productincludedservices": "id service_name date_added is_active comments",
        "v3 productbusinessfunctions": "id category_name",
        "v3 certprocessstatuschangelog": """
            unique_id product_id csp cso auth_path from_status to_status transition_date recorded_date source comments
        """,
        "v3 frc-cso-pkg": """
            $schema metadata serviceIdentification serviceProperties certifiedServices thirdPartyInformationResources
            documentationOverview servicesOutsideMinimumAssessmentScope assessor changeNotificationMechanism
            incidentNotificationMechanism contactInformation alternativeSecurityFramework informationFlows
            enablementArtifacts nextOngoingCertificationReportDate ZD_frid_retro id_matches_expected
            last_fetched_timestamp
        """,
        "AtoMapping": ATO_FIELDS,
        "ReuseMapping": ATO_FIELDS,
    }.items()
}
