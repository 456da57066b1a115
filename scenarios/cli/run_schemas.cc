#include "scenarios/cli/run_schemas.h"

namespace logquake::scenario {
namespace {

constexpr std::string_view around_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:logquake:around:1",
  "title": "replay --around: what happened around one event of a run",
  "type": "object",
  "required": ["event", "causes", "led_to", "before", "after", "faults", "not_up"],
  "properties": {
    "event": {"$ref": "#/$defs/line"},
    "causes": {"type": "array", "items": {"$ref": "#/$defs/line"}, "description": "oldest first, without the event"},
    "led_to": {"type": "array", "items": {"$ref": "#/$defs/line"}, "description": "the first facts that it caused"},
    "before": {"type": "array", "items": {"$ref": "#/$defs/line"}},
    "after": {"type": "array", "items": {"$ref": "#/$defs/line"}},
    "faults": {"type": "array", "items": {
      "type": "object", "required": ["sentence", "since_ns", "how"],
      "properties": {
        "sentence": {"type": "string"}, "since_ns": {"type": "integer"},
        "how": {"type": "string", "description": "until when; empty for what struck and left its mark"}}}},
    "not_up": {"type": "array", "items": {"type": "string"}, "description": "broker-1 is down"}
  },
  "$defs": {
    "line": {
      "type": "object", "required": ["id", "cause", "at_ns", "node", "kind", "sentence"],
      "properties": {
        "id": {"type": "integer", "minimum": 1}, "cause": {"type": "integer", "minimum": 0},
        "at_ns": {"type": "integer", "minimum": 0}, "node": {"type": "string"},
        "kind": {"type": "string", "description": "empty for an event of the kernel"},
        "sentence": {"type": "string"},
        "skipped": {"type": "integer", "minimum": 0,
                    "description": "in a chain of causes: so many of this kind and node before it are left out"}}}
  }
}
)json";

constexpr std::string_view diff_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:logquake:diff:1",
  "title": "diff: where two runs part and what followed",
  "type": "object",
  "required": ["same", "runs", "settings", "plan", "last_common", "first", "second", "changed"],
  "properties": {
    "same": {"type": "boolean", "description": "whether both tell the same and end alike"},
    "runs": {"type": "array", "minItems": 2, "maxItems": 2, "items": {
      "type": "object", "required": ["name", "verdict", "fingerprint", "events", "violations"],
      "properties": {
        "name": {"type": "string"}, "verdict": {"type": "string"}, "fingerprint": {"type": "string"},
        "events": {"type": "integer"}, "violations": {"type": "array"}}}},
    "settings": {"type": "array", "items": {"$ref": "#/$defs/setting"}},
    "plan": {"type": "array", "items": {"$ref": "#/$defs/setting"}},
    "last_common": {"description": "a fact as in trace.jsonl, or null"},
    "first": {"$ref": "#/$defs/side"},
    "second": {"$ref": "#/$defs/side"},
    "changed": {"type": "array", "description": "facts that both state with other values"}
  },
  "$defs": {
    "setting": {
      "type": "object", "required": ["what", "first", "second"],
      "properties": {"what": {"type": "string"}, "first": {"type": "string"}, "second": {"type": "string"}}},
    "side": {
      "type": "object", "required": ["parting", "causes", "followed", "facts"],
      "properties": {
        "parting": {"description": "the first fact that is only here, or null"},
        "causes": {"type": "array"},
        "followed": {"type": "array", "items": {
          "type": "object", "required": ["fact", "at_ns", "node", "sentence"]}},
        "facts": {"type": "integer", "description": "so many are only here"}}}
  }
}
)json";

constexpr std::string_view regressions_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:logquake:regressions:1",
  "title": "regressions: what once went wrong, again",
  "type": "object",
  "required": ["as_expected", "failed", "regressions"],
  "properties": {
    "as_expected": {"type": "integer", "minimum": 0},
    "failed": {"type": "integer", "minimum": 0},
    "regressions": {"type": "array", "items": {
      "type": "object",
      "required": ["name", "guards", "clause", "run", "expected", "verdict", "found", "as_expected", "reproduce"],
      "properties": {
        "name": {"type": "string"}, "guards": {"type": "string"}, "clause": {"type": "string"},
        "run": {"type": "string", "description": "the run's name, for `logquake replay`"},
        "expected": {"type": "string", "description": "passed, or violated by CHECKER"},
        "verdict": {"enum": ["passed", "violated", "crashed", "unknown", "nondeterministic"]},
        "found": {"type": "string"}, "as_expected": {"type": "boolean"}, "reproduce": {"type": "string"}}}}
  }
}
)json";

}  // namespace

std::vector<std::string> run_schema_names() { return {"around", "diff", "regressions"}; }

std::string_view run_schema(std::string_view name) {
  if (name == "around") return around_schema;
  if (name == "diff") return diff_schema;
  return name == "regressions" ? regressions_schema : std::string_view();
}

}  // namespace logquake::scenario
