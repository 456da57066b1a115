# shellcheck shell=bash
# What ./quickstart and ./check share: talking, packages, presets. Sourced from the project's folder.

started=$(date +%s)

elapsed() {
  local seconds=$(($(date +%s) - started))
  printf '%d:%02d' $((seconds / 60)) $((seconds % 60))
}

step() { printf '\n==> [%s] %s\n' "$(elapsed)" "$*"; }
say() { printf '    %s\n' "$*"; }
give_up() {
  printf '\n%s: %s\n' "$0" "$*" >&2
  exit 125
}

# The packages of cmake/debian-packages.txt; with "all" or "zookeeper" also those of its own lines.
wanted_packages() {
  sed -e 's/#.*//' cmake/debian-packages.txt | while read -r first second; do
    case "$first" in
      '') ;;
      *:) if [ "${1:-}:" = "$first" ]; then echo "$second"; fi ;;
      *) echo "$first" ;;
    esac
  done
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    sudo "$@"
  else
    give_up "installing packages needs root: run '$*' as root, then start again"
  fi
}

# Installs the wanted packages that are missing, and nothing else.
install_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "this is no Debian machine: taking for granted that these are installed:"
    say "$(wanted_packages "${1:-}" | tr '\n' ' ')"
    return
  fi
  local missing="" package
  for package in $(wanted_packages "${1:-}"); do
    is_installed "$package" || missing="$missing $package"
  done
  if [ -z "$missing" ]; then
    say "nothing is missing"
    return
  fi
  say "installing:$missing"
  as_root apt-get update -qq || give_up "apt-get update failed"
  # shellcheck disable=SC2086  # a list of words
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
    give_up "apt-get could not install:$missing"
}

# How many compilers fit: one a core, and 1.5 GB of memory each.
jobs() {
  local cores memory fitting
  cores=$(nproc 2>/dev/null || echo 1)
  memory=$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo 2>/dev/null || true)
  fitting=$((${memory:-3000000} / 1500000))
  [ "$fitting" -ge 1 ] || fitting=1
  if [ "$cores" -lt "$fitting" ]; then echo "$cores"; else echo "$fitting"; fi
}

configure() {
  if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
  cmake --preset "$1" >"build/$1.configure.log" 2>&1 || {
    cat "build/$1.configure.log"
    return 1
  }
  say "configured build/$1"
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  NINJA_STATUS='    [%f/%t] ' cmake --build --preset "$preset" --parallel "$(jobs)" ${1:+--target "$@"}
}
