#!/usr/bin/env bash
# Attacks on the rim of the program: what is closed, full, killed, shared, changed
# while it is read, or written to do harm. Counts what was tried and names what
# failed.
#
#     contrib/attacks.sh [BINARY] [KILLS]     KILLS of `run --force` (20)
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
R=$(realpath "${1:-$root/target/release/rollcast}")
kills=${2:-20}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

tried=0 failed=0
# expect WHAT COMMAND...: the command has to succeed.
expect() {
    local what=$1
    shift
    tried=$((tried + 1))
    "$@" || { failed=$((failed + 1)); echo "FAILED: $what" >&2; }
}
code() { # code WANTED COMMAND...: the exit code of the command, within 20 s.
    local wanted=$1
    shift
    timeout 20 "$@" >out 2>err
    local got=$?
    [ $got -eq "$wanted" ] || { echo "exit code $got: $*" >&2; head -c 300 err >&2; return 1; }
}

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
cat >study.toml <<'T'
scenario = "s.toml"
replications = 2
[axis.line]
path = "site.b.wan"
list = ["512 kbit/s", "1 Mbit/s"]
T
sed 's/count = 5/per_site = 300/' s.toml >large.toml
"$R" run s.toml -o ref -q >/dev/null
"$R" run large.toml -o ref-large -q >/dev/null
"$R" study run study.toml -o ref-study -q >/dev/null
same() { diff -rq -x manifest.json -x .lock "$1" "$2" >/dev/null; }

# Inputs that would take memory, time or stack without end.
zeros=$(head -c 70000 /dev/zero | tr '\0' 0)
for pattern in '{0..18446744073709551615}' "{${zeros}..5}" "{${zeros}..999999}" '{1..9}{1..9}{1..9}{1..9}{1..9}{1..9}{1..9}{1..9}' '{9999999999999999999999..1}'; do
    printf '[site."b-%s"]\n' "$pattern" >input.toml
    expect "pattern ${pattern:0:40}" code 2 "$R" check input.toml
done
for sign in '(' 'not '; do
    { cat study.toml; printf '[design]\nconstraint = "'; printf "%0.s$sign" $(seq 100000); printf 'line == 1"\n'; } >deep.toml
    expect "100,000 times '$sign' in a constraint" code 2 "$R" study plan deep.toml -o deep
done
for design in 'kind = "latin-hypercube"\npoints = 1000000000' 'kind = "morris"\ntrajectories = 1000000000'; do
    printf 'scenario = "s.toml"\n[axis.n]\npath = "fleet.pcs.count"\nrange = { from = 1, to = 9 }\n[design]\n'"$design"'\n' >wide.toml
    expect "$design" code 2 "$R" study plan wide.toml -o wide
done
for zero in location_retry=0s location_retry='"0 s"' ; do
    expect "[rules] $zero" code 2 "$R" check s.toml --set "rules.$zero"
done
printf '"%s" = 1\n' "$(head -c 10000000 /dev/zero | tr '\0' k)" >long.toml
expect "a key of 10 MB" code 2 "$R" check long.toml
expect "its message is bounded" test "$(wc -c <err)" -lt 100000
# What is bounded alone is bounded together, and a device is no file.
offers() { # offers COUNT: advertisements of one program.
    local at
    printf '[package.p]\n'
    for ((at = 0; at < $1; at++)); do printf '[advertisement.a%d]\nprogram = "p"\n' $at; done
}
{ offers 250; printf '[fleet.pcs]\ncount = 500000\n'; } >rows.toml
expect "125 million rows" code 2 "$R" run rows.toml -o no
{ printf 'horizon = "3650 d"\ntimeline_step = "6 min"\n[fleet.pcs]\ncount = 1\n'; offers 1001; } >steps.toml
expect "876 million steps" code 2 "$R" run steps.toml -o no
for device in /dev/zero /dev/stdin . /; do
    expect "$device as a scenario" code 2 "$R" check "$device" </dev/zero
done
expect "a folder as an inventory" code 2 "$R" check s.toml --set 'inventory.file="."'
truncate -s 30G sparse
expect "a file of 30 GB as an inventory" code 2 "$R" check s.toml --set 'inventory.file="sparse"'
expect "a file of 30 GB as an export" code 2 "$R" new exported.toml --from sparse
for procedure in 'screening' 'kim-nelson"\nindifference = "1'; do
    printf 'scenario = "s.toml"\n[axis.n]\npath = "fleet.pcs.count"\nrange = { from = 1, to = 9 }\n[design]\nkind = "latin-hypercube"\npoints = 100000\n[select]\nbest = "largest"\nprocedure = "'"$procedure"'"\n' >wide.toml
    expect "each of 100,000 points against each" code 2 "$R" study run wide.toml -o wide
