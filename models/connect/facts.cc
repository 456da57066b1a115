#include "models/connect/facts.h"

#include "sim/base/format.h"

namespace logquake::connect {

std::string WorkerStarted::sentence() const {
  return format("Connect worker {} of group {} is up and knows {} connectors", worker, group,
                connectors);
}
std::string WorkerStarted::subject() const { return "worker " + worker; }
std::string WorkerStarted::state() const { return "up"; }

std::string WorkerFailed::sentence() const {
  return format("Connect worker {} cannot start: {}", worker, reason);
}
std::string WorkerFailed::subject() const { return "worker " + worker; }
std::string WorkerFailed::state() const { return "failed to start"; }

std::string SettingIgnored::sentence() const {
  return format("{}: the configuration '{}' was supplied but isn't a known config", where, setting);
}

std::string RequestAnswered::sentence() const {
  return message.empty() ? format("{} {} was answered {}", method, path, status)
                         : format("{} {} was refused with {}: {}", method, path, status, message);
}

std::string ConnectorConfigured::sentence() const {
  return format("connector {} is configured as {} {}", connector, type, class_name);
}
std::string ConnectorConfigured::subject() const { return "connector " + connector; }
std::string ConnectorConfigured::state() const { return "configured"; }

std::string ConnectorRemoved::sentence() const {
  return format("connector {} is deleted", connector);
}
std::string ConnectorRemoved::subject() const { return "connector " + connector; }
std::string ConnectorRemoved::state() const { return "deleted"; }

std::string TasksCommitted::subject() const { return "connector " + connector; }
std::string TasksCommitted::state() const {
  return inconsistent ? std::string("inconsistent") : format("{} tasks", tasks);
}

std::string ConnectorStarted::sentence() const {
  return format("connector {} runs ({})", connector, class_name);
}
std::string ConnectorStarted::subject() const { return "connector " + connector; }
std::string ConnectorStarted::state() const { return "running"; }

std::string ConnectorFailed::sentence() const {
  return format("connector {} FAILED: {}", connector, reason);
}
std::string ConnectorFailed::subject() const { return "connector " + connector; }
std::string ConnectorFailed::state() const { return "failed"; }

std::string ConnectorStopped::sentence() const {
  return format("connector {} is stopped", connector);
}
std::string ConnectorStopped::subject() const { return "connector " + connector; }
std::string ConnectorStopped::state() const { return "stopped"; }

std::string TaskStarted::sentence() const {
  return format("{} task {}-{} runs", type, connector, task);
}
std::string TaskStarted::subject() const { return format("task {}-{}", connector, task); }
std::string TaskStarted::state() const { return "running"; }

std::string TaskFailed::sentence() const {
  return format("task {}-{} FAILED: {}", connector, task, reason);
}
std::string TaskFailed::subject() const { return format("task {}-{}", connector, task); }
std::string TaskFailed::state() const { return "failed"; }

std::string TaskStopped::sentence() const {
  return format("task {}-{} is stopped", connector, task);
}
std::string TaskStopped::subject() const { return format("task {}-{}", connector, task); }
std::string TaskStopped::state() const { return "stopped"; }

std::string TaskCancelled::sentence() const {
  return format("task {}-{} is cancelled", connector, task);
}
std::string TaskCancelled::subject() const { return format("task {}-{}", connector, task); }
std::string TaskCancelled::state() const { return "cancelled"; }

std::string StatusWritten::subject() const { return key; }
std::string StatusWritten::state() const { return status; }

std::string SendFailed::sentence() const {
  return format("task {}-{} could not send to {}: {}", connector, task, topic, reason);
}

std::string OffsetCommitFailed::sentence() const {
  return format("task {}-{} could not store its source offsets: {}", connector, task, reason);
}

std::string SinkPartitionsAssigned::subject() const {
  return format("task {}-{}", connector, task);
}
std::string SinkPartitionsAssigned::state() const {
  return format("reads {} partitions", partitions.size());
}

std::string SinkPutRetried::sentence() const {
  return format("task {}-{} will write its batch again after {}: {}", connector, task,
                to_text(backoff), reason);
}

}  // namespace logquake::connect
