#include "scenarios/kafka/checkers/order_per_key.h"

#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "models/client/facts.h"
#include "scenarios/kafka/checkers/clean_history.h"
#include "sim/base/format.h"

namespace logquake::scenario {
namespace {

namespace client = kafka::client;

struct Send {
  std::string client;
  std::int64_t session = 0;
  std::int64_t number = 0;
  std::int64_t key_digest = 0;
  bool is_idempotent = false;
  sim::EventId fact;
};

struct Delivered {
  std::int64_t value_digest = 0;
  sim::EventId fact;
};

class OrderPerKey : public Checker {
 public:
  explicit OrderPerKey(DurabilityProfile profile) : profile_(profile) {}

  void on_fact(const sim::TraceEvent& event, Findings& findings) override {
    if (const auto* appended = event.as<kafka::BatchAppended>()) note_gap(*appended);
    history_.on_fact(event);
    if (const auto* sent = event.as<client::RecordSent>()) {
      sends_[sent->value_digest] = {sent->client,     sent->session, sent->send,
                                    sent->key_digest, false,         event.id};
    } else if (const auto* acknowledged = event.as<client::RecordAcknowledged>()) {
      const auto found = sends_.find(acknowledged->value_digest);
      if (found != sends_.end()) found->second.is_idempotent = acknowledged->is_idempotent;
    } else if (const auto* failed = event.as<client::RecordFailed>()) {
      if (!failed->is_indeterminate) refusals_[to_string(failed->partition)] = event.id;
    } else if (const auto* delivered = event.as<client::RecordDelivered>()) {
      deliver(*delivered, event.id, findings);
    }
  }

  // Order is judged once all is known: offsets are delivered in pieces, by several consumers.
  void at_end(const Ending&, Findings& findings) override {
    std::int64_t records = 0;
    for (const auto& [partition, log] : logs_) {
      std::map<std::int64_t, std::pair<kafka::Offset, sim::EventId>> first_seen;  // by value
      std::map<std::tuple<std::string, std::int64_t, std::int64_t>,
               std::pair<std::int64_t, sim::EventId>>
          latest;
      for (const auto& [offset, record] : log) {
        ++records;
        const auto sent = sends_.find(record.value_digest);
        if (sent == sends_.end()) continue;  // somebody else's
        const Send& send = sent->second;
        const auto [seen, is_first] =
            first_seen.try_emplace(record.value_digest, offset, record.fact);
        if (!is_first) {
          // Another batch was refused for good while this one was under way: it was renumbered.
          const auto refusal = refusals_.find(partition);
          const bool is_renumbered = refusal != refusals_.end() && send.fact < refusal->second;
          tell(send.is_idempotent && !is_renumbered, "K-INV-40",
               send.is_idempotent ? "K-PRD-25" : "K-ANO-2",
               format("{}: record {} of {} is at offsets {} and {}", partition, send.number,
                      send.client, seen->second.first, offset),
               {send.fact, seen->second.second, record.fact}, findings);
          continue;
        }
        auto& [number, fact] = latest[{send.client, send.session, send.key_digest}];
        if (fact != sim::EventId{} && send.number < number) {
          const auto gap = gaps_.find(partition);
          const bool may_overtake = !send.is_idempotent || gap != gaps_.end();
          tell(!may_overtake, "K-INV-41", send.is_idempotent ? "K-LOG-43" : "K-ANO-11",
               format("{}: at offset {} record {} of {} comes after record {} of the same key{}",
                      partition, offset, send.number, send.client, number,
                      send.is_idempotent && may_overtake ? gap->second : std::string()),
               {send.fact, fact, record.fact}, findings);
        } else {
          number = send.number;
          fact = record.fact;
        }
      }
    }
    findings.promise(
        "K-INV-41",
        format("{} records were read, each key's in the order of their sending", records));
  }

 private:
  void deliver(const client::RecordDelivered& fact, sim::EventId id, Findings& findings) {
    const auto partition = to_string(fact.partition);
    const auto [entry, is_new] =
        logs_[partition].try_emplace(fact.offset, Delivered{fact.value_digest, id});
    if (is_new || entry->second.value_digest == fact.value_digest) return;
    const auto what = format(
        "{}: the record at offset {} was one thing for one reader and another "
        "for {}",
        partition, fact.offset, fact.client);
    if (const auto* excuse = history_.excuse(partition)) {
      findings.anomaly(excuse->clause, what + ": " + excuse->why, 1, {entry->second.fact});
    } else if (!profile_.is_safe()) {
      findings.anomaly("K-INV-18 (precondition: profile SAFE)",
                       what + ": the settings promise no more", 1, {entry->second.fact});
    } else {
      findings.violation("K-INV-18", what, {entry->second.fact});
    }
    // The log goes on from here: what was read of the lost one is no part of its order.
    auto& log = logs_[partition];
    log.erase(entry, log.end());
    log.emplace(fact.offset, Delivered{fact.value_digest, id});
  }

  // A leader that knows nothing of a producer takes any first sequence from it: what was sent
  // before may then come later, under a new epoch.
  void note_gap(const kafka::BatchAppended& fact) {
    if (!fact.as_leader || fact.base_sequence <= 0) return;
    if (history_.may_know(fact.partition, fact.broker, fact.producer_id)) return;
    gaps_.try_emplace(fact.partition,
                      format(": broker {} knew nothing of the producer and took sequence {} first",
                             fact.broker, fact.base_sequence));
  }

  static void tell(bool is_idempotent, std::string broken, std::string excused, std::string message,
                   std::vector<sim::EventId> facts, Findings& findings) {
    if (is_idempotent) {
      findings.violation(std::move(broken), std::move(message), std::move(facts));
    } else {
      findings.anomaly(std::move(excused), std::move(message), 1, std::move(facts));
    }
  }

  DurabilityProfile profile_;
  CleanHistory history_;
  std::map<std::int64_t, Send> sends_;  // by the digest of the value
  std::map<std::string, std::map<kafka::Offset, Delivered>> logs_;
  std::map<std::string, sim::EventId> refusals_;  // the last record refused for good, by partition
  std::map<std::string, std::string> gaps_;       // why records may overtake others, by partition
};

}  // namespace

CheckerFactory order_per_key(DurabilityProfile profile) {
  return {"order-per-key", [profile] { return std::make_unique<OrderPerKey>(profile); }};
}

}  // namespace logquake::scenario
