# docs/deployment.md, step 2.
set -euo pipefail
cd /opt/weerzien
python3 -m venv .venv
.venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
