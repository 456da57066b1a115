#include "models/database/engine.h"

#include <algorithm>
#include <utility>

#include "models/database/key.h"
#include "sim/base/check.h"
#include "sim/base/format.h"

namespace logquake::database {

Engine::Engine(EngineSettings settings, EngineCarrier carrier)
    : settings_(std::move(settings)), carrier_(std::move(carrier)) {}

// ---- transactions ----

Transaction& Engine::begin(std::uint32_t connection, Isolation isolation, bool read_only) {
  const TransactionId id(next_transaction_++);
  auto transaction = std::make_unique<Transaction>();
  transaction->id = id;
  transaction->connection = connection;
  transaction->isolation = isolation;
  transaction->read_only = read_only;
  return *(transactions_[id] = std::move(transaction));
}

void Engine::commit(Transaction& transaction) {
  if (transaction.changes.empty()) {
    undo_to(transaction, {});  // versions that changed nothing
    finish(transaction);
    return;
  }
  RedoCommit record{.number = next_commit_, .stated_up_to = stated_up_to_};
  std::vector<std::pair<TableId, std::string>> keys = transaction.undo;
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  for (const auto& [table, key] : keys) {
    const auto& row = find(table)->find(key)->newest();
    record.rows.push_back({table, key, row ? std::optional(*row) : std::nullopt});
  }
  log(record);
  ++next_commit_;
  transaction.cause = carrier_.cause ? carrier_.cause() : sim::EventId{};
  const std::int64_t end = redo_end_;
  pending_.push_back({.redo_end = end, .number = record.number, .transaction = &transaction});
  if (carrier_.make_durable) carrier_.make_durable(end);
  complete_up_to(end);
  LOGQUAKE_CHECK(transaction.is_committed, "a commit is complete when its redo is durable");
  finish(transaction);
}

void Engine::complete_up_to(std::int64_t redo_end) {
  // In the order of the log, whoever comes first: commits become visible as they were logged
  // (C-DB-24).
  while (!pending_.empty() && pending_.front().redo_end <= redo_end) {
    const Pending done = pending_.front();
    pending_.pop_front();
    Transaction& transaction = *done.transaction;
    state_changes(transaction, done.number);
    for (const auto& [table, key] : transaction.undo) {
      find(table)->commit(key, done.number);
      history_.push_back({done.number, table, key});
    }
    visible_ = done.number;
    stated_up_to_ = done.number;
    transaction.is_committed = true;
    locks_.release_all(transaction.id);
    wake_all();
  }
}

void Engine::state_changes(const Transaction& transaction, CommitNumber number) {
  for (const RowChange& change : transaction.changes) {
    const Table& table = *find(change.table);
    const std::string name = table.schema().full_name();
    if (!change.before) {
      state(RowInserted{number, name, key_text_of(table, change.key, *change.after),
                        image_of(table, *change.after)},
            transaction.cause);
    } else if (!change.after) {
      state(RowDeleted{number, name, key_text_of(table, change.key_before, *change.before),
                       image_of(table, *change.before)},
            transaction.cause);
    } else {
      state(RowUpdated{number, name, key_text_of(table, change.key, *change.after),
                       key_text_of(table, change.key_before, *change.before),
                       image_of(table, *change.before), image_of(table, *change.after)},
            transaction.cause);
    }
  }
  state(TransactionCommitted{number, static_cast<std::int64_t>(transaction.changes.size()),
                             transaction.connection, settings_.durable_commits},
        transaction.cause);
}

void Engine::rollback(Transaction& transaction, std::string_view why) {
  const auto rows = static_cast<std::int64_t>(transaction.changes.size());
  undo_to(transaction, {});
  if (rows > 0) {
    state(TransactionRolledBack{transaction.connection, rows, std::string(why)},
          carrier_.cause ? carrier_.cause() : sim::EventId{});
  }
  finish(transaction);
}

void Engine::undo_to(Transaction& transaction, const Transaction::Mark& mark) {
  while (transaction.undo.size() > mark.undo) {
    const auto& [table, key] = transaction.undo.back();
    find(table)->pop(key);
    transaction.undo.pop_back();
  }
  transaction.changes.resize(mark.changes);
}

void Engine::finish(Transaction& transaction) {
  const TransactionId id = transaction.id;
  locks_.release_all(id);
  transactions_.erase(id);
  wake_all();
  purge();
}

void Engine::purge() {
  CommitNumber oldest = visible_;
  for (const auto& [id, transaction] : transactions_) {
    if (transaction->view) oldest = std::min(oldest, transaction->view->up_to);
  }
  while (!history_.empty() && history_.front().commit <= oldest) {
    if (Table* table = find(history_.front().table)) table->prune(history_.front().key, oldest);
    history_.pop_front();
  }
}

ReadView Engine::view_for_statement(Transaction& transaction) {
  if (!transaction.view) open_view(transaction);
  return *transaction.view;
}

void Engine::open_view(Transaction& transaction) {
  transaction.view =
      ReadView{.up_to = visible_,
               .own = transaction.id,
               .sees_uncommitted = transaction.isolation == Isolation::read_uncommitted,
               .definitions = definitions_};
}

void Engine::close_statement(Transaction& transaction) {
  const bool per_statement = transaction.isolation == Isolation::read_committed ||
                             transaction.isolation == Isolation::read_uncommitted;
  if (per_statement) transaction.view.reset();
}

// ---- locks ----

SqlStatus Engine::lock(Transaction& transaction, const LockName& name, LockMode mode,
                       bool& waited) {
  const auto outcome = locks_.acquire(transaction.id, name, mode);
  wake_all();
  if (outcome.answer == LockTable::Answer::granted) return {};
  waited = true;
  return wait(transaction, name, false, outcome.answer);
}

SqlStatus Engine::intend_insert(Transaction& transaction, TableId table, const std::string& key,
                                bool& waited) {
  const auto outcome = locks_.intend_insert(transaction.id, table, key);
  wake_all();
  if (outcome.answer == LockTable::Answer::granted) return {};
  waited = true;
  return wait(transaction, {.table = table, .index = 0, .key = key}, true, outcome.answer);
}

SqlStatus Engine::wait(Transaction& transaction, const LockName& name, bool is_insert_intention,
                       LockTable::Answer answer) {
  const SqlError deadlock = SqlError::of(
      SqlErrorCode::deadlock, "Deadlock found when trying to get lock; try restarting transaction");
  if (answer == LockTable::Answer::deadlock) return deadlock;
  const bool is_definition = name.index == LockName::definition;
  if (const Table* table = find(name.table)) {
    state(LockWaited{transaction.connection, table->schema().full_name(),
                     is_definition         ? "definition"
                     : is_insert_intention ? "gap"
                                           : "row"},
          carrier_.cause ? carrier_.cause() : sim::EventId{});
  }
  const Duration timeout =
      is_definition ? settings_.lock_wait_timeout : settings_.innodb_lock_wait_timeout;
  const bool woken = carrier_.wait && carrier_.wait(transaction.id, timeout);
  const LockTable::State now = locks_.state_of(transaction.id);
  if (now == LockTable::State::victim) return deadlock;
  if (now == LockTable::State::running) return {};
  LOGQUAKE_CHECK(!woken, "only the granted and the victims are woken");
  locks_.cancel(transaction.id);
  wake_all();
  return SqlError::of(SqlErrorCode::lock_wait_timeout,
                      "Lock wait timeout exceeded; try restarting transaction");
}

void Engine::unlock(Transaction& transaction, const LockName& name) {
  locks_.release(transaction.id, name);
  wake_all();
}

void Engine::wake_all() {
  for (const TransactionId woken : locks_.take_woken()) {
    if (carrier_.wake) carrier_.wake(woken);
  }
}

// ---- rows ----

void Engine::write(Transaction& transaction, Table& table, const std::string& key,
                   std::shared_ptr<const Row> row) {
  table.push(key, {.writer = transaction.id, .commit = {}, .row = std::move(row)});
  transaction.undo.emplace_back(table.id(), key);
}

void Engine::note_change(Transaction& transaction, RowChange change) {
  transaction.changes.push_back(std::move(change));
  locks_.note_change(transaction.id);
}

std::uint64_t Engine::take_ids(Table& table, std::uint64_t count) {
  const std::uint64_t first = table.next_id();
  if (count > 0 && table.use_id(first + count - 1)) log(RedoCounter{table.id(), table.next_id()});
  return first;
}

void Engine::use_id(Table& table, std::uint64_t used) {
  if (table.use_id(used)) log(RedoCounter{table.id(), table.next_id()});
}

void Engine::set_next_id(Table& table, std::uint64_t next) {
  table.set_next_id(next);
  log(RedoCounter{table.id(), next});
}

// ---- definitions ----

std::vector<std::string> Engine::databases() const {
  std::vector<std::string> names;
  for (const auto& [name, tables] : databases_) names.push_back(name);
  return names;
}

std::vector<std::string> Engine::tables_of(const std::string& database) const {
  std::vector<std::string> names;
  if (const auto found = databases_.find(database); found != databases_.end()) {
    for (const auto& [name, id] : found->second) names.push_back(name);
  }
  return names;
}

Table* Engine::find(const std::string& database, const std::string& table) {
  const auto tables = databases_.find(database);
  if (tables == databases_.end()) return nullptr;
  const auto found = tables->second.find(table);
  return found == tables->second.end() ? nullptr : find(found->second);
}

Table* Engine::find(TableId id) {
  const auto found = tables_.find(id);
  return found == tables_.end() ? nullptr : found->second.get();
}

SqlStatus Engine::create_database(const std::string& name) {
  if (!databases_.try_emplace(name).second) {
    return SqlError::of(SqlErrorCode::database_exists,
                        format("Can't create database '{}'; database exists", name));
  }
  return {};
}

SqlStatus Engine::drop_database(const std::string& name) {
  const auto found = databases_.find(name);
  if (found == databases_.end()) {
    return SqlError::of(SqlErrorCode::cannot_drop_database,
                        format("Can't drop database '{}'; database doesn't exist", name));
  }
  const auto tables = found->second;
  for (const auto& [table, id] : tables) drop_table(*find(id));
  databases_.erase(name);
  return {};
}

Table& Engine::create_table(TableSchema schema, std::uint64_t first_id) {
  const TableId id(next_table_++);
  databases_[schema.database][schema.name] = id;
  std::vector<std::string> columns;
  for (const Column& column : schema.columns)
    columns.push_back(column.name + " " + to_string(column.type));
  const std::string name = schema.full_name();
  auto& table = *(tables_[id] = std::make_unique<Table>(id, std::move(schema), ++definitions_));
  if (first_id > 1) table.set_next_id(first_id);
  definition_facts_.push_back(TableCreated{name, std::move(columns)});
  return table;
}

void Engine::drop_table(Table& table) {
  definition_facts_.push_back(TableEmptied{table.schema().full_name(), true});
  databases_[table.schema().database].erase(table.schema().name);
  tables_.erase(table.id());
}

Table& Engine::truncate(Table& table) {
  TableSchema schema = table.schema();
  const TableId old = table.id();
  const TableId id(next_table_++);
  databases_[schema.database][schema.name] = id;
  const std::string name = schema.full_name();
  tables_.erase(old);
  auto& fresh = *(tables_[id] = std::make_unique<Table>(id, std::move(schema), ++definitions_));
  definition_facts_.push_back(TableEmptied{name, false});
  return fresh;
}

void Engine::add_columns(Table& table, std::vector<Column> columns, std::vector<Index> unique) {
  for (Column& column : columns) table.add_column(std::move(column));
  for (Index& index : unique) table.add_unique(std::move(index));
  std::vector<std::string> all;
  for (const Column& column : table.schema().columns)
    all.push_back(column.name + " " + to_string(column.type));
  definition_facts_.push_back(TableAltered{table.schema().full_name(), std::move(all)});
}

void Engine::state(const EngineFact& fact, sim::EventId cause) const {
  if (carrier_.state) carrier_.state(fact, cause);
}

RowImage Engine::image_of(const Table& table, const Row& row) const {
  RowImage image;
  const Row full = table.widened(row);
  for (std::size_t i = 0; i < full.size(); ++i) {
    image.push_back({table.schema().columns[i].name,
                     full[i].is_null() ? std::nullopt : std::optional(to_string(full[i]))});
  }
  return image;
}

std::string Engine::key_text_of(const Table& table, const std::string& key, const Row& row) const {
  if (const Index* primary = table.schema().primary_key()) return key_text(row, primary->columns);
  std::uint64_t number = 0;
  for (const char byte : key) number = number << 8 | static_cast<unsigned char>(byte);
  return format("row {}", number);
}

}  // namespace logquake::database
