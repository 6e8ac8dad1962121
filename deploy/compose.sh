#!/bin/sh
# The whole system on one host, in containers: deploy/compose.sh image|up|down|l2c|logs|backup|restore
#
#   image            build the image (L2C_IMAGE, by default l2c, which `up` builds whenever the sources are others)
#   up               make the secrets that are missing, start or upgrade everything, wait until it is ready
#   down             stop everything; its data stays
#   l2c ARGUMENT…    the l2c command, about the system
#   logs ARGUMENT…   what the processes said, as `docker compose logs` has it: logs --tail 100 gateway
#   backup FILE      a tar of what `l2c backup` makes, while the system works
#   restore FILE [--overwrite]   stop the services, bring back what a backup holds, start them
#
# The variables that the README lists are read from deploy/compose/.env, too: lines NAME=value, without quotes.
set -eu
umask 077
checkout=$(cd "$(dirname "$0")/.." && pwd)
folder="$checkout/deploy/compose"
secrets="$folder/secrets"
services="customer workflow billing payments notify gateway"

# What the caller says goes before what the installation keeps.
if [ -f "$folder/.env" ]; then
    while IFS='=' read -r name value || [ -n "$name" ]; do
        case "$name" in
            L2C_*[!A-Z0-9_]*) echo "deploy/compose/.env: $name" >&2 && exit 2 ;;
            L2C_*) eval "[ -n \"\${$name+set}\" ] || export $name=\"\$value\"" ;;
        esac
    done < "$folder/.env"
fi
own_image=
[ "${L2C_IMAGE:-l2c}" != l2c ] || own_image=yes
: "${L2C_IMAGE:=l2c}" "${L2C_PROJECT:=l2c}"
export L2C_IMAGE
# docker-compose 1.29 gives up after a minute, which a slow disk takes to make a container.
: "${COMPOSE_HTTP_TIMEOUT:=600}"
export COMPOSE_HTTP_TIMEOUT

# Where there is a certificate, the proxy speaks TLS.
tls=
if [ -s "$secrets/tls.pem" ]; then
    tls=yes
    chmod 444 "$secrets/tls.pem"
    case "${L2C_CONSOLE_URL:-}" in
        https://*) ;;
        *) echo "有证书时须设 L2C_CONSOLE_URL=https://…（deploy/compose/.env） / with a certificate, L2C_CONSOLE_URL is to be https://…" >&2
           exit 2 ;;
    esac
    # A path follows, which begins with a slash.
    export L2C_CONSOLE_URL="${L2C_CONSOLE_URL%/}" L2C_COOKIE_SECURE="${L2C_COOKIE_SECURE:-true}"
else
    # Where messages lead to, unless it is told otherwise: where the proxy listens.
    export L2C_CONSOLE_URL="${L2C_CONSOLE_URL:-http://${L2C_ADDRESS:-127.0.0.1:8000}}"
fi
# Who is given what else is secret, if it is there.
mail=
[ ! -s "$secrets/smtp-url" ] || mail=yes
provider=
[ ! -s "$secrets/oidc-client-secret" ] || provider=yes

if docker compose version >/dev/null 2>&1; then
    engine() { docker compose "$@"; }
elif command -v docker-compose >/dev/null; then
    engine() { docker-compose "$@"; }
else
    echo "需要 Docker Compose / Docker Compose is needed" >&2
    exit 1
fi
compose() {
    engine -p "$L2C_PROJECT" -f "$folder/compose.yaml" ${tls:+-f "$folder/tls.yaml"} ${mail:+-f "$folder/mail.yaml"} \
        ${provider:+-f "$folder/provider.yaml"} "$@"
}

# A file that was replaced is not seen by a container that runs: another sum makes another container.
sum_of() { cat "$@" | sha256sum | cut -c 1-16; }

image() {
    # Where packages come by another way than straight from their registries, the build is told so by secrets; see the Dockerfile.
    set --
    for one in ca pip npm; do
        eval "file=\${L2C_BUILD_$(echo $one | tr a-z A-Z):-}"
        [ -z "$file" ] || set -- "$@" --secret "id=$one,src=$file"
    done
    (cd "$checkout" && DOCKER_BUILDKIT=1 docker build -q -f deploy/images/Dockerfile -t "$L2C_IMAGE" --label "l2c.sources=$(sources)" "$@" .)
}

# What an image is made of, as .dockerignore has it.
sources() {
    (cd "$checkout" && find deploy gateway services pyproject.toml README.md -type f ! -path '*/__pycache__/*' ! -path '*/node_modules/*' \
        ! -path 'gateway/web/dist/*' ! -path 'deploy/compose/secrets/*' ! -path deploy/compose/.env -exec sha256sum {} + |
        LC_ALL=C sort | sha256sum | cut -c 1-16)
}

# An image of another name was made elsewhere, or at another time on purpose; our own is to be what stands here.
image_as_wanted() {
    made_of=$(docker image inspect -f '{{index .Config.Labels "l2c.sources"}}' "$L2C_IMAGE" 2>/dev/null) || made_of=none
    [ "$made_of" != none ] && { [ -z "$own_image" ] || [ "$made_of" = "$(sources)" ]; } || image
}

# A password a file, readable in the containers (whose user is nobody on this host) and behind a folder that is not.
make_secrets() {
    mkdir -p "$secrets"
    for name in database-owner $(printf 'database-%s amqp-%s ' $(for one in $services; do echo $one $one; done)) \
        amqp-worker amqp-beat amqp-messaging-platform; do
        [ -s "$secrets/$name" ] && continue
        head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' > "$secrets/$name"
        chmod 444 "$secrets/$name"
    done
    [ -s "$secrets/sealing-keys" ] || head -c 32 /dev/urandom | base64 | tr '+/' '-_' > "$secrets/sealing-keys"
    for name in sealing-keys ${mail:+smtp-url} ${provider:+oidc-client-secret}; do
        chmod 444 "$secrets/$name"
    done
}

