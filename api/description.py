"""What the interface says of itself: OpenAPI 3.1, and one plain page that needs nothing else."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.responses import HTMLResponse

from api import schemas, schemas_filling
from api.routes.verifications import PATH as VERIFICATIONS

_UPLOADS: dict[str, type[BaseModel]] = {
    "CollectedIn": schemas.CollectedIn,
    "MaterialIn": schemas.MaterialIn,
    "CollectedBatchIn": schemas_filling.CollectedBatchIn,
    "ReconciliationIn": schemas_filling.ReconciliationIn,
}
_BODIES: dict[str, type[BaseModel]] = {
    "/v1/accounts": schemas.AccountIn,
    "/v1/subjects": schemas.SubjectIn,
    "/v1/subjects/lookup": schemas.IdentifierIn,
    "/v1/holder-keys": schemas.HolderKeyIn,
    "/v1/licences": schemas.LicenceIn,
    "/v1/benefits/candidates": schemas_filling.CandidatesIn,
    "/v1/benefits/offers": schemas_filling.LookIn,
    "/v1/licences/batch": schemas_filling.LicencesIn,
    "/v1/cases/{case}/resume": schemas_filling.ResumeIn,
    "/v1/licences/{licence}/status": schemas.StatusIn,
    "/v1/materials/{material}/check": schemas.CheckIn,
    "/v1/cases": schemas.CaseIn,
    "/v1/cases/{case}/plan": schemas.PlanIn,
    "/v1/cases/{case}/close": schemas.CloseIn,
    "/v1/cases/{case}/request-drafts": schemas.RequestDraftIn,
    "/v1/requests/{identity}/consent-draft": schemas.ConsentDraftIn,
    "/v1/consents/{identity}/release-draft": schemas.ReleaseDraftIn,
    "/v1/consents": schemas.ConsentIn,
    "/v1/releases": schemas.ReleaseIn,
    "/v1/trace/bundle": schemas.BundleIn,
    VERIFICATIONS: schemas.VerifyIn,
}
"""Bodies come in by the strict door and not as the framework's parameters, so they are described
here, by path."""
_WRITES_NOTHING = frozenset(
    (
        "/v1/token",
        "/v1/subjects/lookup",
        "/v1/cases/{case}/request-drafts",
        "/v1/requests/{identity}/consent-draft",
        "/v1/consents/{identity}/release-draft",
        "/v1/trace/bundle",
        VERIFICATIONS,
    )
)
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
    },
}
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h2{margin-top:2rem}dt{font-family:ui-monospace,monospace;margin-top:1rem}"
    "dd{margin:.2rem 0 0 1.5rem}b{display:inline-block;min-width:3.5rem}"
)


def install(app: FastAPI) -> None:
    """Give the app its description and the page that shows it."""
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            made.update(_described(app))
        return made

    app.openapi = openapi  # type: ignore[method-assign]
    page = "".join(_page(openapi()))
    app.add_route("/docs", lambda _: HTMLResponse(page), methods=["GET"], include_in_schema=False)


def _described(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        openapi_version="3.1.0",
        routes=app.routes,
    )
    components = document.setdefault("components", {}).setdefault("schemas", {})
    components["Problem"] = _PROBLEM
    document["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    document["paths"].setdefault(VERIFICATIONS, {})["post"] = {
        "tags": ["verification"],
        "summary": "Verify",
        "description": "1 to 1,000 items, a verdict of numbered checks for each.",
        "responses": {"200": {"description": "{items: [verdict, …]} in the order asked"}},
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _complete(path, method, operation, components)
    return document


def _complete(
    path: str, method: str, operation: dict[str, Any], components: dict[str, Any]
) -> None:
    problem = {"$ref": "#/components/schemas/Problem"}
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = {
        "description": "a problem (RFC 9457) with a stable code",
        "content": {"application/problem+json": {"schema": problem}},
    }
    upload = operation.pop("x-upload", None)
    if operation.pop("x-envelope", None):
        schema: dict[str, Any] = {"type": "object", "description": "a signed envelope, version 1"}
        operation["requestBody"] = _content("application/json", schema)
    elif upload is not None:
        about = _schema(_UPLOADS[upload], components)
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        schema = {"type": "object", "properties": {"about": about, "file": file}}
        operation["requestBody"] = _content("multipart/form-data", schema)
    elif method == "post" and path in _BODIES:
        operation["requestBody"] = _content("application/json", _schema(_BODIES[path], components))
    if method == "post" and path not in _WRITES_NOTHING:
        operation.setdefault("parameters", []).append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "schema": {"type": "string", "minLength": 1, "maxLength": 128},
            }
        )


def _content(media_type: str, schema: Any) -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": schema}}}


def _schema(model: type[BaseModel], components: dict[str, Any]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    components.update(schema.pop("$defs", {}))
    components[model.__name__] = schema
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _page(document: dict[str, Any]) -> list[str]:
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Mianti API</title>',
        f"<style>{_STYLE}</style><h1>{escape(document['info']['title'])}</h1>",
        '<p>The whole description is <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1). ',
        "Errors are RFC 9457 problems with a stable code.</p>",
    ]
    by_tag: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            line = f"<dt><b>{method.upper()}</b> {escape(path)}</dt>"
            line += f"<dd>{escape(operation.get('description', ''))}</dd>"
            by_tag.setdefault(operation.get("tags", ["other"])[0], []).append(line)
    for tag, lines in by_tag.items():
        parts += [f"<h2>{escape(tag)}</h2><dl>", *lines, "</dl>"]
    return [*parts, "</html>"]


def api_routes(app: FastAPI) -> list[APIRoute]:
    """The app's own routes."""
    return [route for route in app.routes if isinstance(route, APIRoute)]
