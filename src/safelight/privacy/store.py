"""Store: the SQL of privacy, and of nothing else."""

from safelight.privacy.store_ledger import checkpoints, entries, salts, signing_keys

__all__ = ["checkpoints", "entries", "salts", "signing_keys"]
