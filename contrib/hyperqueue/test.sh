#!/bin/sh
# Tests sweep.py for real: a study in one piece, and in 3 and 7 shards on a
# local HyperQueue cluster of 3 workers, with a task that fails once, a task
# that is killed once, a worker that is killed with the task it runs, and the
# whole cluster killed in the middle of its work. The merged tables must be the
# same bytes.
#
#   contrib/hyperqueue/test.sh path/to/rollcast [folder for the Python packages]
#
# Installs the package itself, into a virtual environment.
set -eu

rollcast=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
venv=${2:-$here/../../target/hyperqueue-venv}
work=$(mktemp -d)
nodes=
trap 'for node in $nodes; do kill -9 "$node" 2> /dev/null || true; done; rm -rf "$work"' EXIT

if ! "$venv/bin/python" -c 'import hyperqueue' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check hyperqueue==0.27.0
fi
python=$(realpath -s "$venv/bin/python")
cd "$work"

cat > scenario.toml <<'EOF'
horizon = "1 d"
[site.hq]
[site."branch-{01..20}"]
parent = "hq"
wan = "512 kbit/s"
slow_boundary = false
[server.SMS]
site = "hq"
roles = ["management point", "client access point", "distribution point"]
[fleet.pcs]
count = 2000
[package.patch]
size = "2 MB"
[program.patch]
rights = "administrative"
runs = "whether or not a user is logged on"
install_time = "uniform(1 min, 20 min)"
exit_codes = { 1603 = 0.1 }
[advertisement.patch]
on_local = "download"
EOF
cat > study.toml <<'EOF'
scenario = "scenario.toml"
replications = 21
baseline = { line = "512 kbit/s" }
[axis.line]
path = 'site."branch-{01..20}".wan'
list = ["256 kbit/s", "512 kbit/s", "1 Mbit/s"]
EOF

# A program that, in place of rollcast, fails once at shard 2 of 7 and is
# killed once at shard 5 of 7. Everything else it passes on.
cat > unreliable <<EOF
#!/bin/sh
case "\$*" in
*"--shard 2/7"*) [ -e failed-once ] || { touch failed-once; echo "out of luck" >&2; exit 75; } ;;
*"--shard 5/7"*) [ -e killed-once ] || { touch killed-once; kill -9 \$\$; } ;;
esac
exec "$rollcast" "\$@"
EOF
# Tasks run in their own folders.
sed -i "s|failed-once|$work/failed-once|g; s|killed-once|$work/killed-once|g" unreliable
chmod +x unreliable

same() {
    diff -r whole/results "$1/results" || { echo "$1: other bytes than in one piece"; exit 1; }
    echo "$1: the same bytes"
}

"$rollcast" study run study.toml -o whole --quiet

"$rollcast" study plan study.toml -o three > /dev/null
"$python" "$here/sweep.py" three --shards 3 --local 3 --rollcast "$rollcast" > /dev/null
same three

"$rollcast" study plan study.toml -o seven > /dev/null
"$python" "$here/sweep.py" seven --shards 7 --local 3 --rollcast "$work/unreliable" > /dev/null
[ -e failed-once ] && [ -e killed-once ]
same seven

# A server and three workers, each a process of its own. At shard 5 of 7 the
# worker dies with its task, when that has begun; the server gives the shard to
# another one, and the rest of the cluster goes on.
cat > mortal <<EOF
#!/bin/sh
case "\$*" in
*"--shard 5/7"*)
    echo "\$HQ_INSTANCE_ID" >> "$work/instances"
    if [ ! -e "$work/died" ]; then
        echo "\$PPID" > "$work/died"
        "$rollcast" "\$@" &
        sleep 0.05
        kill -9 "-\$PPID"
        exit 75
    fi ;;
esac
exec "$rollcast" "\$@"
EOF
chmod +x mortal

# Starts a node and waits until it is ready.
node() {
    setsid "$python" "$here/node.py" "$1" "$work/server" > "$1-$2.log" 2>&1 &
    nodes="$nodes $!"
    tries=0
    until grep -q ready "$1-$2.log"; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || { echo "$1 $2 does not start:"; cat "$1-$2.log"; exit 1; }
        sleep 0.05
    done
}
node server 1
for number in 1 2 3; do node worker "$number"; done

"$rollcast" study plan study.toml -o worker > /dev/null
"$python" "$here/sweep.py" worker --shards 7 --server-dir "$work/server" --rollcast "$work/mortal" \
    > /dev/null 2> rounds || { cat rounds; exit 1; }
if kill -0 "$(cat died)" 2> /dev/null; then
    echo "the worker is still alive"
    exit 1
fi
[ "$(tr '\n' ' ' < instances)" = "0 1 " ] || { echo "the shard did not go to another worker"; exit 1; }
[ "$(grep -c '^round' rounds)" = 1 ] || { echo "the cluster did not go on:"; cat rounds; exit 1; }
same worker
echo "worker $(cat died) was killed, and shard 5 went to another one"

# The server and its three workers go at once, as when a node dies. A task that
# survives them does the same work as the one that is submitted anew.
"$rollcast" study plan study.toml -o killed > /dev/null
setsid "$python" "$here/sweep.py" killed --shards 7 --local 3 --rollcast "$rollcast" > /dev/null 2>&1 &
sweep=$!
tries=0
until [ "$(ls killed/runs 2> /dev/null | wc -l)" -gt 2 ] || [ "$tries" -gt 600 ]; do
    tries=$((tries + 1))
    sleep 0.01
done
kill -9 "-$sweep"
wait "$sweep" 2> /dev/null || true
if "$rollcast" study status killed --shards 7 --missing > left; then
    echo "the cluster was done before it was killed"
    exit 1
fi
echo "killed with the shards $(cat left) missing"
"$python" "$here/sweep.py" killed --shards 7 --local 3 --rollcast "$rollcast" > /dev/null
same killed
