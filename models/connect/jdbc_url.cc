#include "models/connect/jdbc_url.h"

#include <algorithm>
#include <charconv>

#include "sim/base/format.h"

namespace logquake::connect {
namespace {

std::string_view value_in(std::string_view parameters, std::string_view name) {
  std::string_view value;
  while (!parameters.empty()) {
    const auto end = std::min(parameters.find('&'), parameters.size());
    const auto parameter = parameters.substr(0, end);
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
    const auto equals = parameter.find('=');
    if (equals != std::string_view::npos && parameter.substr(0, equals) == name)
      value = parameter.substr(equals + 1);  // the last one counts
  }
  return value;
}

// Nothing where the parameter is not there.
Result<std::optional<Duration>> timeout_in(std::string_view parameters, std::string_view name) {
  const auto text = value_in(parameters, name);
  if (text.empty()) return std::optional<Duration>();
  std::int32_t milliseconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  if (failure != std::errc() || end != text.data() + text.size()) {
    return Error{ErrorCode::connect,
                 format("java.sql.SQLException: The connection property '{}' only accepts integer "
                        "values. The value '{}' can not be converted to an integer.",
                        name, text)};
  }
  if (milliseconds < 0) {
    return Error{ErrorCode::connect,
                 format("java.sql.SQLException: The connection property '{}' only accepts integer "
                        "values in the range of 0 - 2147483647, the value '{}' exceeds this range.",
                        name, text)};
  }
  const Duration timeout = std::chrono::milliseconds(milliseconds);
  return std::optional<Duration>(milliseconds == 0 ? Duration::max() : timeout);
}

}  // namespace

std::string JdbcUrl::host_and_port() const { return format("{}:{}", host, port); }

Result<JdbcUrl> parse_jdbc_url(std::string_view url) {
  const std::string_view whole = url;
  const auto subprotocol_end = url.starts_with("jdbc:") ? url.find(':', 5) : std::string_view::npos;
  if (subprotocol_end == std::string_view::npos || subprotocol_end == 5) {
    return Error{ErrorCode::connect, format("Not a valid JDBC URL: {}", whole)};
  }
  JdbcUrl parsed;
  parsed.subprotocol = url.substr(5, subprotocol_end - 5);
  url.remove_prefix(subprotocol_end + 1);
  const bool is_known = parsed.subprotocol == "mysql" || parsed.subprotocol == "mariadb";
  if (!is_known || !url.starts_with("//")) {
    return Error{ErrorCode::connect,
                 format("java.sql.SQLException: No suitable driver found for {}", whole)};
  }
  url.remove_prefix(2);
  const auto query = std::min(url.find('?'), url.size());
  if (query < url.size()) parsed.parameters = url.substr(query + 1);
  const auto connect_timeout = timeout_in(parsed.parameters, "connectTimeout");
  if (!connect_timeout) return connect_timeout.error();
  const auto socket_timeout = timeout_in(parsed.parameters, "socketTimeout");
  if (!socket_timeout) return socket_timeout.error();
  parsed.connect_timeout = *connect_timeout;
  parsed.socket_timeout = *socket_timeout;
  url = url.substr(0, query);
  const auto slash = std::min(url.find('/'), url.size());
  if (slash < url.size()) parsed.database = url.substr(slash + 1);
  url = url.substr(0, slash);
  const auto colon = std::min(url.find(':'), url.size());
  parsed.host = url.substr(0, colon);
  if (parsed.host.empty()) parsed.host = "localhost";  // the driver's own default
  if (colon < url.size()) {
    const auto text = url.substr(colon + 1);
    const auto [end, failure] =
        std::from_chars(text.data(), text.data() + text.size(), parsed.port);
    if (failure != std::errc() || end != text.data() + text.size() || parsed.port < 1 ||
        parsed.port > 65535) {
      return Error{ErrorCode::connect,
                   format("java.sql.SQLException: Incorrect port value : {} in {}", text, whole)};
    }
  }
  return parsed;
}

}  // namespace logquake::connect
