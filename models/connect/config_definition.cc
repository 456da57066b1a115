#include "models/connect/config_definition.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "sim/base/format.h"

namespace logquake::connect {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) out += (i > 0 ? ", " : "") + parts[i];
  return out;
}

std::optional<std::int64_t> integer_in(std::string_view text, std::int64_t low, std::int64_t high) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < low || value > high) return std::nullopt;
  return value;
}

/// Why the text is no value of the type, or nothing.
std::optional<std::string> type_complaint(ConfigType type, std::string_view text) {
  const auto number = [&](std::int64_t low, std::int64_t high) -> std::optional<std::string> {
    if (integer_in(text, low, high)) return std::nullopt;
    return "Not a number of type " + std::string(name_of(type));
  };
  switch (type) {
    case ConfigType::boolean: {
      const std::string lower = lower_case(text);
      if (lower == "true" || lower == "false") return std::nullopt;
      return "Expected value to be either true or false";
    }
    case ConfigType::int16:
      return number(std::numeric_limits<std::int16_t>::min(),
                    std::numeric_limits<std::int16_t>::max());
    case ConfigType::int32:
      return number(std::numeric_limits<std::int32_t>::min(),
                    std::numeric_limits<std::int32_t>::max());
    case ConfigType::int64:
      return number(std::numeric_limits<std::int64_t>::min(),
                    std::numeric_limits<std::int64_t>::max());
    case ConfigType::string:
    case ConfigType::list:
    case ConfigType::klass:
    case ConfigType::password:
      return std::nullopt;
  }
  return std::nullopt;
}

bool is_trimmed(ConfigType type) { return type != ConfigType::password; }

}  // namespace

std::string_view name_of(ConfigType type) {
  constexpr std::string_view names[] = {"BOOLEAN", "STRING", "SHORT", "INT",
                                        "LONG",    "LIST",   "CLASS", "PASSWORD"};
  return names[static_cast<std::size_t>(type)];
}

ConfigKey key(std::string name, ConfigType type, std::optional<std::string> fallback) {
  ConfigKey made;
  made.name = std::move(name);
  made.type = type;
  made.fallback = std::move(fallback);
  return made;
}

ConfigKey required_key(std::string name, ConfigType type) {
  ConfigKey made = key(std::move(name), type, std::nullopt);
  made.required = true;
  return made;
}

ConfigKey ConfigKey::valid(Validator validator, std::string what) && {
  validators.push_back(std::move(validator));
  if (expected.empty()) expected = std::move(what);
  return std::move(*this);
}

ConfigKey ConfigKey::at_least(std::int64_t minimum) && {
  auto check = [minimum](const std::string& value) -> std::optional<std::string> {
    if (integer_in(value, minimum, std::numeric_limits<std::int64_t>::max())) return std::nullopt;
    return format("Value must be at least {}", minimum);
  };
  return std::move(*this).valid(check, format("at least {}", minimum));
}

ConfigKey ConfigKey::one_of(std::vector<std::string> allowed) && {
  std::string what = "one of " + joined(allowed);
  auto check = [allowed =
                    std::move(allowed)](const std::string& value) -> std::optional<std::string> {
    if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return std::nullopt;
    return "String must be one of: " + joined(allowed);
  };
  return std::move(*this).valid(std::move(check), std::move(what));
}

ConfigKey ConfigKey::enumerator(std::vector<std::string> allowed) && {
  std::string what = "one of " + joined(allowed);
  auto check = [allowed =
                    std::move(allowed)](const std::string& value) -> std::optional<std::string> {
    if (std::find(allowed.begin(), allowed.end(), lower_case(value)) != allowed.end())
      return std::nullopt;
    return "Invalid enumerator";
  };
  return std::move(*this).valid(std::move(check), std::move(what));
}

ConfigKey ConfigKey::non_empty() && {
  auto check = [](const std::string& value) -> std::optional<std::string> {
    if (!value.empty()) return std::nullopt;
    return "String must be non-empty";
  };
  return std::move(*this).valid(check, "text that is not empty");
}

