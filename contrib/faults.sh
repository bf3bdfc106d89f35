#!/usr/bin/env bash
# Lets system calls of a run, of a run with --force, of a study and of a merge fail
# one after another, or kills the process in them, and looks at what is left:
#
# * a command that says it succeeded has the bytes of an undisturbed one;
# * one that fails says why, does not panic, and leaves the old output or none under
#   its name, never a part of one;
# * the same command again, undisturbed and two hours later, gives the bytes of an
#   undisturbed one and leaves nothing else behind.
#
#     contrib/faults.sh [BINARY] [MOST]     MOST calls of a kind, spread evenly (12)
#
# It takes strace (on Debian: apt-get install strace) and the right to trace.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
binary=$(realpath "${1:-$root/target/release/rollcast}")
most=${2:-12}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >s.toml <<'T'
[site.hq]
[site.b]
parent = "hq"
wan = "1 Mbit/s"
[fleet.pcs]
count = 5
[package.p]
size = "4 MB"
[advertisement.p]
on_remote = "download"
T
sed 's/count = 5/count = 9/' s.toml >old.toml
cat >study.toml <<'T'
scenario = "s.toml"
replications = 2
[axis.line]
path = "site.b.wan"
list = ["512 kbit/s", "1 Mbit/s"]
T

quietly() { "$@" >/dev/null 2>&1 || test $? -eq 4; }
quietly "$binary" run s.toml -o ref-run -q
quietly "$binary" run old.toml -o ref-old -q
quietly "$binary" study run study.toml -o ref-study -q
cp -r ref-study ref-merge
rm -rf ref-merge/results

# Each case: what is there before, the command, its output, what it should be, and
# what else may be under its name if it fails.
prepare() {
    rm -rf here && mkdir here
    case $1 in
        force) cp -r ref-old here/out && echo mine >here/out/notes.md ;;
        merge) cp -r ref-merge here/out ;;
    esac
}
command_of() {
    case $1 in
        run) echo "run s.toml -o here/out -q" ;;
        force) echo "run s.toml -o here/out -q --force" ;;
        study) echo "study run study.toml -o here/out -q" ;;
        merge) echo "study merge here/out -q" ;;
    esac
}
# Times differ from run to run; everything else has to be the same. What somebody has
# put beside an older output stays there.
same() { diff -rq -x manifest.json -x .lock -x notes.md "$1" "$2" >/dev/null 2>&1; }
has_notes() { [ "$(cat here/out/notes.md 2>/dev/null)" = mine ]; }
is_whole() {
    case $1 in
        run) same here/out ref-run ;;
        force) same here/out ref-run && has_notes ;;
        study | merge) same here/out/results ref-study/results ;;
    esac
}
may_stay() {
    case $1 in
        run) test ! -e here/out ;;
        force) same here/out ref-old && has_notes ;;
        study | merge) test ! -e here/out/results || same here/out/results ref-study/results ;;
    esac
}
leftovers() { find here -name '*.partial' -o -name '*.replaced' -o -name '*.tmp'; }

faults=0 failures=0
complain() {
    failures=$((failures + 1))
    echo "FAILED: $1 $2 of call $3 of $4: $5" >&2
    sed 's/^/    /' said | head -5 >&2
}
for case in run force study merge; do
    command=$(command_of "$case")
    for call in openat read write renameat2,rename,renameat mkdir,mkdirat fsync,fdatasync \
        link,linkat mmap,mremap unlink,unlinkat,rmdir ftruncate; do
        prepare "$case"
        # Not every kernel has every call of a list.
        strace -f -qq -o calls -e "trace=$call" "$binary" $command >/dev/null 2>&1 ||
            test $? -eq 4 || continue
        count=$(grep -c '(' calls || true)
        step=$((count / most + 1))
        errors="EIO ENOSPC EINTR KILL"
        case $call in mmap*) errors="ENOMEM KILL" ;; esac
        for ((number = 1; number <= count; number += step)); do
            for error in $errors; do
                prepare "$case"
                what="error=$error"
                [ $error != KILL ] || what="signal=KILL"
                code=0
                timeout 60 strace -f -qq -o /dev/null \
                    -e "trace=$call" -e "inject=$call:$what:when=$number" \
                    "$binary" $command >said 2>&1 || code=$?
                faults=$((faults + 1))
                case $code in
                    0 | 4) is_whole "$case" || complain "$case" "$error" $number "$call" "another output, exit code $code" ;;
                    101) complain "$case" "$error" $number "$call" "a panic" ;;
                    124) complain "$case" "$error" $number "$call" "no end" ;;
                    *) may_stay "$case" || is_whole "$case" ||
                        complain "$case" "$error" $number "$call" "part of an output, exit code $code" ;;
                esac
                # Once more, undisturbed. What a study leaves is removed when it is
                # an hour old, as it may be that of another machine.
                find here -exec touch -h -d '2 hours ago' {} +
                again=$command
                [ "$case" != run ] || [ ! -e here/out ] || again="$command --force"
                code=0
                "$binary" $again >said 2>&1 || code=$?
                case $code in
                    0 | 4) is_whole "$case" && [ -z "$(leftovers)" ] ||
                        complain "$case" "$error" $number "$call" "another output afterwards: $(leftovers | tr '\n' ' ')" ;;
                    *) complain "$case" "$error" $number "$call" "exit code $code afterwards" ;;
                esac
            done
        done
    done
    echo "$case: done, $faults faults so far, $failures failures"
done
echo "$faults faults, $failures failures"
test $failures -eq 0
