// The numbers of Kafka's requests and the versions of them that brokers advertise.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace logquake::kafka {

/// Source: K-API 4.0 (version table). Only those that some message here belongs to.
enum class ApiKey : std::int16_t {
  produce = 0,
  fetch = 1,
  list_offsets = 2,
  metadata = 3,
  leader_and_isr = 4,
  stop_replica = 5,
  update_metadata = 6,
  controlled_shutdown = 7,
  offset_commit = 8,
  offset_fetch = 9,
  find_coordinator = 10,
  join_group = 11,
  heartbeat = 12,
  leave_group = 13,
  sync_group = 14,
  describe_groups = 15,
  list_groups = 16,
  api_versions = 18,
  create_topics = 19,
  delete_topics = 20,
  init_producer_id = 22,
  offset_for_leader_epoch = 23,
  describe_configs = 32,
};

/// "Produce", as Kafka's documents spell it.
std::string_view name_of(ApiKey key);

/// The versions of one request. `flexible` is the first with compact forms and tag buffers.
struct ApiRange {
  ApiKey key{};
  std::int16_t min = 0;
  std::int16_t max = 0;
  std::int16_t flexible = 0;
  bool advertised = true;  // false: between brokers only
};

/// Sorted by key. Source: column "Adv" of K-API 4.0; inter-broker ones: newest only.
inline constexpr std::array api_ranges{
    ApiRange{ApiKey::produce, 0, 9, 9},
    ApiRange{ApiKey::fetch, 0, 12, 12},
    ApiRange{ApiKey::list_offsets, 0, 7, 6},
    ApiRange{ApiKey::metadata, 0, 12, 9},
    ApiRange{ApiKey::leader_and_isr, 7, 7, 4, false},
    ApiRange{ApiKey::stop_replica, 4, 4, 2, false},
    ApiRange{ApiKey::update_metadata, 8, 8, 6, false},
    ApiRange{ApiKey::controlled_shutdown, 3, 3, 3, false},
    ApiRange{ApiKey::offset_commit, 0, 8, 8},
    ApiRange{ApiKey::offset_fetch, 0, 8, 6},
    ApiRange{ApiKey::find_coordinator, 0, 4, 3},
    ApiRange{ApiKey::join_group, 0, 9, 6},
    ApiRange{ApiKey::heartbeat, 0, 4, 4},
    ApiRange{ApiKey::leave_group, 0, 5, 4},
    ApiRange{ApiKey::sync_group, 0, 5, 4},
    ApiRange{ApiKey::describe_groups, 0, 5, 5},
    ApiRange{ApiKey::list_groups, 0, 4, 3},
    ApiRange{ApiKey::api_versions, 0, 3, 3},
    ApiRange{ApiKey::create_topics, 0, 7, 5},
    ApiRange{ApiKey::delete_topics, 0, 6, 4},
    ApiRange{ApiKey::init_producer_id, 0, 4, 2},
    ApiRange{ApiKey::offset_for_leader_epoch, 0, 4, 4},
    ApiRange{ApiKey::describe_configs, 0, 4, 4},
};

}  // namespace logquake::kafka
