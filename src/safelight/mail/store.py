"""The SQL of mail: tables and their rows."""
