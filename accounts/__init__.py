"""The ground floor: who people are and which organizations they belong to. Nouns and nothing else."""
