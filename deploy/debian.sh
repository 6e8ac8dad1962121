#!/bin/sh
# Installs Debian packages on a machine that lacks them, as root or with sudo: deploy/debian.sh PACKAGE…
set -eu

if ! command -v apt-get >/dev/null; then
    echo "请自行安装：$*（本机不是 Debian 系统） / Please install: $* (this machine has no apt-get)" >&2
    exit 1
fi
if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "请以 root 身份运行：apt-get install $* / Please run as root: apt-get install $*" >&2
        exit 1
    fi
    exec sudo -n sh "$0" "$@"
fi

# A server that comes with a package is wanted for its programs; one started by the installation would take its default ports
# and outlive whoever asked for it.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >/dev/null
apt-get install -qq -y --no-install-recommends "$@" >/dev/null
