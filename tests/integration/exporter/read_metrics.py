#!/usr/bin/python3
"""Scrapes an exporter as Prometheus does and prints what it understood, as JSON.

usage: read_metrics.py URL [USER:PASSWORD]

Parsed by Prometheus's Python client, whose authors did not write the exporter;
promtool's opinion of the names and types is asked as well. The output is
{"status": 200, "seconds": 0.1, "text": "...", "lint": "...",
"samples": {"NAME{a=\"b\"}": 1.0}} with the labels sorted and the time that the
answer took; of histograms the samples are _bucket, _sum and _count.
"""

import base64
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

PATIENCE = 60  # seconds


def fetch(url, credentials):
    request = urllib.request.Request(url)
    if credentials:
        token = base64.b64encode(credentials.encode()).decode()
        request.add_header("Authorization", "Basic " + token)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=PATIENCE) as reply:
            return reply.status, reply.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        return error.code, ""


def name_of(sample):
    labels = ",".join(
        f'{key}="{value}"' for key, value in sorted(sample.labels.items()))
    return f"{sample.name}{{{labels}}}" if labels else sample.name


def lint(text):
    """What promtool complains about in acceld's own metrics."""
    mine = "".join(line + "\n" for line in text.splitlines()
                   if "exposer_" not in line)
    checked = subprocess.run(["promtool", "check", "metrics"], input=mine,
                             capture_output=True, text=True, check=False)
    said = checked.stdout + checked.stderr
    return said if said or checked.returncode == 0 else "promtool failed"


def main():
    start = time.monotonic()
    status, text = fetch(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
    seconds = time.monotonic() - start
    samples = {}
    for family in text_string_to_metric_families(text):
        if family.name.startswith("exposer_"):
            continue  # the library's own, NaN before the first scrape is over
        for sample in family.samples:
            name = name_of(sample)
            if name in samples:
                sys.exit(f"{name} is there twice")
            samples[name] = float(sample.value)
    json.dump({"status": status, "seconds": seconds, "text": text,
               "lint": lint(text), "samples": samples}, sys.stdout)


main()
