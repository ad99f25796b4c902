#!/usr/bin/python3
"""The manifests of the device plugin, by the published API, and by what they
name: resources that the ConfigMap has, options that the program has."""
import copy
import json
import pathlib
import re
import subprocess
import unittest

import jsonschema
import yaml

HERE = pathlib.Path("tests/unit/integrations/kubernetes/manifests")
MANIFESTS = pathlib.Path("configs/kubernetes")
PIPELINE = pathlib.Path("configs/schema/pipeline.schema.json")
PLUGIN = ("integrations/kubernetes/device_plugin/acceld-device-plugin")


def documents(name):
    return list(yaml.safe_load_all((MANIFESTS / name).read_text("utf-8")))


def schema():
    return json.loads((HERE / "manifests.schema.json").read_text("utf-8"))


def of_kind(kind):
    return next(one for one in documents("device-plugin.yaml")
                if one["kind"] == kind)


def resources():
    return {name.removesuffix(".json"): json.loads(text)
            for name, text in of_kind("ConfigMap")["data"].items()}


# Whose keys are anybody's.
FREE = {"labels", "annotations", "matchLabels", "data", "limits", "requests"}


def places(node, path=()):
    if isinstance(node, (dict, list)):
        yield path
        items = node.items() if isinstance(node, dict) else enumerate(node)
        for key, value in items:
            yield from places(value, path + (key,))


def mutants(change, free=False):
    """Every document with one object or list of it changed in place by a
    function that returns None where it changes nothing; and where."""
    for name in ("device-plugin.yaml", "example-pods.yaml"):
        for document in documents(name):
            for path in places(document):
                if not free and path and path[-1] in FREE:
                    continue
                wrong = copy.deepcopy(document)
                node = wrong
                for key in path:
                    node = node[key]
                change(node)
                if wrong != document:
                    yield wrong, path


class Manifests(unittest.TestCase):

    def test_all_documents_are_of_the_published_api(self):
        for name in ("device-plugin.yaml", "example-pods.yaml"):
            for document in documents(name):
                with self.subTest(name=name, kind=document["kind"]):
                    jsonschema.validate(document, schema())

    def test_an_unknown_field_anywhere_is_a_mistake(self):
        for wrong, where in mutants(lambda node: (
                node.update(imagePullPolice=1)
                if isinstance(node, dict) else None)):
            self.assert_wrong(wrong, where)

    def test_a_value_of_another_type_anywhere_is_a_mistake(self):
        def exchange(node):
            keys = node if isinstance(node, dict) else range(len(node))
            for key in keys:
                if not isinstance(node[key], (dict, list)):
                    node[key] = [{}]
                    return True
            return None
        for wrong, where in mutants(exchange, free=True):
            self.assert_wrong(wrong, where)

    def assert_wrong(self, document, where):
        with self.subTest(kind=document["kind"], where=where):
            with self.assertRaises(jsonschema.ValidationError):
                jsonschema.validate(document, schema())

    def test_resources_are_pipelines_or_devices(self):
        pipeline = json.loads(PIPELINE.read_text("utf-8"))
        for name, text in resources().items():
            with self.subTest(name=name):
                self.assertRegex(name, r"^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$")
                if "function" in text:
                    text = {"stages": [{"name": "device", **text}]}
                jsonschema.validate(text, pipeline)

    def test_example_pods_ask_for_resources_that_are_offered(self):
        asked = {name for pod in documents("example-pods.yaml")
                 for container in pod["spec"]["containers"]
                 for name in container["resources"]["limits"]}
        self.assertEqual(asked, {f"acceld.org/{name}" for name in resources()})

    def test_the_selector_is_of_the_pods(self):
        spec = of_kind("DaemonSet")["spec"]
        labels = spec["template"]["metadata"]["labels"]
        self.assertLessEqual(spec["selector"]["matchLabels"].items(),
                             labels.items())

    def test_every_mount_has_its_volume(self):
        spec = of_kind("DaemonSet")["spec"]["template"]["spec"]
        volumes = {one["name"] for one in spec["volumes"]}
        mounts = {one["name"] for one in spec["containers"][0]["volumeMounts"]}
        self.assertEqual(volumes, mounts)

    def test_the_program_has_the_options(self):
        spec = of_kind("DaemonSet")["spec"]["template"]["spec"]
        text = subprocess.run([PLUGIN, "--help"], check=True, text=True,
                              capture_output=True).stdout
        for argument in spec["containers"][0]["args"]:
            self.assertIn(argument.split("=")[0], text)

    def test_the_manual_has_every_option(self):
        text = subprocess.run([PLUGIN, "--help"], check=True, text=True,
                              capture_output=True).stdout
        manual = pathlib.Path("docs/man/acceld-device-plugin.8").read_text(
            "utf-8").replace("\\-", "-")
        for option in set(re.findall(r"^\s+(?:-h,)?(--[a-z-]+)", text, re.M)):
            self.assertIn(option, manual)


if __name__ == "__main__":
    unittest.main()
