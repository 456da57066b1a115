// The four-letter words of the client port: a word in, the text out. Pure. Source: Z-4L-1 to
// Z-4L-14.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/quorum/service/server_statistics.h"

namespace logquake::zookeeper {

/// Whether these four bytes on a new connection are a word and not the length of a frame.
bool is_four_letter_word(std::string_view word);

/// What the server writes before it closes the connection; nothing for an unknown word, which looks
/// like a huge length (Z-4L-1). The counters that `srst`, `crst` and `stmk` change are the
/// caller's business, as are the eight bytes that follow `stmk`.
std::optional<std::string> answer_word(std::string_view word, const ServerStatistics& server);

}  // namespace logquake::zookeeper
