#include "conformance/zookeeper/steps.h"

#include <algorithm>
#include <array>
#include <utility>

#include "models/quorum/wire/identity.h"
#include "models/quorum/wire/path.h"
#include "sim/base/format.h"
#include "sim/random.h"

namespace logquake::zookeeper::conformance {
namespace {

using namespace std::string_literals;

constexpr std::size_t most_sessions = 4;  // open at once
constexpr std::int32_t no_mode = 9;       // a flag that no create knows

struct Session {
  int number = 0;
  int server = 0;
  bool connected = true;
  bool has_old = false;  // a connection at another server that it has left open
};

class Generator {
 public:
  Generator(std::uint64_t seed, Profile profile, int servers)
      : random_(sim::Random(seed).split("zookeeper-conformance")),
        profile_(profile),
        servers_(servers) {}

  std::vector<Step> draw(int count) {
    open();
    open();
    while (static_cast<int>(steps_.size()) < count) {
      if (!draw_session_step()) draw_request_step();
    }
    for (const auto& session : sessions_) {  // an open end would be an expiry in the next run
      if (!session.connected) resume(session.number, session.server, Step::Trick::none);
      request(session.number, bare(OpCode::close_session));
    }
    return std::move(steps_);
  }

 private:
  bool one_in(std::uint32_t count) { return random_.below(count) == 0; }
  std::uint64_t percent() { return random_.below(100); }

  // ---- sessions ----

  bool draw_session_step() {
    const auto dice = random_.below(1000);
    if (sessions_.size() < 2 || (dice < 15 && sessions_.size() < most_sessions)) {
      open();
      return true;
    }
    auto& session = random_.pick(sessions_);
    if (!session.connected) {
      resume_dropped(session);
      return true;
    }
    if (dice < 35) {
      drop(session);
    } else if (dice < 42) {
      close(session);
    } else if (dice < 46) {  // the server closes the connection that it has already
      resume(session.number, session.server, Step::Trick::none);
    } else if (dice < 49 && !closed_.empty()) {
      const auto gone = random_.pick(closed_);
      resume(gone, any_server(), Step::Trick::none);
    } else if (dice < 65 && profile_ == Profile::moves && servers_ > 1) {
      move(session);
    } else {
      return false;
    }
    return true;
  }

  int any_server() { return static_cast<int>(random_.below(static_cast<std::uint64_t>(servers_))); }
  std::int32_t any_timeout() {
    constexpr std::array<std::int32_t, 4> choices{300'000, 1, 600'000, 99'999'999};
    return choices[random_.below(choices.size())];
  }

  void open() {
    Step step;
    step.kind = Step::Kind::open;
    step.session = ++last_session_;
    step.server = any_server();
    step.timeout = any_timeout();
    sessions_.push_back({step.session, step.server});
    steps_.push_back(step);
  }

  void drop(Session& session) {
    Step step;
    step.kind = Step::Kind::drop;
    step.session = session.number;
    session.connected = session.has_old = false;
    steps_.push_back(step);
  }

  void close(Session& session) {
    request(session.number, bare(OpCode::close_session));
    closed_.push_back(session.number);
    std::erase_if(sessions_, [&](const Session& one) { return one.number == session.number; });
  }

  void resume(int number, int server, Step::Trick trick) {
    Step step;
    step.kind = Step::Kind::resume;
    step.session = number;
    step.server = server;
    step.timeout = any_timeout();
    step.trick = trick;
    steps_.push_back(step);
  }

  // Its watches again, as far as the client still wants them; other paths do as well.
  void resume_dropped(Session& session) {
    // Only while nobody holds the session: 3.8.0 closes the holder's connection (Z-SE-13).
    if (one_in(8)) resume(session.number, any_server(), Step::Trick::wrong_password);
    if (one_in(8)) resume(session.number, any_server(), Step::Trick::far_ahead);
    session.server = any_server();
    session.connected = true;
    resume(session.number, session.server, Step::Trick::none);
    if (!one_in(4)) restore_watches(session.number);
  }

