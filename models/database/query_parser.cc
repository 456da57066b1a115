// SELECT, INSERT, REPLACE, UPDATE and DELETE.
#include "models/database/statement_parser.h"

namespace logquake::database {

bool StatementParser::insert(bool replace) {
  Insert insert{.replace = replace};
  if (in_.peek_word("LOW_PRIORITY") || in_.peek_word("DELAYED") || in_.peek_word("HIGH_PRIORITY"))
    return refuse_here();
  if (!replace) insert.ignore = in_.take_word("IGNORE");
  in_.take_word("INTO");
  if (!table_name(insert.table)) return false;
  if (in_.take_word("SET")) {
    std::vector<Assignment> list;
    if (!assignments(list)) return false;
    insert.has_column_list = true;
    insert.rows.emplace_back();
    for (Assignment& assignment : list) {
      insert.columns.push_back(std::move(assignment.column));
      insert.rows.back().push_back(std::move(assignment.value));
    }
  } else {
    if (in_.take_symbol("(")) {
      insert.has_column_list = true;
      if (!in_.peek().is_symbol(")")) {
        do {
          std::string column;
          if (!in_.expect_name(column)) return false;
          if (in_.take_symbol(".") && !in_.expect_name(column)) return false;
          insert.columns.push_back(std::move(column));
        } while (in_.take_symbol(","));
      }
      if (!in_.expect_symbol(")")) return false;
    }
    if (in_.peek_word("SELECT")) return in_.refuse("INSERT ... SELECT");
    if (!in_.take_word("VALUES") && !in_.expect_word("VALUE")) return false;
    if (!insert_rows(insert)) return false;
  }
  if (in_.take_word("ON")) {
    if (!in_.expect_word("DUPLICATE") || !in_.expect_word("KEY") || !in_.expect_word("UPDATE"))
      return false;
    if (!assignments(insert.on_duplicate)) return false;
  }
  if (in_.peek_word("RETURNING")) return refuse_here();
  return done(std::move(insert));
}

bool StatementParser::insert_rows(Insert& insert) {
  do {
    if (!in_.expect_symbol("(")) return false;
    InsertRow& row = insert.rows.emplace_back();
    if (in_.take_symbol(")")) continue;
    do {
      Expression value;
      if (!in_.take_word("DEFAULT") && !expression(value)) return false;
      row.push_back(std::move(value));
    } while (in_.take_symbol(","));
    if (!in_.expect_symbol(")")) return false;
  } while (in_.take_symbol(","));
  return true;
}

bool StatementParser::assignments(std::vector<Assignment>& list) {
  do {
    Assignment assignment;
    if (!in_.expect_name(assignment.column)) return false;
    while (in_.take_symbol(".")) {
      if (!in_.expect_name(assignment.column)) return false;
    }
    if (!in_.expect_symbol("=")) return false;
    if (!in_.take_word("DEFAULT") && !expression(assignment.value)) return false;
    list.push_back(std::move(assignment));
  } while (in_.take_symbol(","));
  return true;
}

bool StatementParser::update() {
  Update update;
  if (in_.peek_word("IGNORE") || in_.peek_word("LOW_PRIORITY")) return refuse_here();
  if (!table_name(update.table)) return false;
  in_.take_word("AS");
  in_.take_name(update.alias);
  if (in_.peek().is_symbol(",") || in_.peek_word("JOIN") || in_.peek_word("INNER") ||
      in_.peek_word("LEFT")) {
    return in_.refuse("JOIN");
  }
  return in_.expect_word("SET") && assignments(update.assignments) &&
         filter(update.filter, nullptr, false) && done(std::move(update));
}

bool StatementParser::remove() {
  Delete remove;
  if (in_.peek_word("IGNORE") || in_.peek_word("QUICK") || in_.peek_word("LOW_PRIORITY"))
    return refuse_here();
  if (!in_.take_word("FROM")) {
    TableName first;
    if (!table_name(first)) return false;
    if (in_.peek_word("FROM") || in_.peek().is_symbol(",")) return in_.refuse("multi-table DELETE");
    return in_.fail();
  }
  if (!table_name(remove.table)) return false;
  if (in_.peek_word("USING") || in_.peek().is_symbol(",")) return in_.refuse("multi-table DELETE");
  if (!filter(remove.filter, nullptr, false)) return false;
  if (in_.peek_word("RETURNING")) return refuse_here();
  return done(std::move(remove));
}

bool StatementParser::select() {
  Select select;
  if (in_.take_word("DISTINCT")) select.distinct = true;
  in_.take_word("ALL");
  if (in_.peek_word("SQL_CALC_FOUND_ROWS") || in_.peek_word("STRAIGHT_JOIN")) return refuse_here();
  do {
    if (!select_item(select)) return false;
  } while (in_.take_symbol(","));
  if (in_.peek_word("INTO")) return refuse_here();
  if (in_.take_word("FROM") && !in_.take_word("DUAL")) {
    TableName table;
    if (in_.peek().is_symbol("(")) return in_.refuse("subquery");
    if (!table_name(table)) return false;
    select.table = std::move(table);
    if (in_.take_word("AS")) {
      if (!in_.expect_name(select.alias)) return false;
    } else if (!in_.peek_word("OFFSET")) {
      in_.take_name(select.alias);
    }
    if (in_.peek().is_symbol(",") || in_.peek_word("JOIN") || in_.peek_word("INNER") ||
        in_.peek_word("LEFT") || in_.peek_word("RIGHT") || in_.peek_word("CROSS") ||
        in_.peek_word("NATURAL")) {
      return in_.refuse("JOIN");
    }
    if (in_.peek_word("FORCE") || in_.peek_word("USE") || in_.peek_word("IGNORE") ||
        in_.peek_word("PARTITION")) {
      return refuse_here();
    }
  }
  return filter(select.filter, &select.aggregates, true) && select_tail(select) &&
         done(std::move(select));
}

bool StatementParser::select_item(Select& select) {
  SelectItem item;
  if (in_.take_symbol("*")) {
    item.is_star = true;
    select.items.push_back(std::move(item));
    return true;
  }
  const std::size_t begin = in_.peek().begin;
  if (!expression(item.expression, &select.aggregates)) {
    return false;
  }
  item.label = std::string(in_.text_since(begin));
  if (item.expression.is_column()) item.label = item.expression.nodes[0].name;
  for (const std::string_view constant : {"NULL", "TRUE", "FALSE"}) {
    if (same_name(item.label, constant)) item.label = constant;
  }
  if (item.expression.is_literal() &&
      item.expression.nodes[0].literal.kind() == Value::Kind::text) {
    item.label = to_string(item.expression.nodes[0].literal);
  }
  const bool says_as = in_.take_word("AS");
  if (in_.peek().kind == Token::Kind::text) {
    item.label = in_.take().text;
  } else if (!in_.take_name(item.label) && says_as) {
    return in_.fail();
  }
  select.items.push_back(std::move(item));
  return true;
}

bool StatementParser::select_tail(Select& select) {
  if (in_.peek_word("UNION") || in_.peek_word("EXCEPT") || in_.peek_word("INTERSECT") ||
      in_.peek_word("INTO") || in_.peek_word("PROCEDURE") || in_.peek_word("WINDOW")) {
    return refuse_here();
  }
  if (in_.take_word("FOR")) {
    select.lock = SelectLock::update;
    if (!in_.expect_word("UPDATE")) return false;
  } else if (in_.take_word("LOCK")) {
    select.lock = SelectLock::share;
    if (!in_.expect_word("IN") || !in_.expect_word("SHARE") || !in_.expect_word("MODE"))
      return false;
  }
  if (in_.peek_word("NOWAIT") || in_.peek_word("WAIT") || in_.peek_word("SKIP"))
    return refuse_here();
  return true;
}

bool StatementParser::filter(RowFilter& filter, std::vector<Aggregate>* aggregates,
                             bool with_offset) {
  if (in_.take_word("WHERE") && !expression(filter.where)) return false;
  if (in_.peek_word("GROUP") || in_.peek_word("HAVING")) return refuse_here();
  if (in_.take_word("ORDER")) {
    if (!in_.expect_word("BY")) return false;
    do {
      OrderItem item;
      if (!expression(item.key, aggregates)) return false;
      if (!in_.take_word("ASC")) item.descending = in_.take_word("DESC");
      filter.order_by.push_back(std::move(item));
    } while (in_.take_symbol(","));
  }
  return !in_.take_word("LIMIT") || limit(filter, with_offset);
}

bool StatementParser::limit(RowFilter& filter, bool with_offset) {
  std::uint64_t first = 0;
  if (!in_.expect_unsigned(first)) return false;
  filter.limit = first;
  if (!with_offset) return true;
  if (in_.take_symbol(",")) {
    std::uint64_t count = 0;
    if (!in_.expect_unsigned(count)) return false;
    filter.offset = first;
    filter.limit = count;
  } else if (in_.take_word("OFFSET")) {
    return in_.expect_unsigned(filter.offset);
  }
  return true;
}

}  // namespace logquake::database
