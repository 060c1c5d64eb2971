"""The ground floor: who people are and which organizations they belong to. Record types and nothing else."""
