//! The generator against a small specification of its own: what it writes, and what it says when something does not fit.
#![allow(clippy::unwrap_used)] // a fixture that cannot be written is a failed test
use codegen::Target;
use std::fs;
use std::path::Path;

const DOCUMENT: &str = r##"
openapi: 3.0.0
info: {title: t, version: "1"}
paths:
  /api/v4/things:
    post:
      operationId: CreateThing
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
      responses: {"201": {description: d, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}}
  /api/v4/things/{thing_id}:
    get:
      operationId: GetThing
      parameters: [{name: thing_id, in: path, required: true, schema: {type: string}}, {name: since, in: query, schema: {type: integer}}]
      responses: {"200": {description: d, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Thing"}}}}}}
    delete:
      operationId: DeleteThing
      responses: {"200": {description: d, content: {application/json: {schema: {$ref: "#/components/schemas/StatusOK"}}}}}
components:
  schemas:
    Thing: {type: object}
    StatusOK: {type: object}
"##;

const MODELS: &str = r#"{
  "Thing": {"file": "thing", "fields": [
    {"field": "Id", "type": "string", "json": "id"},
    {"field": "Type", "type": "Kind", "json": "type"},
    {"field": "Parent", "type": "*Thing", "json": "parent", "omitempty": true},
    {"field": "Names", "type": "[]string", "json": "names"},
    {"field": "Tags", "type": "[]string", "json": "tags", "omitempty": true},
    {"field": "Weight", "type": "float64", "json": "weight"},
    {"field": "Secret", "type": "string", "json": "-", "skipped": true}
  ]},
  "Parcel": {"file": "thing", "fields": [
    {"field": "Thing", "type": "Thing", "json": null, "embedded": true},
    {"field": "Id", "type": "int64", "json": "id"}
  ]}
}"#;

const ENUMS: &str = r#"{"collection_types": {"Things": "[]*Thing"},
  "named_types": {"Kind": {"base": "string", "values": {"KindBig": "big", "KindSmall": "small", "KindLittle": "small"}}}}"#;

const ROUTES: &str = "method\tpath\thandler\twrapper\tfile\toperationId\tregexes\toptions\n\
POST\t/api/v4/things\tcreateThing\tAPISessionRequired\tthing\tCreateThing\t\t-\n\
GET\t/api/v4/things/{thing_id}\tgetThing\tAPISessionRequired\tthing\tGetThing\tthing_id=[A-Za-z0-9_-]+\t-\n\
HEAD\t/api/v4/things/{thing_id}\tgetThing\tAPISessionRequired\tthing\t-\t\t-\n\
DELETE\t/api/v4/things/{thing_id}\tdeleteThing\tAPISessionRequiredDisableWhenBusy\tthing\tDeleteThing\t\tPerSec=2,MaxBurst=1\n\
PUT\t/api/v4/things/{thing_id}\tputThing\tAPIHandler\tthing\t-\t\thandlerParamFileAPI\n";

const IO: &str = "method\tpath\thandler\tcodes\thint\tquery\tbody\tkeys\tpermissions\n\
GET\t/api/v4/things/{thing_id}\tgetThing\t200\t-\tdeep,~Page,~PerPage\t-\t-\t-\n";

const SCOPE: &str = "things:\n  CreateThing: implemented\n  DeleteThing: licensed 501 api.things.license\n  GetThing: implemented\n  PutThing: implemented\n";
const ACCESS: &str = "CreateThing: {channel: body.channel_id, permission: create_post, refusal: {status: 404, id: gone}}\n\
DeleteThing: {system: [manage_system, other]}\nGetThing: session\nPutThing: public\n";
const OVERLAY: &str = "PutThing: {add: \"PUT /api/v4/things/{thing_id}\", unchecked: [thing_id], body: raw, response: empty, status: 204, reason: missing}\n";