  void move(Session& session) {
    if (session.has_old) return;
    const auto away = 1 + static_cast<int>(random_.below(static_cast<std::uint64_t>(servers_ - 1)));
    const auto old = session.server;
    session.server = (old + away) % servers_;
    session.has_old = true;
    resume(session.number, session.server, Step::Trick::none);
    // The leader closes it at the first request, a follower at the first write.
    for (int i = 0; i < 3 && session.has_old; ++i) {
      auto operation = one_in(2) ? bare(OpCode::ping) : any_read();
      const bool writes = one_in(3);
      if (writes) operation = any_set();
      request(session.number, std::move(operation)).over_old = true;
      if (writes || old == 0) session.has_old = false;
    }
    session.has_old = false;  // the player closes what is left at the next move
  }

  // ---- requests ----

  Step& request(int session, Operation operation) {
    Step step;
    step.kind = Step::Kind::request;
    step.session = session;
    step.request.operation = std::move(operation);
    steps_.push_back(std::move(step));
    return steps_.back();
  }

  static Operation bare(OpCode op, std::string path = {}) {
    Operation operation;
    operation.op = op;
    operation.path = std::move(path);
    return operation;
  }

  bool holds_lasting(int session) const { return profile_ == Profile::lasting && session % 2 == 1; }

  void draw_request_step() {
    auto& session = random_.pick(sessions_);
    if (!session.connected) return;
    const auto number = session.number;
    if (profile_ == Profile::secured && one_in(12)) {
      authenticate(session);
      return;
    }
    const auto dice = percent();
    if (dice < 27) {
      request(number, any_create());
    } else if (dice < 36) {
      request(number, any_remove(any_path()));
    } else if (dice < 50) {
      request(number, any_set());
    } else if (dice < 70) {
      auto operation = any_read();
      operation.watch = !holds_lasting(number) && one_in(2);
      request(number, std::move(operation));
    } else if (dice < 73) {
      request(number, any_set_acl());
    } else if (dice < 76) {
      request(number, bare(OpCode::get_acl, any_path()));
    } else if (dice < 84) {
      multi(number);
    } else if (dice < 87) {
      multi_read(number);
    } else if (dice < 97) {
      draw_small_step(number);
    } else {
      draw_rare_step(session);
    }
  }

  void authenticate(Session& session) {
    if (one_in(3)) {
      request(session.number, bare(OpCode::who_am_i));
      return;
    }
    constexpr std::array<std::string_view, 5> tokens{"u:p", "u:p", "u:q", "w:p", "nobody"};
    const auto token = std::string(random_.pick(tokens));
    auto& asked = request(session.number, bare(OpCode::auth)).request;
    asked.credentials = {"digest", token};
    if (!one_in(10)) return;
    asked.credentials.scheme = "unknown";  // ends the connection (Z-OBS-29)
    session.connected = session.has_old = false;
  }

  void draw_small_step(int number) {
    const auto dice = random_.below(10);
    if (holds_lasting(number) && dice >= 4) {
      add_or_remove_lasting(number);
    } else if (dice < 2) {
      request(number, bare(OpCode::sync, any_path()));
    } else if (dice < 4) {
      constexpr std::array<std::string_view, 6> prefixes{"/", "", "/a", "/b/", "/c/x", "none"};
      request(number, bare(OpCode::get_ephemerals, std::string(random_.pick(prefixes))));
    } else if (dice < 6) {
      request(number, bare(OpCode::get_all_children_number, any_path()));
    } else if (dice < 7) {
      check_watches(number);
    } else if (dice < 9) {
      auto operation = bare(OpCode::remove_watches, any_path());
      operation.flags = one_in(8) ? 4 : static_cast<std::int32_t>(random_.between(1, 3));
      request(number, std::move(operation));
    } else {
      restore_watches(number);
    }
  }

