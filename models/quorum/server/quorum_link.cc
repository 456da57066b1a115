#include "models/quorum/server/quorum_link.h"

#include <utility>

namespace logquake::zookeeper {

void QuorumLink::send(QuorumPacket packet) {
  outgoing_.push_back(std::move(packet));
  has_outgoing_.notify_one();
}

void QuorumLink::send_for_ever() {
  for (;;) {
    has_outgoing_.wait_until([this] { return is_closed_ || !outgoing_.empty(); });
    if (is_closed_) return;
    auto packet = std::move(outgoing_.front());
    outgoing_.pop_front();
    if (!stream_.send(std::move(packet))) return;
  }
}

void QuorumLink::close() {
  is_closed_ = true;
  stream_.close();
  has_outgoing_.notify_all();
}

}  // namespace logquake::zookeeper
