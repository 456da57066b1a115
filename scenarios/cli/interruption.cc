#include "scenarios/cli/interruption.h"

namespace logquake::scenario {
namespace {

// The one thing that a signal may touch.
volatile std::sig_atomic_t interrupted = 0;

void interrupt(int signal) {
  if (interrupted != 0) {
    ::signal(signal, SIG_DFL);
    ::raise(signal);
  }
  interrupted = 1;
}

}  // namespace

Interruption::Interruption() {
  interrupted = 0;
  struct sigaction action {};
  action.sa_handler = interrupt;
  ::sigaction(SIGINT, &action, &before_int_);
  ::sigaction(SIGTERM, &action, &before_term_);
}

Interruption::~Interruption() {
  ::sigaction(SIGINT, &before_int_, nullptr);
  ::sigaction(SIGTERM, &before_term_, nullptr);
}

bool Interruption::has_come() { return interrupted != 0; }

}  // namespace logquake::scenario
