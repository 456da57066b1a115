// Messages and facts describe their fields once; digest, JSON, printed form and (in models) the
// wire codec all follow from that one description:
//
//     struct IsrShrank {
//       TopicPartition partition;
//       std::vector<BrokerId> isr;
//       template <class Io> void io(Io& io) { io("partition", partition); io("isr", isr); }
//     };
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/base/hash.h"
#include "sim/base/id.h"
#include "sim/base/ratio.h"
#include "sim/base/time.h"

namespace logquake {

/// Receives the fields of a described value, one call each, in the order of the description.
/// Elements of lists come with an empty name.
class FieldSink {
 public:
  virtual ~FieldSink() = default;
  virtual void integer(std::string_view name, std::int64_t value) = 0;
  virtual void boolean(std::string_view name, bool value) = 0;
  virtual void text(std::string_view name, std::string_view value) = 0;
  virtual void duration(std::string_view name, Duration value) = 0;
  virtual void bytes(std::string_view name, ByteView value) = 0;
  virtual void absent(std::string_view name) = 0;  // an optional without a value
  virtual void open_struct(std::string_view name) = 0;
  virtual void close_struct() = 0;
  virtual void open_list(std::string_view name) = 0;
  virtual void close_list() = 0;
};

namespace detail {
struct AnyIo {
  template <class T>
  void operator()(std::string_view, T&) {}
};
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class K, class V>
inline constexpr bool is_map<std::map<K, V>> = true;
template <class T>
inline constexpr bool unsupported = false;
}  // namespace detail

/// A type with a member `template <class Io> void io(Io&)` that names each field.
template <class T>
concept Described = requires(T& value, detail::AnyIo& io) {
  value.io(io);
};

/// Enums are described by their own name, `std::string_view name_of(E)` beside the enum.
template <class T>
concept NamedEnum = std::is_enum_v<T> && requires(T value) {
  { name_of(value) } -> std::convertible_to<std::string_view>;
};

/// Values that print themselves through `to_string` but have no fields are described as text.
template <class T>
concept TextValue = !Described<T> && std::is_class_v<T> && requires(const T& value) {
  { to_string(value) } -> std::convertible_to<std::string>;
};

/// Sends one value to `sink` under `name`.
template <class T>
void describe_value(FieldSink& sink, std::string_view name, const T& value);

/// Sends the fields of `value` to `sink`, without a struct around them.
template <Described T>
void describe(const T& value, FieldSink& sink) {
  auto io = [&sink](std::string_view name, const auto& field) {
    describe_value(sink, name, field);
  };
  const_cast<T&>(value).io(io);  // io() is one description for readers and writers; this one reads
}

template <class T>
void describe_value(FieldSink& sink, std::string_view name, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    sink.boolean(name, value);
  } else if constexpr (std::is_same_v<T, Bytes> || std::is_same_v<T, ByteView>) {
    sink.bytes(name, value);
  } else if constexpr (std::is_integral_v<T>) {
    sink.integer(name, static_cast<std::int64_t>(value));
  } else if constexpr (NamedEnum<T>) {
    sink.text(name, name_of(value));
  } else if constexpr (std::is_enum_v<T>) {
    sink.integer(name, static_cast<std::int64_t>(value));
  } else if constexpr (is_id<T>) {
    sink.integer(name, static_cast<std::int64_t>(value.value()));
  } else if constexpr (std::is_same_v<T, Duration>) {
    sink.duration(name, value);
  } else if constexpr (std::is_same_v<T, Instant> || std::is_same_v<T, WallTime>) {
    sink.integer(name, value.time_since_epoch().count());
  } else if constexpr (std::is_convertible_v<T, std::string_view>) {
    sink.text(name, value);
  } else if constexpr (detail::is_optional<T>) {
    if (value) {
      describe_value(sink, name, *value);
    } else {
      sink.absent(name);
    }
  } else if constexpr (detail::is_vector<T>) {
    sink.open_list(name);
    for (const auto& element : value) describe_value(sink, {}, element);
    sink.close_list();
  } else if constexpr (detail::is_map<T>) {
    sink.open_list(name);
    for (const auto& [key, element] : value) {
      sink.open_struct({});
      describe_value(sink, "key", key);
      describe_value(sink, "value", element);
      sink.close_struct();
    }
    sink.close_list();
  } else if constexpr (Described<T>) {
    sink.open_struct(name);
    describe(value, sink);
    sink.close_struct();
  } else if constexpr (TextValue<T>) {
    sink.text(name, to_string(value));
  } else {
    static_assert(detail::unsupported<T>,
                  "give the type an io() member, a name_of() or a to_string()");
  }
}

