#include "scenarios/engine/fault_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "scenarios/engine/suggestion.h"
#include "sim/base/format.h"
#include "sim/clock.h"

namespace logquake::scenario {
namespace {

// ---- targets ----

/// Judges whom a fault names, as far as that can be known before the run.
class TargetCheck {
 public:
  explicit TargetCheck(const FaultTargets& targets) : targets_(targets) {
    for (const auto& target : targets.nodes) {
      names_.push_back(target.node);
      if (std::find(groups_.begin(), groups_.end(), target.group) == groups_.end())
        groups_.push_back(target.group);
    }
    for (const auto& role : targets.roles) names_.push_back(role);
    names_.emplace_back("crashed");
    for (const auto& group : groups_) {
      names_.push_back("any " + group);
      names_.push_back("all " + group);
    }
  }

  /// Nothing, or what is wrong with the name.
  std::string trouble_with(const std::string& name) const {
    if (name.empty()) return "expected the name of a node";
    if (targets_.nodes.empty() || name == "*") return {};
    if (std::find(names_.begin(), names_.end(), name) != names_.end()) return {};
    for (const auto& role : targets_.roles) {
      if (role.ends_with(':') && name.starts_with(role) && name.size() > role.size()) return {};
    }
    return format("no node or role \"{}\"{}", name, suggestion(name, names_));
  }

 private:
  const FaultTargets& targets_;
  std::vector<std::string> groups_;
  std::vector<std::string> names_;
};

// ---- facts to wait for ----

sim::FactMatch read_match(TableReader& on, const std::vector<std::string>& fact_kinds) {
  sim::FactMatch match;
  match.kind = on.required_text("fact");
  if (on.has("fact") && !fact_kinds.empty() &&
      std::find(fact_kinds.begin(), fact_kinds.end(), match.kind) == fact_kinds.end()) {
    on.fail("fact",
            format("no fact of kind \"{}\"{}", match.kind, suggestion(match.kind, fact_kinds)));
  }
  auto where = on.table("where");
  if (!where) return match;
  for (const auto& entry : where->everything().entries()) {
    switch (entry.value.kind()) {
      case Value::Kind::text:
        match.where[entry.key] = entry.value.text();
        break;
      case Value::Kind::integer:
        match.where[entry.key] = format("{}", entry.value.integer());
        break;
      case Value::Kind::boolean:
        match.where[entry.key] = entry.value.boolean() ? "true" : "false";
        break;
      default:
        where->fail_expected(entry.key, "a text, a whole number, true or false");
    }
  }
  return match;
}

// ---- a fault's fields ----

/// Fills in the fields of a fault from the table under its key; given to Fault::io().
class FieldReader {
 public:
  FieldReader(TableReader& table, const TargetCheck& targets, const FaultTargets& known,
              const std::vector<std::string>& fact_kinds)
      : table_(table), targets_(targets), known_(known), fact_kinds_(fact_kinds) {}

