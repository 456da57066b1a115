#include "scenarios/engine/run_name.h"

#include <charconv>

#include "reports/run_report.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

constexpr std::string_view prefix = "lq1:";

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-_./:=+@").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += format("%{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    unsigned byte = 0;
    if (at + 2 >= text.size()) return std::nullopt;
    const auto* digits = text.data() + at + 1;
    const auto [end, trouble] = std::from_chars(digits, digits + 2, byte, 16);
    if (trouble != std::errc{} || end != digits + 2) return std::nullopt;
    out += static_cast<char>(byte);
    at += 2;
  }
  return out;
}

bool read_number(std::string_view text, std::uint64_t& value, int base) {
  const auto* last = text.data() + text.size();
  const auto [end, trouble] = std::from_chars(text.data(), last, value, base);
  return trouble == std::errc{} && end == last;
}

/// Takes one "key=value"; what is wrong, or nothing.
std::string take_field(std::string_view key, const std::string& value, RunName& name,
                       bool& has_seed) {
  if (key == "seed") {
    has_seed = read_number(value, name.seed, 10);
    return has_seed ? "" : format("seed: expected a whole number, found \"{}\"", value);
  }
  if (key == "strategy") {
    const auto strategy = sim::parse_strategy(value);
    if (!strategy) return format("strategy: {}", strategy.error().message);
    name.strategy = *strategy;
  } else if (key == "defect") {
    name.defects.push_back(value);
  } else if (key == "set") {
    name.sets.push_back(value);
  } else {
    return format("expected seed=, strategy=, defect= or set=, found \"{}=\"", key);
  }
  return {};
}

}  // namespace

std::string to_string(const RunName& name) {
  auto text =
      format("{}{},{},seed={},strategy={}", prefix, encoded(name.scenario),
             report::hex(name.content_hash), name.seed, encoded(sim::to_string(name.strategy)));
  for (const auto& defect : name.defects) text += ",defect=" + encoded(defect);
  for (const auto& assignment : name.sets) text += ",set=" + encoded(assignment);
  return text;
}

bool looks_like_run_name(std::string_view text) {
  if (!text.starts_with("lq")) return false;
  const auto colon = text.find_first_not_of("0123456789", 2);
  return colon != std::string_view::npos && colon > 2 && text[colon] == ':';
}

Result<RunName> parse_run_name(std::string_view token) {
  const auto bad = [token](std::string_view why) {
    return Error{ErrorCode::invalid_argument, format("run name \"{}\": {}", token, why)};
  };
  if (!looks_like_run_name(token)) return bad("expected \"lq1:SCENARIO,HASH,seed=N,strategy=S\"");
  if (!token.starts_with(prefix))
    return bad("made by another version of logquake; this one reads \"lq1:\"");
  RunName name;
  bool has_seed = false;
  std::size_t position = 0;
  for (std::string_view rest = token.substr(prefix.size());; ++position) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto part = rest.substr(0, comma);
    if (position == 0) {
      const auto scenario = decoded(part);
      if (!scenario || scenario->empty()) return bad("expected a scenario after \"lq1:\"");
      name.scenario = *scenario;
    } else if (position == 1) {
      if (part.size() != 16 || !read_number(part, name.content_hash, 16)) {
        return bad("expected a content hash of 16 hex digits after the scenario");
      }
    } else {
      const auto equals = part.find('=');
      const auto value =
          equals == std::string_view::npos ? std::nullopt : decoded(part.substr(equals + 1));
      if (!value) return bad(format("expected KEY=VALUE, found \"{}\"", part));
      if (const auto trouble = take_field(part.substr(0, equals), *value, name, has_seed);
          !trouble.empty()) {
        return bad(trouble);
      }
    }
    if (comma == rest.size()) break;
    rest.remove_prefix(comma + 1);
  }
  if (!has_seed) return bad("expected seed=N");
  return name;
}

}  // namespace logquake::scenario
