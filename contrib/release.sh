#!/usr/bin/env bash
# Builds what is handed out, into target/release-files: the binary with the `dist`
# profile, without a path of this machine in it, the package of its sources, its bill of
# materials (CycloneDX), and the hashes of all. It is looked at before it is handed out:
# it is stripped, names its commit and starts at once.
#
#     contrib/release.sh
#
# cargo-cyclonedx is installed below target/tools if it is missing. Where the registry
# of crates cannot be reached, the locked dependencies with their licences are written
# by cargo alone.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    echo "$1" >&2
    exit 1
}

# Where the sources can be had is said by both files or, as long as they are not public,
# by none.
cargo_says=$(sed -n 's/^repository = "\(.*\)"$/\1/p' Cargo.toml)
citation_says=$(sed -n 's/^repository-code: *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' CITATION.cff)
[ "$cargo_says" = "$citation_says" ] ||
    fail "Cargo.toml says repository = \"$cargo_says\", CITATION.cff repository-code: $citation_says"
[ -n "$cargo_says" ] ||
    echo "note: before the sources are public, enter their address as \`repository\` in" \
        "Cargo.toml and as \`repository-code\` in CITATION.cff" >&2

# Its commit is that of the sources.
dirty=$(git status --porcelain --untracked-files=no)
[ -z "$dirty" ] || fail "there are changes that are not committed: $dirty"

home=${CARGO_HOME:-$HOME/.cargo}
sysroot=$(rustc --print sysroot)
built=${CARGO_TARGET_DIR:-target}
own_flags=${RUSTFLAGS:-}
RUSTFLAGS="$own_flags --remap-path-prefix=$PWD=. --remap-path-prefix=$home=cargo \
--remap-path-prefix=$sysroot=rust" cargo build --profile dist --locked --bin rollcast

out=target/release-files
rm -rf "$out"
mkdir -p "$out"
cp "$built/dist/rollcast" "$out/"
for path in "$PWD" "$home" "$sysroot"; do
    ! grep -aqF "$path/" "$out/rollcast" || fail "the binary names $path"
done
"$out/rollcast" --version | grep -qF "($(git rev-parse --short=12 HEAD))" ||
    fail "the binary does not name the commit"
if command -v readelf >/dev/null; then
    ! readelf --sections --wide "$out/rollcast" | grep -qE '\.(symtab|debug_)' ||
        fail "the binary is not stripped"
fi

cargo package --locked --quiet --no-verify
cp "$built"/package/rollcast-*.crate "$out/"

PATH="$PWD/target/tools/bin:$PATH"
cyclonedx=0.5.9
if ! cargo cyclonedx --version >/dev/null 2>&1 &&
    timeout 60 cargo info --quiet "cargo-cyclonedx@$cyclonedx" >/dev/null 2>&1; then
    env -u CARGO_TARGET_DIR cargo install --quiet --locked --debug --root target/tools \
        "cargo-cyclonedx@$cyclonedx"
fi
if cargo cyclonedx --version >/dev/null 2>&1; then
    cargo cyclonedx --format json --override-filename sbom
    # It names the package by the folder it lies in.
    sed "s|path+file://$PWD|path+file:///rollcast|g" sbom.json >"$out/rollcast.cdx.json"
    rm sbom.json
    ! grep -qF "$PWD/" "$out/rollcast.cdx.json" || fail "the bill of materials names $PWD"
else
    cargo tree --locked --edges normal --prefix none --format '{p} {l}' | sed "s| ($PWD)||" |
        sort -u >"$out/rollcast.dependencies.txt"
fi
(cd "$out" && sha256sum -- * >SHA256SUMS && sha256sum --check --quiet SHA256SUMS)
ls -l "$out"