done
printf '# Z\374rich\n[site.hq]\n' >latin.toml
expect "a file that is not UTF-8" code 2 "$R" run latin.toml -o no
expect "a file that is missing" code 2 "$R" run missing.toml -o no
expect "a folder for a file" code 2 "$R" run . -o no
expect "a scenario of NULs" bash -c 'head -c 100000 /dev/zero >nul.toml; timeout 20 "$0" check nul.toml 2>/dev/null; test $? -eq 2' "$R"

# Escape sequences never reach a terminal.
printf 'title = "\\u001b]0;x\\u0007"\n[site."\\u001b[31m"]\n[fleet.pcs]\nclient = "\\u001b[2J"\n' >escape.toml
"$R" check escape.toml >out 2>&1
expect "escape sequences in messages" bash -c '! grep -q "$(printf "\033")" out'

# Names that are formulas stay text, and apart.
printf '[site."=x"]\n[site."\x27=x"]\n[site."\xef\xbc\x9dx"]\n[fleet.pcs]\nper_site = 1\n' >formula.toml
"$R" run formula.toml -o formula -q >/dev/null
expect "no cell begins as a formula" bash -c '! cut -d, -f2,3 formula/machines.csv | tail -n +2 | tr , "\n" | grep -qE "^\"?[=+@-]"'
expect "names that differ stay apart" test "$(tail -n +2 formula/sites.csv | wc -l)" -ge 3
expect "names of sites differ in the table" bash -c 'test "$(tail -n +2 formula/machines.csv | cut -d, -f3 | sort -u | wc -l)" -eq 3'

# What cannot be written.
set +o pipefail
expect "2>&1 | head -1" bash -c '"$0" run large.toml -o head 2>&1 | head -1 >/dev/null; rc=${PIPESTATUS[0]}; test $rc -ne 101 && test -f head/manifest.json' "$R"
expect "messages to a full device" bash -c '"$0" run large.toml -o full 2>/dev/full >/dev/null; test $? -ne 101 && test -f full/manifest.json' "$R"
expect "the summary to a full device" bash -c '"$0" run s.toml -o full2 >/dev/full 2>/dev/null; test $? -ne 101 && test -f full2/manifest.json' "$R"
expect "standard output closed" bash -c '"$0" run s.toml -o closed >&- 2>/dev/null; test $? -ne 101 && test -f closed/manifest.json' "$R"
expect "standard error closed" bash -c '"$0" run s.toml -o closed2 2>&- >/dev/null; test $? -ne 101 && test -f closed2/manifest.json' "$R"
# The shell tells that the program was killed: not into a log that the limit forbids.
expect "a limit on the size of files" bash -c 'exec >/dev/null 2>&1; ulimit -f 8; "$0" run large.toml -o limited; rc=$?; test $rc -ne 0 && test $rc -ne 101 && ! test -e limited' "$R"
expect "and the next run removes what it left" bash -c '"$0" run large.toml -o limited -q >/dev/null && ! ls -A | grep -q "^\.limited\."' "$R"
# Every command, whoever reads what it says: none panics or stays.
while read -r command; do
    for way in '2>&1 | head -0' '>/dev/full' '2>/dev/full' '>/dev/full 2>&1' '>&-' '2>&-' '>&- 2>&-'; do
        rm -f new.toml
        expect "$command $way" bash -c 'exec </dev/null >/dev/null 2>&1
            { timeout 60 "$0" '"$command"'; echo $? >code; } '"$way"'
            case $(cat code) in 101 | 124 | 134 | 139) false ;; esac' "$R"
    done
done <<'C'
new new.toml
check s.toml
check s.toml --json
check missing.toml
run s.toml -o said --force --report
run s.toml -o said --force --json
run s.toml -o said --force --progress always
explain s.toml -m hq-pcs-00001
explain s.toml -m hq-pcs-00001 --json
verify ref
compare ref ref-large --machines --causes
compare ref ref-large --json
compare ref-study ref-study
report ref -o said.html
report ref-study -o said.html
study plan study.toml
study plan study.toml -o said-plan
study run study.toml -o said-study
study status ref-study
study merge ref-study
study emit slurm ref-study
schema
schema --results
completions bash
--help
--version
run
no-such-command
C
set -o pipefail

