#!/bin/sh
# Makes .venv with all that the project needs, pinned and verified: deploy/setup.sh run|dev|bench
#
# "run" is what the system needs, "dev" adds what its tests and checks need, "bench" what it is measured beside. Does nothing if the
# locks have not changed.
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
    run) lock=deploy/requirements.txt ;;
    dev) lock=deploy/requirements-dev.txt ;;
    bench) lock=deploy/requirements-bench.txt ;;
    *) echo "usage: deploy/setup.sh run|dev|bench" >&2; exit 2 ;;
esac
venv=.venv
stamp="$venv/installed"
# A moved checkout or a changed lock is set up anew; the developer's lock holds all of the first, the bench's all of both.
state="$(cat deploy/setup.sh deploy/requirements*.txt | cksum) in $PWD"
case "$1 of $(cat "$stamp" 2>/dev/null || true)" in
    "run of "*": $state" | "dev of dev: $state" | "dev of bench: $state" | "bench of bench: $state") exit 0 ;;
esac

find_python() {
    for python in python3.11 python3 python3.13 python3.12 python; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    echo "需要 Python 3.11 或更高版本 / Python 3.11 or newer is needed" >&2
    exit 1
}

make_venv() {
    python=$(find_python)
    # Debian keeps what venv needs in a package of its own.
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        sh deploy/debian.sh "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    fi
    rm -rf "$venv"
    "$python" -m venv "$venv"
}

# pip reads where packages come from on this machine from files and variables that uv does not know; then it stays with pip.
pip_has_its_own_index() {
    "$venv/bin/python" -m pip config list | grep -q "\.index-url="
}

install() {
    if ! pip_has_its_own_index &&
        "$venv/bin/python" -m pip install -q --require-hashes -r deploy/requirements-setup.txt 2>/dev/null &&
        VIRTUAL_ENV="$PWD/$venv" "$venv/bin/uv" pip install -q --compile-bytecode --require-hashes -r "$lock"; then
        return
    fi
    # uv takes 3 seconds where pip takes 40, but not every machine has a build of it.
    "$venv/bin/python" -m pip install -q --require-hashes -r "$lock"
}

# The project itself runs from the checkout: a path file makes it importable, a script makes `l2c` a command.
link_project() {
    packages=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    echo "$PWD" > "$packages/l2c.pth"
    cat > "$venv/bin/l2c" <<'SCRIPT'
#!/bin/sh
'''exec' "$(dirname "$0")/python" "$0" "$@"
' '''
import sys

from deploy.cli import main

sys.exit(main())
SCRIPT
    chmod 755 "$venv/bin/l2c"
}

echo "正在安装依赖…… / Installing what is needed…"
"$venv/bin/python" -m pip --version >/dev/null 2>&1 || make_venv
install
link_project
echo "$1: $state" > "$stamp"
