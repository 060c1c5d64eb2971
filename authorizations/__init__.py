"""The register, its rules, and every door to it. Imports go down the floors (docs/architecture.md)."""
