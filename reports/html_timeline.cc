#include "reports/html_timeline.h"

#include <algorithm>
#include <array>
#include <bit>
#include <map>
#include <string_view>

#include "reports/plain_text.h"
#include "sim/base/format.h"

namespace logquake::report {
namespace {

// Pixels of the drawing; it is scaled to the page's width as a whole.
constexpr std::int64_t width = 1120;
constexpr std::int64_t left = 212;  // room for names
constexpr std::int64_t right = 16;
constexpr std::int64_t axis_height = 30;
constexpr std::int64_t activity_height = 14;
constexpr std::int64_t bar_height = 8;
constexpr std::int64_t lane_height = 54;
constexpr std::int64_t subject_height = 24;
constexpr std::size_t name_characters = 25;  // as many as fit there
constexpr std::int64_t mark_radius = 8;
constexpr std::int64_t mark_gap = 18;  // between the middles of neighbouring marks
constexpr std::size_t hues = 7;        // classes "hue-0" to "hue-6" of the style; "hue-7" is grey

// About so many characters of the small type fit into so many pixels.
constexpr std::int64_t characters_in(std::int64_t pixels) { return pixels * 10 / 66; }

// The end of a name tells more than its middle: "partition connect-o…ets-12".
std::string shortened(std::string_view name) {
  if (length_of(name) <= name_characters) return std::string(name);
  constexpr std::size_t end = 8;
  std::size_t from = name.size();
  for (std::size_t kept = 0; kept < end; ++kept) {
    do --from;
    while ((static_cast<unsigned char>(name[from]) & 0xC0) == 0x80);
  }
  return clipped(name, name_characters - end) + std::string(name.substr(from));
}

class Drawing {
 public:
  explicit Drawing(const Timeline& timeline) : timeline_(timeline) {}

  std::string draw() && {
    has_world_ = std::any_of(timeline_.marks.begin(), timeline_.marks.end(),
                             [](const Mark& mark) { return mark.lane < 0; });
    const auto lanes = std::ssize(timeline_.nodes) + (has_world_ ? 1 : 0);
    subjects_top_ = axis_height + lanes * lane_height + 8;
    height_ = subjects_top_ + std::ssize(timeline_.subjects) * subject_height +
              (timeline_.subjects_left_out > 0 ? 20 : 4);
    put(R"(<svg class="timeline" viewBox="0 0 {} {}" role="img" aria-labelledby="timeline-title timeline-desc">)",
        width, height_);
    put(R"(<title id="timeline-title">Time line of the run</title>)");
    put(R"(<desc id="timeline-desc">One line per machine with the times it was up, paused or down, and the numbered moments of the story, which follows as text.</desc>)");
    patterns();
    axis();
    strikes();
    if (has_world_) world();
    for (std::size_t index = 0; index < timeline_.nodes.size(); ++index) node(index);
    for (std::size_t index = 0; index < timeline_.subjects.size(); ++index) subject(index);
    left_out();
    out_ += "</svg>\n";
    return std::move(out_);
  }

 private:
  template <class... Args>
  void put(FormatText<Args...> text, Args&&... args) {
    out_ += logquake::format(text, std::forward<Args>(args)...);
    out_ += '\n';
  }

  std::int64_t x_of(Instant at) const {
    const auto length = std::max<std::int64_t>(1, (timeline_.end - timeline_.begin).count());
    const auto passed = std::clamp<std::int64_t>((at - timeline_.begin).count(), 0, length);
    // In microseconds, so that a long run does not overflow.
    return left +
           (passed / 1000) * (width - left - right) / std::max<std::int64_t>(1, length / 1000);
  }

  void patterns() {
    out_ += R"svg(<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"
 patternTransform="rotate(45)"><rect class="paused-ground" width="6" height="6"/>
<rect class="paused-stripe" width="2.5" height="6"/></pattern></defs>
)svg";
  }

  // 1, 2 or 5 times a power of ten nanoseconds, so that there are at most ten ticks.
  std::int64_t tick() const {
    const auto length = std::max<std::int64_t>(1, (timeline_.end - timeline_.begin).count());
    for (std::int64_t power = 1'000;; power *= 10) {
      for (const std::int64_t factor : {1, 2, 5}) {
        if (length / (power * factor) <= 10) return power * factor;
      }
    }
  }

