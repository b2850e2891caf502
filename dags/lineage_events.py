"""What goes out to OpenLineage: of each event only what `lineage.toml` declares. Needs the extra `lineage`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent
from openlineage.client.facet_v2 import job_type_job
from openlineage.client.transport.transform import EventTransformer

from connectors.register import REGISTERS
from dags.lineage import datasets, declared

UNWATCHED = "nightly.verdict"
JOB_FIELDS = ("processingType", "integration", "jobType")


class OnlyDeclared(EventTransformer):
    """Builds each event anew from what may go out; events of other DAGs, and of datasets or jobs alone, do not."""

    def transform(self, event: Any) -> RunEvent | None:
        """Return what may go out of an event, None for nothing."""
        if not isinstance(event, RunEvent) or event.job.name not in jobs():
            return None
        name = event.job.name
        facets = event.run.facets or {}
        register = _register(facets)
        place = declared()["namespace"]
        kind = (event.job.facets or {}).get("jobType")
        kept = {"jobType": job_type_job.JobTypeJobFacet(**{f: getattr(kind, f) for f in JOB_FIELDS})} if kind else {}
        return RunEvent(
            eventType=event.eventType,
            eventTime=event.eventTime,
            run=Run(runId=event.run.runId, facets=_facets(facets)),
            job=Job(namespace=event.job.namespace, name=name, facets=kept),
            inputs=[InputDataset(namespace=place, name=one) for one in datasets(name, "inputs", register)],
            outputs=[OutputDataset(namespace=place, name=one) for one in datasets(name, "outputs", register)],
            producer=event.producer,
        )


def jobs() -> frozenset[str]:
    """Return the names of the DAGs and tasks that are told of."""
    from monitoring.operational.declared import declared as seen

    stages = seen()["stages"]
    return frozenset([*stages, *(f"{dag}.{task}" for dag, tasks in stages.items() for task in tasks), UNWATCHED])


def _facets(facets: dict[str, Any]) -> dict[str, Any]:
    """The declared facets of a run, made anew from their declared fields."""
    kept = {}
    for name, fields in declared()["facets"].items():
        found = facets.get(name)
        if found is None or (name == "parent" and not _is_ours(found)):
            continue
        kept[name] = type(found)(**{field: getattr(found, field) for field in fields if hasattr(found, field)})
    return kept


def _is_ours(parent: Any) -> bool:
    """Whether a parent is a run of this program: who starts a run may write another one into its parameters."""
    named = [parent.job, *([parent.root.job] if getattr(parent, "root", None) else [])]
    return all(job.name in jobs() for job in named)


def _register(facets: dict[str, Any]) -> str | None:
    """The register of a mapped task: they are mapped in the order in which they are declared."""
    instance = getattr(facets.get("airflow"), "taskInstance", None)
    number = instance.get("map_index") if isinstance(instance, Mapping) else None
    return REGISTERS[number] if isinstance(number, int) and 0 <= number < len(REGISTERS) else None