# The containers of a service that run.
running() {
    docker ps -q --filter "label=com.docker.compose.project=$L2C_PROJECT" --filter "label=com.docker.compose.service=$1"
}

# Of each container that is asked how it is: starting, unhealthy or healthy.
health() {
    docker ps -q --filter "label=com.docker.compose.project=$L2C_PROJECT" |
        xargs -r docker inspect -f '{{if .State.Health}}{{.State.Health.Status}}{{end}} {{index .Config.Labels "com.docker.compose.service"}}'
}

is_healthy() { ! health | grep -qv '^healthy\|^ '; }

# Whether the one address leads to a gateway that reaches every service.
ask_at_the_address() {
    docker exec "$(running gateway | head -1)" python3 -I deploy/images/ask.py http://proxy:8080/health/ready
}

is_ready() { is_healthy && ask_at_the_address >/dev/null 2>&1; }

wait_until() {
    seconds=0
    until "$1"; do
        if [ $((seconds += 2)) -gt 600 ]; then
            health | grep -v '^healthy\|^ ' >&2 || ask_at_the_address >&2 || true
            echo "未能就绪；原因见 deploy/compose.sh logs / not ready; deploy/compose.sh logs says why" >&2
            exit 1
        fi
        sleep 2
    done
}

# What stands before any container.
prepare() {
    image_as_wanted
    make_secrets
    L2C_PROXY_SUM=$(sum_of "$folder/haproxy.cfg" ${tls:+"$secrets/tls.pem"})
    L2C_SECRETS_SUM=$(cd "$secrets" && sum_of database-* amqp-* sealing-keys ${mail:+smtp-url} ${provider:+oidc-client-secret})
    export L2C_PROXY_SUM L2C_SECRETS_SUM
}

# Those containers of a service that run and are not what `up` would make.
outdated() {
    wanted=$(echo "$hashes" | awk -v service="$1" '$1 == service { print $2 }')
    wanted="$wanted $(docker image inspect -f '{{.Id}}' "$L2C_IMAGE")"
    for container in $(running "$1"); do
        is=$(docker inspect -f '{{index .Config.Labels "com.docker.compose.config-hash"}} {{.Image}}' "$container")
        [ "$is" = "$wanted" ] || echo "$container"
    done
}

# The servers and what is written for them, and then, of a system that runs, new processes beside the old ones, which end when all
# answer. Two versions may work side by side (decision 0039).
replace() {
    old= new= scales= hashes=$(compose config --hash '*')
    for one in $services; do
        ids=$(outdated "$one")
        [ -n "$ids" ] || continue
        old="$old $ids" new="$new $one" scales="$scales --scale $one=$(running "$one" | wc -w | awk '{ print 2 * $1 }')"
    done
    [ -n "$new" ] || return 0
    compose up -d postgresql rabbitmq definitions migrate
    for one in definitions migrate; do
        [ "$(docker wait $(compose ps -a -q "$one"))" = 0 ] || { compose logs --tail 20 "$one" >&2 && exit 1; }
    done
    wait_until is_healthy
    # A broker that runs has not read what the new version says of users and rights.
    compose exec -T rabbitmq rabbitmqctl -q import_definitions /definitions/l2c.json
    compose up -d --no-deps --no-recreate $scales $new
    wait_until is_ready
    docker stop -t 40 $old >/dev/null
    docker rm $old >/dev/null
}

up() {
    prepare
    replace
    compose up -d --remove-orphans
    wait_until is_ready
    echo "已就绪 / ready: ${L2C_CONSOLE_URL:-http://$(compose port proxy 8080)}"
}

# Written to a volume first, since pg_dump wants a folder; then out of it as one file, which is there once it is whole.
backup() {
    partial="$1.partial"
    trap 'rm -f "$partial"' EXIT
    compose run --rm -T --entrypoint sh operator -euc '
        trap "rm -rf backups/$0" EXIT
        l2c backup "backups/$0" >&2
        tar -C backups -cf - "$0"
    ' "l2c-$(date +%Y%m%d-%H%M%S)" > "$partial"
    mv "$partial" "$1"
    echo "$1"
}

restore() {
    file=$1
    shift
    [ -r "$file" ] || { echo "无法读取 / cannot be read: $file" >&2 && exit 2; }
    prepare
    # What writes to the databases, to the broker or to the files.
    compose stop $services relay worker beat
    # On a new host nothing is there yet.
    compose up -d postgresql rabbitmq
    wait_until is_healthy
    status=0
    compose run --rm -T --entrypoint sh operator -euc '
        mkdir backups/restoring
        trap "rm -rf backups/restoring" EXIT
        tar -C backups/restoring --strip-components=1 -xf -
        l2c restore backups/restoring "$@"
    ' restore "$@" < "$file" || status=$?
    up
    exit $status
}

command=${1:-}
[ $# -eq 0 ] || shift
case "$command" in
    image) image ;;
    up) up ;;
    down) compose down ;;
    # What is piped in (a password, say) goes through as it is.
    l2c) if [ -t 0 ]; then compose run --rm operator "$@"; else compose run --rm -T operator "$@"; fi ;;
    logs) compose logs "$@" ;;
    backup) backup "${1:?a file to write}" ;;
    restore) : "${1:?a file to read}" && restore "$@" ;;
    *) sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