  void draw_rare_step(Session& session) {
    const auto number = session.number;
    const auto dice = random_.below(26);
    if (dice < 12) {
      Step step;
      step.kind = Step::Kind::sweep;
      step.session = number;
      step.path = one_in(12) ? "/"s : "/"s + top();
      steps_.push_back(step);
    } else if (dice < 16) {
      request(number, bare(OpCode::ping));
    } else if (dice < 17) {
      request(number, bare(OpCode::reconfig));
    } else if (dice < 18) {
      request(number, bare(OpCode::delete_container, any_path()));
    } else if (dice < 20) {
      constexpr std::array<OpCode, 16> with_body{
          OpCode::create,         OpCode::create2,
          OpCode::remove,         OpCode::set_data,
          OpCode::set_acl,        OpCode::get_acl,
          OpCode::get_data,       OpCode::exists,
          OpCode::get_children,   OpCode::get_children2,
          OpCode::multi,          OpCode::multi_read,
          OpCode::set_watches,    OpCode::get_ephemerals,
          OpCode::remove_watches, OpCode::get_all_children_number};
      const auto op = random_.pick(with_body);
      request(number, bare(op)).request.undecodable = true;
    } else if (dice < 23) {  // 13 alone is not for real ensembles: it takes them down (Z-ER-8)
      request(number, bare(static_cast<OpCode>(one_in(2) ? 0 : 99)));
      session.connected = session.has_old = false;
    } else {
      request(number, children_op("/zookeeper"));
    }
  }

  // An answer of 0 may come from another connection's watch in 3.8.0 (Z-WT-16), so asked is only
  // what is certain: a watch just set, one that nobody has ever set, a type that is none.
  void check_watches(int number) {
    auto operation = bare(OpCode::check_watches, "/never");
    operation.flags = static_cast<std::int32_t>(random_.between(1, 3));
    const auto dice = random_.below(4);
    if (dice < 2) {
      operation.path = "/"s + top();
      operation.flags = one_in(2) ? 2 : 3;
      request(number, exists_op(operation.path, Watch::once));
    } else if (dice == 2) {
      operation.flags = 7;
    }
    request(number, std::move(operation));
  }

  // One mode for each path: 3.8.0 keeps only the latest (Z-WT-18).
  static AddWatchMode mode_at(std::string_view path) {
    const auto last = path.empty() ? '/' : path.back();
    return "acy1"s.find(last) == std::string::npos ? AddWatchMode::persistent
                                                   : AddWatchMode::persistent_recursive;
  }

  void add_or_remove_lasting(int number) {
    const auto path = any_node();
    if (one_in(12)) {
      restore_watches(number);
    } else if (one_in(3)) {
      request(number, remove_watches_op(path, static_cast<WatcherType>(random_.between(1, 3))));
    } else {
      auto operation = add_watch_op(path, mode_at(path));
      if (one_in(12)) operation.flags = 7;
      request(number, std::move(operation));
    }
  }

  void restore_watches(int number) {
    auto& asked = request(number, bare(OpCode::set_watches)).request;
    if (holds_lasting(number)) {
      asked.operation.op = OpCode::set_watches2;
      for (auto left = random_.between(1, 3); left > 0; --left) {
        auto path = any_node();
        auto& list = mode_at(path) == AddWatchMode::persistent ? asked.watches.persistent
                                                               : asked.watches.recursive;
        list.push_back(std::move(path));
      }
      return;
    }
    if (profile_ == Profile::lasting && one_in(2)) asked.operation.op = OpCode::set_watches2;
    for (auto* list : {&asked.watches.data, &asked.watches.exist, &asked.watches.child}) {
      for (auto left = random_.between(0, 3); left > 0; --left) list->push_back(any_node());
    }
  }

  Operation any_read() {
    constexpr std::array<OpCode, 4> reads{OpCode::exists, OpCode::get_data, OpCode::get_children,
                                          OpCode::get_children2};
    auto operation = bare(random_.pick(reads));
    operation.path = any_path();
    return operation;
  }

  Operation any_remove(std::string path) { return remove_op(std::move(path), any_version_of(60)); }