  void operator()(std::string_view name, std::string& field) {
    if (name == "argument" || name == "task") {
      field = table_.text(name);
      return;
    }
    table_.know(name);
    if (!field.empty() && !table_.has(name)) return;  // it has a default
    if (name == "node" && table_.has("nodes") && !table_.has("node")) return;
    const auto before = table_.has(name);
    if (name == "among" && !before) return;  // everybody
    field = table_.required_text(name);
    if (!before || !table_.table_value().find(name)->is(Value::Kind::text)) return;
    if (name == "action") {
      const auto& actions = known_.actions;
      if (!actions.empty() && std::find(actions.begin(), actions.end(), field) == actions.end()) {
        table_.fail(name, format("no action \"{}\"{}", field, suggestion(field, actions)));
      }
    } else if (name == "site") {
      const auto& sites = known_.sites;
      if (!sites.empty() && std::find(sites.begin(), sites.end(), field) == sites.end())
        table_.fail(name, format("no yield site \"{}\"{}", field, suggestion(field, sites)));
    } else if (const auto trouble = targets_.trouble_with(field); !trouble.empty()) {
      table_.fail(name, trouble);
    }
  }
  void operator()(std::string_view name, std::vector<std::string>& field) {
    if (name == "nodes" && !table_.has(name)) {  // beside "node"
      table_.know(name);
      return;
    }
    field = table_.texts(name);
    if (field.empty()) table_.fail(name, "expected a list of nodes such as [\"broker-1\"]");
    for (const auto& target : field) {
      if (const auto trouble = targets_.trouble_with(target); !trouble.empty())
        table_.fail(name, trouble);
    }
  }
  void operator()(std::string_view name, sim::FactMatch& field) {
    if (auto match = table_.table(name)) field = read_match(*match, fact_kinds_);
  }
  void operator()(std::string_view name, Duration& field) {
    // "by" says how much slower, later or further; without it the fault is none.
    if ((name == "by" || name == "over") && !table_.has(name))
      table_.fail(name, "missing; expected a duration such as \"250ms\"");
    field = table_.duration(name, field, name == "by" ? Duration::min() : Duration::zero());
  }
  void operator()(std::string_view name, std::int32_t& field) {
    const std::int32_t most = name == "ppm" ? sim::Clock::most_ppm : 1'000'000;
    const std::int32_t least = name == "count" ? 1 : -most;
    field = static_cast<std::int32_t>(table_.integer(name, field, least, most));
  }
  void operator()(std::string_view name, sim::PathPattern& field) {
    field.glob = table_.text(name, field.glob);
    if (field.glob.empty()) table_.fail(name, "expected a path such as \"data/*.log\"");
  }
  void operator()(std::string_view name, sim::PowerFate& field) {
    std::vector<std::string> names;
    for (const auto fate : sim::power_fates) names.emplace_back(name_of(fate));
    const auto chosen = table_.choice(name, names, name_of(field));
    for (const auto fate : sim::power_fates) {
      if (name_of(fate) == chosen) field = fate;
    }
  }
  // Counts of bytes.
  void operator()(std::string_view name, std::int64_t& field) {
    constexpr std::int64_t most = 1'000'000'000'000;
    if (!table_.has(name)) table_.fail(name, "missing; expected a whole number");
    field = table_.integer(name, 1, 1, most);
  }
  void operator()(std::string_view name, Ratio& field) {
    if (!table_.has(name)) table_.fail(name, "missing; expected a chance such as \"1/50\"");
    field = table_.ratio(name, Ratio{1, 1});
  }
  template <NamedEnum Choice>
  void operator()(std::string_view name, Choice& field) {
    std::vector<std::string> names;
    for (const auto each : every(Choice{})) names.emplace_back(name_of(each));
    if (!table_.has(name)) table_.fail(name, format("missing; expected {}", quoted_list(names)));
    const auto chosen = table_.choice(name, names, name_of(field));
    for (const auto each : every(Choice{})) {
      if (name_of(each) == chosen) field = each;
    }
  }

