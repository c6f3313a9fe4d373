"""Reads metrics as Prometheus does, and prints their samples as JSON.

    python check_metrics.py FILE...

Several files are read together, as node_exporter's textfile collector does: no two samples may be
the same, and the help of a metric must be the same everywhere. The names obey the rules of
`promtool check metrics`.
"""

import json
import re
import sys

from prometheus_client.parser import text_string_to_metric_families

NOT_BASE_UNITS = re.compile(r"_(days|hours|minutes|milliseconds|kilobytes|mib|percent)(_|$)")
ENDINGS_OF_OTHER_TYPES = ("_total", "_count", "_sum", "_bucket", "_info_total")


def main(paths):
    samples, helps = {}, {}
    for path in paths:
        text = open(path, encoding="utf-8").read()
        assert text.endswith("\n"), path
        for family in text_string_to_metric_families(text):
            name = family.name
            assert re.fullmatch(r"lnere_[a-z_]+", name), name
            assert family.type == "gauge" and family.documentation, name
            assert "gauge" not in name and not name.endswith(ENDINGS_OF_OTHER_TYPES), name
            assert not NOT_BASE_UNITS.search(name), name
            assert helps.setdefault(name, family.documentation) == family.documentation, name
            assert family.samples, name
            for sample in family.samples:
                labels = ",".join(f"{key}={value}" for key, value in sorted(sample.labels.items()))
                key = f"{sample.name}{{{labels}}}"
                assert key not in samples, key
                samples[key] = sample.value
    print(json.dumps(samples))


main(sys.argv[1:])
