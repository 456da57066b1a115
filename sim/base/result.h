// Expected trouble is a value: what a real program would have to handle comes back as an Error.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "sim/base/check.h"

namespace logquake {

/// Why a call of the simulated world did not succeed. Models with error codes of their own (Kafka,
/// ZooKeeper, SQL) keep those in their own types.
enum class ErrorCode {
  timed_out,           // nothing came within the time given
  killed,              // the task's node has crashed; only seen while unwinding
  connection_refused,  // nobody listens there
  connection_reset,    // the peer or the network broke the connection
  closed,              // this end or the peer has closed it in order
  unreachable,         // no such host
  not_found,
  already_exists,
  no_space,
  io_error,
  corrupt,           // bytes do not say what they should
  invalid_argument,  // the caller asked for something that cannot be
  fenced,            // a newer epoch has taken over
  unknown_outcome,   // it may or may not have happened
};

/// The code's own spelling, "timed_out".
std::string_view name_of(ErrorCode code);

struct Error {
  using Code = ErrorCode;
  ErrorCode code{};
  std::string message;  // the deed, the object, the expectation and the finding; may be empty
};

/// "timed_out: fetch from broker-2: nothing within 500ms".
std::string to_string(const Error& error);

/// A value or what went wrong. Ask before you take: value() of an error is a failed check.
/// `E` prints itself (`to_string`), and where a bare code suffices it has a member type `Code`.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(E error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)
  Result(typename E::Code code)                              // NOLINT(google-explicit-constructor)
      : state_(std::in_place_index<1>, E{code, {}}) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return check_value(), *std::get_if<0>(&state_); }
  const T& value() const& { return check_value(), *std::get_if<0>(&state_); }
  T&& value() && { return check_value(), std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const E& error() const {
    LOGQUAKE_CHECK(!ok(), "error() of a result that holds a value");
    return *std::get_if<1>(&state_);
  }
  bool is(typename E::Code code) const { return !ok() && error().code == code; }

 private:
  void check_value() const { LOGQUAKE_CHECK(ok(), to_string(*std::get_if<1>(&state_))); }
  std::variant<T, E> state_;
};

/// Success, or what went wrong.
template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  Result() = default;
  Result(E error)
      : failed_(true), error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  Result(typename E::Code code)
      : failed_(true), error_{code, {}} {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  const E& error() const {
    LOGQUAKE_CHECK(failed_, "error() of a success");
    return error_;
  }
  bool is(typename E::Code code) const { return failed_ && error_.code == code; }

 private:
  bool failed_ = false;
  E error_{};
};

using Status = Result<void>;

}  // namespace logquake
