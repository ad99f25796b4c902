#!/usr/bin/python3
"""The dashboard for Grafana: whole, and each of its expressions finds something where there are metrics.

What a current Grafana makes of the file itself cannot be tried here; Prometheus's own tool tries the expressions.
"""

import json
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

DASHBOARD = json.loads(Path("configs/grafana/acceld.json").read_text())
SCHEMA = 41  # Grafana 12.0; later ones bring it up to date when they read it
WIDTH = 24
# What Grafana fills in before Prometheus sees it.
VARIABLES = {"$__rate_interval": "5m", "$instance": ".*", "$namespace": ".*"}
# One sample of each metric that stays as it is, and of each that counts.
STATES = {
    'acceld_up': 1,
    'acceld_policy_reload_failed': 0,
    'acceld_leases{namespace="east"}': 2,
    'acceld_device_info{device="x",framework="idxd"}': 1,
    'acceld_device_capacity{device="x"}': 8,
    'acceld_device_in_use{device="x"}': 2,
    'acceld_device_health{device="x",health="failed"}': 1,
    'acceld_device_sva_verdict{device="x",verdict="proven"}': 1,
    'acceld_device_tainted{device="x",effect="refuse"}': 1,
    'acceld_device_quarantined_leases{device="x"}': 1,
    'acceld_device_quarantine_oldest_seconds{device="x"}': 60,
    'acceld_exporter_ask_seconds': 0.1,
}
COUNTERS = {
    'acceld_leases_ended_total{namespace="east",how="released"}': 1,
    'acceld_requests_succeeded_total{namespace="east",method="Acquire"}': 9,
    'acceld_refusals_total{namespace="east",method="Acquire",reason="Busy"}': 1,
    'acceld_acquire_duration_seconds_bucket{namespace="east",le="0.1"}': 8,
    'acceld_acquire_duration_seconds_bucket{namespace="east",le="+Inf"}': 9,
    'acceld_placement_search_seconds_bucket{namespace="east",le="0.1"}': 8,
    'acceld_placement_search_seconds_bucket{namespace="east",le="+Inf"}': 9,
    'acceld_placement_gap_ratio_bucket{namespace="east",le="0"}': 8,
    'acceld_placement_gap_ratio_bucket{namespace="east",le="+Inf"}': 9,
    'acceld_placement_gap_ratio_count{namespace="east"}': 9,
    'acceld_exporter_failed_asks_total{reason="unavailable"}': 1,
}


def _panels() -> list:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def _expressions() -> list:
    """(panel, expression as Prometheus gets it)."""
    found = []
    for panel in _panels():
        for target in panel["targets"]:
            expression = target["expr"]
            for variable, value in VARIABLES.items():
                expression = expression.replace(variable, value)
            found.append((panel["title"], expression))
    return found


def _with_instance(series: str) -> str:
    name, _, labels = series.partition("{")
    return name + '{instance="a"' + ("," + labels if labels else "}")


class DashboardTest(unittest.TestCase):
    def test_is_of_a_version_that_grafana_reads(self):
        self.assertEqual(DASHBOARD["schemaVersion"], SCHEMA)
        self.assertEqual(DASHBOARD["uid"], "acceld")

    def test_asks_which_prometheus_machine_and_namespace(self):
        variables = {variable["name"]: variable for variable in DASHBOARD["templating"]["list"]}
        self.assertEqual(list(variables), ["datasource", "instance", "namespace"])
        self.assertEqual(variables["datasource"]["type"], "datasource")

    def test_panels_have_ids_of_their_own_and_say_what_they_show(self):
        ids = [panel["id"] for panel in DASHBOARD["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        for panel in _panels():
            self.assertTrue(panel["title"] and panel["description"], panel["id"])
            self.assertTrue(panel["targets"], panel["title"])

    def test_panels_lie_beside_each_other(self):
        taken = set()
        for panel in DASHBOARD["panels"]:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            self.assertLessEqual(at["x"] + at["w"], WIDTH, panel["title"])
            self.assertFalse(taken & cells, panel["title"])
            taken |= cells

    def test_every_question_goes_to_the_prometheus_that_was_chosen(self):
        for panel in _panels():
            for asked in [panel, *panel["targets"]]:
                self.assertEqual(asked["datasource"], {"type": "prometheus", "uid": "${datasource}"}, panel["title"])
        for title, expression in _expressions():
            self.assertNotIn("$", expression, title)
            self.assertRegex(expression, r'instance=~"\.\*"', title)

    def test_every_expression_finds_something(self):
        series = [{"series": _with_instance(name), "values": f"{value}x60"} for name, value in STATES.items()]
        series += [{"series": _with_instance(name), "values": f"0+{value}x60"} for name, value in COUNTERS.items()]
        used = set(re.findall(r"acceld_\w+", " ".join(expression for _, expression in _expressions())))
        self.assertLessEqual(used, {re.match(r"\w+", one["series"]).group() for one in series})
        tests = [{"expr": f"count({expression}) > bool 0", "eval_time": "30m",
                  "exp_samples": [{"labels": "{}", "value": 1}]} for _, expression in _expressions()]
        rules = {"evaluation_interval": "1m",
                 "tests": [{"interval": "1m", "input_series": series, "promql_expr_test": tests}]}
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            yaml.safe_dump(rules, file)
            file.flush()
            tried = subprocess.run(["promtool", "test", "rules", file.name], check=False, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(tried.returncode, 0, tried.stdout)


if __name__ == "__main__":
    unittest.main()