  void axis() {
    const auto step = tick();
    for (auto at = timeline_.begin; at <= timeline_.end; at += Duration(step)) {
      const auto x = x_of(at);
      put(R"(<line class="grid" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>)", x, axis_height - 8,
          height_ - 4);
      put(R"(<text class="tick" x="{}" y="{}">{}</text>)", x, axis_height - 14,
          at == timeline_.begin ? "0 s" : tick_text(at));
    }
  }
  static std::string tick_text(Instant at) { return to_text(at.time_since_epoch()); }

  // A vertical line through all lanes where a fault strikes or a proof was found.
  void strikes() {
    for (const auto& mark : timeline_.marks) {
      const auto role = mark.moment.role;
      if (role != Moment::Role::fault && role != Moment::Role::proof) continue;
      put(R"(<line class="{0}" x1="{1}" x2="{1}" y1="{2}" y2="{3}"/>)",
          role == Moment::Role::fault ? "strike" : "strike proof", x_of(mark.moment.at),
          axis_height, height_ - 4);
    }
  }

  void name(std::string_view text, std::int64_t y) {
    const auto shown = readable(text);
    put(R"(<text class="name" x="{}" y="{}">{}<title>{}</title></text>)", left - 12, y,
        html_escaped(shortened(shown)), html_escaped(shown));
  }

  void world() {
    const auto middle = axis_height + activity_height + bar_height / 2;
    name("the world", middle + 4);
    put(R"(<line class="world" x1="{}" x2="{}" y1="{}" y2="{}"/>)", left, width - right, middle,
        middle);
    marks(-1, middle);
  }

  void node(std::size_t index) {
    const auto& lane = timeline_.nodes[index];
    const auto top =
        axis_height + (static_cast<std::int64_t>(index) + (has_world_ ? 1 : 0)) * lane_height;
    const auto bar = top + activity_height;
    name(lane.name, bar + bar_height);
    activity(lane, bar);
    for (const auto& span : lane.spans) this->span(lane, span, bar);
    marks(static_cast<int>(index), bar + bar_height / 2);
  }