  Operation any_set() {
    auto operation = bare(OpCode::set_data, any_path());
    operation.data = any_data();
    operation.version = any_version_of(70);
    return operation;
  }

  Operation any_check() {
    auto operation = bare(OpCode::check, any_node());
    operation.version = any_version_of(50);
    return operation;
  }

  Operation any_create() {
    auto operation = valid_create();
    if (!one_in(25)) return operation;
    // Refused in 3.8.0 too: extended types are off there, and 9 is nothing (Z-DM-13, Z-DM-16).
    // What it takes although it should not is left out (Z-ER-9).
    operation.op = one_in(2) ? OpCode::create : OpCode::create2;
    operation.flags = one_in(2) ? 5 : no_mode;
    return operation;
  }

  Operation valid_create() {
    const auto mode = static_cast<CreateMode>(random_.pick(weighed_modes));
    auto path = any_path();
    if (is_sequential(mode) && !one_in(6)) path = parent_for_sequence();
    if (mode == CreateMode::persistent && one_in(3))
      path = "/"s + top();  // so that others fit below
    auto data = any_data();
    auto operation = create_op(std::move(path), std::move(data), mode, any_acl(12));
    if (operation.op == OpCode::create2 && one_in(2)) operation.op = OpCode::create;
    return operation;
  }

  Operation any_set_acl() {
    auto operation = bare(OpCode::set_acl, any_path());
    if (operation.path == "/") operation.path = "/a";  // locking the root would end the run
    operation.acl = any_acl(2);
    operation.version = any_version_of(70);
    return operation;
  }

  Operation member() {
    const auto dice = percent();
    if (dice < 45) return any_create();
    if (dice < 65) return any_remove(any_node());
    if (dice < 85) return any_set();
    if (dice < 99) return any_check();
    return get_op(any_node());  // refuses the whole (Z-MU-1)
  }

  void multi(int number) {
    auto& asked = request(number, bare(OpCode::multi)).request;
    for (auto left = random_.between(0, 4); left > 0; --left) asked.members.push_back(member());
    if (!one_in(3)) return;
    // One that is likely to succeed: a node, what is done to it, and gone.
    const auto parent = "/"s + top();
    const auto path = parent + "/m";
    asked.members = {create_op(path, "m"),
                     set_op(path, std::nullopt, 0),
                     check_op(path, 1),
                     create_op(parent + "/s-", "", CreateMode::persistent_sequential),
                     create_op(parent + "/s-", "", CreateMode::ephemeral_sequential),
                     remove_op(path)};
    asked.members.resize(static_cast<std::size_t>(random_.between(1, 6)));
  }

  void multi_read(int number) {
    auto& asked = request(number, bare(OpCode::multi_read)).request;
    for (auto left = random_.between(0, 4); left > 0; --left) {
      auto operation = bare(one_in(2) ? OpCode::get_data : OpCode::get_children);
      operation.path = any_path();
      operation.watch = !holds_lasting(number) && one_in(6);
      asked.members.push_back(std::move(operation));
    }
    if (one_in(15)) asked.members.push_back(exists_op("/a"));  // refuses the whole (Z-MU-6)
  }

  // ---- values ----

  static constexpr std::array<std::int32_t, 12> weighed_modes{0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 3, 4};

  char top() { return "abc"[random_.below(3)]; }
  std::string any_node() {
    auto path = "/"s + top();
    const auto dice = percent();
    if (dice < 35) return path;
    path += "/"s + "xyz"[random_.below(3)];
    if (dice < 75) return path;
    if (dice < 88) return path + "/" + "12"[random_.below(2)];
    if (dice < 91) return "/zookeeper/k";
    return with_sequence(path.substr(0, 3) + "s-", static_cast<std::int32_t>(random_.below(12)));
  }

