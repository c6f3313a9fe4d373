"""Runs the queries of a page as they are printed, against the output of a run.

Usage: python tests/check_page_queries.py PAGE.md OUTPUT. Each fenced block of python runs with its paths
below OUTPUT, and must print something.
"""
import contextlib
import io
import re
import sys

readme, out = sys.argv[1:3]
blocks = re.findall(r"```python\n(.*?)```", open(readme, encoding="utf-8").read(), re.S)
if len(blocks) < 3:
    sys.exit(f"{readme} has {len(blocks)} queries, expected three or more")
for block in blocks:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block.replace("out/", out + "/"), {})
    if not printed.getvalue().strip():
        sys.exit(f"a query of {readme} prints nothing:\n{block}")
    print(printed.getvalue())
