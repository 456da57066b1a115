#include "reports/schema.h"

#include <array>

namespace logquake::report {
namespace {

constexpr std::string_view result_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:logquake:result:1",
  "title": "result.json: one run",
  "type": "object",
  "required": ["schema_version", "verdict", "scenario", "seed", "strategy", "name", "fingerprint", "events",
               "simulated_ns", "wall_ns", "violations", "anomalies", "reproduce"],
  "properties": {
    "schema_version": {"const": 1},
    "logquake": {"type": "string", "description": "the version that ran"},
    "verdict": {"enum": ["passed", "violated", "crashed", "unknown", "nondeterministic"]},
    "scenario": {"type": "string"},
    "about": {"type": "string"},
    "seed": {"type": "integer", "minimum": 0, "maximum": 18446744073709551615},
    "strategy": {"type": "string", "description": "fifo, random:SLACK or pct:DEPTH:SLACK"},
    "defects": {"type": "array", "items": {"type": "string"}},
    "settings": {"type": "array", "items": {"type": "string"}, "description": "that the seed drew: KEY = VALUE"},
    "name": {"type": "string", "description": "the token by which `logquake replay` finds the run again"},
    "content_hash": {"type": "string", "description": "of the effective scenario"},
    "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    "stop": {"type": "string", "description": "why the run ended"},
    "events": {"type": "integer", "minimum": 0},
    "facts": {"type": "integer", "minimum": 0},
    "simulated_ns": {"type": "integer", "minimum": 0},
    "wall_ns": {"type": "integer", "minimum": 0, "description": "real time; differs from run to run"},
    "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
    "nodes": {"type": "array", "items": {
      "type": "object", "required": ["name", "group"],
      "properties": {"name": {"type": "string"}, "group": {"type": "string"}}}},
    "faults": {"type": "array", "items": {
      "type": "object", "required": ["sentence", "at_ns"],
      "properties": {
        "sentence": {"type": "string"}, "when": {"type": "string"}, "at_ns": {"type": "integer"},
        "node": {"type": "string"}, "fact": {"type": "integer"}}}},
    "promises": {"type": "array", "items": {
      "type": "object", "required": ["checker", "summary"],
      "properties": {"checker": {"type": "string"}, "clause": {"type": "string"}, "summary": {"type": "string"}}}},
    "violations": {"type": "array", "items": {
      "type": "object", "required": ["checker", "clause", "message", "at_ns", "facts"],
      "properties": {
        "checker": {"type": "string"}, "clause": {"type": "string"}, "message": {"type": "string"},
        "at_ns": {"type": "integer"},
        "facts": {"type": "array", "items": {"type": "integer"}, "description": "ids in trace.jsonl"},
        "detail": {"type": "string", "description": "lines to be shown as they are; absent where there are none"}}}},
    "anomalies": {"type": "array", "items": {
      "type": "object", "required": ["checker", "clause", "message", "count"],
      "properties": {
        "checker": {"type": "string"}, "clause": {"type": "string"}, "message": {"type": "string"},
        "count": {"type": "integer", "minimum": 1},
        "facts": {"type": "array", "items": {"type": "integer"}}}}},
    "pending": {"type": "array", "items": {"type": "string"}},
    "reproduce": {"type": "string", "description": "the command that brings the run back"}
  }
}
)json";

constexpr std::string_view trace_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:logquake:trace:1",
  "title": "trace.jsonl: one fact or (with --trace) one event of the kernel a line, in the order they happened",
  "type": "object",
  "required": ["id", "at_ns"],
  "oneOf": [
    {"title": "a fact", "required": ["cause", "node", "kind", "level", "sentence", "fields"]},
    {"title": "an event of the kernel, told before it takes effect", "required": ["event"]}
  ],
  "properties": {
    "id": {"type": "integer", "minimum": 1, "description": "ascending; facts and events of the kernel are numbered as one, so without --trace ids have gaps"},
    "at_ns": {"type": "integer", "minimum": 0, "description": "simulated time since the start"},
    "cause": {"type": "integer", "minimum": 0, "description": "the fact or event that led to it; 0 for none"},
    "node": {"type": "string", "description": "empty for the world outside the nodes"},
    "kind": {"type": "string", "description": "area.kebab-case"},
    "level": {"enum": ["trace", "debug", "info", "warn", "error"], "description": "trace is written with --trace or --keep trace"},
    "sentence": {"type": "string"},
    "subject": {"type": "string", "description": "whose state it tells"},
    "state": {"type": "string", "description": "the state it moved to"},
    "fields": {"type": "object"},
    "event": {"enum": ["wake", "control", "delivery", "datagram"], "description": "a task goes on; something outside all nodes; a message or a datagram arrives"},
    "task": {"type": "string", "description": "of wake: node/task"},
    "connection": {"type": "integer", "description": "of delivery: the number of the connection"}
  }
}
)json";

constexpr std::array<std::string_view, 2> names{"result", "trace"};
constexpr std::array<std::string_view, 2> texts{result_schema, trace_schema};

}  // namespace

std::span<const std::string_view> schema_names() { return names; }

std::string_view schema_text(std::string_view name) {
  for (std::size_t index = 0; index < names.size(); ++index) {
    if (names[index] == name) return texts[index];
  }
  return {};
}

}  // namespace logquake::report
