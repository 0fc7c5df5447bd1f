#!/usr/bin/env bash
# timeline.sh - frames of the timeline with 2,000 actions in a browser slowed down four times (web/test/browser/timeline.mjs); two minutes. In a session
# of its own that Linux prefers to others when it may: what else the machine does is not what is measured.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec setsid --wait bash -c '{ echo -15 >/proc/self/autogroup; } 2>/dev/null || true; exec node web/test/browser/timeline.mjs "$1"' timeline "${YITI_BUILD:-build}/yiti"
