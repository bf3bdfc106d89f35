#!/usr/bin/env bash
# Licences, duplicates and sources of everything that Rollcast depends on, by deny.toml.
# What is known of faults in them needs a database from the network, and is not asked:
# `cargo deny check advisories` does.
#
#     contrib/dependencies.sh
#
# cargo-deny is installed below target/tools if it is missing, without optimisation,
# which takes half the time. Where the registry of crates cannot be reached, so that it
# cannot be installed, the check is left out, with a line that says so.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.20.2
tools="${CARGO_TARGET_DIR:-$PWD/target}/tools"
PATH="$tools/bin:$PATH"

if ! cargo deny --version 2>/dev/null | grep -qF " $version"; then
    if ! timeout 60 cargo info --quiet "cargo-deny@$version" >/dev/null 2>&1; then
        echo "licences and sources are not checked: the registry of crates cannot be reached" >&2
        exit 0
    fi
    # Its own settings, not those of the build that this is part of.
    env -u RUSTFLAGS -u CARGO_TARGET_DIR timeout 900 \
        cargo install --quiet --locked --debug --root "$tools" "cargo-deny@$version"
fi
cargo deny --log-level error check licenses bans sources
