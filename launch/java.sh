#!/usr/bin/env bash
# What problems made from Java functions need: bash launch/java.sh
# Installs a JDK and the ASM library by apt-get where they are absent; asks for sudo if it is not run as root.
set -euo pipefail

packages=()
version=$(javac -version 2>/dev/null | sed -n 's/^javac \([0-9]*\).*/\1/p' || true)
[ "${version:-0}" -ge 17 ] && command -v java >/dev/null || packages+=(openjdk-17-jdk-headless)
[ -e /usr/share/java/asm.jar ] && [ -e /usr/share/java/asm-tree.jar ] || packages+=(libasm-java)
[ ${#packages[@]} -gt 0 ] || { echo "java.sh: a JDK and ASM are here"; exit 0; }

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null && as_root=(sudo) || as_root=(false)
fi
if ! command -v apt-get >/dev/null || [ "${as_root[0]:-}" = false ]; then
  echo "java.sh: needs apt-get and root, or what these packages hold: ${packages[*]}" >&2
  exit 1
fi
install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}")
# Lists of packages may be absent or old: then they are fetched, once.
"${install[@]}" || { "${as_root[@]}" apt-get update -q; "${install[@]}"; }
