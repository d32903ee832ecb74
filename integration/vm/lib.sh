# What the scripts of the virtual machine share.
# shellcheck shell=bash

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034  # used by those who read this file
repository=$(cd "$here/../.." && pwd)

die() {
    echo "vm: $*" >&2
    exit 1
}

# left: the seconds until $DEADLINE (epoch seconds), or a day.
left() { echo $((${DEADLINE:-EPOCHSECONDS + 86400} - EPOCHSECONDS)); }
