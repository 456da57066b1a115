#include "scenarios/engine/last_words.h"

#include <cxxabi.h>
#include <execinfo.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "sim/base/check.h"
#include "sim/simulation.h"

namespace logquake::scenario {
namespace {

// A signal handler has no other way to its data: a process has one page, and runs one simulation at
// a time.
char* page_of_this_process = nullptr;
const sim::Simulation* simulation_of_this_process = nullptr;

constexpr std::array<int, 5> fatal_signals{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
std::array<struct sigaction, fatal_signals.size()> actions_before{};

// What follows runs in a signal handler: plain writes into a mapped page, no allocation.

/// Collects words: on the shared page, or on stderr where there is none.
class Words {
 public:
  Words& say(const char* text) {
    if (page_of_this_process == nullptr) {
      static_cast<void>(::write(STDERR_FILENO, text, std::strlen(text)));
      return *this;
    }
    while (*text != '\0' && at_ + 1 < LastWords::bytes) page_of_this_process[at_++] = *text++;
    page_of_this_process[at_] = '\0';
    return *this;
  }
  Words& say(std::int64_t number) {
    std::array<char, 24> digits{};
    auto* first = digits.data() + digits.size() - 1;
    do {
      *--first = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number > 0);
    return say(first);
  }
  Words& say(Duration duration) {
    const auto milliseconds = duration / 1ms;
    if (milliseconds % 1000 == 0) return say(milliseconds / 1000).say("s");
    return say(milliseconds).say("ms");
  }
  Words& say(const sim::Simulation::NamedTask& task) {
    return say("the task ").say(task.node).say("/").say(task.task);
  }
  /// The functions that led here, innermost first, from the one that the signal interrupted.
  void say_where(const void* interrupted_at) {
    std::array<void*, 32> frames{};
    auto left = ::backtrace(frames.data(), static_cast<int>(frames.size()));
    auto* innermost = frames.data();
    const auto interrupted = std::find(frames.begin(), frames.begin() + left, interrupted_at);
    if (interrupted != frames.begin() + left) {
      left -= static_cast<int>(interrupted - frames.begin());
      innermost = &*interrupted;
    }
    say("\n");
    if (page_of_this_process == nullptr) {
      ::backtrace_symbols_fd(innermost, left, STDERR_FILENO);
      return;
    }
    if (scratch_file < 0) return;
    ::backtrace_symbols_fd(innermost, left, scratch_file);
    const auto room = LastWords::bytes - at_ - 1;
    const auto got = ::pread(scratch_file, page_of_this_process + at_, room, 0);
    if (got > 0) at_ += static_cast<std::size_t>(got);
    page_of_this_process[at_] = '\0';
  }

  static inline int scratch_file = -1;  // what names of functions are written to

 private:
  std::size_t at_ = 0;
};

std::optional<sim::Simulation::NamedTask> running_task() {
  if (simulation_of_this_process == nullptr) return std::nullopt;
  return simulation_of_this_process->running_task();
}

const char* phrase_of(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "segmentation fault";
    case SIGBUS:
      return "bus error";
    case SIGILL:
      return "illegal instruction";
    case SIGFPE:
      return "arithmetic error";
    default:
      return "abort";
  }
}

void leave_last_words(int signal, siginfo_t* info, void*) {
  if (page_of_this_process != nullptr && page_of_this_process[0] == '\0') {
    Words words;
    std::optional<sim::Simulation::NamedTask> culprit;
    if (signal == SIGSEGV && simulation_of_this_process != nullptr) {
      culprit = simulation_of_this_process->task_overflowing_at(info->si_addr);
    }
    if (culprit) {
      words.say("overflow: the stack of ").say(*culprit).say(" ran over");
    } else if (const auto task = running_task()) {
      words.say(phrase_of(signal)).say(" in ").say(*task);
    } else {
      words.say(phrase_of(signal));
    }
  }
  // Let happen what would have happened: the faulting instruction runs again, under the old action.
  for (std::size_t at = 0; at < fatal_signals.size(); ++at) {
    if (fatal_signals[at] == signal) ::sigaction(signal, &actions_before[at], nullptr);
  }
  if (info->si_code <= 0) ::raise(signal);  // sent by somebody, not by an instruction
}

/// What the ticks of the timer count.
struct RealTimeWatch {
  Duration patience{};
  Duration tick{};
  std::int64_t ticks = 0;
  std::int64_t ticks_without_event = 0;
  std::int64_t events = 0;
  Duration used_at_last_event{};  // of the processor's time
};
RealTimeWatch watch;

const void* address_in([[maybe_unused]] const void* context) {
#if defined(__x86_64__)
  const auto& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
  return reinterpret_cast<const void*>(machine.gregs[REG_RIP]);
#elif defined(__aarch64__)
  return reinterpret_cast<const void*>(static_cast<const ucontext_t*>(context)->uc_mcontext.pc);
#else
  return nullptr;  // the handler's own frames are then told too
#endif
}

Duration used_by_this_process() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + Duration(used.tv_nsec);
}

void look_at_the_clock(int, siginfo_t*, void* context) {
  ++watch.ticks;
  const auto task = running_task();
  const auto events = task ? simulation_of_this_process->events() : -1;
  if (!task || events != watch.events) {
    watch.ticks_without_event = 0;
    watch.used_at_last_event = used_by_this_process();
  } else {
    ++watch.ticks_without_event;
  }
  watch.events = events;
  const auto silence = watch.ticks_without_event * watch.tick;
  const bool is_over = watch.ticks * watch.tick >= watch.patience;
  const bool never_yields =
      used_by_this_process() - watch.used_at_last_event >= RealTimeLimit::never_yields;
  if (!is_over && !never_yields) return;
  Words words;
  words.say(no_end.data()).say(is_over ? watch.patience : silence).say(" of real time");
  if (watch.ticks_without_event >= 2) {
    words.say(": ").say(*task).say(" has not blocked for ").say(silence);
    words.say(", nothing else can run");
  } else if (task) {
    words.say(": ").say(*task).say(" runs, after ").say(events).say(" events");
  }
  words.say_where(address_in(context));
  ::_exit(1);
}

std::int64_t memory_of_this_process = 0;

/// What `new` calls when there is nothing left: a model must not take it for an exception.
void leave_words_of_exhaustion() {
  Words words;
  words.say(no_memory.data());
  constexpr std::int64_t gibibyte = std::int64_t{1} << 30;
  if (memory_of_this_process % gibibyte == 0) {
    words.say(memory_of_this_process / gibibyte).say(" GiB");
  } else {
    words.say(memory_of_this_process >> 20).say(" MiB");
  }
  if (const auto task = running_task()) {
    words.say(": ").say(*task).say(" runs, after ").say(simulation_of_this_process->events());
    words.say(" events");
  }
  ::_exit(1);
}

constexpr std::size_t alternate_bytes = 64 * 1024;

// The stack that ran over cannot carry its own handler.
void provide_stack_for_handlers() {
  static std::array<char, alternate_bytes> alternate;
  stack_t stack{};
  stack.ss_sp = alternate.data();
  stack.ss_size = alternate.size();
  ::sigaltstack(&stack, nullptr);
}

/// "path/logquake(_ZN3abcEv+0x12) [0x55d0]" as "abc() +0x12", or as it is without a name.
std::string readable(const std::string& frame) {
  const auto open = frame.find('(');
  const auto plus = frame.find('+', open);
  if (open == std::string::npos || plus == std::string::npos || plus == open + 1) return frame;
  const auto symbol = frame.substr(open + 1, plus - open - 1);
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
  const auto offset = frame.substr(plus, frame.find(')', plus) - plus);
  return (status == 0 ? std::string(name.get()) : symbol) + " " + offset;
}

}  // namespace

