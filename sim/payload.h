// A message between nodes: any described value, carried without being turned into bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

#include "sim/base/describe.h"

namespace logquake::sim {

/// An immutable value of some described type. Small trivially copyable values travel inline; others
/// are shared, so that copying a payload never copies its records. Payloads of one simulation are
/// used by one thread.
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
      ::new (static_cast<void*>(room_)) Value(std::forward<T>(value));
    } else {
      put(std::make_unique<Shared<Value>>(std::forward<T>(value)).release());
    }
  }

  Payload(const Payload& other) : Payload(other, Copied{}) {
    if (is_shared()) ++shared()->owners;
  }
  Payload(Payload&& other) noexcept : Payload(other, Copied{}) { other.type_ = nullptr; }
  Payload& operator=(Payload other) noexcept {
    std::swap(type_, other.type_);
    std::swap(room_, other.room_);
    return *this;
  }
  ~Payload() {
    if (is_shared() && --shared()->owners == 0) type_->destroy(shared());
  }

  /// The value as its own type, or null where it is another. Valid as long as this payload.
  template <class T>
  const T* as() const {
    if (type_ != &type_of<T>) return nullptr;
    return static_cast<const T*>(data());
  }

  bool empty() const { return type_ == nullptr; }
  DescribedView fields() const { return {data(), type_->describe}; }

 private:
  /// What values on the heap begin with.
  struct Owned {
    std::int64_t owners = 1;
    const void* value = nullptr;
  };
  template <class T>
  struct Shared : Owned {
    template <class Given>
    explicit Shared(Given&& given) : held(std::forward<Given>(given)) {
      this->value = &held;
    }
    const T held;
  };
  struct Type {
    void (*destroy)(Owned*);  // null for inline values
    void (*describe)(const void*, FieldSink&);
  };
  struct Copied {};

  static constexpr std::size_t inline_bytes = 40;  // chosen: a rumour, a ping, a vote
  template <class T>
  static constexpr bool fits_inline = std::is_trivially_copyable_v<T> && sizeof(T) <= inline_bytes
                                      && alignof(T) <= alignof(void*);
  template <class T>
  static constexpr auto destroyer() -> void (*)(Owned*) {
    if constexpr (fits_inline<T>) return nullptr;
    return [](Owned* owned) { std::unique_ptr<Shared<T>>(static_cast<Shared<T>*>(owned)).reset(); };
  }
  template <class T>
  static constexpr Type type_of{destroyer<T>(), [](const void* at, FieldSink& sink) {
                                  describe(*static_cast<const T*>(at), sink);
                                }};

  // All that is in the room can be copied byte by byte: a small value, or a pointer.
  Payload(const Payload& other, Copied) noexcept : type_(other.type_) {
    std::memcpy(room_, other.room_, sizeof(room_));
  }
  bool is_shared() const { return type_ != nullptr && type_->destroy != nullptr; }
  void put(Owned* owned) { std::memcpy(room_, &owned, sizeof(owned)); }
  Owned* shared() const {
    Owned* owned = nullptr;
    std::memcpy(&owned, room_, sizeof(owned));
    return owned;
  }
  const void* data() const {
    return type_->destroy == nullptr ? static_cast<const void*>(room_) : shared()->value;
  }

  const Type* type_ = nullptr;
  alignas(void*) std::byte room_[inline_bytes];
};

/// How many bytes the message takes on a wire of limited bandwidth: its description's (see
/// described_bytes()) and the headers around them.
std::int64_t wire_bytes(const Payload& message);

}  // namespace logquake::sim
