#include "source_rules/quotes.h"

#include <algorithm>
#include <string_view>

#include "sim/base/format.h"

namespace logquake::source_rules {

Problems check_quotes(const SourceFile& page, const ReadFile& read) {
  Problems problems;
  constexpr std::string_view fence = "\n```";
  constexpr std::string_view mark = " file=";
  const std::string_view text = page.text;
  std::size_t at = text.find(fence);
  while (at != std::string_view::npos) {
    const auto line =
        2 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    const auto opening_end = text.find('\n', at + 1);
    if (opening_end == std::string_view::npos) break;
    const auto closing = text.find(fence, opening_end);
    if (closing == std::string_view::npos) {
      problems.push_back({page.path, static_cast<int>(line), "a block of code does not end"});
      break;
    }
    const auto opening = text.substr(at + 1, opening_end - at - 1);
    if (const auto marked = opening.find(mark); marked != std::string_view::npos) {
      const std::string path(opening.substr(marked + mark.size()));
      const auto quoted = text.substr(opening_end + 1, closing - opening_end);
      const auto source = read(path);
      if (!source) {
        problems.push_back(
            {page.path, static_cast<int>(line), format("quotes {}, which is not there", path)});
      } else if (source->find(quoted) == std::string::npos) {
        problems.push_back(
            {page.path, static_cast<int>(line), format("quotes what {} does not say", path)});
      }
    }
    at = text.find(fence, closing + fence.size());
  }
  return problems;
}

}  // namespace logquake::source_rules
