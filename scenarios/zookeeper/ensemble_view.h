// What an ensemble is doing now, as its facts tell: for roles of faults, and for what must still
// happen before a run may be judged.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "models/quorum/wire/ids.h"
#include "scenarios/zookeeper/ensemble.h"
#include "sim/trace/fact.h"

namespace logquake::scenario {

class EnsembleView {
 public:
  explicit EnsembleView(Ensemble ensemble) : ensemble_(std::move(ensemble)) {}
  void on_fact(const sim::TraceEvent& event);

  /// The established leader that still serves, of the highest epoch; or the standalone server.
  std::optional<std::string> leader() const;
  /// Members other than the leader that serve.
  std::set<std::string> followers() const;
  bool serves(const std::string& node) const;
  /// Why the members outside `gone` do not agree yet; nothing where they do. Stranded voters are
  /// left out. Source: Z-INV-25, Z-DI-10.
  std::optional<std::string> disagreement(const std::set<std::string>& gone) const;

 private:
  struct Member {
    bool is_up = false;
    bool is_stranded = false;
    std::string mode;  // that it serves in; empty: it does not
    std::int64_t epoch = 0;
    zookeeper::Zxid zxid;  // the last it delivered
    std::uint64_t digest = 0;
  };

  Ensemble ensemble_;
  std::map<std::string, Member, std::less<>> members_;
};

}  // namespace logquake::scenario
