"""SpiffWorkflow as its documentation shows it, for comparison only; ``bench.engine`` starts it as a process of its own.

The model is parsed once a version. A completion reads the case from its JSON, runs the task, lets the engine go on,
looks at timers, and writes the case as JSON again. Its expressions are Python: nothing of the product may import this
module, and it imports nothing of the product.
"""

from __future__ import annotations

import io
import json
import sys
import time
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from bench import drawings


def walk(name: str) -> dict[str, Any]:
    """One case from start to end: ``{"steps": CPU ms of each completion, "bytes": of the finished case}``."""
    model = drawings.model(name, "python")
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(model.text.encode())), filename="measured.bpmn")
    specs, below = parser.get_spec("measured"), parser.get_subprocess_specs("measured")
    serializer = BpmnWorkflowSerializer()
    case = BpmnWorkflow(specs, below)
    case.data.update(model.variables)
    for task in case.get_tasks(state=TaskState.READY):
        task.data.update(model.variables)
    _go_on(case)
    kept = serializer.serialize_json(case)
    steps = []
    for number in range(model.tasks):
        waiting = [task for task in case.get_tasks(state=TaskState.READY) if task.task_spec.manual]
        id_ = waiting[0].id
        begun = time.thread_time()
        case = serializer.deserialize_json(kept)
        task = case.get_task_from_id(id_)
        task.data.update(model.written(task.task_spec.bpmn_id or "", number))
        task.run()
        _go_on(case)
        kept = serializer.serialize_json(case)
        steps.append((time.thread_time() - begun) * 1000)
    if not case.completed:
        raise RuntimeError(f"{name}: not at its end after {model.tasks} tasks")
    return {"steps": steps, "bytes": len(kept.encode())}


def _go_on(case: Any) -> None:
    case.do_engine_steps()
    case.refresh_waiting_tasks()
    case.do_engine_steps()


def main() -> None:
    """Answer each line (the name of a model) with one of JSON."""
    for line in sys.stdin:
        print(json.dumps(walk(line.strip())), flush=True)


if __name__ == "__main__":
    main()
