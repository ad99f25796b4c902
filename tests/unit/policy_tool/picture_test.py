#!/usr/bin/python3
"""The picture of a simulation, read back as a person reads it: by its axes. What
is drawn is what the report says."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

ACCEL_POLICY = "client/policy/accel-policy"
HOST = "configs/hosts/nvswitch-8gpu.json"
POLICY = "configs/policy.d/examples/objectives/nearest.json"
SVG = "{http://www.w3.org/2000/svg}"
STEPS = 240

HOSTILE = "<b>&\"'x"


def scratch():
    return pathlib.Path(tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR")))


def stage(**members):
    return {"stages": [{"name": "s", "function": "compute/gpu",
                        "sharing": "exclusive", **members}]}


def workload(seconds=1):
    """Many want few GPUs. Nobody holds anything of one that another does, so
    that opens, accelerators and replicas are the same numbers."""
    mix = [{"user": user, "pipeline": pipeline, "mean_hold": f"{20 * seconds}s"}
           for user, pipeline in (("ann", "one"), ("bob", "three"),
                                  (HOSTILE, "ten"), ("dan", "one"))]
    return {"pipelines": {"one": stage(), "three": stage(count=3),
                          "ten": stage(count=10)},
            "users": {HOSTILE: {"user": "eve"}},
            "generate": {"requests": 400, "mean_gap": f"{2 * seconds}s",
                         "seed": 3, "mix": mix}}


def simulate(document):
    folder = scratch()
    (folder / "w.json").write_text(json.dumps(document), encoding="utf-8")
    done = subprocess.run(
        [ACCEL_POLICY, "--json", "--no-users", "simulate", "--host", HOST,
         "--policy", POLICY, "--workload", folder / "w.json",
         "--picture", folder / "day.svg"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), ElementTree.parse(folder / "day.svg")


class Panel:
    """One panel, its vertical axis read from its two outermost labels."""

    def __init__(self, tree, name):
        self.group = next(g for g in tree.iter(SVG + "g")
                          if g.get("id") == name)
        lines = [float(line.get("y1"))
                 for line in self.group.iter(SVG + "line")]
        labels = [float(text.text) for text in self.group.iter(SVG + "text")
                  if text.get("text-anchor") == "end"]
        self.bottom, self.top = lines[0], lines[-1]
        assert labels[0] == 0
        self.most = labels[-1]

    def value(self, y):
        return self.most * (self.bottom - y) / (self.bottom - self.top)

    def points(self, element):
        pairs = (pair.split(",") for pair in element.get("points").split())
        return [self.value(float(y)) for _, y in pairs]

    def areas(self):
        """Name -> heights of each step."""
        found = {}
        for polygon in self.group.iter(SVG + "polygon"):
            values = self.points(polygon)
            assert len(values) == 4 * STEPS
            tops = values[:2 * STEPS:2]
            bases = values[:2 * STEPS - 1:-2]
            found[polygon.find(SVG + "title").text] = [
                top - base for top, base in zip(tops, bases)]
        return found

    def lines(self):
        return {line.find(SVG + "title").text: self.points(line)[::2]
                for line in self.group.iter(SVG + "polyline")}


class PictureTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.report, cls.tree = simulate(workload())

    def test_refusals_are_those_of_the_report(self):
        areas = Panel(self.tree, "refused").areas()
        drawn = {name: sum(round(height) for height in heights)
                 for name, heights in areas.items()}
        self.assertEqual(drawn, self.report["refusals"])
        self.assertGreater(sum(drawn.values()), 50)
        for heights in areas.values():  # whole requests in each step
            for height in heights:
                self.assertAlmostEqual(height, round(height), delta=0.1)

    def test_what_users_hold_is_the_time_that_they_were_granted(self):
        seconds = self.report["time_ns"] / 1e9 / STEPS
        areas = Panel(self.tree, "held").areas()
        for user in self.report["users"]:
            self.assertAlmostEqual(sum(areas[user["name"]]) * seconds,
                                   user["granted_seconds"],
                                   delta=0.01 * self.report["time_ns"] / 1e9)
        self.assertEqual(len(areas), 4)
        self.assertIn(HOSTILE, areas)
        self.assertGreater(sum(areas["ann"]), 0)

    def test_free_and_held_are_all(self):
        lines = Panel(self.tree, "free").lines()
        mean = sum(lines["free"]) / STEPS
        self.assertAlmostEqual(mean, self.report["mean_free"], delta=0.02)
        held = Panel(self.tree, "held").areas().values()
        for i, free in enumerate(lines["free"]):
            taken = sum(heights[i] for heights in held)
            self.assertAlmostEqual(free + taken, 8, delta=0.1)
            self.assertLessEqual(lines["largest whole set"][i], free + 0.1)

    def test_everything_is_inside_of_the_picture(self):
        root = self.tree.getroot()
        width, height = float(root.get("width")), float(root.get("height"))
        for element in root.iter():
            for pair in (element.get("points") or "").split():
                x, y = map(float, pair.split(","))
                self.assertTrue(0 <= x <= width and 0 <= y <= height)
            if element.tag == SVG + "text":
                self.assertTrue(0 <= float(element.get("x")) <= width)

    def test_time_is_told_in_a_unit_that_fits(self):
        for seconds, unit in ((1, "min"), (1000, "d")):
            _, tree = simulate(workload(seconds))
            labels = [text.text for text in tree.getroot()
                      if text.get("text-anchor") == "middle"]
            self.assertTrue(4 <= len(labels) <= 11, labels)
            self.assertTrue(labels[-1].endswith(" " + unit), labels)
            times = [float(label.split()[0]) for label in labels]
            self.assert_round(times)

    def assert_round(self, values):
        """From 0, in equal steps of one digit."""
        step = values[1] - values[0]
        digit = float(f"{step:e}".split("e")[0])
        self.assertTrue(any(abs(digit - one) < 1e-6 for one in (1, 2, 5)),
                        values)
        for i, value in enumerate(values):
            self.assertAlmostEqual(value, i * step, places=6)

    def test_values_are_round(self):
        for name in ("held", "free", "refused"):
            group = Panel(self.tree, name).group
            self.assert_round([
                float(text.text) for text in group.iter(SVG + "text")
                if text.get("text-anchor") == "end"])

    def test_many_users_have_room(self):
        document = workload()
        document["generate"]["mix"] = [
            {"user": f"somebody-{i:02}", "pipeline": "one",
             "mean_hold": "20s"} for i in range(40)]
        _, tree = simulate(document)
        panel = Panel(tree, "held")
        self.assertEqual(len(panel.areas()), 41)
        for box in panel.group.iter(SVG + "rect"):
            self.assertLess(float(box.get("x")), 1020)


if __name__ == "__main__":
    unittest.main()
