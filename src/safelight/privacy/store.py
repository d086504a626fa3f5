"""Store: the SQL of privacy, and of nothing else."""
