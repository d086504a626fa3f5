#!/usr/bin/env bash
# Installs what the benchmarks compare with and load with: nginx and wrk.
set -euo pipefail
wanted=()
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || wanted+=(nginx-light)
command -v wrk >/dev/null || wanted+=(wrk)
if [ ${#wanted[@]} -gt 0 ]; then
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		apt-get update -qq
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
	else
		echo "The benchmarks need: ${wanted[*]}. Install them and run make bench again." >&2
		exit 1
	fi
fi
