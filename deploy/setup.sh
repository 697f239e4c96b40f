#!/bin/sh
# Prepares this checkout on a bare Debian: `setup.sh packages EXTRAS` makes .venv and installs into it,
# `setup.sh browser` sees that chromium and fonts are there. Called by the Makefile; run it again at will.
set -eu

PYTHON=${PYTHON:-python3}
LOG=${TMPDIR:-/tmp}/vedette-setup.$$.log
trap 'rm -f "$LOG"' EXIT

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "vedette: $1"
    [ $# -lt 2 ] || say "Please type:  $2"
    exit 1
}

# need_debian PACKAGE... : install them as root, or say exactly what to type.
need_debian() {
    wanted=$*
    command -v apt-get >/dev/null 2>&1 ||
        fail "this system lacks $wanted, and has no apt-get to install them; install their like by hand."
    [ "$(id -u)" = 0 ] ||
        fail "this system lacks $wanted, and only root can install them." "sudo apt-get install -y $wanted"
    say "Installing $wanted with apt-get ..."
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # a list of package names
    if ! { apt-get update -q && apt-get install -y -q --no-install-recommends $wanted; } >"$LOG" 2>&1; then
        tail -n 15 "$LOG" >&2
        fail "apt-get could not install $wanted; its last words are above." "apt-get install -y $wanted"
    fi
}

check_python() {
    command -v "$PYTHON" >/dev/null 2>&1 || need_debian python3 python3-venv
    "$PYTHON" -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 15)))' ||
        fail "Vedette needs Python 3.11 to 3.14, and $PYTHON is $("$PYTHON" -V 2>&1)." "make up PYTHON=python3.11"
    # Debian splits ensurepip off, without which a virtual environment has no pip.
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || need_debian python3-venv
}

# One short line for each package, so that a long download is seen to move.
progress() {
    awk '
        /^Collecting /                { split($2, name, /[<>=!~;\[]/); count++; printf "  %3d  %s\n", count, name[1]; fflush(); next }
        /^Installing collected /      { print "  writing the files"; fflush(); next }
        /^(ERROR|WARNING: Retrying)/  { print; fflush() }'
}

packages() {
    extras=$1
    check_python
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        say "Making a virtual environment in .venv ..."
        "$PYTHON" -m venv --clear .venv >"$LOG" 2>&1 || { cat "$LOG" >&2; fail "the virtual environment could not be made."; }
    fi
    say "Installing vedette[$extras] into .venv (the first time a minute or two) ..."
    # pip's status would be lost in the pipe: it is carried in a file.
    { .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off \
        -c constraints.txt -e ".[$extras]" 2>&1 || echo failed >"$LOG.status"; } | tee "$LOG" | progress >&2
    if [ -e "$LOG.status" ]; then
        rm -f "$LOG.status"
        grep -E '^(ERROR|error)' "$LOG" >&2 || tail -n 20 "$LOG" >&2
        fail "pip could not install the packages; its words are above."
    fi
    say "Installed."
}

browser() {
    missing=
    command -v chromium >/dev/null 2>&1 || missing="chromium"
    [ -d /usr/share/fonts/truetype/dejavu ] || missing="$missing fonts-dejavu-core"
    [ -d /usr/share/fonts/truetype/liberation ] || [ -d /usr/share/fonts/truetype/liberation2 ] ||
        missing="$missing fonts-liberation"
    # shellcheck disable=SC2086
    [ -z "$missing" ] || need_debian $missing
}

case ${1:-} in
    packages) packages "${2:?which extras}" ;;
    browser) browser ;;
    *) fail "setup.sh knows 'packages EXTRAS' and 'browser'." ;;
esac
