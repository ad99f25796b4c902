#!/usr/bin/python3
"""Exported files, read by others than their writer: Python's XML and JSON
readers, xmllint, a JSON Schema validator, Graphviz."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import jsonschema

ACCEL_TOPO = "client/topo/accel-topo"
HOSTS = pathlib.Path("configs/hosts")
SCHEMA = pathlib.Path("configs/schema/machine.schema.json")
SVG = "{http://www.w3.org/2000/svg}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"

HOSTILE = "\"]]><&'\u00e9\x07\ufffe\\N\n-->"


def scratch():
    return pathlib.Path(tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR")))


def hostile_machine():
    path = scratch() / "hostile.json"
    attributes = {"name": {"value": HOSTILE, "source": HOSTILE},
                  "driver": HOSTILE, "health": HOSTILE, "count": 3}
    path.write_text(json.dumps({
        "format": "acceld-machine", "version": 1, "name": HOSTILE,
        "entities": [
            {"key": "accelerator:a", "kind": "accelerator",
             "attributes": attributes},
            {"key": "pci:b", "kind": "pci",
             "attributes": {"count": "no number", "class": HOSTILE}}],
        "links": [{"from": "pci:b", "to": "accelerator:a", "kind": "on-die",
                   "attributes": {"kind": HOSTILE}}]}), encoding="utf-8")
    return path


def machines():
    return sorted(HOSTS.glob("*.json")) + [hostile_machine()]


def accel_topo(*arguments):
    return subprocess.run([ACCEL_TOPO, *map(str, arguments)],
                          capture_output=True, check=False)


def export(host, ending, *options):
    done = accel_topo("--host", host, "export", "-", "--format", ending,
                      *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def document(host):
    return json.loads(export(host, "json"))


class DocumentsTest(unittest.TestCase):
    def test_svg_is_xml_with_an_id_and_a_title_for_everything(self):
        for host in machines():
            for option in ((), ("--no-collapse",)):
                text = export(host, "svg", *option)
                subprocess.run(["xmllint", "--noout", "-"], input=text,
                               check=True)
                root = ElementTree.fromstring(text)
                self.assertEqual(root.find(SVG + "title").text, host.stem)
                self.assertTrue(root.find(SVG + "desc").text)
                drawn = [e for e in root.iter(SVG + "g") if e.get("id")]
                ids = [e.get("id") for e in drawn]
                self.assertEqual(len(ids), len(set(ids)))
                for element in drawn:
                    self.assertTrue(element.find(SVG + "title").text)
            # Unfolded, every vertex has its box.
            keys = {e["key"] for e in document(host)["entities"]}
            self.assertLessEqual(keys, set(ids))

    def test_svg_asks_for_nothing_from_outside(self):
        for host in machines():
            text = export(host, "svg").decode()
            for word in ("<script", "<image", "href=", "url(", "@import"):
                self.assertNotIn(word, text)

    def test_graphml_holds_every_vertex_edge_and_typed_value(self):
        for host in machines():
            machine = document(host)
            root = ElementTree.fromstring(export(host, "graphml"))
            keys = {key.get("id"): key for key in root.iter(GRAPHML + "key")}
            nodes = list(root.iter(GRAPHML + "node"))
            self.assertEqual({n.get("id") for n in nodes},
                             {e["key"] for e in machine["entities"]})
            edges = list(root.iter(GRAPHML + "edge"))
            self.assertEqual(
                len(edges), len(machine["links"]) + len(machine["relations"]))
            for holder in nodes + edges:
                domain = holder.tag.removeprefix(GRAPHML)
                seen = set()
                for data in holder.iter(GRAPHML + "data"):
                    key = keys[data.get("key")]
                    self.assertEqual(key.get("for"), domain)
                    self.assertNotIn(key.get("id"), seen)
                    seen.add(key.get("id"))
                    if key.get("attr.type") == "long":
                        int(data.text)
                    elif key.get("attr.type") == "boolean":
                        self.assertIn(data.text, ("true", "false"))

    def test_graphviz_draws_dot_with_every_vertex_and_link(self):
        for host in machines():
            machine = document(host)
            drawn = subprocess.run(["dot", "-Tjson"], input=export(host, "dot"),
                                   capture_output=True, check=True)
            graph = json.loads(drawn.stdout)
            self.assertEqual(drawn.stderr, b"")
            names = {o["name"] for o in graph["objects"]}
            self.assertLessEqual({e["key"] for e in machine["entities"]}, names)
            shares = [r for r in machine["relations"]
                      if r["kind"] == "shares-memory"]
            self.assertEqual(len(graph.get("edges", [])),
                             len(machine["links"]) + len(shares))

    def test_json_satisfies_the_schema_and_loads_again(self):
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        for host in machines():
            text = export(host, "json")
            jsonschema.validate(json.loads(text), schema)
            again = scratch() / host.name
            again.write_bytes(text)
            self.assertEqual(export(again, "json"), text)

    def test_a_file_is_replaced_only_by_force(self):
        host = HOSTS / "shared-hbm.json"
        file = scratch() / "machine.svg"
        self.assertEqual(
            accel_topo("--host", host, "export", file).returncode, 0)
        first = file.read_bytes()
        refused = accel_topo("--host", host, "export", file, "--name", "other")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn(b"--force", refused.stderr)
        self.assertEqual(file.read_bytes(), first)
        forced = accel_topo("--host", host, "export", "-f", file, "--name",
                            "other")
        self.assertEqual(forced.returncode, 0)
        self.assertIn(b"<title>other</title>", file.read_bytes())
        self.assertEqual(os.listdir(file.parent), ["machine.svg"])

    def test_errors_say_what_formats_there_are(self):
        host = HOSTS / "shared-hbm.json"
        for arguments in ((scratch() / "machine.pdf",), ("-",),
                          ("-", "--format", "pdf")):
            done = accel_topo("--host", host, "export", *arguments)
            self.assertEqual(done.returncode, 5)
            self.assertIn(b"json, svg, html, dot, graphml", done.stderr)

    def test_where_nothing_can_be_written_it_says_so(self):
        host = HOSTS / "shared-hbm.json"
        done = accel_topo("--host", host, "export",
                          scratch() / "no" / "machine.svg")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"machine.svg", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
