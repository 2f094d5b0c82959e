#!/bin/sh
# Makes the engine's two databases and brings them to the form of this server. Harmless when they have it.
set -eu

tool() {
    temporal-sql-tool --plugin postgres12 --ep engine-database -p 5432 -u temporal --db "$@"
}

for pair in temporal:temporal temporal_visibility:visibility; do
    database=${pair%%:*}
    folder=/etc/temporal/schema/postgresql/v12/${pair##*:}/versioned
    # The first two fail on a database that is there already; the third then tells whether all is well.
    tool "$database" create || echo "$database is there already."
    tool "$database" setup-schema -v 0.0 || echo "$database has its first tables already."
    tool "$database" update-schema -d "$folder"
done
