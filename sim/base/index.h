// A hash table for hot look-ups that cannot be iterated: iteration order would become behaviour one
// day.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/base/hash.h"

namespace logquake {

/// Maps 64-bit keys to values; open addressing, at most half full. References are valid until the
/// next insertion. There is no begin() on purpose.
template <class Value>
class Index {
 public:
  /// The value under `key`, or null.
  Value* find(std::uint64_t key) {
    if (slots_.empty()) return nullptr;
    for (std::size_t at = home(key);; at = (at + 1) & mask()) {
      if (slots_[at].state == State::free) return nullptr;
      if (slots_[at].state == State::used && slots_[at].key == key) return &slots_[at].value;
    }
  }

  /// The value under `key`, default-constructed when it is new.
  Value& operator[](std::uint64_t key) {
    if (auto* found = find(key)) return *found;
    if ((filled_ + 1) * 2 > slots_.size()) grow();
    std::size_t at = home(key);
    while (slots_[at].state == State::used) at = (at + 1) & mask();
    if (slots_[at].state == State::free) ++filled_;
    slots_[at] = Slot{key, Value{}, State::used};
    ++size_;
    return slots_[at].value;
  }

  /// Forgets `key`; whether it was there.
  bool erase(std::uint64_t key) {
    if (slots_.empty()) return false;
    for (std::size_t at = home(key);; at = (at + 1) & mask()) {
      if (slots_[at].state == State::free) return false;
      if (slots_[at].state == State::used && slots_[at].key == key) {
        slots_[at].state = State::erased;
        slots_[at].value = Value{};
        --size_;
        return true;
      }
    }
  }

  std::size_t size() const { return size_; }

 private:
  enum class State : std::uint8_t { free, used, erased };
  struct Slot {
    std::uint64_t key = 0;
    Value value{};
    State state = State::free;
  };
  std::size_t mask() const { return slots_.size() - 1; }
  std::size_t home(std::uint64_t key) const {
    return static_cast<std::size_t>(mix64(key)) & mask();
  }
  void grow() {
    std::vector<Slot> old = std::move(slots_);
    slots_ = std::vector<Slot>(size_ * 4 < 16 ? 16 : old.size() * (size_ * 3 > filled_ ? 2 : 1));
    filled_ = size_ = 0;
    for (auto& slot : old) {
      if (slot.state == State::used) (*this)[slot.key] = std::move(slot.value);
    }
  }
  std::vector<Slot> slots_;
  std::size_t size_ = 0;
  std::size_t filled_ = 0;  // used and erased
};

}  // namespace logquake
