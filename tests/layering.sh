#!/usr/bin/env bash
# The layers: protocol <- drivers <- firmware-bridge; sim -> protocol only; ledger knows no I/O. An include that
# points up, or sideways into sim, fails. So does a clock in a core, and a coroutine that GCC 12 gets wrong.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
forbid() {  # forbid FOLDER PATTERN: files in FOLDER must not include what matches PATTERN
    local hits
    hits=$(grep -rnE "^#include [\"<]($2)" --include='*.hpp' --include='*.cpp' "$1" 2>/dev/null | grep -v '_test\.cpp:' || true)
    if [ -n "$hits" ]; then
        echo "$1 must not include $2:"
        echo "$hits"
        failed=1
    fi
}

forbid protocol 'drivers/|firmware-bridge/|sim/|boost/asio|boost/beast'
forbid drivers 'firmware-bridge/|sim/'
forbid sim 'drivers/|firmware-bridge/'
forbid firmware-bridge 'sim/'
forbid firmware-bridge/sales 'boost/asio|boost/beast|firmware-bridge/(storage|api|daemon|forwarder)/'
forbid firmware-bridge/ledger 'boost/asio|boost/beast|sqlite3|firmware-bridge/(storage|api|daemon|forwarder)/'
forbid firmware-bridge/journal 'firmware-bridge/(api|daemon)/'

# The cores read no clock: time is an argument.
for core in protocol drivers/zvt firmware-bridge/sales firmware-bridge/ledger; do
    hits=$(grep -rnE '(steady|system)_clock::now\(' --include='*.hpp' --include='*.cpp' "$core" | grep -v '_test\.cpp:' || true)
    if [ -n "$hits" ]; then
        echo "$core must be given the time:"
        echo "$hits"
        failed=1
    fi
done

# GCC 12 loses the other conditions of a loop that has a co_await among them, and destroys a braced temporary in a
# co_await twice.
hits=$(grep -rnE 'while \(.*(&&|\|\|) *!?co_await|co_await [^;]*[(,] ?\{[^}]' --include='*.hpp' --include='*.cpp' drivers firmware-bridge || true)
if [ -n "$hits" ]; then
    echo "a co_await needs a statement of its own, and variables as arguments (GCC 12):"
    echo "$hits"
    failed=1
fi

[ "$failed" = 0 ] && echo "layering: every include points down"
exit "$failed"
