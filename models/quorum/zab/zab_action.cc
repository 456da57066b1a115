#include "models/quorum/zab/zab_action.h"

#include "sim/base/format.h"

namespace logquake::zookeeper {

namespace {

std::string place(ServerId to) { return to == ServerId{} ? "the leader" : format("{}", to); }

struct Printer {
  std::string operator()(const StoreAcceptedEpoch& a) const {
    return format("store acceptedEpoch {}", a.epoch);
  }
  std::string operator()(const StoreCurrentEpoch& a) const {
    return format("store currentEpoch {}", a.epoch);
  }
  std::string operator()(const SaveSnapshot&) const { return "save snapshot"; }
  std::string operator()(const TruncateTo& a) const { return "truncate to " + hex_of(a.to); }
  std::string operator()(const AppendDurably& a) const {
    std::string text = "append durably";
    for (const Transaction& transaction : a.transactions) text += " " + hex_of(transaction.zxid);
    return text;
  }
  std::string operator()(const Append& a) const { return "append " + hex_of(a.transaction.zxid); }
  std::string operator()(const InstallSnapshot& a) const {
    return "install snapshot " + hex_of(a.zxid);
  }
  std::string operator()(const ApplyHistory& a) const {
    return "apply history " + hex_of(a.transaction.zxid);
  }
  std::string operator()(const Deliver& a) const { return "deliver " + hex_of(a.transaction.zxid); }
  std::string operator()(const CompleteSync& a) const {
    return format("complete sync {} of session {}", a.xid, hex_of(a.session));
  }
  std::string operator()(const SendPacket& a) const {
    std::string text = format("send {} {}", name_of(a.packet.type), hex_of(a.packet.zxid));
    if (a.packet.type == PacketType::ack_epoch) text += format(" epoch {}", a.packet.epoch);
    return text + " to " + place(a.to);
  }
  std::string operator()(const SendSnapshot& a) const {
    return format("send SNAP {} to {}", hex_of(a.zxid), place(a.to));
  }
  std::string operator()(const DropLearner& a) const {
    return format("drop learner {}: {}", a.learner, a.why);
  }
  std::string operator()(const ProposeEpoch& a) const {
    return format("propose epoch {}", a.epoch);
  }
  std::string operator()(const SynchronizeLearner& a) const {
    return format("synchronize {} by {} from {} to {}", a.learner, name_of(a.method),
                  hex_of(a.from), hex_of(a.to));
  }
  std::string operator()(const Establish& a) const { return format("establish epoch {}", a.epoch); }
  std::string operator()(const Commit& a) const { return "commit " + hex_of(a.zxid); }
  std::string operator()(const StartServing& a) const {
    return format("start serving in epoch {}", a.epoch);
  }
  std::string operator()(const GiveUp& a) const { return "give up: " + a.why; }
  std::string operator()(const ExitProcess& a) const { return "exit: " + a.why; }
};

}  // namespace

std::string to_string(const ZabAction& action) { return std::visit(Printer{}, action); }

}  // namespace logquake::zookeeper
