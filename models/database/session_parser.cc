// SET, SHOW, START TRANSACTION and ROLLBACK.
#include "models/database/statement_parser.h"

namespace logquake::database {

bool StatementParser::begin() {
  in_.take();  // START
  if (in_.peek_word("SLAVE") || in_.peek_word("REPLICA") || in_.peek_word("ALL"))
    return in_.refuse("START SLAVE");
  if (!in_.expect_word("TRANSACTION")) return false;
  Begin begin;
  if (in_.at_end()) return done(begin);
  do {
    if (in_.take_word("WITH")) {
      begin.consistent_snapshot = true;
      if (!in_.expect_word("CONSISTENT") || !in_.expect_word("SNAPSHOT")) return false;
    } else {
      if (!in_.expect_word("READ")) return false;
      begin.read_only = in_.take_word("ONLY");
      if (!begin.read_only && !in_.expect_word("WRITE")) return false;
    }
  } while (in_.take_symbol(","));
  return done(begin);
}

bool StatementParser::rollback() {
  Rollback rollback;
  in_.take_word("WORK");
  if (in_.take_word("TO")) {
    in_.take_word("SAVEPOINT");
    if (!in_.expect_name(rollback.savepoint)) return false;
  }
  return done(std::move(rollback));
}

bool StatementParser::set() {
  using Scope = SetTransaction::Scope;
  if (in_.take_word("NAMES")) {
    SetNames names{.character_set = in_.peek().text};
    if (in_.peek().kind != Token::Kind::word && in_.peek().kind != Token::Kind::text)
      return in_.fail();
    in_.take();
    if (in_.take_word("COLLATE")) in_.take();
    return done(std::move(names));
  }
  if (in_.peek_word("TRANSACTION")) return set_transaction(Scope::next);
  if (in_.peek_word("PASSWORD") || in_.peek_word("ROLE") || in_.peek_word("STATEMENT") ||
      in_.peek_word("CHARACTER")) {
    return refuse_here();
  }
  SetVariables set;
  do {
    SetVariable variable;
    bool scoped = false;
    if (in_.take_word("GLOBAL")) {
      variable.global = scoped = true;
    } else if (in_.take_word("SESSION") || in_.take_word("LOCAL")) {
      scoped = true;
    }
    if (scoped && set.variables.empty() && in_.peek_word("TRANSACTION")) {
      return set_transaction(variable.global ? Scope::global : Scope::session);
    }
    if (!scoped && in_.peek().kind == Token::Kind::variable) {
      std::string name = in_.peek().text;
      if (!name.starts_with("@@")) return in_.refuse("user variables");
      in_.take();
      name = name.substr(2);
      if (const auto point = name.find('.'); point != std::string::npos) {
        variable.global = same_name(name.substr(0, point), "global");
        name = name.substr(point + 1);
      }
      variable.name = std::move(name);
    } else if (!in_.expect_name(variable.name)) {
      return false;
    }
    if (!in_.take_symbol("=") && !in_.expect_symbol(":=")) return false;
    if (in_.take_word("DEFAULT")) {
      // stays empty
    } else if (in_.peek_word("ON") || in_.peek_word("BINARY")) {
      variable.value = Expression::of(Value(in_.take().text));  // reserved words that are values
    } else if (!expression(variable.value)) {
      return false;
    }
    set.variables.push_back(std::move(variable));
  } while (in_.take_symbol(","));
  return done(std::move(set));
}

bool StatementParser::set_transaction(SetTransaction::Scope scope) {
  in_.take();  // TRANSACTION
  SetTransaction set{.scope = scope};
  do {
    if (in_.take_word("ISOLATION")) {
      if (!in_.expect_word("LEVEL")) return false;
      if (in_.take_word("READ")) {
        const bool committed = in_.take_word("COMMITTED");
        if (!committed && !in_.expect_word("UNCOMMITTED")) return false;
        set.isolation = committed ? Isolation::read_committed : Isolation::read_uncommitted;
      } else if (in_.take_word("REPEATABLE")) {
        if (!in_.expect_word("READ")) return false;
        set.isolation = Isolation::repeatable_read;
      } else {
        if (!in_.expect_word("SERIALIZABLE")) return false;
        set.isolation = Isolation::serializable;
      }
    } else {
      if (!in_.expect_word("READ")) return false;
      set.read_only = in_.take_word("ONLY");
      if (!*set.read_only && !in_.expect_word("WRITE")) return false;
    }
  } while (in_.take_symbol(","));
  return done(std::move(set));
}

bool StatementParser::show() {
  using What = Show::What;
  Show show;
  const bool full = in_.take_word("FULL");
  if (!full && (in_.take_word("SESSION") || in_.take_word("GLOBAL") || in_.take_word("LOCAL"))) {
    if (!in_.peek_word("VARIABLES")) return in_.refuse("SHOW STATUS");
  }
  if (in_.take_word("TABLES")) {
    show.what = full ? What::full_tables : What::tables;
    if ((in_.take_word("FROM") || in_.take_word("IN")) && !in_.expect_name(show.table.database))
      return false;
  } else if (in_.take_word("COLUMNS") || in_.take_word("FIELDS")) {
    if (full) return in_.refuse("SHOW FULL COLUMNS");
    show.what = What::columns;
    if (!in_.take_word("FROM") && !in_.expect_word("IN")) return false;
    if (!table_name(show.table)) return false;
    if ((in_.take_word("FROM") || in_.take_word("IN")) && !in_.expect_name(show.table.database))
      return false;
  } else if (full) {
    return in_.refuse("SHOW FULL");
  } else if (in_.take_word("DATABASES") || in_.take_word("SCHEMAS")) {
    show.what = What::databases;
  } else if (in_.take_word("CREATE")) {
    show.what = What::create_table;
    if (!in_.take_word("TABLE")) return in_.refuse("SHOW CREATE");
    return table_name(show.table) && done(std::move(show));
  } else if (in_.take_word("VARIABLES")) {
    show.what = What::variables;
  } else if (in_.take_word("WARNINGS")) {
    show.what = What::warnings;
    return done(std::move(show));
  } else {
    return in_.at_end() ? in_.fail() : in_.refuse("SHOW");
  }
  if (in_.take_word("LIKE")) {
    if (in_.peek().kind != Token::Kind::text) return in_.fail();
    show.has_like = true;
    show.like = in_.take().text;
  } else if (in_.peek_word("WHERE")) {
    return in_.refuse("SHOW ... WHERE");
  }
  return done(std::move(show));
}

}  // namespace logquake::database
