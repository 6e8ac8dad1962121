#!/bin/sh
# Installs what the tests in a browser need on a Debian machine that lacks it: Chromium, and a font with Chinese characters.
set -eu
cd "$(dirname "$0")/.."

missing=""
command -v chromium >/dev/null || missing="$missing chromium"
{ command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn family)" ]; } || missing="$missing fontconfig fonts-noto-cjk"
# shellcheck disable=SC2086  # each a word
[ -z "$missing" ] || sh deploy/debian.sh $missing
