"""The API's description of itself: the OpenAPI document, and a page for people that is read from it."""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from authorizations.api.facts import body_of, facts_of
from authorizations.api.registry import STEPS_AT, api
from authorizations.lifecycle.machine import Machine
from authorizations.lifecycle.step import Step

Part = dict[str, Any]
JSON, FILES = "application/json", "multipart/form-data"


@cache
def document() -> Part:
    """The OpenAPI document: as the library writes it, with an operation of its own for each step of a machine."""
    start = reverse("api_page")
    written: Part = dict(api.get_openapi_schema(path_prefix=start))
    paths = dict(written["paths"])
    for address, machines in STEPS_AT.items():
        general = paths.pop(f"{start}{address}")["post"]
        for name, rows in _by_name(machines).items():
            path = f"{start}{address}".replace("{step}", name)
            paths[path] = {"post": _operation(general, f"{address.partition('/')[0]}_{name}", rows)}
    return {**written, "paths": paths}


Rows = list[tuple[Machine, Step]]


def _by_name(machines: Iterable[Machine]) -> dict[str, Rows]:
    """The steps that people take, by name; machines of one record type may have a step of the same name."""
    named: dict[str, Rows] = {}
    for machine in machines:
        for step in machine.steps:
            if step.sources and not step.inside:
                named.setdefault(step.name, []).append((machine, step))
    return named


def _operation(general: Part, name: str, rows: Rows) -> Part:
    operation = deepcopy(general)
    content = operation["requestBody"]["content"][JSON]
    shapes = [facts_of(step, title=machine.title if len(rows) > 1 else "") for machine, step in rows]
    content["schema"] = {**content["schema"], **body_of(*shapes)["requestBody"]["content"][JSON]["schema"]}
    return {
        **operation,
        "operationId": name,
        "summary": rows[0][1].label,
        "description": " ".join(_says(machine, step, several=len(rows) > 1) for machine, step in rows),
        "parameters": [each for each in operation["parameters"] if each["name"] != "step"],
    }


def _says(machine: Machine, step: Step, *, several: bool) -> str:
    stages = ", ".join(machine.stages[stage] for stage in step.sources)
    return f"{f'{machine.title}: ' if several else ''}{step.description} From: {stages}."


def openapi(request: HttpRequest) -> HttpResponse:
    """The document for programs. It holds no record of anybody, so anybody may read it."""
    return JsonResponse(document())


def api_page(request: HttpRequest) -> HttpResponse:
    written = document()
    operations = [
        _described(path, method, operation, written)
        for path, methods in written["paths"].items()
        for method, operation in methods.items()
    ]
    shapes = [
        {"name": name, "description": shape.get("description", ""), "fields": list(_fields(shape))}
        for name, shape in written["components"]["schemas"].items()
        if "properties" in shape
    ]
    return render(request, "pages/api.html", {"info": written["info"], "operations": operations, "shapes": shapes})


# --- for the page ---


def _described(path: str, method: str, operation: Part, written: Part) -> Part:
    sent = operation.get("requestBody", {}).get("content", {})
    body: Part = next((each["schema"] for kind in (JSON, FILES) if (each := sent.get(kind))), {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "fields": [
            *({**each, **_field(each["name"], each["schema"], each["required"])} for each in operation["parameters"]),
            *_fields(_whole(body, written)),
        ],
        "answers": [
            (status, answer["description"], _kind(answer["content"][JSON]["schema"]))
            for status, answer in sorted(operation["responses"].items())
        ],
    }


def _whole(schema: Part, written: Part) -> Part:
    """A body with what it refers to: the shape that all bodies of its kind have, and the facts of the one step."""
    parts = [_shape(schema, written), *schema.get("allOf", []), *schema.get("anyOf", [])]
    fields: Part = {}
    for part in parts:
        for name, field in part.get("properties", {}).items():
            before = fields.get(name, {}).get("properties", {})
            fields[name] = (
                {**field, "properties": {**before, **field["properties"]}} if "properties" in field else field
            )
    return {
        "properties": fields,
        "required": [name for part in parts for name in part.get("required", [])],
    }


def _shape(schema: Part, written: Part) -> Part:
    shape: Part = written["components"]["schemas"].get(_name(schema), {})
    return shape


def _fields(shape: Part) -> Iterator[Part]:
    for name, schema in shape.get("properties", {}).items():
        inner = schema.get("properties")
        if inner is None:
            yield _field(name, schema, name in shape.get("required", []))
            continue
        for part, part_schema in inner.items():
            yield _field(f"{name}.{part}", part_schema, part in schema.get("required", []))


def _field(name: str, schema: Part, required: bool) -> Part:  # noqa: FBT001  # as the schema states it
    return {"name": name, "kind": _kind(schema), "required": required, "description": schema.get("description", "")}


def _kind(schema: Part) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "items" in schema:
        return f"list of {_kind(schema['items'])}"
    return _name(schema) or str(schema.get("format") or schema.get("type") or "any")


def _name(schema: Part) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]
