#!/usr/bin/env bash
# Installs what the tests need beyond Python: Chromium, Node.js, tesseract and the packages of tests/node.
# As root on Debian it installs them; elsewhere it says what is missing and stops. It never skips.
set -euo pipefail
cd "$(dirname "$0")"

wanted=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || wanted+=(chromium)
command -v node >/dev/null || wanted+=(nodejs)
command -v npm >/dev/null || wanted+=(npm)
command -v tesseract >/dev/null || wanted+=(tesseract-ocr)
if [ ${#wanted[@]} -gt 0 ]; then
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		apt-get update -qq
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
	else
		echo "The tests need: ${wanted[*]}. Install them (on Debian: apt-get install ${wanted[*]}) and run make test again." >&2
		exit 1
	fi
fi

if [ ! -f node/node_modules/.package-lock.json ] || [ node/package-lock.json -nt node/node_modules/.package-lock.json ]; then
	npm ci --prefix node --no-audit --no-fund --silent
	touch node/node_modules/.package-lock.json
fi
