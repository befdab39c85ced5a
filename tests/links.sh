#!/usr/bin/env bash
# Every relative link and every file name in backticks of every README and DECISIONS names something that is there.
# A name counts when it has a folder in it or ends as a file of ours does; `x/y` stands for x/y.hpp and x/y.cpp, too.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=0
while IFS=: read -r page name; do
    here=$(dirname "$page")
    for place in "$here/$name" "$here/../$name" "$name"; do
        for file in "$place" "$place.hpp" "$place.cpp"; do [ -e "$file" ] && continue 3; done
    done
    echo "$page: $name is not there"
    missing=1
done < <(git ls-files --cached --others --exclude-standard '*.md' |
    xargs grep -oHP '\]\((?!\w+:)\K[^)#]+|`\K(?!build/)([a-z][\w.-]*(/[\w.-]*)+|[\w-]+\.([ch]pp|md|sh|html|rules|service|socket))(?=`)')
[ "$missing" = 0 ] && echo "links: every file that a README names is there"
exit "$missing"
