"""The SQL of activity: tables and their rows."""
