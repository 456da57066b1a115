// Damages texts and bytes as people, editors and disks do: for tests of whatever reads them.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/random.h"

namespace logquake::testing {

/// What breaks parsers: brackets, quotes, bytes that are no text, numbers at the edge, and many of
/// one.
inline const std::vector<std::string>& sharp_pieces() {
  static const std::vector<std::string> pieces{"[",
                                               "]",
                                               "{",
                                               "}",
                                               "(",
                                               ")",
                                               "\"",
                                               "'",
                                               "'''",
                                               "\\",
                                               "\n",
                                               "\r\n",
                                               "\t",
                                               "#",
                                               "--",
                                               "/*",
                                               "=",
                                               ",",
                                               ".",
                                               "..",
                                               ":",
                                               ";",
                                               "%",
                                               "%zz",
                                               "-",
                                               "+",
                                               "0",
                                               "-1",
                                               "1e999",
                                               "9223372036854775808",
                                               "18446744073709551616",
                                               "null",
                                               "true",
                                               "nan",
                                               "é",
                                               "\xf0\x9f\x98\x80",
                                               "\xff",
                                               "\xc3",
                                               std::string(1, '\0'),
                                               std::string(300, '['),
                                               std::string(300, '('),
                                               std::string(300, '-'),
                                               std::string(5000, 'a'),
                                               "\\u0000",
                                               "\\ud800",
                                               "jdbc:",
                                               "ms",
                                               "1/0",
                                               "`"};
  return pieces;
}

/// `text` with one to four wounds: something left out, doubled, moved, cut off, flipped or put in.
inline std::string damaged(std::string text, sim::Random& random) {
  const auto wounds = 1 + random.below(4);
  for (std::uint64_t wound = 0; wound < wounds; ++wound) {
    const auto at = static_cast<std::size_t>(random.below(text.size() + 1));
    const auto length =
        static_cast<std::size_t>(random.below(std::min<std::size_t>(text.size() - at, 40) + 1));
    switch (random.below(6)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, text.substr(at, length));
        break;
      case 2: {
        const auto piece = text.substr(at, length);
        text.erase(at, length);
        text.insert(static_cast<std::size_t>(random.below(text.size() + 1)), piece);
        break;
      }
      case 3:
        if (random.below(4) == 0) text.resize(at);
        break;
      case 4:
        if (at < text.size()) text[at] = static_cast<char>(random.below(256));
        break;
      default:
        text.insert(at,
                    sharp_pieces()[static_cast<std::size_t>(random.below(sharp_pieces().size()))]);
        break;
    }
  }
  return text;
}

/// `bytes` with some of them flipped, left out or doubled, or cut off.
inline Bytes damaged(const Bytes& bytes, sim::Random& random) {
  std::string text(text_of(bytes));
  const auto wounds = 1 + random.below(3);
  for (std::uint64_t wound = 0; wound < wounds && !text.empty(); ++wound) {
    const auto at = static_cast<std::size_t>(random.below(text.size()));
    const auto length =
        1 + static_cast<std::size_t>(random.below(std::min<std::size_t>(text.size() - at, 16)));
    switch (random.below(5)) {
      case 0:
        text.resize(at);
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(at, length));
        break;
      case 3:
        text[at] =
            static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << random.below(8)));
        break;
      default:
        text[at] = static_cast<char>(random.below(256));
        break;
    }
  }
  return to_bytes(text);
}

}  // namespace logquake::testing
