"""The desk's own database: tables, sessions, queries. Works alike on SQLite (WAL) and PostgreSQL."""
