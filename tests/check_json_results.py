#!/usr/bin/env python3
"""Checks JSON results against docs/results.schema.json.

Usage: check_json_results.py SCHEMA FOLDER

FOLDER has files COMMAND.NUMBER.json, where COMMAND is a definition of the schema, such as `run` or
`verify_all`. A result must have every required key and, so that the schema describes all of them,
no other key than those of the schema. A failure has the keys of `failure` alone.
"""

import json
import sys
from pathlib import Path

import jsonschema


def closed(schema):
    """The same schema without unknown keys."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and "additionalProperties" not in schema:
        schema["additionalProperties"] = False
    return schema


def main(schema_path, folder):
    schema = json.loads(Path(schema_path).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    definitions = closed(schema["$defs"])
    results = sorted(Path(folder).glob("*.json"))
    problems = []
    for path in results:
        command = path.name.split(".")[0]
        result = json.loads(path.read_text(encoding="utf-8"))
        is_failure = set(result) == {"version", "exit", "error"} and result["exit"] != 0
        name = "failure" if is_failure else command
        validator = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions})
        for error in validator.iter_errors(result):
            best = jsonschema.exceptions.best_match([error])
            problems.append(f"{path.name}: {best.json_path}: {best.message[:200]}")
        if (result["exit"] == 0) != (result["error"] is None):
            problems.append(f"{path.name}: exit {result['exit']} with error {result['error']}")
    print("\n".join(problems) or f"{len(results)} results are as the schema says")
    return 1 if problems or not results else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
