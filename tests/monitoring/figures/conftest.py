"""The nights that several tests count from stand beside them: `import invented_night`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
