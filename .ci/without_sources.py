"""Run a module with ``src`` out of the way, so that the installed wheel is what is tested."""

import os
import runpy
import shutil
import sys

shutil.rmtree("src")
sys.path[0] = os.getcwd()
assert sys.argv[1] == "-m"
module = sys.argv[2]
sys.argv = [module, *sys.argv[3:]]
runpy.run_module(module, run_name="__main__", alter_sys=True)