  static std::int64_t bits(std::int64_t count) {
    return static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(count)));
  }

  // How much the machine stated, as small columns on its bar, by powers of two; the highest of all
  // machines is full height.
  void activity(const NodeLane& lane, std::int64_t bar) {
    std::int64_t highest = 1;
    for (const auto& other : timeline_.nodes) {
      for (const auto count : other.activity) highest = std::max(highest, count);
    }
    std::string path;
    const auto pixels = width - left - right;
    const auto slices = static_cast<std::int64_t>(Timeline::slices);
    for (std::int64_t slice = 0; slice < slices; ++slice) {
      const auto count = lane.activity[static_cast<std::size_t>(slice)];
      if (count == 0) continue;
      const auto height = 2 + (activity_height - 3) * bits(count) / bits(highest);
      const auto x = left + pixels * slice / slices;
      const auto next = left + pixels * (slice + 1) / slices;
      path += format("M{} {}v-{}h{}v{}z", x, bar - 1, height,
                     std::max<std::int64_t>(1, next - x - 1), height);
    }
    if (!path.empty()) put(R"(<path class="activity" d="{}"/>)", path);
  }

  void span(const NodeLane& lane, const NodeSpan& span, std::int64_t bar) {
    constexpr std::array<std::string_view, 3> names{"up", "paused", "down"};
    const auto state = names[static_cast<std::size_t>(span.state)];
    const auto from = x_of(span.from);
    const auto to = std::max(from + 2, x_of(span.to));
    const auto title = format("{}: {} from {} to {}", lane.name, state, seconds_text(span.from),
                              seconds_text(span.to));
    put(R"(<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"><title>{}</title></rect>)",
        state, from, bar, to - from, bar_height, html_escaped(title));
    if (span.state != NodeSpan::State::up && characters_in(to - from) > 6) {
      put(R"(<text class="span-name" x="{}" y="{}">{}</text>)", (from + to) / 2, bar - 3, state);
    }
  }

  // Where marks would overlap they are moved apart; a thin line leads back to the true instant.
  void marks(int lane, std::int64_t bar_middle) {
    std::vector<const Mark*> mine;
    std::vector<std::int64_t> places;
    for (const auto& mark : timeline_.marks) {
      if (mark.lane != lane) continue;
      const auto wanted = x_of(mark.moment.at);
      places.push_back(places.empty() ? wanted : std::max(wanted, places.back() + mark_gap));
      mine.push_back(&mark);
    }
    auto limit = width - mark_radius - 2;
    for (std::size_t index = places.size(); index-- > 0; limit = places[index] - mark_gap) {
      places[index] = std::max<std::int64_t>(left, std::min(places[index], limit));
    }
    const auto y = bar_middle + bar_height / 2 + 14;
    for (std::size_t index = 0; index < mine.size(); ++index)
      this->mark(*mine[index], places[index], y, bar_middle);
  }

  void mark(const Mark& mark, std::int64_t x, std::int64_t y, std::int64_t bar_middle) {
    constexpr std::array<std::string_view, 4> roles{"event", "fault", "proof", "error"};
    const auto role = roles[static_cast<std::size_t>(mark.moment.role)];
    const auto title =
        format("{} {}: {}", seconds_text(mark.moment.at), mark.moment.node, mark.moment.sentence);
    put(R"(<a class="mark {}" href="#moment-{}" aria-label="moment {}">)", role, mark.number,
        mark.number);
    put(R"(<line x1="{}" y1="{}" x2="{}" y2="{}"/><circle class="dot" cx="{}" cy="{}" r="2.5"/>)",
        x_of(mark.moment.at), bar_middle, x, y, x_of(mark.moment.at), bar_middle);
    put(R"(<circle cx="{0}" cy="{1}" r="{2}"/><text x="{0}" y="{3}">{4}</text><title>{5}</title></a>)",
        x, y, mark_radius, y + 3, mark.number, html_escaped(title));
  }

  void subject(std::size_t index) {
    const auto& lane = timeline_.subjects[index];
    const auto top = subjects_top_ + static_cast<std::int64_t>(index) * subject_height;
    name(lane.subject, top + 15);
    for (const auto& phase : lane.phases) {
      const auto from = x_of(phase.from);
      const auto pixels = std::max<std::int64_t>(2, x_of(phase.to) - from);
      const auto state = readable(phase.state);
      const auto title = format("{}: {} from {} to {}", lane.subject, state,
                                seconds_text(phase.from), seconds_text(phase.to));
      put(R"(<g class="phase hue-{}"><rect x="{}" y="{}" width="{}" height="{}" rx="3"/><title>{}</title>)",
          lane.phases.size() > 1 ? hue_of(state) : hues, from, top + 2,
          std::max<std::int64_t>(1, pixels - 1), subject_height - 6, html_escaped(title));
      const auto room = characters_in(pixels - 8);
      if (room >= 4)
        put(R"(<text x="{}" y="{}">{}</text>)", from + 5, top + 15,
            html_escaped(clipped(state, static_cast<std::size_t>(room))));
      out_ += "</g>\n";
    }
  }

  // States that begin alike ("leader 2, epoch 5" and "leader 2, epoch 6") share a colour.
  std::size_t hue_of(std::string_view state) {
    return hue_of_.emplace(std::string(state.substr(0, state.find(','))), hue_of_.size() % hues)
        .first->second;
  }

  void left_out() {
    if (timeline_.subjects_left_out == 0) return;
    put(R"(<text class="note" x="{}" y="{}">…and {} more, see trace.jsonl</text>)", left,
        height_ - 6, counted(static_cast<std::int64_t>(timeline_.subjects_left_out), "subject"));
  }

  const Timeline& timeline_;
  bool has_world_ = false;
  std::int64_t subjects_top_ = 0;
  std::int64_t height_ = 0;
  std::map<std::string, std::size_t, std::less<>> hue_of_;
  std::string out_;
};

}  // namespace

std::string timeline_svg(const Timeline& timeline) { return Drawing(timeline).draw(); }

}  // namespace logquake::report
