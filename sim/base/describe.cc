#include "sim/base/describe.h"

#include "sim/base/format.h"

namespace logquake {
namespace {

class JsonSink final : public FieldSink {
 public:
  void integer(std::string_view name, std::int64_t value) override {
    begin(name);
    out_ += format("{}", value);
  }
  void boolean(std::string_view name, bool value) override {
    begin(name);
    out_ += value ? "true" : "false";
  }
  void text(std::string_view name, std::string_view value) override {
    begin(name);
    out_ += json_quoted(value);
  }
  void duration(std::string_view name, Duration value) override { text(name, to_text(value)); }
  void bytes(std::string_view name, ByteView value) override { text(name, to_hex(value)); }
  void absent(std::string_view name) override {
    begin(name);
    out_ += "null";
  }
  void open_struct(std::string_view name) override { open(name, '{'); }
  void close_struct() override { close('}'); }
  void open_list(std::string_view name) override { open(name, '['); }
  void close_list() override { close(']'); }

  std::string take() && { return std::move(out_); }

 private:
  void begin(std::string_view name) {
    if (!fresh_) out_ += ',';
    fresh_ = false;
    if (!name.empty()) {
      out_ += json_quoted(name);
      out_ += ':';
    }
  }
  void open(std::string_view name, char bracket) {
    begin(name);
    out_ += bracket;
    fresh_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    fresh_ = false;
  }
  std::string out_;
  bool fresh_ = true;
};

class SizeSink final : public FieldSink {
 public:
  void integer(std::string_view, std::int64_t) override { size_ += 8; }
  void boolean(std::string_view, bool) override { size_ += 1; }
  void text(std::string_view, std::string_view value) override { add(value.size()); }
  void duration(std::string_view, Duration) override { size_ += 8; }
  void bytes(std::string_view, ByteView value) override { add(value.size()); }
  void absent(std::string_view) override { size_ += 1; }
  void open_struct(std::string_view) override {}
  void close_struct() override {}
  void open_list(std::string_view) override { size_ += 4; }
  void close_list() override {}

  std::int64_t size() const { return size_; }

 private:
  void add(std::size_t length) { size_ += 4 + static_cast<std::int64_t>(length); }
  std::int64_t size_ = 0;
};

// Prints either all fields as one line or, with a wanted name, that field alone.
class LineSink final : public FieldSink {
 public:
  LineSink() = default;
  explicit LineSink(std::string_view wanted) : wanted_(wanted), only_one_(true) {}

  void integer(std::string_view name, std::int64_t value) override {
    put(name, format("{}", value));
  }
  void boolean(std::string_view name, bool value) override { put(name, value ? "true" : "false"); }
  void text(std::string_view name, std::string_view value) override { put(name, value); }
  void duration(std::string_view name, Duration value) override { put(name, to_text(value)); }
  void bytes(std::string_view name, ByteView value) override { put(name, to_hex(value)); }
  void absent(std::string_view name) override { put(name, "-"); }
  void open_struct(std::string_view name) override { open(name, '('); }
  void close_struct() override { close(')'); }
  void open_list(std::string_view name) override { open(name, '['); }
  void close_list() override { close(']'); }

  bool found() const { return found_; }
  std::string take() && { return std::move(out_); }

 private:
  bool begins(std::string_view name) {
    if (depth_ == 0 && only_one_) {
      taking_ = name == wanted_;
      found_ = found_ || taking_;
      return taking_;
    }
    if (only_one_ && !taking_) return false;
    if (!out_.empty() && out_.back() != '(' && out_.back() != '[') out_ += ' ';
    if (!name.empty()) {
      out_ += name;
      out_ += '=';
    }
    return true;
  }
  void put(std::string_view name, std::string_view value) {
    if (begins(name)) out_ += value;
  }
  void open(std::string_view name, char bracket) {
    if (begins(name)) out_ += bracket;
    ++depth_;
  }
  void close(char bracket) {
    --depth_;
    if (!only_one_ || taking_) out_ += bracket;
  }

  std::string_view wanted_;
  bool only_one_ = false;
  bool taking_ = false;
  bool found_ = false;
  int depth_ = 0;
  std::string out_;
};

}  // namespace

std::string to_json(const DescribedView& value) {
  JsonSink sink;
  value.to(sink);
  return "{" + std::move(sink).take() + "}";
}

std::string to_line(const DescribedView& value) {
  LineSink sink;
  value.to(sink);
  return std::move(sink).take();
}

std::optional<std::string> field_text(const DescribedView& value, std::string_view name) {
  LineSink sink(name);
  value.to(sink);
  if (!sink.found()) return std::nullopt;
  return std::move(sink).take();
}

std::int64_t described_bytes(const DescribedView& value) {
  SizeSink sink;
  value.to(sink);
  return sink.size();
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
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
          out += format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

}  // namespace logquake
