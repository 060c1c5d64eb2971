"""The register: offerings, organizations, ATOs and access to packages."""
