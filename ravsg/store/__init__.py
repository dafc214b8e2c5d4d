"""SQLite: the connection, the migrations and every line of SQL. SQLite is the truth; all else can be rebuilt."""
