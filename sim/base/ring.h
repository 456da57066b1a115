// A queue in one block of memory.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace logquake {

/// First in, first out. Empty it owns no memory; its block grows by doubling and is used again, so
/// a queue of steady length allocates nothing.
template <class T>
class Ring {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  /// The oldest; the ring is not empty.
  T& front() { return slots_[first_]; }

  void push_back(T value) {
    if (size_ == capacity_) grow();
    slots_[(first_ + size_) & (capacity_ - 1)] = std::move(value);
    ++size_;
  }

  /// Takes the oldest out; the ring is not empty.
  T pop_front() {
    T value = std::exchange(slots_[first_], T{});
    first_ = (first_ + 1) & (capacity_ - 1);
    --size_;
    return value;
  }

  void clear() {
    while (!empty()) (void)pop_front();
  }

 private:
  static constexpr std::size_t least = 4;  // chosen: most queues are shorter
  void grow() {
    const std::size_t capacity = capacity_ == 0 ? least : capacity_ * 2;
    auto slots = std::make_unique<T[]>(capacity);
    for (std::size_t index = 0; index < size_; ++index)
      slots[index] = std::move(slots_[(first_ + index) & (capacity_ - 1)]);
    slots_ = std::move(slots);
    capacity_ = capacity;
    first_ = 0;
  }

  std::unique_ptr<T[]> slots_;
  std::size_t capacity_ = 0;  // Invariant: zero or a power of two
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace logquake
