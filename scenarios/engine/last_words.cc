#include "scenarios/engine/last_words.h"

#include <sys/mman.h>

#include <array>
#include <csignal>
#include <cstring>
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

void append(std::size_t& at, const char* text) {
  while (*text != '\0' && at + 1 < LastWords::bytes) page_of_this_process[at++] = *text++;
  page_of_this_process[at] = '\0';
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
    std::size_t at = 0;
    std::optional<sim::Simulation::OverflowedTask> culprit;
    if (signal == SIGSEGV && simulation_of_this_process != nullptr) {
      culprit = simulation_of_this_process->task_overflowing_at(info->si_addr);
    }
    if (culprit) {
      append(at, "overflow: the stack of the task ");
      append(at, culprit->node);
      append(at, "/");
      append(at, culprit->task);
      append(at, " ran over");
    } else {
      append(at, phrase_of(signal));
    }
  }
  // Let happen what would have happened: the faulting instruction runs again, under the old action.
  for (std::size_t at = 0; at < fatal_signals.size(); ++at) {
    if (fatal_signals[at] == signal) ::sigaction(signal, &actions_before[at], nullptr);
  }
  if (info->si_code <= 0) ::raise(signal);  // sent by somebody, not by an instruction
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

std::string LastWords::read() const { return {page_, ::strnlen(page_, bytes)}; }

void LastWords::clear() { page_[0] = '\0'; }

void LastWords::catch_signals() {
  page_of_this_process = page_;
  // The stack that ran over cannot carry its own handler.
  static std::array<char, 64 * 1024> alternate;
  stack_t stack{};
  stack.ss_sp = alternate.data();
  stack.ss_size = alternate.size();
  ::sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_sigaction = leave_last_words;
  action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK);
  for (std::size_t at = 0; at < fatal_signals.size(); ++at) {
    ::sigaction(fatal_signals[at], &action, &actions_before[at]);
  }
}

}  // namespace logquake::scenario
