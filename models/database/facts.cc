#include "models/database/facts.h"

#include "sim/base/format.h"

namespace logquake::database {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

std::string to_text(const RowImage& image) {
  std::string text;
  for (const auto& [column, value] : image) {
    text += format("{}{}={}", text.empty() ? "" : " ", column, value ? *value : "NULL");
  }
  return text;
}

std::string ServerStarted::sentence() const {
  return format("the database server is up ({}), with {}", fresh ? "fresh disk" : "disk as it was",
                joined(databases));
}
std::string Recovered::sentence() const {
  return format(
      "the database recovered up to commit {}: {} redo records replayed, {} bytes of a torn end "
      "cut",
      last_commit, replayed, bytes_cut);
}
std::string RowInserted::sentence() const {
  return format("{} has a new row {}", table, to_text(row));
}
std::string RowUpdated::sentence() const {
  return format("{} row {} is now {}", table, key, to_text(row));
}
std::string RowDeleted::sentence() const { return format("{} row {} is deleted", table, key); }
std::string TransactionCommitted::sentence() const {
  return format("commit {} of {} row changes{}", commit, rows,
                connection == 0 ? " came back from the redo log" : "");
}
std::string TransactionCommitted::state() const { return format("commit {}", commit); }
std::string TransactionRolledBack::sentence() const {
  return format("{} row changes of connection {} are rolled back: {}", rows, connection, why);
}
std::string TableCreated::sentence() const {
  return format("table {} is created: {}", table, joined(columns));
}
std::string TableAltered::sentence() const {
  return format("table {} now has {}", table, joined(columns));
}
std::string TableEmptied::sentence() const {
  return format("table {} is {}", table, dropped ? "dropped" : "truncated");
}
std::string StatementFailed::sentence() const {
  return format("connection {} got error {} ({}) for: {}", connection, number, message, sql);
}

}  // namespace logquake::database
