// Definitions of configuration keys, their validation and their typed reading.
// Source: Apache Kafka 3.7.0, org.apache.kafka.common.config.ConfigDef, ConfigException.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/connect/error.h"

namespace logquake::connect {

/// A connector's, task's or worker's configuration as people write it: text to text.
using Properties = std::map<std::string, std::string>;

enum class ConfigType : std::uint8_t {
  boolean,
  string,
  int16,
  int32,
  int64,
  list,
  klass,
  password
};
/// As the real one prints it: "INT", "SHORT", "LIST".
std::string_view name_of(ConfigType type);

/// One key. Built by chaining: `key("tasks.max", ConfigType::int32, "1").at_least(1)`.
struct ConfigKey {
  /// What a value must fulfil beyond its type: nothing, or why not.
  using Validator = std::function<std::optional<std::string>(const std::string& value)>;

  std::string name;
  ConfigType type = ConfigType::string;
  bool required = false;                // no default at all
  std::optional<std::string> fallback;  // the default; none for null
  std::vector<Validator> validators;
  std::string expected;  // for messages of our own: "at least 1", "one of a, b"

  ConfigKey at_least(std::int64_t minimum) &&;
  ConfigKey one_of(std::vector<std::string> allowed) &&;      // ConfigDef.ValidString
  ConfigKey enumerator(std::vector<std::string> allowed) &&;  // the JDBC connector's own, any case
  ConfigKey non_empty() &&;
  /// Real values that this simulation refuses, because what they ask for is not modelled.
  ConfigKey only(std::vector<std::string> modelled) &&;
  ConfigKey valid(Validator validator, std::string what) &&;
};
ConfigKey key(std::string name, ConfigType type, std::optional<std::string> fallback);
ConfigKey required_key(std::string name, ConfigType type);

/// What is wrong with one key's value, as the validate endpoint answers it.
struct ConfigProblem {
  std::string key;
  std::string message;   // "Invalid value 0 for configuration tasks.max: Value must be at least 1"
  std::string expected;  // "at least 1"; may be empty
};

/// A configuration that fulfils its definition.
class ParsedConfig {
 public:
  const std::string& text(std::string_view name) const;           // "" for null
  std::optional<std::string> maybe(std::string_view name) const;  // nothing for null
  std::int64_t integer(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::vector<std::string> list(std::string_view name) const;

 private:
  friend class ConfigDefinition;
  const std::optional<std::string>& value(std::string_view name) const;
  std::map<std::string, std::optional<std::string>, std::less<>> values_;
};

class ConfigDefinition {
 public:
  ConfigDefinition() = default;
  explicit ConfigDefinition(std::vector<ConfigKey> keys) : keys_(std::move(keys)) {}
  void add(const ConfigDefinition& other);

  const std::vector<ConfigKey>& keys() const { return keys_; }
  const ConfigKey* find(std::string_view name) const;
  /// Every problem, in the order of the keys.
  std::vector<ConfigProblem> validate(const Properties& properties) const;
  /// Errors: config, the first problem.
  Result<ParsedConfig> parse(const Properties& properties) const;

 private:
  std::vector<ConfigKey> keys_;
};

/// "a, b ,c" as its trimmed parts; nothing for blank text.
std::vector<std::string> split_list(std::string_view text);
/// "[a, b]", as Java prints a list.
std::string list_text(const std::vector<std::string>& parts);
/// "{a=1, b=2}", as Java prints a map.
std::string map_text(const Properties& properties);
std::string lower_case(std::string_view text);

}  // namespace logquake::connect
