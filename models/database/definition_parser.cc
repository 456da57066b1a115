// CREATE, ALTER, DROP and TRUNCATE.
#include "models/database/conversion.h"
#include "models/database/statement_parser.h"
#include "sim/base/format.h"

namespace logquake::database {

bool StatementParser::create() {
  if (in_.take_word("DATABASE") || in_.take_word("SCHEMA")) {
    CreateDatabase create;
    if (!if_exists(create.if_not_exists, true) || !in_.expect_name(create.name)) return false;
    if (!in_.at_end()) return in_.refuse("options of CREATE DATABASE");
    return done(std::move(create));
  }
  if (in_.take_word("TABLE")) {
    bool if_not_exists = false;
    return if_exists(if_not_exists, true) && create_table(if_not_exists);
  }
  if (in_.peek_word("OR") || in_.peek_word("TEMPORARY") || in_.peek_word("VIEW") ||
      in_.peek_word("INDEX") || in_.peek_word("UNIQUE") || in_.peek_word("USER") ||
      in_.peek_word("TRIGGER") || in_.peek_word("PROCEDURE") || in_.peek_word("FUNCTION") ||
      in_.peek_word("EVENT") || in_.peek_word("SEQUENCE") || in_.peek_word("ROLE") ||
      in_.peek_word("FULLTEXT")) {
    return in_.refuse(format("CREATE {}", in_.peek().text));
  }
  return in_.fail();
}

bool StatementParser::create_table(bool if_not_exists) {
  CreateTable create{.if_not_exists = if_not_exists};
  if (!table_name(create.table)) return false;
  if (in_.take_word("LIKE")) {
    CreateTableLike like{.table = create.table, .if_not_exists = if_not_exists};
    return table_name(like.like) && done(std::move(like));
  }
  if (in_.peek_word("SELECT") || in_.peek_word("AS")) return in_.refuse("CREATE TABLE ... SELECT");
  if (!in_.expect_symbol("(")) return false;
  if (in_.peek_word("LIKE")) return in_.refuse("CREATE TABLE (LIKE ...)");
  do {
    const bool is_key = in_.peek_word("PRIMARY") || in_.peek_word("UNIQUE") ||
                        in_.peek_word("KEY") || in_.peek_word("INDEX") ||
                        in_.peek_word("CONSTRAINT");
    if (in_.peek_word("FOREIGN")) return in_.refuse("FOREIGN KEY");
    if (in_.peek_word("CHECK") || in_.peek_word("FULLTEXT") || in_.peek_word("SPATIAL"))
      return refuse_here();
    if (is_key) {
      KeyDefinition key;
      if (!key_definition(key)) return false;
      create.keys.push_back(std::move(key));
    } else {
      ColumnDefinition column;
      if (!column_definition(column)) return false;
      create.columns.push_back(std::move(column));
    }
  } while (in_.take_symbol(","));
  return in_.expect_symbol(")") && table_options(create) && done(std::move(create));
}

bool StatementParser::table_options(CreateTable& create) {
  while (!in_.at_end()) {
    in_.take_symbol(",");
    if (in_.take_word("AUTO_INCREMENT")) {
      in_.take_symbol("=");
      if (!in_.expect_unsigned(create.auto_increment)) return false;
    } else if (in_.take_word("ENGINE")) {
      in_.take_symbol("=");
      if (!in_.peek_word("InnoDB")) return in_.refuse(format("ENGINE={}", in_.peek().text));
      in_.take();
    } else if (in_.peek_word("DEFAULT") || in_.peek_word("CHARSET") || in_.peek_word("CHARACTER") ||
               in_.peek_word("COLLATE") || in_.peek_word("COMMENT") ||
               in_.peek_word("ROW_FORMAT")) {
      // Text is Unicode and its order general_ci whatever the table says: only those are taken.
      const bool is_default = in_.take_word("DEFAULT");
      const bool is_comment = in_.peek_word("COMMENT") || in_.peek_word("ROW_FORMAT");
      if (in_.take_word("CHARACTER")) {
        if (!in_.expect_word("SET")) return false;
      } else if (!in_.take_word("CHARSET") && !in_.take_word("COLLATE")) {
        if (is_default || !is_comment) return in_.fail();
        in_.take();
      }
      in_.take_symbol("=");
      const std::string& value = in_.peek().text;
      const bool known = is_comment || same_name(value.substr(0, 4), "utf8") ||
                         same_name(value.substr(0, 6), "latin1");
      if (!known || value.ends_with("_bin")) return in_.refuse(value);
      in_.take();
    } else {
      return in_.fail();
    }
  }
  return true;
}

bool StatementParser::column_definition(ColumnDefinition& definition) {
  Column& column = definition.column;
  if (!in_.expect_name(column.name)) return false;
  if (in_.peek_word("SERIAL")) return in_.refuse("SERIAL");
  if (!parse_column_type(in_, column.name, column.type)) return false;
  bool known = true;
  while (known) {
    if (!column_attribute(definition, known)) return false;
  }
  return true;
}

bool StatementParser::column_attribute(ColumnDefinition& definition, bool& known) {
  Column& column = definition.column;
  known = true;
  if (in_.take_word("NOT")) {
    column.is_nullable = false;
    return in_.expect_word("NULL");
  }
  if (in_.take_word("NULL")) return definition.says_null = true;
  if (in_.take_word("DEFAULT")) return column_default(definition);
  if (in_.take_word("AUTO_INCREMENT")) return column.is_auto_increment = true;
  if (in_.take_word("UNIQUE")) {
    in_.take_word("KEY");
    return definition.is_unique = true;
  }
  if (in_.take_word("PRIMARY")) return definition.is_primary = in_.expect_word("KEY");
  if (in_.take_word("KEY")) return definition.is_primary = true;
  if (in_.take_word("COMMENT")) {
    if (in_.peek().kind != Token::Kind::text) return in_.fail();
    in_.take();
    return true;
  }
  if (in_.take_word("ON")) {
    if (!in_.expect_word("UPDATE")) return false;
    Expression now;
    if (!expression(now)) return false;
    const ExpressionNode& call = now.nodes.back();
    const bool is_now =
        call.op == Op::function &&
        (same_name(call.name, "NOW") || same_name(call.name, "CURRENT_TIMESTAMP") ||
         same_name(call.name, "LOCALTIME") || same_name(call.name, "LOCALTIMESTAMP"));
    if (!is_now) return in_.fail();
    if (column.type.kind != TypeKind::datetime && column.type.kind != TypeKind::timestamp) {
      return in_.fail(SqlError::of(
          SqlErrorCode{1294}, format("Invalid ON UPDATE clause for '{}' column", column.name)));
    }
    return column.on_update_current_timestamp = true;
  }
  if (in_.peek_word("REFERENCES") || in_.peek_word("CHECK") || in_.peek_word("GENERATED") ||
      in_.peek_word("AS") || in_.peek_word("COLLATE") || in_.peek_word("CHARACTER") ||
      in_.peek_word("CHARSET") || in_.peek_word("INVISIBLE") || in_.peek_word("CONSTRAINT") ||
      in_.peek_word("FIRST") || in_.peek_word("AFTER")) {
    return refuse_here();
  }
  known = false;
  return true;
}

bool StatementParser::column_default(ColumnDefinition& definition) {
  Column& column = definition.column;
  definition.has_default = true;
  Expression value;
  const bool bracketed = in_.peek().is_symbol("(");
  if (!expression(value)) return false;
  const auto invalid = [&] {
    return in_.fail(SqlError::of(SqlErrorCode::invalid_default,
                                 format("Invalid default value for '{}'", column.name)));
  };
  const ExpressionNode& last = value.nodes.back();
  const bool is_now = last.op == Op::function &&
                      (same_name(last.name, "NOW") || same_name(last.name, "CURRENT_TIMESTAMP") ||
                       same_name(last.name, "LOCALTIME") || same_name(last.name, "LOCALTIMESTAMP"));
  if (is_now) {
    if (column.type.kind != TypeKind::datetime && column.type.kind != TypeKind::timestamp) {
      if (column.type.kind == TypeKind::date || is_text(column.type.kind))
        return in_.refuse("DEFAULT expressions");
      return invalid();
    }
    column.default_value = {.kind = ColumnDefault::Kind::current_timestamp};
    return true;
  }
  const bool is_negative =
      value.nodes.size() == 2 && last.op == Op::negate && value.nodes[0].op == Op::literal;
  if ((!value.is_literal() && !is_negative) || bracketed) return in_.refuse("DEFAULT expressions");
  const auto given = evaluate(value, {});
  if (!given) return invalid();
  const auto stored = stored_value(*given, column, {});
  if (!stored) return invalid();
  column.default_value = {.kind = ColumnDefault::Kind::literal, .value = *stored};
  return true;
}

bool StatementParser::key_definition(KeyDefinition& key) {
  std::string constraint;
  if (in_.take_word("CONSTRAINT")) {
    in_.take_name(constraint);
    if (in_.peek_word("FOREIGN")) return in_.refuse("FOREIGN KEY");
    if (in_.peek_word("CHECK")) return in_.refuse("CHECK");
  }
  if (in_.take_word("PRIMARY")) {
    key.is_primary = key.is_unique = true;
    key.name = "PRIMARY";
    if (!in_.expect_word("KEY")) return false;
  } else {
    key.is_unique = in_.take_word("UNIQUE");
    const bool said = in_.take_word("KEY") || in_.take_word("INDEX");
    if (!said && !key.is_unique) return in_.fail();
    key.name = constraint;
    if (!in_.peek().is_symbol("(") && !in_.peek_word("USING")) in_.take_name(key.name);
  }
  if (in_.take_word("USING") && !in_.expect_word("BTREE")) return false;
  return key_columns(key);
}

bool StatementParser::key_columns(KeyDefinition& key) {
  if (!in_.expect_symbol("(")) return false;
  do {
    std::string column;
    if (!in_.expect_name(column)) return false;
    if (in_.peek().is_symbol("(")) return in_.refuse("keys over a part of a column");
    if (in_.peek_word("DESC")) return in_.refuse("descending keys");
    in_.take_word("ASC");
    key.columns.push_back(std::move(column));
  } while (in_.take_symbol(","));
  return in_.expect_symbol(")");
}

bool StatementParser::drop() {
  if (in_.take_word("DATABASE") || in_.take_word("SCHEMA")) {
    DropDatabase drop;
    return if_exists(drop.if_exists, false) && in_.expect_name(drop.name) && done(std::move(drop));
  }
  if (in_.peek_word("TEMPORARY") || in_.peek_word("VIEW") || in_.peek_word("INDEX") ||
      in_.peek_word("USER") || in_.peek_word("TRIGGER") || in_.peek_word("PROCEDURE") ||
      in_.peek_word("FUNCTION") || in_.peek_word("EVENT")) {
    return in_.refuse(format("DROP {}", in_.peek().text));
  }
  if (!in_.take_word("TABLES") && !in_.expect_word("TABLE")) return false;
  DropTable drop;
  if (!if_exists(drop.if_exists, false)) return false;
  do {
    TableName table;
    if (!table_name(table)) return false;
    drop.tables.push_back(std::move(table));
  } while (in_.take_symbol(","));
  if (!in_.take_word("RESTRICT")) in_.take_word("CASCADE");
  return done(std::move(drop));
}

bool StatementParser::alter() {
  if (!in_.take_word("TABLE")) {
    if (in_.peek().kind == Token::Kind::word && !in_.at_end())
      return in_.refuse(format("ALTER {}", in_.peek().text));
    return in_.fail();
  }
  AlterTable alter;
  if (!table_name(alter.table)) return false;
  do {
    if (in_.take_word("AUTO_INCREMENT")) {
      in_.take_symbol("=");
      std::uint64_t next = 0;
      if (!in_.expect_unsigned(next)) return false;
      alter.auto_increment = next;
      continue;
    }
    if (in_.peek_word("DROP") || in_.peek_word("MODIFY") || in_.peek_word("CHANGE") ||
        in_.peek_word("RENAME") || in_.peek_word("ALTER") || in_.peek_word("CONVERT") ||
        in_.peek_word("ENGINE") || in_.peek_word("ORDER")) {
      return in_.refuse(format("ALTER TABLE ... {}", in_.peek().text));
    }
    if (!in_.expect_word("ADD")) return false;
    const bool says_column = in_.take_word("COLUMN");
    AlterTable::Added added;
    if (!if_exists(added.if_not_exists, true)) return false;
    if (!says_column &&
        (in_.peek_word("PRIMARY") || in_.peek_word("UNIQUE") || in_.peek_word("KEY") ||
         in_.peek_word("INDEX") || in_.peek_word("CONSTRAINT") || in_.peek_word("FOREIGN") ||
         in_.peek_word("CHECK") || in_.peek_word("FULLTEXT"))) {
      return in_.refuse(format("ALTER TABLE ... ADD {}", in_.peek().text));
    }
    if (in_.take_symbol("(")) {
      do {
        if (!column_definition(added.definition)) return false;
        alter.added.push_back(std::move(added));
        added = {};
      } while (in_.take_symbol(","));
      if (!in_.expect_symbol(")")) return false;
      continue;
    }
    if (!column_definition(added.definition)) return false;
    alter.added.push_back(std::move(added));
  } while (in_.take_symbol(","));
  return done(std::move(alter));
}

bool StatementParser::truncate() {
  in_.take_word("TABLE");
  TruncateTable truncate;
  return table_name(truncate.table) && done(std::move(truncate));
}

}  // namespace logquake::database
