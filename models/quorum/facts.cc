#include "models/quorum/facts.h"

#include "sim/base/format.h"

namespace logquake::zookeeper {

std::string ServerRecovered::sentence() const {
  return format("recovered from snapshot {} and {} logged transactions, up to {}", hex_of(snapshot),
                replayed, hex_of(zxid));
}
std::string ServerStarted::sentence() const {
  return format("serves clients, {}, at zxid {}", mode, hex_of(zxid));
}
std::string SnapshotTaken::sentence() const {
  return format("took a snapshot at zxid {}, {} bytes", hex_of(zxid), bytes);
}
std::string SessionCreated::sentence() const {
  return format("opened session {}{}, timeout {}", hex_of(session),
                client.empty() ? "" : " for " + client, to_text(timeout));
}
std::string SessionResumed::sentence() const {
  return format("{} resumed session {}, timeout {}", client, hex_of(session), to_text(timeout));
}
std::string SessionExpired::sentence() const {
  return format("session {} expired: silent for {} with a timeout of {}", hex_of(session),
                to_text(std::chrono::floor<std::chrono::milliseconds>(silence)), to_text(timeout));
}
std::string SessionClosed::sentence() const {
  return format("session {} is closed, {} ephemerals removed", hex_of(session), ephemerals);
}
std::string ConnectionRefused::sentence() const {
  return format("turned {} away: {}", client, why);
}
std::string LogSynced::sentence() const {
  return format("has all up to {} safe on its disk", hex_of(zxid));
}
std::string ConnectionClosed::sentence() const {
  return format("closed the connection of {}, session {}: {}", client, hex_of(session), why);
}
std::string WriteRefused::sentence() const {
  return format("refused {} {} of session {}: {}", name_of(op), path, hex_of(session),
                name_of(error));
}
std::string WriteAcknowledged::sentence() const {
  return format("promised {} {} of session {}, written as {}", name_of(op), path, hex_of(session),
                hex_of(zxid));
}
std::string WatchFired::sentence() const {
  return format("tells session {} that {} had the event {}", hex_of(session), path, name_of(type));
}
std::string ZnodeCreated::sentence() const {
  return format("created {}{}{}", path, data.empty() ? "" : ": ", data);
}
std::string ZnodeChanged::sentence() const {
  return format("set {} to version {}{}{}", path, version, data.empty() ? "" : ": ", data);
}
std::string ZnodeDeleted::sentence() const { return format("deleted {}", path); }
std::string ClientConnected::sentence() const {
  return format("connected to {} with session {}", server, hex_of(session));
}
std::string ClientDisconnected::sentence() const {
  return format("lost its connection to ZooKeeper ({}), session {}", why, hex_of(session));
}
std::string ClientExpired::sentence() const {
  return format("learnt that its session {} has expired", hex_of(session));
}

}  // namespace logquake::zookeeper
