"""Turn off the telemetry of what Mien is built on: each library reads its variable once, when it is imported.

So `import mien` does it, before anything of Mien's can import them. What was imported earlier cannot be silenced.
"""

from __future__ import annotations

import os
import sys
import warnings

SWITCHES = {
    # On by default in the wheels since 1.31: an identity and a queue under the home folder when it is imported, and an
    # upload within half a minute. `disable_telemetry_events()`, called after the import, stops neither.
    "ORT_DISABLE_TELEMETRY": "1",
    # TensorFlow and JAX set it to 1 for libtpu where it is not set.
    "ENABLE_RUNTIME_UPTIME_TELEMETRY": "0",
}


def silence() -> None:
    """Set each switch, unless the person has set it; warn where ONNX Runtime had its telemetry started already."""
    runtime = sys.modules.get("onnxruntime")
    late = runtime is not None and not os.environ.get("ORT_DISABLE_TELEMETRY")
    for name, value in SWITCHES.items():
        os.environ[name] = os.environ.get(name) or value
    if late and _talks(getattr(runtime, "__version__", "")):
        warnings.warn(
            "onnxruntime was imported before mien, so its telemetry is on in this process and cannot be turned off any "
            "more. Import mien first, or set ORT_DISABLE_TELEMETRY=1",
            RuntimeWarning,
            stacklevel=3,
        )


def _talks(version: str) -> bool:
    """Say whether a version of ONNX Runtime has telemetry that is on by default: 1.31 and later."""
    parts = version.split(".")
    return len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit() and (int(parts[0]), int(parts[1])) >= (1, 31)
