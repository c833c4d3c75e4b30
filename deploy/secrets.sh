#!/usr/bin/env bash
# Make deploy/secrets, with a random secret in each file; files that are there already stay.
set -euo pipefail
cd "$(dirname "$0")"

# Compose shows containers the files with the rights they have here, and in them other users read
# them: it is the directory that keeps the users of this machine out.
mkdir -p secrets
chmod 700 secrets
umask 022
for name in postgres_password rasa_database_password desk_database_password redis_password \
    rasa_token metrics_token grafana_password; do
    [ -s "secrets/$name" ] || od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"secrets/$name"
done
