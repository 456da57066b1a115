// The parser's inside: a descent of bounded depth over one statement's tokens.
#pragma once

#include <span>
#include <string_view>

#include "models/database/expression_parser.h"
#include "models/database/statement.h"
#include "models/database/token_stream.h"

namespace logquake::database {

/// Every function returns false after a failure, which the stream then holds.
class StatementParser {
 public:
  StatementParser(std::string_view sql, std::span<const Value> parameters) : in_(sql, parameters) {}

  SqlResult<Statement> parse();

 private:
  bool statement();

  // definition_parser.cc
  bool create();
  bool create_table(bool if_not_exists);
  bool drop();
  bool alter();
  bool truncate();
  bool column_definition(ColumnDefinition& definition);
  bool column_attribute(ColumnDefinition& definition, bool& known);
  bool column_default(ColumnDefinition& definition);
  bool key_definition(KeyDefinition& key);
  bool key_columns(KeyDefinition& key);
  bool table_options(CreateTable& table);

  // query_parser.cc
  bool insert(bool replace);
  bool insert_rows(Insert& insert);
  bool assignments(std::vector<Assignment>& list);
  bool update();
  bool remove();
  bool select();
  bool select_item(Select& select);
  bool select_tail(Select& select);
  bool filter(RowFilter& filter, std::vector<Aggregate>* aggregates, bool with_offset);
  bool limit(RowFilter& filter, bool with_offset);

  // session_parser.cc
  bool show();
  bool set();
  bool set_transaction(SetTransaction::Scope scope);
  bool begin();
  bool rollback();

  bool table_name(TableName& name);
  bool expression(Expression& value, std::vector<Aggregate>* aggregates = nullptr);
  bool if_exists(bool& found, bool negated);
  bool refuse_here() { return in_.refuse(in_.peek().text); }
  bool done(Statement statement) {
    result_ = std::move(statement);
    return true;
  }

  TokenStream in_;
  Statement result_;
};

}  // namespace logquake::database