  std::string any_path() {
    const auto dice = percent();
    if (dice < 94) return any_node();
    if (dice < 96) return "/";
    const std::array<std::string, 20> odd{"m",           "/m/",        "/m//a",
                                          "/m/./a",      "",           "/a/\x01",
                                          "/a/\0b"s,     "/.",         "/..",
                                          "/a/",         "/a//x",      "/a/../b",
                                          "//",          "/a/\x7f",    "/a/\xEE\x80\x80",
                                          "/a/\xC3\xA9", "/zookeeper", "/zookeeper/quota",
                                          "a/b",         "/a/x/"};
    return odd[random_.below(odd.size())];
  }

  std::string parent_for_sequence() {
    auto path = "/"s + top();
    switch (random_.below(12)) {
      case 0:
        return "/s-";
      case 1:
        return path + "/";  // the name is the number alone (Z-DM-10)
      case 2:
        return path + "/.";
      case 3:
        return path + "/x/s-";
      default:
        return path + "/s-";
    }
  }

  Data any_data() {
    const auto dice = percent();
    if (dice < 5) return std::nullopt;
    if (dice < 12) return "";
    return format("v{}", random_.below(100));
  }

  std::int32_t any_version_of(std::uint64_t percent_any) {
    if (percent() < percent_any) return any_version;
    return one_in(12) ? 100 : static_cast<std::int32_t>(random_.below(3));
  }

  // Every `rarity`-th is not the open one.
  Acl any_acl(std::uint32_t rarity) {
    if (profile_ == Profile::secured && one_in(4)) return any_digest_acl();
    if (!one_in(rarity)) return open_acl();
    using namespace permission;
    const auto world = [](std::int32_t permissions) {
      return AclEntry{permissions, "world", "anyone"};
    };
    const AclEntry own{all, "ip", std::string(own_address)};
    const AclEntry other{all, "ip", "10.9.8.7"};
    const std::array<Acl, 16> choices{
        Acl{world(read | admin)},
        Acl{world(all & ~create)},
        Acl{world(all & ~remove)},
        Acl{world(all & ~write)},
        Acl{world(all & ~read)},
        Acl{world(admin)},
        Acl{world(read)},
        Acl{world(0), world(admin)},
        Acl{own},
        Acl{other, world(admin)},
        Acl{own, other, own},
        Acl{world(read), own},
        Acl{},
        Acl{AclEntry{all, "world", "somebody"}},
        Acl{AclEntry{all, "unknown", "x"}},
        Acl{world(all), AclEntry{all, "auth", ""}},
    };
    return choices[random_.below(choices.size())];
  }

  Acl any_digest_acl() {
    using namespace permission;
    const AclEntry proved{all, "auth", ""};
    const AclEntry someone{all, "digest", digest_of("u:p")};
    const AclEntry other{read | write, "digest", digest_of("w:p")};
    const AclEntry anyone{admin | remove, "world", "anyone"};
    const std::array<Acl, 8> choices{
        Acl{proved},         Acl{proved, anyone},
        Acl{someone},        Acl{someone, anyone},
        Acl{other, anyone},  Acl{other, someone},
        Acl{anyone, proved}, Acl{AclEntry{all, "digest", "nobody"}},
    };
    return choices[random_.below(choices.size())];
  }

  sim::Random random_;
  Profile profile_;
  int servers_;
  std::vector<Step> steps_;
  std::vector<Session> sessions_;
  std::vector<int> closed_;
  int last_session_ = 0;
};

}  // namespace

std::string_view name_of(Profile profile) {
  switch (profile) {
    case Profile::basic:
      return "basic";
    case Profile::lasting:
      return "lasting";
    case Profile::secured:
      return "secured";
    case Profile::moves:
      return "moves";
  }
  return "unknown";
}

std::optional<Profile> profile_named(std::string_view name) {
  for (const auto profile : {Profile::basic, Profile::lasting, Profile::secured, Profile::moves}) {
    if (name == name_of(profile)) return profile;
  }
  return std::nullopt;
}

std::vector<Step> draw_steps(std::uint64_t seed, Profile profile, int count, int servers) {
  return Generator(seed, profile, servers).draw(count);
}

}  // namespace logquake::zookeeper::conformance
