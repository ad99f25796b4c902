#!/usr/bin/python3
"""The manifests of the DRA plugin against the published API, strictly: an unknown
field, a missing one or a name that does not resolve is a mistake."""
import glob
import json
import sys

import jsonschema
import yaml

SCHEMA = "tests/fixtures/kubernetes/dra-manifests.schema.json"
PIPELINE = "configs/schema/pipeline.schema.json"


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def objects():
    for path in sorted(glob.glob("configs/kubernetes/dra/*.yaml")):
        with open(path, encoding="utf-8") as file:
            for one in yaml.safe_load_all(file):
                yield path, one


def check_object(schema, path, one):
    kind = one.get("kind")
    if kind not in schema["definitions"]:
        yield f"{path}: {kind} has no schema"
        return
    strict = dict(schema, **{"$ref": f"#/definitions/{kind}"})
    for error in jsonschema.Draft7Validator(strict).iter_errors(one):
        where = "/".join(str(step) for step in error.absolute_path)
        yield f"{path}: {kind} {where}: {error.message}"


def check_claims(found):
    """Names that claims and pods refer to, and the parameters of claims."""
    classes = {one["metadata"]["name"] for _, one in found if one["kind"] == "DeviceClass"}
    templates = {
        one["metadata"]["name"] for _, one in found if one["kind"] == "ResourceClaimTemplate"
    }
    pipelines = 0
    for path, one in found:
        if one["kind"] == "Pod":
            for claim in one["spec"]["resourceClaims"]:
                if claim["resourceClaimTemplateName"] not in templates:
                    yield f"{path}: no template {claim['resourceClaimTemplateName']}"
        if one["kind"] != "ResourceClaimTemplate":
            continue
        devices = one["spec"]["spec"]["devices"]
        names = {request["name"] for request in devices["requests"]}
        for request in devices["requests"]:
            if request["exactly"]["deviceClassName"] not in classes:
                yield f"{path}: no class {request['exactly']['deviceClassName']}"
        for part in devices.get("constraints", []) + devices.get("config", []):
            if not names.issuperset(part["requests"]):
                yield f"{path}: requests {part['requests']} are not all there"
        for config in devices.get("config", []):
            pipelines += 1
            jsonschema.validate(config["opaque"]["parameters"]["pipeline"], load(PIPELINE))
            if len(json.dumps(config["opaque"]["parameters"])) > 10240:
                yield f"{path}: parameters are too long"
    if not pipelines:
        yield "no example has a pipeline"


def check_daemon_set(found):
    """Labels that select, and volumes that are mounted."""
    for path, one in found:
        if one["kind"] != "DaemonSet":
            continue
        spec = one["spec"]
        labels = spec["template"]["metadata"]["labels"].items()
        if not spec["selector"]["matchLabels"].items() <= labels:
            yield f"{path}: the selector does not select"
        pod = spec["template"]["spec"]
        volumes = {volume["name"] for volume in pod["volumes"]}
        mounts = {m["name"] for c in pod["containers"] for m in c["volumeMounts"]}
        if volumes != mounts:
            yield f"{path}: volumes {sorted(volumes ^ mounts)}"


def main():
    schema = load(SCHEMA)
    jsonschema.Draft7Validator.check_schema(schema)
    found = list(objects())
    mistakes = [text for path, one in found for text in check_object(schema, path, one)]
    if not found:
        mistakes.append("there are no manifests")
    if not mistakes:
        mistakes += check_claims(found)
        mistakes += check_daemon_set(found)
    for mistake in mistakes:
        print(mistake)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
