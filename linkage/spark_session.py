"""A session of Apache Spark, and this program's own packages on its workers. Needs the extra `spark` and Java 17."""

from __future__ import annotations

import os
import sys
import tempfile
import zipfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.installation import OneLineError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PACKAGES = ("connectors", "linkage")


def spark_session(master: str, memory: str = "4g") -> SparkSession:
    """Return a session on a master. Raises OneLineError when Spark or Java is not there, or nobody answers."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise OneLineError("the engine spark needs PySpark: pip install 'weerzien[spark]'") from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings: dict[str, Any] = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": memory,
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.adaptive.enabled": "false",  # a partition is as large as was reckoned
        "spark.sql.shuffle.partitions": "16",
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master(master).appName("weerzien")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        spark = builder.getOrCreate()
    except (PySparkException, OSError, RuntimeError) as error:
        raise OneLineError(f"Spark does not start on {master} ({type(error).__name__}); is Java 17 there?") from None
    if not master.startswith("local"):
        spark.addArtifacts(str(_packed()), pyfile=True) if hasattr(spark, "addArtifacts") else None
        spark.sparkContext.addPyFile(str(_packed()))
    return spark


def _packed() -> Path:
    """The packages that compare, as one archive for the workers of a cluster."""
    archive = Path(tempfile.mkdtemp()) / "weerzien.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for package in PACKAGES:
            root = Path(str(resources.files(package)))
            for file in sorted(root.rglob("*")):
                if file.suffix in (".py", ".toml"):
                    packed.write(file, Path(package) / file.relative_to(root))
    return archive
