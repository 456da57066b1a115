#include "models/connect/connector.h"

#include "models/connect/jdbc_sink_task.h"
#include "models/connect/jdbc_source_connector.h"
#include "models/connect/jdbc_source_task.h"

namespace logquake::connect {

std::unique_ptr<Connector> make_connector(const ConnectorPlugin& plugin,
                                          ConnectorContext& context) {
  if (plugin.type == ConnectorType::source) return std::make_unique<JdbcSourceConnector>(context);
  return std::make_unique<JdbcSinkConnector>();
}

std::unique_ptr<SourceTask> make_source_task(const ConnectorPlugin& plugin,
                                             SourceTaskContext& context) {
  LOGQUAKE_CHECK(plugin.type == ConnectorType::source, "a sink connector has no source tasks");
  return std::make_unique<JdbcSourceTask>(context);
}

std::unique_ptr<SinkTask> make_sink_task(const ConnectorPlugin& plugin, SinkTaskContext& context) {
  LOGQUAKE_CHECK(plugin.type == ConnectorType::sink, "a source connector has no sink tasks");
  return std::make_unique<JdbcSinkTask>(context);
}

}  // namespace logquake::connect
