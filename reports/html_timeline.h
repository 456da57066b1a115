// The time line of a run as a picture for the page.
#pragma once

#include <string>

#include "reports/timeline.h"

namespace logquake::report {

/// One <svg> element in the colours of the page's style; its marks link to the ids "moment-N" of
/// the story.
std::string timeline_svg(const Timeline& timeline);

}  // namespace logquake::report
