#!/bin/sh
# Starts nats-server with passwords from files: NATS_LIFECYCLE_PASSWORD_FILE names the file of NATS_LIFECYCLE_PASSWORD, and so on.
set -eu
for name in $(env | sed -n 's/^\(NATS_[A-Z_]*_PASSWORD\)_FILE=.*/\1/p'); do
    eval "file=\$${name}_FILE"
    # In quotes, since nats-server reads a variable as it reads a value of its configuration.
    eval "$name='\"'\$(cat "$file")'\"'"
    export "${name?}"
done
exec nats-server "$@"
