#!/bin/sh
# Redis for the locks of conversations, with the password in the file REDIS_PASSWORD_FILE. Nothing
# is written to disk: a lock is worth nothing after a restart.
set -eu
password=$(cat "$REDIS_PASSWORD_FILE")
# By standard input: every process of a machine can read the command lines of all others.
exec redis-server - <<SETTINGS
bind ${REDIS_BIND:-*}
port ${REDIS_PORT:-6379}
protected-mode no
requirepass $password
save ""
appendonly no
maxmemory-policy noeviction
SETTINGS
