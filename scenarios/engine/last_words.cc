#include "scenarios/engine/last_words.h"

#include <sys/mman.h>

#include <array>
#include <csignal>
#include <cstring>

#include "sim/base/check.h"

namespace logquake::scenario {
namespace {

// A signal handler has no other way to its data. Set once per child process, before any simulation
// runs.
char* page_of_this_process = nullptr;

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
    case SIGABRT:
      return "abort";
    default:
      return "fatal signal";
  }
}

// Async-signal-safe: plain writes into a mapped page.
void leave_last_words(int signal, siginfo_t*, void*) {
  if (page_of_this_process != nullptr && page_of_this_process[0] == '\0') {
    std::size_t at = 0;
    append(at, phrase_of(signal));
  }
  ::raise(signal);  // SA_RESETHAND: dies by it once this handler returns
}

}  // namespace

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
  action.sa_flags = static_cast<int>(SA_SIGINFO | SA_ONSTACK | SA_RESETHAND);
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT})
    ::sigaction(signal, &action, nullptr);
}

}  // namespace logquake::scenario
