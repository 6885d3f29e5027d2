"""Which packages there are, found and not listed: all rooms of `sim/`, and `configs/`, installed as `sim.configs`.

Everything else stands in `pyproject.toml`; this cannot, since what is found there cannot be told to lie elsewhere.
"""

from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["sim", "sim.*"]), "sim.configs"], package_dir={"sim.configs": "configs"})
