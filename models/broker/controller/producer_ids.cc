#include "models/broker/controller/producer_ids.h"

#include <mutex>

#include "models/broker/facts.h"

namespace logquake::kafka {

ProducerIds::ProducerIds(sim::Node& node, ZookeeperStore& store, BrokerId self)
    : node_(node), store_(store), self_(self), reserving_(node, "a block of producer ids") {}

InitProducerIdResponse ProducerIds::handle(const InitProducerIdRequest& request) {
  InitProducerIdResponse response;
  if (request.transactional_id) {
    response.error_code = request.transactional_id->empty()
                              ? ErrorCode::invalid_request
                              : ErrorCode::transactional_id_authorization_failed;
    return response;
  }
  const std::lock_guard<sim::Mutex> lock(reserving_);
  if (!block_ || next_ > block_->last) {
    const auto reserved = store_.reserve_producer_ids(self_);
    if (!reserved) {
      response.error_code =
          ErrorCode::coordinator_load_in_progress;  // retriable, as ProducerIdManager's is
      return response;
    }
    block_ = *reserved;
    next_ = block_->first;
  }
  response.producer_id = next_;
  ++next_;
  response.producer_epoch = ProducerEpoch(0);
  node_.record(ProducerIdAssigned{.broker = self_,
                                  .producer_id = response.producer_id,
                                  .producer_epoch = response.producer_epoch});
  return response;
}

}  // namespace logquake::kafka
