#!/usr/bin/env bash
# All figures of the store in PostgreSQL, about 12 minutes on two cores that nobody else uses: "postgres-figures.sh FILE" prints them and adds them to FILE as lines of JSON.
# The temporary directory (TMPDIR) must be on the disk that is to be measured, and the server's user must be able to come there.
set -euo pipefail
results="$(realpath -m "${1:-postgres-figures.jsonl}")"
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build -c Release bench/Tributary.Benchmarks --nologo --verbosity quiet
TRIBUTARY_BENCH_POSTGRES="$(bench/postgres.sh start)"
export TRIBUTARY_BENCH_POSTGRES
trap 'bench/postgres.sh stop' EXIT
run() { echo "== $*, load $(cut -d ' ' -f 1-3 /proc/loadavg)"; dotnet run -c Release --no-build --project bench/Tributary.Benchmarks -- "$@" --results "$results"; }
run ingest --provider Postgres --seconds 30
run postgres
run lag --seconds 60
