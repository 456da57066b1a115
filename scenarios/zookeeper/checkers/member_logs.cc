#include "scenarios/zookeeper/checkers/member_logs.h"

#include <algorithm>

#include "models/quorum/ensemble_facts.h"
#include "models/quorum/facts.h"
#include "sim/trace/kernel_facts.h"

namespace logquake::scenario {

using zookeeper::Zxid;

namespace {
const MemberLog empty_log;
}

bool MemberLog::contains(Zxid zxid) const {
  return zxid <= base_ || std::binary_search(entries_.begin(), entries_.end(), zxid);
}

bool MemberLog::holds_durably(Zxid zxid) const {
  return zxid <= base_ || (zxid <= synced_ && contains(zxid));
}

void MemberLog::cut_to(Zxid zxid) {
  while (!entries_.empty() && entries_.back() > zxid) entries_.pop_back();
  base_ = std::min(base_, zxid);
  synced_ = std::min(synced_, zxid);
}

MemberLog& MemberLogs::log(std::string_view node) {
  const auto found = logs_.find(node);
  return found != logs_.end() ? found->second : logs_[std::string(node)];
}

const MemberLog& MemberLogs::of(std::string_view node) const {
  const auto found = logs_.find(node);
  return found == logs_.end() ? empty_log : found->second;
}

void MemberLogs::on_fact(const sim::TraceEvent& event) {
  if (const auto* appended = event.as<zookeeper::TransactionAppended>()) {
    auto& log = this->log(event.node_name);
    log.tells_appends_ = true;
    if (appended->zxid <= log.base_) return;  // a snapshot of what is served came before
    log.cut_to(appended->zxid - 1);  // only where the order is broken, which another judges
    log.entries_.push_back(appended->zxid);
  } else if (const auto* synced = event.as<zookeeper::LogSynced>()) {
    auto& log = this->log(event.node_name);
    log.synced_ = std::max(log.synced_, synced->zxid);
    if (!log.tells_appends_) log.base_ = std::max(log.base_, synced->zxid);
  } else if (const auto* truncated = event.as<zookeeper::HistoryTruncated>()) {
    log(event.node_name).cut_to(truncated->to);
  } else if (const auto* replaced = event.as<zookeeper::HistoryReplaced>()) {
    log(event.node_name).replacing_ = replaced->zxid;
  } else if (const auto* taken = event.as<zookeeper::SnapshotTaken>()) {
    auto& log = this->log(event.node_name);
    if (log.replacing_) {
      log.entries_.clear();
      log.base_ = log.synced_ = *log.replacing_;
      log.replacing_.reset();
    }
    const auto above = std::upper_bound(log.entries_.begin(), log.entries_.end(), taken->zxid);
    log.entries_.erase(log.entries_.begin(), above);
    log.base_ = std::max(log.base_, taken->zxid);
  } else if (const auto* recovered = event.as<zookeeper::ServerRecovered>()) {
    auto& log = this->log(event.node_name);
    log.replacing_.reset();
    log.cut_to(recovered->zxid);
    if (log.last() < recovered->zxid) {  // it knows better
      log.entries_.clear();
      log.base_ = recovered->zxid;
    }
    log.synced_ = recovered->zxid;
  } else if (event.as<sim::NodeLostDisk>() != nullptr) {
    const auto found = logs_.find(event.as<sim::NodeLostDisk>()->node);
    if (found != logs_.end()) found->second = MemberLog();
  }
}

}  // namespace logquake::scenario
