#!/usr/bin/env bash
# Builds what is handed out, into target/release-files: the binary with the `dist`
# profile, without a path of this machine in it, its bill of materials (CycloneDX),
# and the hashes of both.
#
#     contrib/release.sh
#
# The bill takes cargo-cyclonedx (cargo install cargo-cyclonedx); without it the
# locked dependencies with their licences are written by cargo alone.
set -euo pipefail
cd "$(dirname "$0")/.."

home=${CARGO_HOME:-$HOME/.cargo}
sysroot=$(rustc --print sysroot)
export RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=$PWD=. --remap-path-prefix=$home=cargo \
--remap-path-prefix=$sysroot=rust"
cargo build --profile dist --locked --bin rollcast

out=target/release-files
rm -rf "$out"
mkdir -p "$out"
cp "${CARGO_TARGET_DIR:-target}/dist/rollcast" "$out/"
for path in "$PWD" "$home" "$sysroot"; do
    if grep -aqF "$path/" "$out/rollcast"; then
        echo "the binary names $path" >&2
        exit 1
    fi
done
if cargo cyclonedx --version >/dev/null 2>&1; then
    cargo cyclonedx --format json --override-filename sbom
    mv sbom.json "$out/rollcast.cdx.json"
else
    cargo tree --locked --edges normal --prefix none --format '{p} {l}' | sed "s| ($PWD)||" |
        sort -u >"$out/rollcast.dependencies.txt"
fi
(cd "$out" && sha256sum -- * >SHA256SUMS)
ls -l "$out"