/// Folds the values of a description into a digest, inline: this is the hot path of every run.
class FieldHasher {
 public:
  explicit FieldHasher(Fingerprint& digest) : digest_(digest) {}

  template <class T>
  void operator()(std::string_view, const T& value) {
    fold(value);
  }

 private:
  template <class T>
  void fold(const T& value) {
    if constexpr (std::is_same_v<T, Bytes> || std::is_same_v<T, ByteView>) {
      digest_.fold(hash64(ByteView(value)));
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      digest_.fold(static_cast<std::uint64_t>(value));
    } else if constexpr (is_id<T>) {
      digest_.fold(static_cast<std::uint64_t>(value.value()));
    } else if constexpr (std::is_same_v<T, Duration>) {
      digest_.fold(static_cast<std::uint64_t>(value.count()));
    } else if constexpr (std::is_same_v<T, Instant> || std::is_same_v<T, WallTime>) {
      digest_.fold(static_cast<std::uint64_t>(value.time_since_epoch().count()));
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
      digest_.fold(std::string_view(value));
    } else if constexpr (detail::is_optional<T>) {
      digest_.fold(std::uint64_t{value.has_value()});
      if (value) fold(*value);
    } else if constexpr (detail::is_vector<T>) {
      digest_.fold(value.size());
      for (const auto& element : value) fold(element);
    } else if constexpr (detail::is_map<T>) {
      digest_.fold(value.size());
      for (const auto& [key, element] : value) {
        fold(key);
        fold(element);
      }
    } else if constexpr (Described<T>) {
      const_cast<T&>(value).io(*this);
    } else if constexpr (TextValue<T>) {
      digest_.fold(std::string_view(to_string(value)));
    } else {
      static_assert(detail::unsupported<T>, "give the type an io() member or a to_string()");
    }
  }
  Fingerprint& digest_;
};

template <Described T>
void fold_fields(const T& value, Fingerprint& digest) {
  FieldHasher hasher(digest);
  const_cast<T&>(value).io(hasher);
}

/// A described value whose type has been erased: what reports and printers take.
class DescribedView {
 public:
  template <Described T>
  explicit DescribedView(const T& value)
      : value_(&value), describe_([](const void* at, FieldSink& sink) {
          describe(*static_cast<const T*>(at), sink);
        }) {}
  DescribedView(const void* value, void (*describe_fields)(const void*, FieldSink&))
      : value_(value), describe_(describe_fields) {}
  void to(FieldSink& sink) const { describe_(value_, sink); }

 private:
  const void* value_;
  void (*describe_)(const void*, FieldSink&);
};

/// {"partition":"orders-0","isr":[1,2]} — one line of JSON, fields in the order of the description.
std::string to_json(const DescribedView& value);
/// partition=orders-0 isr=[1 2]
std::string to_line(const DescribedView& value);
/// The text of one top-level field as to_line() prints it, or nothing where there is no such field.
std::optional<std::string> field_text(const DescribedView& value, std::string_view name);
/// How many bytes the fields take: eight a number or duration, one a truth, texts and bytes their
/// own and four for the length, lists four; an absent optional one. Like a wire format's, not
/// one's.
std::int64_t described_bytes(const DescribedView& value);
/// A JSON string literal with its quotes.
std::string json_quoted(std::string_view text);

}  // namespace logquake