WatchedSimulation::WatchedSimulation(const sim::Simulation& simulation)
    : before_(std::exchange(simulation_of_this_process, &simulation)) {}

WatchedSimulation::~WatchedSimulation() { simulation_of_this_process = before_; }

LastWords::LastWords() {
  void* mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  LOGQUAKE_CHECK(mapped != MAP_FAILED, "no memory for a shared page");
  page_ = static_cast<char*>(mapped);
}

LastWords::~LastWords() { ::munmap(page_, bytes); }

std::string LastWords::read() const {
  const std::string_view all{page_, ::strnlen(page_, bytes)};
  auto end = all.find('\n');
  std::string words(all.substr(0, end));
  while (end != std::string_view::npos && end + 1 < all.size()) {
    const auto begin = end + 1;
    end = all.find('\n', begin);
    words += "\n    at " + readable(std::string(all.substr(begin, end - begin)));
  }
  return words;
}

void LastWords::clear() { page_[0] = '\0'; }

void LastWords::catch_signals() {
  page_of_this_process = page_;
  Words::scratch_file = ::memfd_create("last-words", MFD_CLOEXEC);
  provide_stack_for_handlers();
  struct sigaction action {};
  action.sa_sigaction = leave_last_words;
  action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK);
  for (std::size_t at = 0; at < fatal_signals.size(); ++at) {
    ::sigaction(fatal_signals[at], &action, &actions_before[at]);
  }
}

bool memory_can_be_bounded() {
#if defined(__SANITIZE_ADDRESS__)
  return false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
  return false;
#else
  return true;
#endif
#else
  return true;
#endif
}

void bound_memory(std::int64_t bytes) {
  if (!memory_can_be_bounded()) return;
  memory_of_this_process = bytes;
  std::set_new_handler(leave_words_of_exhaustion);
  const rlimit bound{static_cast<rlim_t>(bytes), static_cast<rlim_t>(bytes)};
  ::setrlimit(RLIMIT_AS, &bound);
}

RealTimeLimit::RealTimeLimit(Duration patience) {
  // backtrace() loads a library when it is first called, which a signal handler must not do.
  std::array<void*, 1> frame{};
  ::backtrace(frame.data(), 1);
  provide_stack_for_handlers();
  watch = {.patience = patience,
           .tick = std::clamp<Duration>(patience / 8, 10ms, 1s),
           .used_at_last_event = used_by_this_process()};
  struct sigaction action {};
  action.sa_sigaction = look_at_the_clock;
  action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK | SA_RESTART);
  ::sigaction(SIGALRM, &action, nullptr);
  const auto microseconds = watch.tick / 1us;
  const timeval tick{microseconds / 1'000'000, microseconds % 1'000'000};
  const itimerval timer{tick, tick};
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

RealTimeLimit::~RealTimeLimit() {
  const itimerval off{};
  ::setitimer(ITIMER_REAL, &off, nullptr);
  ::signal(SIGALRM, SIG_IGN);
}

}  // namespace logquake::scenario
