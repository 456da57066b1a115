#include "models/connect/json.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "sim/base/format.h"

namespace logquake::connect {
namespace {

/// Builds a Json from the parser's events, with a bound on depth.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Json root;
  bool too_deep = false;
  std::size_t error_position = 0;
  std::string error_message;

  bool null() override { return put(Json()); }
  bool boolean(bool value) override { return put(Json(value)); }
  bool number_integer(number_integer_t value) override { return put(Json(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max())) {
      return put(Json(static_cast<double>(value)));
    }
    return put(Json(static_cast<std::int64_t>(value)));
  }
  bool number_float(number_float_t value, const string_t&) override { return put(Json(value)); }
  bool string(string_t& value) override { return put(Json(std::move(value))); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json(Json::Object{})); }
  bool start_array(std::size_t) override { return open(Json(Json::Array{})); }
  bool key(string_t& value) override {
    keys_.back() = std::move(value);
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    error_position = position;
    error_message = error.what();
    return false;
  }

 private:
  bool open(Json container) {
    if (static_cast<int>(open_.size()) >= max_json_depth) {
      too_deep = true;
      return false;
    }
    open_.push_back(std::move(container));
    keys_.emplace_back();
    return true;
  }
  bool close() {
    Json finished = std::move(open_.back());
    open_.pop_back();
    keys_.pop_back();
    return put(std::move(finished));
  }
  bool put(Json value) {
    if (open_.empty()) {
      root = std::move(value);
    } else if (auto* array = open_.back().array()) {
      array->push_back(std::move(value));
    } else {
      open_.back().set(keys_.back(), std::move(value));
    }
    return true;
  }
  std::vector<Json> open_;
  std::vector<std::string> keys_;
};

/// The library says "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error
/// while parsing value - why": only the why is for people, the place is told apart.
std::string reason_in(const std::string& message) {
  const auto colon = message.find(": ", message.find("] "));
  return colon == std::string::npos ? message : message.substr(colon + 2);
}

void set_place(JsonError& error, std::string_view text, std::size_t position) {
  const auto end = std::min(position == 0 ? 0 : position - 1, text.size());
  for (std::size_t i = 0; i < end; ++i) {
    if (text[i] == '\n') {
      ++error.line;
      error.column = 1;
    } else {
      ++error.column;
    }
  }
}

void append(std::string& out, const Json& value) {
  if (const auto* flag = value.boolean()) {
    out += *flag ? "true" : "false";
  } else if (const auto* integer = value.integer()) {
    out += format("{}", *integer);
  } else if (const auto* number = value.number()) {
    out += std::isfinite(*number) ? double_text(*number) : '"' + double_text(*number) + '"';
  } else if (const auto* text = value.text()) {
    append_json_string(out, *text);
  } else if (const auto* array = value.array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      append(out, (*array)[i]);
    }
    out += ']';
  } else if (const auto* object = value.object()) {
    out += '{';
    for (std::size_t i = 0; i < object->size(); ++i) {
      if (i > 0) out += ',';
      append_json_string(out, (*object)[i].name);
      out += ':';
      append(out, (*object)[i].value);
    }
    out += '}';
  } else {
    out += "null";
  }
}

}  // namespace

Json::Json() = default;
Json::Json(const Json&) = default;
Json::Json(Json&&) noexcept = default;
Json& Json::operator=(const Json&) = default;
Json& Json::operator=(Json&&) noexcept = default;
Json::~Json() = default;
Json::Json(std::nullptr_t) {}
Json::Json(bool value) : value_(value) {}
Json::Json(int value) : value_(std::int64_t{value}) {}
Json::Json(std::int64_t value) : value_(value) {}
Json::Json(double value) : value_(value) {}
Json::Json(const char* value) : value_(std::string(value)) {}
Json::Json(std::string_view value) : value_(std::string(value)) {}
Json::Json(std::string value) : value_(std::move(value)) {}
Json::Json(Array value) : value_(std::move(value)) {}
Json::Json(Object value) : value_(std::move(value)) {}

bool operator==(const Json& left, const Json& right) { return left.value_ == right.value_; }

const Json* Json::find(std::string_view name) const {
  const auto* members = object();
  if (members == nullptr) return nullptr;
  const auto at = std::find_if(members->begin(), members->end(),
                               [&](const JsonMember& m) { return m.name == name; });
  return at == members->end() ? nullptr : &at->value;
}

void Json::set(std::string_view name, Json value) {
  if (is_null()) value_ = Object{};
  auto* members = object();
  LOGQUAKE_CHECK(members != nullptr, "only a JSON object has members to set");
  const auto at = std::find_if(members->begin(), members->end(),
                               [&](const JsonMember& m) { return m.name == name; });
  if (at == members->end()) {
    members->push_back({std::string(name), std::move(value)});
  } else {
    at->value = std::move(value);
  }
}

std::string_view Json::kind() const {
  constexpr std::string_view names[] = {"null",   "boolean", "number", "number",
                                        "string", "array",   "object"};
  return names[value_.index()];
}

std::string to_string(const JsonError& error) {
  return format("line {}, column {}: {}", error.line, error.column, error.message);
}

logquake::Result<Json, JsonError> parse_json(std::string_view text) {
  if (text.size() > max_json_bytes) {
    return JsonError{
        JsonError::Code::too_long,
        format("a document of {} bytes, expected at most {}", text.size(), max_json_bytes)};
  }
  Builder builder;
  if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::move(builder.root);
  JsonError error{JsonError::Code::syntax, reason_in(builder.error_message)};
  if (builder.too_deep) {
    error.code = JsonError::Code::too_deep;
    error.message = format("nested deeper than {} levels", max_json_depth);
  } else {
    set_place(error, text, builder.error_position);
  }
  return error;
}

std::string to_json_text(const Json& value) {
  std::string out;
  append(out, value);
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += format("\\u{:04X}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

std::string double_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
  // The shortest digits that read back as the value, and the place of the point among them.
  const std::string shortest = format("{}", std::fabs(value));
  std::string digits;
  int exponent = 0;
  bool after_point = false;
  for (std::size_t i = 0; i < shortest.size(); ++i) {
    if (shortest[i] == '.') {
      after_point = true;
    } else if (shortest[i] == 'e') {
      exponent += std::stoi(shortest.substr(i + 1));
      break;
    } else {
      digits += shortest[i];
      if (!after_point) ++exponent;
    }
  }
  const auto leading = std::min(digits.find_first_not_of('0'), digits.size());
  digits.erase(0, leading);
  exponent -= static_cast<int>(leading);
  digits.erase(digits.find_last_not_of('0') + 1);  // value = 0.DIGITS * 10^exponent
  const std::string sign = value < 0 ? "-" : "";
  const auto whole = [](std::string text) { return text.empty() ? std::string("0") : text; };
  if (exponent > -3 && exponent <= 7) {
    if (exponent <= 0)
      return sign + "0." + std::string(static_cast<std::size_t>(-exponent), '0') + digits;
    const auto point = static_cast<std::size_t>(exponent);
    if (digits.size() < point) digits.append(point - digits.size(), '0');
    return sign + digits.substr(0, point) + "." + whole(digits.substr(point));
  }
  return format("{}{}.{}E{}", sign, digits.substr(0, 1), whole(digits.substr(1)), exponent - 1);
}

}  // namespace logquake::connect