ConfigKey ConfigKey::only(std::vector<std::string> modelled) && {
  const bool none = modelled.empty() || (modelled.size() == 1 && modelled.front().empty());
  std::string what = none ? "no value" : "one of " + joined(modelled);
  auto check = [none, modelled = std::move(modelled)](
                   const std::string& value) -> std::optional<std::string> {
    if (std::find(modelled.begin(), modelled.end(), lower_case(value)) != modelled.end())
      return std::nullopt;
    if (none) return "Not modelled by this simulation";
    return "Not modelled by this simulation, which has: " + joined(modelled);
  };
  validators.push_back(std::move(check));
  expected = std::move(what);
  return std::move(*this);
}

const std::optional<std::string>& ParsedConfig::value(std::string_view name) const {
  const auto at = values_.find(name);
  LOGQUAKE_CHECK(at != values_.end(), format("configuration {} is not defined", name));
  return at->second;
}

const std::string& ParsedConfig::text(std::string_view name) const {
  const auto& found = value(name);
  return found ? *found : values_.find(std::string_view())->second.value();
}

std::optional<std::string> ParsedConfig::maybe(std::string_view name) const { return value(name); }

std::int64_t ParsedConfig::integer(std::string_view name) const {
  const auto number = integer_in(text(name), std::numeric_limits<std::int64_t>::min(),
                                 std::numeric_limits<std::int64_t>::max());
  LOGQUAKE_CHECK(number.has_value(), format("configuration {} holds no number", name));
  return *number;
}

bool ParsedConfig::flag(std::string_view name) const { return lower_case(text(name)) == "true"; }

std::vector<std::string> ParsedConfig::list(std::string_view name) const {
  return split_list(text(name));
}

void ConfigDefinition::add(const ConfigDefinition& other) {
  keys_.insert(keys_.end(), other.keys_.begin(), other.keys_.end());
}

const ConfigKey* ConfigDefinition::find(std::string_view name) const {
  const auto at =
      std::find_if(keys_.begin(), keys_.end(), [&](const ConfigKey& k) { return k.name == name; });
  return at == keys_.end() ? nullptr : &*at;
}

std::vector<ConfigProblem> ConfigDefinition::validate(const Properties& properties) const {
  std::vector<ConfigProblem> problems;
  for (const ConfigKey& defined : keys_) {
    const auto at = properties.find(defined.name);
    if (at == properties.end()) {
      if (defined.required) {
        problems.push_back(
            {defined.name,
             format("Missing required configuration \"{}\" which has no default value.",
                    defined.name),
             defined.expected});
      }
      continue;
    }
    const std::string value(is_trimmed(defined.type) ? trimmed(at->second)
                                                     : std::string_view(at->second));
    const auto complain = [&](const std::string& why) {
      const std::string shown = defined.type == ConfigType::password ? "[hidden]"
                                : defined.type == ConfigType::list   ? list_text(split_list(value))
                                                                     : value;
      problems.push_back(
          {defined.name,
           format("Invalid value {} for configuration {}: {}", shown, defined.name, why),
           defined.expected.empty() ? lower_case(name_of(defined.type)) : defined.expected});
    };
    if (const auto complaint = type_complaint(defined.type, value)) {
      complain(*complaint);
      continue;
    }
    for (const auto& validator : defined.validators) {
      if (const auto complaint = validator(value)) {
        complain(*complaint);
        break;
      }
    }
  }
  return problems;
}

Result<ParsedConfig> ConfigDefinition::parse(const Properties& properties) const {
  const auto problems = validate(properties);
  if (!problems.empty()) return Error{ErrorCode::config, problems.front().message};
  ParsedConfig config;
  config.values_.emplace("", "");  // what text() lends for null
  for (const ConfigKey& defined : keys_) {
    const auto at = properties.find(defined.name);
    if (at == properties.end()) {
      config.values_.insert_or_assign(defined.name, defined.fallback);
    } else {
      const std::string_view value =
          is_trimmed(defined.type) ? trimmed(at->second) : std::string_view(at->second);
      config.values_.insert_or_assign(defined.name, std::string(value));
    }
  }
  return config;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> parts;
  text = trimmed(text);
  if (text.empty()) return parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto comma = std::min(text.find(',', begin), text.size());
    parts.emplace_back(trimmed(text.substr(begin, comma - begin)));
    begin = comma + 1;
  }
  return parts;
}

std::string list_text(const std::vector<std::string>& parts) { return "[" + joined(parts) + "]"; }

std::string map_text(const Properties& properties) {
  std::string out = "{";
  for (const auto& [name, value] : properties)
    out += (out.size() > 1 ? ", " : "") + name + "=" + value;
  return out + "}";
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace logquake::connect
