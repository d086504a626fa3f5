"""The SQL of identity: tables and their rows."""