 private:
  TableReader& table_;
  const TargetCheck& targets_;
  const FaultTargets& known_;
  const std::vector<std::string>& fact_kinds_;
};

std::vector<std::string> all_fault_keys() {
  std::vector<std::string> keys;
  for (const auto key : sim::fault_keys()) keys.emplace_back(key);
  return keys;
}

// What no field can tell alone.
void check_together(TableReader& table, const sim::Fault& fault) {
  std::visit(
      [&table](const auto& named) {
        if constexpr (requires { named.trouble(); }) {
          if (const auto trouble = named.trouble()) table.fail(trouble->field, trouble->message);
        }
      },
      fault);
}

std::optional<sim::Fault> read_fault(TableReader& step, const FaultTargets& targets,
                                     const std::vector<std::string>& fact_kinds) {
  const TargetCheck check(targets);
  std::optional<sim::Fault> fault;
  for (const auto& key : all_fault_keys()) {
    step.know(key);
    if (!step.has(key)) continue;
    if (fault) {
      step.fail(key, format("expected one fault a step, found also \"{}\"", sim::key_of(*fault)));
      continue;
    }
    fault = sim::fault_named(key);
    auto table = step.table(key);
    if (!table || !fault) continue;
    FieldReader reader(*table, check, targets, fact_kinds);
    const auto problems_before = step.problems().size();
    std::visit([&reader](auto& named) { named.io(reader); }, *fault);
    if (step.problems().size() == problems_before) check_together(*table, *fault);
  }
  return fault;
}

// ---- triggers ----

sim::OnFact read_on_fact(TableReader on, const std::vector<std::string>& fact_kinds) {
  auto match = read_match(on, fact_kinds);
  sim::OnFact trigger{.kind = std::move(match.kind), .where = std::move(match.where)};
  if (on.has("each")) {
    trigger.each = on.ratio("each", Ratio{1, 1});
    if (trigger.each->numerator == 0) on.fail("each", "expected a chance above zero");
    trigger.occurrence = 0;  // a plan that was drawn already says which
  }
  trigger.occurrence =
      static_cast<int>(on.integer("occurrence", trigger.each ? 0 : 1, 1, 1'000'000'000));
  return trigger;
}

std::optional<sim::Trigger> read_trigger(TableReader& step, const std::vector<int>& earlier,
                                         const std::vector<std::string>& fact_kinds) {
  std::optional<sim::Trigger> trigger;
  int found = 0;
  if (const auto at = step.optional_duration("at")) trigger = sim::AtInstant{*at};
  found += step.has("at") ? 1 : 0;
  if (auto on = step.table("on")) trigger = read_on_fact(std::move(*on), fact_kinds);
  found += step.has("on") ? 1 : 0;
  if (auto after = step.table("after")) {
    if (earlier.empty()) step.fail("after", "the first step has no step before it");
    sim::AfterStep reference;
    const auto problems_before = step.problems().size();
    reference.step = static_cast<int>(
        after->integer("step", 0, 0, earlier.empty() ? 0 : std::max(0, earlier.back())));
    if (!after->has("step")) {
      after->fail("step", "missing; expected the number of an earlier step, counted from 0");
    } else if (!earlier.empty() && step.problems().size() == problems_before &&
               std::find(earlier.begin(), earlier.end(), reference.step) == earlier.end()) {
      after->fail("step", format("no earlier step has the number {}", reference.step));
    }
    reference.delay = after->duration("delay", Duration::zero());
    trigger = reference;
  }
  found += step.has("after") ? 1 : 0;
  if (found == 0)
    step.problems().add(step.place(),
                        format("{}: expected a trigger: at, on or after", step.path()));
  if (found > 1)
    step.problems().add(step.place(), format("{}: expected one of at, on and after", step.path()));
  return found == 1 ? trigger : std::nullopt;
}

// ---- back to values ----

/// Builds a table out of a description.
class ValueSink : public FieldSink {
 public:
  void integer(std::string_view name, std::int64_t value) override {
    put(name, Value::of_integer(value));
  }
  void boolean(std::string_view name, bool value) override { put(name, Value::of_boolean(value)); }
  void text(std::string_view name, std::string_view value) override {
    put(name, Value::of_text(std::string(value)));
  }
  void duration(std::string_view name, Duration value) override {
    put(name, Value::of_text(to_text(value)));
  }
  void bytes(std::string_view name, ByteView value) override {
    put(name, Value::of_text(to_hex(value)));
  }
  void absent(std::string_view) override {}
  void open_struct(std::string_view name) override {
    open_.emplace_back(std::string(name), Value::of_table());
  }
  void close_struct() override { close(); }
  void open_list(std::string_view name) override {
    open_.emplace_back(std::string(name), Value::of_list({}));
  }
  void close_list() override { close(); }

  Value take() { return std::move(open_.front().second); }

 private:
  void put(std::string_view name, Value value) {
    auto& top = open_.back().second;
    if (top.is(Value::Kind::list)) {
      top.elements().push_back(std::move(value));
    } else {
      top.set(name, std::move(value));
    }
  }
  void close() {
    auto [name, value] = std::move(open_.back());
    open_.pop_back();
    put(name, std::move(value));
  }
  std::vector<std::pair<std::string, Value>> open_{{std::string(), Value::of_table()}};
};

void add_match(Value& table, const sim::FactMatch& match) {
  table.set("fact", Value::of_text(match.kind));
  if (match.where.empty()) return;
  Value where;
  for (const auto& [key, value] : match.where) where.set(key, Value::of_text(value));
  table.set("where", std::move(where));
}

Value value_of(const sim::Fault& fault) {
  ValueSink sink;
  std::visit([&sink](const auto& named) { describe(named, sink); }, fault);
  Value table = sink.take();
  // Defaults read better unsaid: a duration of zero is "until healed", a count of zero "the next".
  const auto unsaid = [&table](std::string_view name, std::string_view otherwise) {
    if (const auto* field = table.find(name);
        field != nullptr && field->is(Value::Kind::text) && field->text() == otherwise)
      table.remove(name);
  };
  unsaid("path", "*");
  unsaid("fate", "drawn");
  unsaid("node", "");
  if (const auto* count = table.find("count"); count != nullptr && count->integer() == 0)
    table.remove("count");
  if (const auto* nodes = table.find("nodes"); nodes != nullptr && nodes->elements().empty())
    table.remove("nodes");
  if (const auto* duration = table.find("for"); duration != nullptr && duration->text() == "0s")
    table.remove("for");
  if (const auto* among = table.find("among"); among != nullptr && among->text() == "*")
    table.remove("among");
  if (const auto* argument = table.find("argument");
      argument != nullptr && argument->text().empty()) {
    table.remove("argument");
  }
  if (const auto* hold = std::get_if<sim::Hold>(&fault)) {
    if (hold->task.empty()) table.remove("task");
    table.remove("until");
    if (!hold->until.kind.empty()) {
      Value until;
      add_match(until, hold->until);
      table.set("until", std::move(until));
    }
  }
  return table;
}

void add_trigger(Value& step, const sim::Trigger& trigger) {
  if (const auto* at = std::get_if<sim::AtInstant>(&trigger)) {
    step.set("at", Value::of_text(to_text(at->since_start)));
  } else if (const auto* on = std::get_if<sim::OnFact>(&trigger)) {
    Value table;
    add_match(table, {on->kind, on->where});
    if (on->each) table.set("each", Value::of_text(to_string(*on->each)));
    if (on->occurrence > 0) table.set("occurrence", Value::of_integer(on->occurrence));
    step.set("on", std::move(table));
  } else {
    const auto& after = std::get<sim::AfterStep>(trigger);
    Value table;
    table.set("step", Value::of_integer(after.step));
    table.set("delay", Value::of_text(to_text(after.delay)));
    step.set("after", std::move(table));
  }
}

}  // namespace

std::optional<sim::FaultStep> read_fault_step(TableReader& step, std::vector<int>& numbers,
                                              const FaultTargets& targets,
                                              const std::vector<std::string>& fact_kinds) {
  const auto trigger = read_trigger(step, numbers, fact_kinds);
  const auto fault = read_fault(step, targets, fact_kinds);
  const auto probability = step.ratio("probability", Ratio{1, 1});
  constexpr int highest_number = 1'000'000;
  const int usual_number = numbers.empty() ? 0 : numbers.back() + 1;
  std::optional<int> number;
  if (step.has("number")) {
    number = static_cast<int>(step.integer("number", usual_number, usual_number, highest_number));
  }
  numbers.push_back(number.value_or(usual_number));
  if (!fault) {
    const auto keys = all_fault_keys();
    std::string hint;
    for (const auto& key : step.keys()) {
      if (const auto near = nearest(key, keys)) hint = format("; did you mean \"{}\"?", *near);
    }
    if (hint.empty()) hint = format("; expected one of {}", quoted_list(keys));
    step.problems().add(step.place(), format("{}: no fault in this step{}", step.path(), hint));
  }
  if (!trigger || !fault) return std::nullopt;
  return sim::FaultStep{*trigger, *fault, probability, number};
}

Value to_value(const sim::FaultStep& step) {
  Value table;
  if (step.number) table.set("number", Value::of_integer(*step.number));
  add_trigger(table, step.when);
  table.set(sim::key_of(step.what), value_of(step.what));
  if (step.probability != Ratio{1, 1})
    table.set("probability", Value::of_text(to_string(step.probability)));
  return table;
}

Value to_value(const sim::FaultPlan& plan) {
  std::vector<Value> steps;
  for (const auto& step : plan.steps) steps.push_back(to_value(step));
  Value document;
  document.set("fault", Value::of_list(std::move(steps)));
  return document;
}

}  // namespace logquake::scenario