/// Writes a specification, with some files replaced.
fn spec(changes: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let permissions =
        r#"{"permissions": [{"id": "create_post"}, {"id": "manage_system"}, {"id": "other"}]}"#;
    let files = [
        ("openapi.yaml", DOCUMENT),
        ("facts/models.json", MODELS),
        ("facts/models_untagged.json", "{}"),
        ("facts/enums.json", ENUMS),
        ("facts/limits.json", r#"{"model": {"ThingMaxRunes": 64}}"#),
        ("facts/routes.tsv", ROUTES),
        ("facts/routes_io.tsv", IO),
        (
            "facts/common_params.tsv",
            "name\tin\tfield\tkind\npage\tquery\tPage\tint\nper_page\tquery\tPerPage\tint\n",
        ),
        (
            "facts/helpers.tsv",
            "helper\tid\tstatus\tparams\tname\tcheck\nRequireThingId\t-\t400\t-\tthing_id\tIsValidId\n",
        ),
        ("facts/permissions.json", permissions),
        (
            "clients/client_routes.tsv",
            "h\nGET\t/api/v4/things/{thing_id}\tmobile,web\n",
        ),
        (
            "clients/mobile41.tsv",
            "h\n7\t-\tGET\t/api/v4/things/{thing_id}\tGetThing\n",
        ),
        ("overlay/models.yaml", "[]"),
        ("overlay/schemas.yaml", "{}"),
        ("overlay/things.yaml", OVERLAY),
        ("access/things.yaml", ACCESS),
        ("scope.yaml", SCOPE),
    ];
    for (file, text) in files.into_iter().chain(changes.iter().copied()) {
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn complaint(changes: &[(&str, &str)]) -> String {
    let dir = spec(changes);
    format!(
        "{:#}",
        codegen::generate(Target::Contract, dir.path()).unwrap_err()
    )
}

#[test]
fn models() {
    let dir = spec(&[]);
    insta::assert_snapshot!(codegen::generate(Target::Model, dir.path()).unwrap());
}

#[test]
fn contract() {
    let dir = spec(&[]);
    insta::assert_snapshot!(codegen::generate(Target::Contract, dir.path()).unwrap());
}

#[test]
fn the_corrected_document_has_the_added_operation_and_the_real_types() {
    let dir = spec(&[]);
    let document = codegen::corrected_openapi(dir.path()).unwrap();
    insta::assert_json_snapshot!(document);
}

/// One complaint exactly, naming file, operation, what is wrong and what to do.
#[test]
fn mistakes_are_named() {
    let overlay = |text: &str| format!("{OVERLAY}{text}");
    let cases = [
        (
            ("overlay/things.yaml", overlay("GetThing: {status: 201}\n")),
            "spec/overlay/things.yaml: GetThing: has no reason; say what shows that the document is wrong",
        ),
        (
            (
                "overlay/things.yaml",
                overlay("GetThing: {status: 200, reason: r}\n"),
            ),
            "spec/overlay/things.yaml: GetThing: `status: 200` changes nothing; remove it",
        ),
        (
            (
                "overlay/things.yaml",
                overlay("CreateThing: {body: Thing, reason: r}\n"),
            ),
            "spec/overlay/things.yaml: CreateThing: `body: Thing` changes nothing; remove it",
        ),
        (
            (
                "overlay/things.yaml",
                overlay("CreateThing: {response: Nothing, reason: r}\n"),
            ),
            "spec/overlay/things.yaml: CreateThing: `response: Nothing` is an unknown model; check the name",
        ),
        (
            (
                "overlay/things.yaml",
                overlay("GetNothing: {status: 200, reason: r}\n"),
            ),
            "spec/overlay/things.yaml: GetNothing: unknown operation; check the id, or give `add: METHOD /path`",
        ),
        (
            (
                "overlay/things.yaml",
                overlay("GetThing: {query: {since: any_int}, reason: r}\n"),
            ),
            "spec/overlay/things.yaml: GetThing: query since: any_int changes nothing; remove it",
        ),
        (
            (
                "overlay/others.yaml",
                "GetThing: {status: 201, reason: r}\n".into(),
            ),
            "spec/overlay/others.yaml: GetThing: belongs to `things`; move it to spec/overlay/things.yaml",
        ),
        (
            (
                "access/things.yaml",
                ACCESS.replace("GetThing: session\n", ""),
            ),
            "spec/access/things.yaml: GetThing: has no access rule; add one",
        ),
        (
            (
                "access/things.yaml",
                ACCESS.replace("create_post", "create_posts"),
            ),
            "spec/access/things.yaml: CreateThing: unknown permission create_posts; see spec/facts/permissions.json",
        ),
        (
            (
                "access/things.yaml",
                ACCESS.replace("GetThing: session", "GetThing: {in_domain: \"\"}"),
            ),
            "spec/access/things.yaml: GetThing: in_domain needs a reason",
        ),
        (
            (
                "access/things.yaml",
                ACCESS.replace(
                    "GetThing: session",
                    "GetThing: {team: path.team_id, permission: other}",
                ),
            ),
            "spec/access/things.yaml: GetThing: path.team_id is not part of the request; name a parameter the operation has",
        ),
        (
            (
                "access/things.yaml",
                format!("{ACCESS}GetNothing: session\n"),
            ),
            "spec/access/things.yaml: GetNothing: unknown operation, or one without a scope; remove it or check the id",
        ),
        (
            ("scope.yaml", SCOPE.replace("  GetThing: implemented\n", "")),
            "spec/scope.yaml: GetThing: is missing; add a line with its scope under its tag",
        ),
        (
            (
                "scope.yaml",
                SCOPE.replace("GetThing: implemented", "GetThing: done"),
            ),
            "spec/scope.yaml: GetThing: `done` is not a scope; use implemented, pending, by_hand or `licensed <status> <error id>`",
        ),
        (
            ("scope.yaml", format!("{SCOPE}  GetNothing: pending\n")),
            "spec/scope.yaml: GetNothing: unknown operation; remove the line or check the id",
        ),
        (
            (
                "overlay/models.yaml",
                "- {model: Nothing, skip: true, reason: r}".into(),
            ),
            "spec/overlay/models.yaml: Nothing: skips a model that does not exist; remove the entry",
        ),
        (
            (
                "overlay/models.yaml",
                "- {model: Thing, fields: {id: string}, reason: r}".into(),
            ),
            "spec/overlay/models.yaml: Thing.id: changes nothing; remove it",
        ),
        (
            (
                "facts/routes.tsv",
                ROUTES.replace(
                    "GET\t/api/v4/things/{thing_id}\tgetThing",
                    "GET\t/api/v4/elsewhere\tgetThing",
                ),
            ),
            "spec/openapi.yaml: GetThing: the server has no such route; remove the operation, or give `path` or `wrapper`",
        ),
    ];
    for ((file, text), expected) in cases {
        let said = complaint(&[(file, &text)]);
        assert!(
            said.lines().any(|line| line == expected),
            "expected\n  {expected}\ngot\n  {said}"
        );
    }
}

#[test]
fn an_unknown_field_type_names_the_overlay() {
    let dir = spec(&[(
        "facts/models.json",
        &MODELS.replace("\"float64\"", "\"chan int\""),
    )]);
    let said = format!(
        "{:#}",
        codegen::generate(Target::Model, dir.path()).unwrap_err()
    );
    assert_eq!(
        said,
        "spec/facts/models.json: Thing.Weight: unknown type chan int; give the field a type in spec/overlay/models.yaml"
    );
}
