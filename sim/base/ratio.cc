#include "sim/base/ratio.h"

#include <charconv>

#include "sim/base/format.h"

namespace logquake {

std::string to_string(Ratio ratio) { return format("{}/{}", ratio.numerator, ratio.denominator); }

Result<Ratio> parse_ratio(std::string_view text) {
  const Error bad{ErrorCode::invalid_argument,
                  format("expected a ratio such as \"1/50\", found \"{}\"", text)};
  Ratio ratio;
  const auto* end = text.data() + text.size();
  auto [at, trouble] = std::from_chars(text.data(), end, ratio.numerator);
  if (trouble != std::errc{}) return bad;
  if (at == end) return ratio;
  if (*at != '/') return bad;
  const auto bottom = std::from_chars(at + 1, end, ratio.denominator);
  if (bottom.ec != std::errc{} || bottom.ptr != end || ratio.denominator == 0) return bad;
  return ratio;
}

}  // namespace logquake
