#include "models/connect/jdbc_sink_task.h"

#include "models/connect/facts.h"
#include "models/connect/probes.h"
#include "sim/base/format.h"

namespace logquake::connect {

Status JdbcSinkTask::start(const Properties& properties) {
  auto settings = JdbcSinkSettings::from(properties);
  if (!settings.ok()) return settings.error();
  settings_ = std::move(settings).value();
  // Nothing connects before the first put; only a text that is no URL at all fails here, as no
  // dialect is found.
  if (const auto url = parse_jdbc_url(settings_.url);
      !url.ok() && url.error().message.starts_with("Not a valid")) {
    return url.error();
  }
  writer_.emplace(context_, settings_);
  remaining_retries_ = settings_.max_retries;
  return {};
}

Status JdbcSinkTask::put(const std::vector<SinkRecord>& records) {
  if (records.empty()) return {};
  const Written written = writer_->write(records);
  if (written.ok()) {
    remaining_retries_ = settings_.max_retries;
    return {};
  }
  const WriteError& error = written.error();
  if (error.code != WriteError::Code::sql) return error.cause;
  const std::string chain =
      "java.sql.SQLException: Exception chain:\n" + sql_exception_text(error.sql) + "\n";
  if (remaining_retries_ <= 0) return Error{ErrorCode::connect, chain};
  writer_->reset();
  --remaining_retries_;
  context_.retry_after = std::chrono::milliseconds(settings_.retry_backoff_ms);
  context_.node.probe(put_retried);
  SinkPutRetried fact;
  fact.connector = context_.id.connector;
  fact.task = context_.id.task;
  fact.reason = sql_exception_text(error.sql);
  fact.backoff = context_.retry_after;
  fact.remaining = remaining_retries_;
  context_.node.record(fact);
  return Error{ErrorCode::retriable, chain};
}

void JdbcSinkTask::stop() {
  if (writer_) writer_->reset();
}

Status JdbcSinkConnector::start(const Properties& properties) {
  properties_ = properties;
  return {};
}

Result<std::vector<Properties>> JdbcSinkConnector::task_configs(int max_tasks) {
  return std::vector<Properties>(static_cast<std::size_t>(max_tasks), properties_);
}

}  // namespace logquake::connect
