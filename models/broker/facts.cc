#include "models/broker/facts.h"

#include "sim/base/format.h"

namespace logquake::kafka {

namespace {

std::string text_of_list(const std::vector<BrokerId>& brokers) {
  std::string text = "[";
  for (const BrokerId broker : brokers) text += format("{}{}", text.size() == 1 ? "" : " ", broker);
  return text + "]";
}
std::string of_broker(BrokerId broker) { return format("broker {}", broker); }
std::string of_partition(const std::string& partition) { return format("partition {}", partition); }
std::string of_topic(const std::string& topic) { return format("topic {}", topic); }
std::string leadership(BrokerId leader, LeaderEpoch epoch, const std::vector<BrokerId>& isr) {
  return format("leader {}, epoch {}, isr {}", leader == no_broker ? "none" : format("{}", leader),
                epoch, text_of_list(isr));
}

}  // namespace

std::string BrokerRegistered::sentence() const {
  return format("broker {} registers in ZooKeeper with broker epoch {}", broker, epoch);
}
std::string BrokerRegistered::subject() const { return of_broker(broker); }
std::string BrokerRegistered::state() const { return "registered"; }

std::string BrokerStarted::sentence() const {
  if (partitions == 0) return format("broker {} starts with an empty disk", broker);
  return format("broker {} starts {} with {} partitions on its disk", broker,
                clean ? "after a clean stop" : "after an unclean stop", partitions);
}
std::string BrokerStarted::subject() const { return of_broker(broker); }
std::string BrokerStarted::state() const { return "serving"; }

std::string ControllerElected::sentence() const {
  return format("broker {} becomes the controller, epoch {}", broker, epoch);
}
std::string ControllerElected::subject() const { return "controller"; }
std::string ControllerElected::state() const {
  return format("broker {}, epoch {}", broker, epoch);
}

std::string ControllerResigned::sentence() const {
  return format("broker {} gives up being the controller of epoch {}: {}", broker, epoch, why);
}
std::string ControllerResigned::subject() const { return of_broker(broker); }
std::string ControllerResigned::state() const { return "no longer controller"; }

std::string LeaderElected::sentence() const {
  if (leader == no_broker) {
    return format("{} has no leader: none of its in-sync replicas {} is alive (epoch {})",
                  partition, text_of_list(isr), epoch);
  }
  return format("the controller makes broker {} the leader of {}, epoch {}, isr {}{}", leader,
                partition, epoch, text_of_list(isr),
                unclean ? ", although it was not in sync" : "");
}
std::string LeaderElected::subject() const { return of_partition(partition); }
std::string LeaderElected::state() const { return leadership(leader, epoch, isr); }

std::string LiveBrokersChanged::sentence() const {
  return format("the controller sees brokers {} alive", text_of_list(live));
}

std::string TopicCreated::sentence() const {
  return format("topic {} is created{} with {} partitions of {} replicas", topic,
                automatic ? " automatically" : "", partitions, replicas);
}
std::string TopicCreated::subject() const { return of_topic(topic); }
std::string TopicCreated::state() const { return "created"; }

std::string TopicDeleted::sentence() const { return format("topic {} is deleted", topic); }
std::string TopicDeleted::subject() const { return of_topic(topic); }

std::string BecameLeader::sentence() const {
  return format("broker {} leads {} in epoch {} from offset {} on", leader, partition, epoch,
                epoch_start);
}
std::string BecameLeader::subject() const { return of_partition(partition); }
std::string BecameLeader::state() const { return leadership(leader, epoch, isr); }

std::string BecameFollower::sentence() const {
  if (leader == no_broker) return format("broker {} waits for a leader of {}", broker, partition);
  return format("broker {} follows broker {} for {} in epoch {}", broker, leader, partition, epoch);
}

std::string IsrShrank::sentence() const {
  return format("broker {} drops {} from the in-sync replicas of {}, which are now {}", leader,
                text_of_list(removed), partition, text_of_list(isr));
}
std::string IsrShrank::subject() const { return of_partition(partition); }
std::string IsrShrank::state() const { return leadership(leader, epoch, isr); }

std::string IsrExpanded::sentence() const {
  return format("broker {} takes {} back into the in-sync replicas of {}, which are now {}", leader,
                text_of_list(added), partition, text_of_list(isr));
}
std::string IsrExpanded::subject() const { return of_partition(partition); }
std::string IsrExpanded::state() const { return leadership(leader, epoch, isr); }

std::string HighWatermarkAdvanced::subject() const { return of_partition(partition); }
std::string HighWatermarkAdvanced::state() const { return format("committed up to {}", offset); }

std::string FollowerHighWatermarkMoved::sentence() const {
  return format("broker {} learns that {} is committed up to {}, its own log ends at {}", broker,
                partition, offset, log_end);
}

std::string BatchAppended::sentence() const {
  return format("broker {} {} offsets {} to {} of {}, written in leader epoch {} (digest {:08x})",
                broker, as_leader ? "appends" : "copies", base_offset, last_offset, partition,
                epoch, digest);
}

std::string BatchAppended::subject() const {
  return format("log {} of broker {}", partition, broker);
}
std::string BatchAppended::state() const { return format("end {}", last_offset + 1); }

std::string LogTruncated::sentence() const {
  return format("broker {} cuts its log of {} from {} back to {}: {}", broker, partition, from, to,
                why);
}
std::string LogTruncated::subject() const {
  return format("log {} of broker {}", partition, broker);
}
std::string LogTruncated::state() const { return format("end {}", to); }

std::string ProduceAcknowledged::sentence() const {
  return format("leader {} of {} acknowledges offsets {} to {} with acks={}", leader, partition,
                base_offset, last_offset, acks);
}

}  // namespace logquake::kafka
