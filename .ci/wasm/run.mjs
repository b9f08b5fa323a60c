// Runs pytest in CPython for WebAssembly: node run.mjs SITE PROJECT [arguments of pytest]. Nothing is fetched.
import process from "node:process";
import { loadPyodide } from "pyodide";

const [site, project, ...args] = process.argv.slice(2);
const pyodide = await loadPyodide();
pyodide.mountNodeFS("/site", site);
pyodide.mountNodeFS("/project", project);
pyodide.globals.set("arguments", pyodide.toPy(args));
process.exitCode = pyodide.runPython(`
import os, platform, sys

sys.dont_write_bytecode = True
sys.path[:0] = ["/project/src", "/site"]
os.chdir("/project")
print(f"CPython {platform.python_version()} on {sys.platform}")

import pytest

int(pytest.main(list(arguments)))
`);
