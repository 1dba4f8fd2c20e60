"""The database: engine, sessions, column types, migrations."""
