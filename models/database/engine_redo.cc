// The engine's redo log: what is written, and how it is applied again.
#include <utility>

#include "models/database/engine.h"
#include "models/database/key.h"
#include "sim/base/format.h"

namespace logquake::database {

void Engine::log(const RedoRecord& record) {
  const Bytes frame = frame_of(record);
  redo_.insert(redo_.end(), frame.begin(), frame.end());
  redo_end_ += static_cast<std::int64_t>(frame.size());
}

Bytes Engine::take_redo() { return std::exchange(redo_, {}); }

void Engine::log_definition(RedoDefinition definition) {
  log(definition);
  const std::vector<EngineFact> facts = std::exchange(definition_facts_, {});
  if (carrier_.make_durable) carrier_.make_durable(redo_end_);
  for (const EngineFact& fact : facts)
    state(fact, carrier_.cause ? carrier_.cause() : sim::EventId{});
}

void Engine::apply(const RedoCounter& counter) {
  // Counters only rise; a checkpoint may already hold a later value.
  Table* table = find(counter.table);
  if (table != nullptr && counter.next_id > table->next_id()) table->set_next_id(counter.next_id);
}

void Engine::apply(const RedoCommit& commit) {
  for (const RedoRow& row : commit.rows) {
    Table* table = find(row.table);
    if (table == nullptr) continue;  // dropped later on
    table->push(row.key, {.writer = {},
                          .commit = commit.number,
                          .row = row.row ? std::make_shared<const Row>(*row.row) : nullptr});
  }
  std::erase_if(unstated_, [&commit](const RedoCommit& earlier) {
    return earlier.number <= commit.stated_up_to;
  });
  // The rows before the change are gone after pruning, so what may have to be stated keeps them.
  stated_up_to_ = std::max(stated_up_to_, commit.stated_up_to);
  unstated_.push_back(commit);
  visible_ = commit.number;
  next_commit_ = commit.number + 1;
}

std::int64_t Engine::finish_recovery() {
  std::int64_t restated = 0;
  definition_facts_.clear();  // of the replay: stated in an earlier life
  for (const RedoCommit& commit : std::exchange(unstated_, {})) {
    Transaction transaction;
    transaction.cause = carrier_.cause ? carrier_.cause() : sim::EventId{};
    for (const RedoRow& row : commit.rows) {
      const Table* table = find(row.table);
      if (table == nullptr) continue;
      const ReadView before_it{.up_to = commit.number - 1, .own = TransactionId(-1)};
      const auto before = table->find(row.key)->seen_by(before_it);
      const auto after = row.row ? std::make_shared<const Row>(*row.row) : nullptr;
      if (!before && !after) continue;
      transaction.changes.push_back({row.table, row.key, row.key, before, after});
    }
    state_changes(transaction, commit.number);
    ++restated;
  }
  stated_up_to_ = visible_;
  for (auto& [id, table] : tables_) {
    std::vector<std::string> keys;
    for (const auto& [key, record] : table->records()) keys.push_back(key);
    for (const std::string& key : keys) table->prune(key, visible_);
    const auto column = table->schema().auto_increment_column();
    if (!column || settings_.persists_auto_increment) continue;
    // As before persistent counters: the largest id present plus one (D-C70).
    std::uint64_t largest = 0;
    for (const auto& [key, record] : table->records()) {
      const Value& value = (*record.newest())[*column];
      if (const auto* id_value = value.as<std::int64_t>(); id_value != nullptr && *id_value > 0) {
        largest = std::max(largest, static_cast<std::uint64_t>(*id_value));
      }
      if (const auto* id_value = value.as<std::uint64_t>()) largest = std::max(largest, *id_value);
    }
    table->set_next_id(largest + 1);
  }
  return restated;
}

std::vector<RedoRecord> Engine::snapshot() const {
  std::vector<RedoRecord> records;
  for (const auto& [database, tables] : databases_) {
    records.push_back(RedoDefinition{.sql = "CREATE DATABASE " + quoted_name(database)});
  }
  RedoCommit rows{.number = visible_, .stated_up_to = stated_up_to_};
  for (const auto& [id, table] : tables_) {
    records.push_back(
        RedoDefinition{.database = table->schema().database,
                       .sql = create_text(table->schema(), 1, settings_.character_set),
                       .next_table = id});
    records.push_back(RedoCounter{id, table->next_id()});
    for (const auto& [key, record] : table->records()) {
      if (const auto row = record.newest_committed())
        rows.rows.push_back({id, key, table->widened(*row)});
    }
  }
  records.push_back(std::move(rows));
  records.push_back(RedoInitialised{});
  return records;
}

}  // namespace logquake::database
