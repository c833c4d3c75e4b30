#!/usr/bin/env bash
# Two databases and two users, once, as a superuser: `rasa` owns the conversations; `desk` owns the
# desk's tables, and may read the conversations. PostgreSQL's own image runs this file by itself
# (/docker-entrypoint-initdb.d); elsewhere set PGHOST, PGPORT, PGUSER, PGPASSWORD. Needs psql 15.
#
# The users' passwords are RASA_DATABASE_PASSWORD and DESK_DATABASE_PASSWORD, or stand in the files
# that the same names with _FILE name.
set -euo pipefail

secret() {
    local file="${1}_FILE"
    if [ -n "${!file:-}" ]; then
        cat -- "${!file}"
    elif [ -n "${!1:-}" ]; then
        printf '%s' "${!1}"
    else
        echo "Set $1 or $file." >&2
        return 1
    fi
}

RASA_DATABASE_PASSWORD=$(secret RASA_DATABASE_PASSWORD)
DESK_DATABASE_PASSWORD=$(secret DESK_DATABASE_PASSWORD)
export RASA_DATABASE_PASSWORD DESK_DATABASE_PASSWORD
export PGUSER="${PGUSER:-${POSTGRES_USER:-postgres}}"

# psql takes the passwords from the environment, and quotes them itself.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname postgres <<'SQL'
\getenv rasa_password RASA_DATABASE_PASSWORD
\getenv desk_password DESK_DATABASE_PASSWORD
CREATE ROLE rasa LOGIN PASSWORD :'rasa_password';
CREATE ROLE desk LOGIN PASSWORD :'desk_password';
CREATE DATABASE tracker OWNER rasa;
CREATE DATABASE desk OWNER desk;
REVOKE CONNECT, TEMPORARY ON DATABASE tracker, desk FROM PUBLIC;
GRANT CONNECT ON DATABASE tracker TO desk;
\connect tracker
ALTER DEFAULT PRIVILEGES FOR ROLE rasa IN SCHEMA public GRANT SELECT ON TABLES TO desk;
-- As Rasa makes it, but for `id`: its integer is used up after two billion rows, which are weeks of
-- ten million messages a day.
SET ROLE rasa;
CREATE TABLE events (
    id bigserial PRIMARY KEY,
    sender_id varchar(255) NOT NULL,
    type_name varchar(255) NOT NULL,
    timestamp double precision,
    intent_name varchar(255),
    action_name varchar(255),
    data text
);
CREATE INDEX ix_events_sender_id ON events (sender_id);
SQL
