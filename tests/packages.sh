# shellcheck shell=bash
# Installs what building and testing need on Debian 12. Sourced by sim/demo and tests/run; does nothing when all
# is there. Needs root or sudo.
#
#   install_packages build|test

build_packages="g++ cmake ninja-build pkg-config ccache mold
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libboost-container1.81-dev libboost-system1.81-dev
  libtomlplusplus-dev libcli11-dev libspdlog-dev libfmt-dev libsqlite3-dev libmbedtls-dev
  libsystemd-dev libusb-1.0-0-dev libudev-dev prometheus-cpp-dev doctest-dev librapidcheck-dev"
test_packages="clang clang-format clang-tidy clang-tools libclang-rt-14-dev libbenchmark-dev python3 git jq curl spin"

install_packages() {
    local wanted=$build_packages missing="" package
    [ "$1" = test ] && wanted="$wanted $test_packages"
    for package in $wanted; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    echo "Installing:$missing"
    local as_root=""
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || { echo "These packages are missing and need root or sudo to install:$missing" >&2; return 1; }
        as_root=sudo
    fi
    # shellcheck disable=SC2086
    { $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing; } >/dev/null ||
        { echo "apt-get could not install them; its messages are above" >&2; return 1; }
}
