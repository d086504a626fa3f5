#!/usr/bin/env bash
# Installs what the benchmarks compare with and load with: nginx and wrk. Who may not install has them unpacked by the
# bench itself, as far as the machine lets him; the table says what is not at hand.
set -euo pipefail
wanted=()
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || wanted+=(nginx-light)
command -v wrk >/dev/null || wanted+=(wrk)
if [ ${#wanted[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
fi
