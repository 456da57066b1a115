#include "scenarios/campaign/hunt_schema.h"

namespace logquake::scenario {
namespace {

constexpr std::string_view report_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:logquake:hunt:1",
  "title": "hunt.json: many runs of one scenario or several",
  "type": "object",
  "required": ["schema_version", "scenario", "runs", "passed", "violated", "unknown", "crashed", "seconds",
               "simulated_seconds", "failures", "probes"],
  "properties": {
    "schema_version": {"const": 1},
    "logquake": {"type": "string", "description": "the version that ran"},
    "binary": {"type": "string", "description": "hash of the executable"},
    "scenario": {"type": "string", "description": "the names of all, separated by \", \""},
    "about": {"type": "string", "description": "of the only scenario"},
    "content_hash": {"type": "string", "description": "of the only effective scenario"},
    "defects": {"type": "array", "items": {"type": "string"}},
    "sets": {"type": "array", "items": {"type": "string"}},
    "first_seed": {"type": "integer", "minimum": 0},
    "last_seed": {"type": "integer", "minimum": 0},
    "shard": {"type": "object", "properties": {"index": {"type": "integer"}, "count": {"type": "integer"}}},
    "interrupted": {"type": "boolean", "description": "the hunt can go on with --resume"},
    "runs": {"type": "integer", "minimum": 0},
    "passed": {"type": "integer", "minimum": 0},
    "violated": {"type": "integer", "minimum": 0},
    "unknown": {"type": "integer", "minimum": 0},
    "crashed": {"type": "integer", "minimum": 0},
    "nondeterministic": {"type": "integer", "minimum": 0},
    "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}$", "description": "of all runs, in the order of scenarios and seeds"},
    "events": {"type": "integer", "minimum": 0},
    "seconds": {"type": "number", "description": "of real time, of the session that came to the end; where shards were merged, the sum of theirs; differs from hunt to hunt"},
    "cpu_seconds": {"type": "number", "description": "that the runs took of the processor; differs too"},
    "simulated_seconds": {"type": "number"},
    "failures": {"type": "array", "items": {
      "type": "object", "required": ["checker", "signature", "count", "first_seed", "name"],
      "properties": {
        "scenario": {"type": "string"},
        "checker": {"type": "string"},
        "signature": {"type": "string", "description": "the message without its numbers"},
        "verdict": {"enum": ["violated", "crashed", "unknown", "nondeterministic"]},
        "message": {"type": "string", "description": "of the first seed, as name and reproduce are"},
        "count": {"type": "integer", "minimum": 1},
        "first_seed": {"type": "integer", "minimum": 0},
        "name": {"type": "string", "description": "the run's name, for `logquake replay`"},
        "reproduce": {"type": "string"},
        "cheapest": {"type": "object", "description": "the run with the fewest events", "properties": {
          "seed": {"type": "integer"}, "events": {"type": "integer"}, "message": {"type": "string"},
          "name": {"type": "string"}, "reproduce": {"type": "string"}}}}}},
    "anomalies": {"type": "array", "items": {
      "type": "object", "required": ["checker", "clause", "runs", "count"],
      "properties": {
        "checker": {"type": "string"}, "clause": {"type": "string"}, "runs": {"type": "integer"},
        "count": {"type": "integer"}, "first_seed": {"type": "integer"}}}},
    "faults": {"type": "object", "additionalProperties": {"type": "integer"},
               "description": "how often each kind struck"},
    "probes": {"type": "object", "additionalProperties": {"type": "integer"},
               "description": "runs that reached each probe"},
    "scenarios": {"type": "array", "items": {"type": "object", "description": "the counts of each scenario"}},
    "coverage": {"type": "object", "properties": {
      "probes": {"type": "object", "additionalProperties": {"type": "object", "properties": {
        "kind": {"enum": ["", "reachable", "sometimes", "always", "unreachable", "number"]},
        "runs": {"type": "integer"}, "hits": {"type": "integer"}, "failed": {"type": "integer"},
        "least": {"type": "integer"}, "most": {"type": "integer"}}}},
      "probes_never_reached": {"type": "array", "items": {"type": "string"}},
      "faults": {"type": "object", "additionalProperties": {"type": "object", "properties": {
        "planned": {"type": "integer", "description": "runs that had the kind in their plan"},
        "struck": {"type": "integer"}}}},
      "faults_never_struck": {"type": "array", "items": {"type": "string"}},
      "facts": {"type": "object", "additionalProperties": {"type": "integer"}},
      "facts_never_stated": {"type": "array", "items": {"type": "string"}},
      "required_probes_missing": {"type": "array", "items": {"type": "string"},
                                  "description": "there with --require-probes"}}}
  }
}
)json";

constexpr std::string_view log_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "urn:logquake:hunt-log:1",
  "title": "a line of hunt.jsonl: one run; the first line names the campaign instead",
  "type": "object",
  "required": ["scenario", "content_hash", "seed", "strategy", "verdict", "checker", "clause", "signature", "message",
               "name", "fingerprint", "events", "simulated_ns", "probes", "faults", "facts", "anomalies", "pending"],
  "properties": {
    "scenario": {"type": "string"},
    "content_hash": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    "seed": {"type": "integer", "minimum": 0},
    "strategy": {"type": "string"},
    "verdict": {"enum": ["passed", "violated", "crashed", "unknown", "nondeterministic"]},
    "checker": {"type": "string", "description": "of the first violation, or the verdict; empty where it passed"},
    "clause": {"type": "string"},
    "signature": {"type": "string", "description": "the message without its numbers"},
    "message": {"type": "string"},
    "also": {"type": "array", "description": "the first violations of other checkers", "items": {"type": "object"}},
    "reproduce": {"type": "string", "description": "there where it did not pass"},
    "name": {"type": "string", "description": "the run's name, for `logquake replay`"},
    "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
    "events": {"type": "integer", "minimum": 0},
    "simulated_ns": {"type": "integer", "minimum": 0},
    "probes": {"type": "object", "additionalProperties": {"type": "object", "properties": {
      "held": {"type": "integer"}, "failed": {"type": "integer"},
      "least": {"type": "integer"}, "most": {"type": "integer"}}}, "description": "what is zero is left out"},
    "faults": {"type": "object", "additionalProperties": {"type": "integer"},
               "description": "each kind of the plan, and how often it struck"},
    "facts": {"type": "object", "additionalProperties": {"type": "integer"}, "description": "by kind"},
    "anomalies": {"type": "array", "items": {"type": "object", "properties": {
      "checker": {"type": "string"}, "clause": {"type": "string"}, "count": {"type": "integer"}}}},
    "pending": {"type": "array", "items": {"type": "string"}}
  }
}
)json";

}  // namespace

std::string_view hunt_schema(std::string_view name) {
  if (name == "hunt") return report_schema;
  return name == "hunt-log" ? log_schema : std::string_view();
}

}  // namespace logquake::scenario
