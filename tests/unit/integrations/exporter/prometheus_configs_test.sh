#!/usr/bin/env bash
# Prometheus's own tool on what is shipped for it: the alerts, their tests, the job.
set -euo pipefail
cd configs/prometheus
promtool check rules acceld.rules.yml
promtool check config prometheus.yml
promtool test rules acceld.rules.test.yml
