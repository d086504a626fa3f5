"""The SQL of usage: tables and their rows."""
