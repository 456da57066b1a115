// A message between nodes: any described value, carried without being turned into bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "sim/base/describe.h"

namespace logquake::sim {

/// An immutable value of some described type. Small trivially copyable values travel inline; others
/// are shared, so that copying a payload never copies its records.
class Payload {
 public:
  Payload() = default;

  template <class T>
  requires(!std::is_same_v<std::remove_cvref_t<T>, Payload> && Described<std::remove_cvref_t<T>>)
      Payload(T&& value) {  // NOLINT(google-explicit-constructor): send(Heartbeat{...}) should read
                            // that way
    using Value = std::remove_cvref_t<T>;
    type_ = &type_of<Value>;
    if constexpr (fits_inline<Value>) {
      ::new (static_cast<void*>(inline_)) Value(std::forward<T>(value));
    } else {
      shared_ = std::make_shared<const Value>(std::forward<T>(value));
    }
  }

  /// The value as its own type, or null where it is another. Valid as long as this payload.
  template <class T>
  const T* as() const {
    if (type_ != &type_of<T>) return nullptr;
    if constexpr (fits_inline<T>) return std::launder(reinterpret_cast<const T*>(inline_));
    return static_cast<const T*>(shared_.get());
  }

  bool empty() const { return type_ == nullptr; }
  DescribedView fields() const { return {data(), type_->describe}; }

 private:
  struct Type {
    bool is_inline;
    void (*describe)(const void*, FieldSink&);
  };
  static constexpr std::size_t inline_bytes = 32;  // chosen: a rumour, a ping, a vote
  template <class T>
  static constexpr bool fits_inline = std::is_trivially_copyable_v<T> && sizeof(T) <= inline_bytes
                                      && alignof(T) <= alignof(std::max_align_t);
  template <class T>
  static constexpr Type type_of{fits_inline<T>, [](const void* at, FieldSink& sink) {
                                  describe(*static_cast<const T*>(at), sink);
                                }};
  const void* data() const {
    return type_->is_inline ? static_cast<const void*>(inline_) : shared_.get();
  }

  const Type* type_ = nullptr;
  std::shared_ptr<const void> shared_;
  alignas(std::max_align_t) std::byte inline_[inline_bytes];
};

/// How many bytes the message takes on a wire of limited bandwidth: its description's (see
/// described_bytes()) and the headers around them.
std::int64_t wire_bytes(const Payload& message);

}  // namespace logquake::sim