# Rights are those of the umask.
(umask 077; "$R" run s.toml -o mine -q >/dev/null; "$R" study run study.toml -o mine-study -q >/dev/null)
expect "umask 077" bash -c 'test -z "$(find mine mine-study -perm /077)"'
(umask 022; "$R" run s.toml -o ours -q >/dev/null; "$R" study run study.toml -o ours-study -q >/dev/null)
expect "umask 022" bash -c 'test -z "$(find ours ours-study/results ! -perm -044)"'

# nohup is respected.
nohup "$R" run large.toml --set replications=20 -o nohup -q >/dev/null 2>&1 &
job=$!
sleep 0.2
kill -HUP $job 2>/dev/null # which may have ended already
wait $job
expect "a run under nohup goes on" test -f nohup/manifest.json

# Killed at random instants, --force leaves the old or the new output.
"$R" run s.toml -o forced -q >/dev/null
for attempt in $(seq "$kills"); do
    "$R" run large.toml -o forced --force -q >/dev/null 2>&1 &
    job=$!
    sleep "0.$((RANDOM % 40 + 100))"
    kill -9 $job 2>/dev/null
    wait $job 2>/dev/null
    expect "kill $attempt of --force" bash -c 'diff -rq -x manifest.json forced ref >/dev/null || diff -rq -x manifest.json forced ref-large >/dev/null'
done
"$R" run large.toml -o forced --force -q >/dev/null
expect "nothing is left of the kills" bash -c '! ls -A | grep -q "^\.forced\."'

# Several processes on one study, and a study that is killed.
for round in 1 2 3; do
    rm -rf shared
    for process in 1 2 3 4; do "$R" study run study.toml -o shared -q --threads 1 >/dev/null 2>"e$process" & done
    wait
    expect "four processes on one study, round $round" same ref-study shared
done

# A scenario that changes, or vanishes, while a study runs.
{ sed 's/replications = 2/replications = 30/' study.toml; } >long-study.toml
sed -i 's/s.toml/moving.toml/' long-study.toml
cp s.toml moving.toml
"$R" study run long-study.toml -o still -q --threads 1 >/dev/null
for what in changed vanished; do
    cp s.toml moving.toml
    "$R" study run long-study.toml -o moved-$what -q --threads 1 >/dev/null 2>&1 &
    job=$!
    sleep 0.1
    if [ $what = changed ]; then sed 's/4 MB/400 MB/' s.toml >moving.toml; else rm moving.toml; fi
    wait $job
    cp s.toml moving.toml
    "$R" study run long-study.toml -o moved-$what -q >/dev/null 2>&1
    expect "the scenario $what while the study ran" cmp -s still/results/runs.csv moved-$what/results/runs.csv
done

# A flipped digit in a finished shard is noticed.
cp -r ref-study flipped
shard=$(ls flipped/shards/* | head -1)
python3 - "$shard" <<'P' 2>/dev/null || sed -i 's/"values":\["1/"values":["0.1/' "$shard"
import re, sys
text = open(sys.argv[1]).read()
open(sys.argv[1], "w").write(re.sub(r'("values": ?\[")1', r'\g<1>0.1', text, count=1))
P
if ! cmp -s "$shard" "ref-study/shards/$(basename "$shard")"; then
    "$R" study run study.toml -o flipped -q >/dev/null 2>&1
    expect "a flipped digit does not reach the tables" cmp -s ref-study/results/runs.csv flipped/results/runs.csv
fi

# Notes beside the tables stay.
cp -r ref-study noted
echo mine >noted/results/notes.txt
"$R" study merge noted -q >/dev/null 2>&1
expect "notes among the results stay" test -f noted/results/notes.txt

# What is printed for a shell is quoted for it.
mkdir bin
printf '#!/bin/sh\nexit 0\n' >bin/sbatch
printf '#!/bin/sh\nexit 0\n' >bin/parallel
chmod +x bin/*
ln -s "$R" bin/rollcast
for name in 'my study' 'x$(touch PWNED)' '`touch PWNED`' "it's" '-n' 'a;touch PWNED'; do
    "$R" study plan study.toml -o "./$name" >/dev/null 2>&1
    for kind in slurm parallel; do
        "$R" study emit $kind "./$name" --shards 2 >emitted.sh 2>/dev/null
        PATH=$PWD/bin:$PATH timeout 20 sh emitted.sh >/dev/null 2>&1
        expect "emit $kind '$name'" test ! -e PWNED
        expect "emit $kind '$name' is shell" sh -n emitted.sh
    done
done

echo "$tried tried, $failed failed"
test $failed -eq 0
