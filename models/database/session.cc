#include "models/database/session.h"

#include <algorithm>
#include <type_traits>

#include "models/database/parser.h"
#include "sim/base/format.h"

namespace logquake::database {
namespace {

template <class T>
constexpr bool is_definition = std::is_same_v<T, CreateDatabase> ||
                               std::is_same_v<T, DropDatabase> || std::is_same_v<T, CreateTable> ||
                               std::is_same_v<T, CreateTableLike> || std::is_same_v<T, DropTable> ||
                               std::is_same_v<T, TruncateTable> || std::is_same_v<T, AlterTable>;

}  // namespace

Session::Session(Engine& engine, SessionSettings settings)
    : engine_(engine), isolation_(engine.settings().isolation) {
  view_.database = std::move(settings.database);
  view_.user = std::move(settings.user);
  view_.connection_id = settings.connection;
  view_.variable = [this](std::string_view name) { return variable(name); };
}

Session::~Session() {
  if (transaction_ != nullptr) close("the session ended");
}

void Session::close(std::string_view why) {
  if (transaction_ == nullptr) return;
  Transaction& open = *transaction_;
  transaction_ = nullptr;
  engine_.rollback(open, why);
}

SqlResult<ResultSet> Session::execute(std::string_view sql, std::span<const Value> parameters) {
  auto statement = parse_statement(sql, parameters);
  if (!statement) return statement.error();
  sql_ = std::string(sql);
  view_.current_time = engine_.now();
  view_.statement_start = fixed_time_.value_or(view_.current_time);
  warnings_ = 0;
  return run(*statement);
}

SqlResult<ResultSet> Session::run(const Statement& statement) {
  return std::visit(
      [this, &statement](const auto& kind) -> SqlResult<ResultSet> {
        using Kind = std::decay_t<decltype(kind)>;
        if constexpr (is_definition<Kind>) {
          return define(statement);
        } else if constexpr (std::is_same_v<Kind, Select>) {
          return select(kind);
        } else if constexpr (std::is_same_v<Kind, Insert>) {
          return insert(kind);
        } else if constexpr (std::is_same_v<Kind, Update>) {
          return update(kind);
        } else if constexpr (std::is_same_v<Kind, Delete>) {
          return remove(kind);
        } else if constexpr (std::is_same_v<Kind, Show>) {
          return show(kind);
        } else if constexpr (std::is_same_v<Kind, Use>) {
          return use(kind);
        } else if constexpr (std::is_same_v<Kind, Begin>) {
          return begin(kind);
        } else if constexpr (std::is_same_v<Kind, Commit>) {
          if (auto status = commit_open(); !status.ok()) return status.error();
          return ResultSet{};
        } else if constexpr (std::is_same_v<Kind, Rollback>) {
          return rollback(kind);
        } else if constexpr (std::is_same_v<Kind, Savepoint>) {
          if (autocommit_ && transaction_ == nullptr) return ResultSet{};
          auto& marks = transaction().savepoints;
          std::erase_if(marks,
                        [&kind](const auto& mark) { return same_name(mark.name, kind.name); });
          marks.push_back(transaction().mark(kind.name));
          return ResultSet{};
        } else if constexpr (std::is_same_v<Kind, ReleaseSavepoint>) {
          return release(kind);
        } else if constexpr (std::is_same_v<Kind, SetVariables>) {
          return set(kind);
        } else if constexpr (std::is_same_v<Kind, SetTransaction>) {
          return set_transaction(kind);
        } else {
          return ResultSet{};  // SET NAMES, UNLOCK TABLES without LOCK TABLES: nothing to do
        }
      },
      statement);
}

Transaction& Session::transaction() {
  if (transaction_ == nullptr) {
    const Isolation isolation = next_isolation_.value_or(isolation_);
    const bool read_only = next_read_only_.value_or(read_only_);
    next_isolation_.reset();
    next_read_only_.reset();
    transaction_ = &engine_.begin(view_.connection_id, isolation, read_only);
  }
  return *transaction_;
}

SqlStatus Session::commit_open() {
  explicit_transaction_ = false;
  if (transaction_ == nullptr) return {};
  Transaction& open = *transaction_;
  transaction_ = nullptr;
  engine_.commit(open);
  return {};
}

SqlResult<ResultSet> Session::finish_statement(SqlResult<ResultSet> result,
                                               const Transaction::Mark& mark) {
  const bool is_victim = !result && result.error().code == SqlErrorCode::deadlock;
  if (is_victim) {
    // The whole transaction is undone (C-DB-31); the session is out of it.
    explicit_transaction_ = false;
    close("deadlock");
    return result;
  }
  if (!result) engine_.undo_to(*transaction_, mark);  // the statement alone (C-DB-42)
  engine_.close_statement(*transaction_);
  if (!autocommit_ || explicit_transaction_) return result;
  if (auto status = commit_open(); !status.ok()) return status.error();
  return result;
}

SqlResult<std::string> Session::database_of(const TableName& name) const {
  const std::string& database = name.database.empty() ? view_.database : name.database;
  if (database.empty())
    return SqlError::of(SqlErrorCode::no_database_selected, "No database selected");
  return database;
}

SqlResult<Table*> Session::open_table(const TableName& name, std::string_view) {
  const auto database = database_of(name);
  if (!database) return database.error();
  while (true) {
    Table* table = engine_.find(*database, name.table);
    if (table == nullptr) {
      return SqlError::of(SqlErrorCode::table_missing,
                          format("Table '{}.{}' doesn't exist", *database, name.table));
    }
    const TableId id = table->id();
    bool waited = false;
    const LockName definition{.table = id, .index = LockName::definition, .key = {}};
    if (auto status = engine_.lock(transaction(), definition, LockMode::shared, waited);
        !status.ok()) {
      return status.error();
    }
    if (!waited || engine_.find(*database, name.table) == engine_.find(id)) {
      if (Table* still = engine_.find(id)) return still;
    }
  }
}

BindScope Session::scope(const Table* table, std::string_view alias) const {
  return {
      .schema = table == nullptr ? nullptr : &table->schema(), .alias = alias, .session = &view_};
}

EvaluationContext Session::context(const Row* row) const { return {.session = &view_, .row = row}; }

SqlResult<ResultSet> Session::use(const Use& use) {
  if (!engine_.has_database(use.database)) {
    return SqlError::of(SqlErrorCode::unknown_database,
                        format("Unknown database '{}'", use.database));
  }
  view_.database = use.database;
  return ResultSet{};
}

SqlResult<ResultSet> Session::begin(const Begin& begin) {
  if (auto status = commit_open(); !status.ok()) return status.error();
  if (begin.read_only) next_read_only_ = true;
  explicit_transaction_ = true;
  if (begin.consistent_snapshot) {
    if (transaction().isolation >= Isolation::repeatable_read) engine_.open_view(transaction());
  }
  return ResultSet{};
}

SqlResult<ResultSet> Session::rollback(const Rollback& rollback) {
  if (rollback.savepoint.empty()) {
    explicit_transaction_ = false;
    close("asked for");
    return ResultSet{};
  }
  if (transaction_ != nullptr) {
    auto& marks = transaction_->savepoints;
    const auto found = std::find_if(marks.begin(), marks.end(), [&](const auto& mark) {
      return same_name(mark.name, rollback.savepoint);
    });
    if (found != marks.end()) {
      engine_.undo_to(*transaction_, *found);
      marks.erase(found + 1, marks.end());
      return ResultSet{};
    }
  }
  return SqlError::of(SqlErrorCode::function_missing,
                      format("SAVEPOINT {} does not exist", rollback.savepoint));
}

SqlResult<ResultSet> Session::release(const ReleaseSavepoint& release) {
  if (transaction_ != nullptr) {
    auto& marks = transaction_->savepoints;
    const auto found = std::find_if(marks.begin(), marks.end(), [&](const auto& mark) {
      return same_name(mark.name, release.name);
    });
    if (found != marks.end()) {
      marks.erase(found, marks.end());
      return ResultSet{};
    }
  }
  return SqlError::of(SqlErrorCode::function_missing,
                      format("SAVEPOINT {} does not exist", release.name));
}

SqlStatus Session::may_write() const {
  const bool read_only =
      transaction_ != nullptr ? transaction_->read_only : next_read_only_.value_or(read_only_);
  if (!read_only) return {};
  return SqlError::of(SqlErrorCode::cannot_start_transaction_readonly,
                      "Cannot execute statement in a READ ONLY transaction");
}

}  // namespace logquake::database
