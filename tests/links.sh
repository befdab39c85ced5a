#!/usr/bin/env bash
# Every relative link and every file name in backticks of every README and DECISIONS names something that is there.
# A name counts when it has a folder in it or ends as a file of ours does; `x/y` stands for x/y.hpp and x/y.cpp, too.
# Links are taken from the page; a name in backticks may be the end of any path.
set -euo pipefail
cd "$(dirname "$0")/.."

files=$(git ls-files --cached --others --exclude-standard)
known() {  # known NAME: some path ends with it, as a file, without .hpp or .cpp, or as a folder
    local name=${1%/}
    grep -qE "(^|/)${name//./\\.}(\.hpp|\.cpp|/.*)?$" <<<"$files"
}

missing=0
while IFS=: read -r page name; do
    [ -e "$(dirname "$page")/$name" ] && continue
    known "$name" && continue
    echo "$page: $name is not there"
    missing=1
done < <(grep '\.md$' <<<"$files" |
    xargs grep -oHP '\]\((?!\w+:)\K[^)#]+|`\K(?!build/|text/)([a-z][\w.-]*(/[\w.-]*)+|[\w-]+\.([ch]pp|md|sh|html|rules|service|socket))(?=`)')
[ "$missing" = 0 ] && echo "links: every file that a README names is there"
exit "$missing"
