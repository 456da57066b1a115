#include "models/protocol/errors.h"

#include <algorithm>
#include <array>

#include "sim/base/format.h"

namespace logquake::kafka {
namespace {

enum class Reaction : std::uint8_t { fail, retry, retry_with_fresh_metadata };

struct Row {
  ErrorCode code;
  std::string_view name;
  Reaction reaction;
};

using enum Reaction;

// Sorted by code.
constexpr std::array table{
    Row{ErrorCode::unknown_server_error, "UNKNOWN_SERVER_ERROR", fail},
    Row{ErrorCode::none, "NONE", fail},
    Row{ErrorCode::offset_out_of_range, "OFFSET_OUT_OF_RANGE", fail},
    Row{ErrorCode::corrupt_message, "CORRUPT_MESSAGE", retry},
    Row{ErrorCode::unknown_topic_or_partition, "UNKNOWN_TOPIC_OR_PARTITION",
        retry_with_fresh_metadata},
    Row{ErrorCode::invalid_fetch_size, "INVALID_FETCH_SIZE", fail},
    Row{ErrorCode::leader_not_available, "LEADER_NOT_AVAILABLE", retry_with_fresh_metadata},
    Row{ErrorCode::not_leader_or_follower, "NOT_LEADER_OR_FOLLOWER", retry_with_fresh_metadata},
    Row{ErrorCode::request_timed_out, "REQUEST_TIMED_OUT", retry},
    Row{ErrorCode::broker_not_available, "BROKER_NOT_AVAILABLE", fail},
    Row{ErrorCode::replica_not_available, "REPLICA_NOT_AVAILABLE", retry_with_fresh_metadata},
    Row{ErrorCode::message_too_large, "MESSAGE_TOO_LARGE", fail},
    Row{ErrorCode::stale_controller_epoch, "STALE_CONTROLLER_EPOCH", fail},
    Row{ErrorCode::offset_metadata_too_large, "OFFSET_METADATA_TOO_LARGE", fail},
    Row{ErrorCode::network_exception, "NETWORK_EXCEPTION", retry_with_fresh_metadata},
    Row{ErrorCode::coordinator_load_in_progress, "COORDINATOR_LOAD_IN_PROGRESS", retry},
    Row{ErrorCode::coordinator_not_available, "COORDINATOR_NOT_AVAILABLE", retry},
    Row{ErrorCode::not_coordinator, "NOT_COORDINATOR", retry},
    Row{ErrorCode::invalid_topic_exception, "INVALID_TOPIC_EXCEPTION", fail},
    Row{ErrorCode::record_list_too_large, "RECORD_LIST_TOO_LARGE", fail},
    Row{ErrorCode::not_enough_replicas, "NOT_ENOUGH_REPLICAS", retry},
    Row{ErrorCode::not_enough_replicas_after_append, "NOT_ENOUGH_REPLICAS_AFTER_APPEND", retry},
    Row{ErrorCode::invalid_required_acks, "INVALID_REQUIRED_ACKS", fail},
    Row{ErrorCode::illegal_generation, "ILLEGAL_GENERATION", fail},
    Row{ErrorCode::inconsistent_group_protocol, "INCONSISTENT_GROUP_PROTOCOL", fail},
    Row{ErrorCode::invalid_group_id, "INVALID_GROUP_ID", fail},
    Row{ErrorCode::unknown_member_id, "UNKNOWN_MEMBER_ID", fail},
    Row{ErrorCode::invalid_session_timeout, "INVALID_SESSION_TIMEOUT", fail},
    Row{ErrorCode::rebalance_in_progress, "REBALANCE_IN_PROGRESS", fail},
    Row{ErrorCode::invalid_commit_offset_size, "INVALID_COMMIT_OFFSET_SIZE", fail},
    Row{ErrorCode::topic_authorization_failed, "TOPIC_AUTHORIZATION_FAILED", fail},
    Row{ErrorCode::group_authorization_failed, "GROUP_AUTHORIZATION_FAILED", fail},
    Row{ErrorCode::cluster_authorization_failed, "CLUSTER_AUTHORIZATION_FAILED", fail},
    Row{ErrorCode::invalid_timestamp, "INVALID_TIMESTAMP", fail},
    Row{ErrorCode::unsupported_sasl_mechanism, "UNSUPPORTED_SASL_MECHANISM", fail},
    Row{ErrorCode::illegal_sasl_state, "ILLEGAL_SASL_STATE", fail},
    Row{ErrorCode::unsupported_version, "UNSUPPORTED_VERSION", fail},
    Row{ErrorCode::topic_already_exists, "TOPIC_ALREADY_EXISTS", fail},
    Row{ErrorCode::invalid_partitions, "INVALID_PARTITIONS", fail},
    Row{ErrorCode::invalid_replication_factor, "INVALID_REPLICATION_FACTOR", fail},
    Row{ErrorCode::invalid_replica_assignment, "INVALID_REPLICA_ASSIGNMENT", fail},
    Row{ErrorCode::invalid_config, "INVALID_CONFIG", fail},
    Row{ErrorCode::not_controller, "NOT_CONTROLLER", retry},
    Row{ErrorCode::invalid_request, "INVALID_REQUEST", fail},
    Row{ErrorCode::unsupported_for_message_format, "UNSUPPORTED_FOR_MESSAGE_FORMAT", fail},
    Row{ErrorCode::policy_violation, "POLICY_VIOLATION", fail},
    Row{ErrorCode::out_of_order_sequence_number, "OUT_OF_ORDER_SEQUENCE_NUMBER", fail},
    Row{ErrorCode::duplicate_sequence_number, "DUPLICATE_SEQUENCE_NUMBER", fail},
    Row{ErrorCode::invalid_producer_epoch, "INVALID_PRODUCER_EPOCH", fail},
    Row{ErrorCode::invalid_txn_state, "INVALID_TXN_STATE", fail},
    Row{ErrorCode::invalid_producer_id_mapping, "INVALID_PRODUCER_ID_MAPPING", fail},
    Row{ErrorCode::invalid_transaction_timeout, "INVALID_TRANSACTION_TIMEOUT", fail},
    Row{ErrorCode::concurrent_transactions, "CONCURRENT_TRANSACTIONS", retry},
    Row{ErrorCode::transaction_coordinator_fenced, "TRANSACTION_COORDINATOR_FENCED", fail},
    Row{ErrorCode::transactional_id_authorization_failed, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
        fail},
    Row{ErrorCode::security_disabled, "SECURITY_DISABLED", fail},
    Row{ErrorCode::operation_not_attempted, "OPERATION_NOT_ATTEMPTED", fail},
    Row{ErrorCode::kafka_storage_error, "KAFKA_STORAGE_ERROR", retry_with_fresh_metadata},
    Row{ErrorCode::log_dir_not_found, "LOG_DIR_NOT_FOUND", fail},
    Row{ErrorCode::sasl_authentication_failed, "SASL_AUTHENTICATION_FAILED", fail},
    Row{ErrorCode::unknown_producer_id, "UNKNOWN_PRODUCER_ID", fail},
    Row{ErrorCode::reassignment_in_progress, "REASSIGNMENT_IN_PROGRESS", fail},
    Row{ErrorCode::non_empty_group, "NON_EMPTY_GROUP", fail},
    Row{ErrorCode::group_id_not_found, "GROUP_ID_NOT_FOUND", fail},
    Row{ErrorCode::fetch_session_id_not_found, "FETCH_SESSION_ID_NOT_FOUND", retry},
    Row{ErrorCode::invalid_fetch_session_epoch, "INVALID_FETCH_SESSION_EPOCH", retry},
    Row{ErrorCode::listener_not_found, "LISTENER_NOT_FOUND", retry_with_fresh_metadata},
    Row{ErrorCode::topic_deletion_disabled, "TOPIC_DELETION_DISABLED", fail},
    Row{ErrorCode::fenced_leader_epoch, "FENCED_LEADER_EPOCH", retry_with_fresh_metadata},
    Row{ErrorCode::unknown_leader_epoch, "UNKNOWN_LEADER_EPOCH", retry},
    Row{ErrorCode::unsupported_compression_type, "UNSUPPORTED_COMPRESSION_TYPE", fail},
    Row{ErrorCode::stale_broker_epoch, "STALE_BROKER_EPOCH", fail},
    Row{ErrorCode::offset_not_available, "OFFSET_NOT_AVAILABLE", retry},
    Row{ErrorCode::member_id_required, "MEMBER_ID_REQUIRED", fail},
    Row{ErrorCode::preferred_leader_not_available, "PREFERRED_LEADER_NOT_AVAILABLE",
        retry_with_fresh_metadata},
    Row{ErrorCode::group_max_size_reached, "GROUP_MAX_SIZE_REACHED", fail},
    Row{ErrorCode::fenced_instance_id, "FENCED_INSTANCE_ID", fail},
    Row{ErrorCode::eligible_leaders_not_available, "ELIGIBLE_LEADERS_NOT_AVAILABLE",
        retry_with_fresh_metadata},
    Row{ErrorCode::election_not_needed, "ELECTION_NOT_NEEDED", retry_with_fresh_metadata},
    Row{ErrorCode::no_reassignment_in_progress, "NO_REASSIGNMENT_IN_PROGRESS", fail},
    Row{ErrorCode::group_subscribed_to_topic, "GROUP_SUBSCRIBED_TO_TOPIC", fail},
    Row{ErrorCode::invalid_record, "INVALID_RECORD", fail},
    Row{ErrorCode::unstable_offset_commit, "UNSTABLE_OFFSET_COMMIT", retry},
    Row{ErrorCode::throttling_quota_exceeded, "THROTTLING_QUOTA_EXCEEDED", retry},
    Row{ErrorCode::producer_fenced, "PRODUCER_FENCED", fail},
    Row{ErrorCode::resource_not_found, "RESOURCE_NOT_FOUND", fail},
    Row{ErrorCode::duplicate_resource, "DUPLICATE_RESOURCE", fail},
    Row{ErrorCode::unacceptable_credential, "UNACCEPTABLE_CREDENTIAL", fail},
    Row{ErrorCode::inconsistent_voter_set, "INCONSISTENT_VOTER_SET", fail},
    Row{ErrorCode::invalid_update_version, "INVALID_UPDATE_VERSION", fail},
    Row{ErrorCode::feature_update_failed, "FEATURE_UPDATE_FAILED", fail},
    Row{ErrorCode::principal_deserialization_failure, "PRINCIPAL_DESERIALIZATION_FAILURE", fail},
    Row{ErrorCode::snapshot_not_found, "SNAPSHOT_NOT_FOUND", fail},
    Row{ErrorCode::position_out_of_range, "POSITION_OUT_OF_RANGE", fail},
    Row{ErrorCode::unknown_topic_id, "UNKNOWN_TOPIC_ID", retry_with_fresh_metadata},
    Row{ErrorCode::duplicate_broker_registration, "DUPLICATE_BROKER_REGISTRATION", fail},
    Row{ErrorCode::broker_id_not_registered, "BROKER_ID_NOT_REGISTERED", fail},
    Row{ErrorCode::inconsistent_topic_id, "INCONSISTENT_TOPIC_ID", retry_with_fresh_metadata},
    Row{ErrorCode::inconsistent_cluster_id, "INCONSISTENT_CLUSTER_ID", fail},
    Row{ErrorCode::transactional_id_not_found, "TRANSACTIONAL_ID_NOT_FOUND", fail},
    Row{ErrorCode::fetch_session_topic_id_error, "FETCH_SESSION_TOPIC_ID_ERROR", retry},
    Row{ErrorCode::ineligible_replica, "INELIGIBLE_REPLICA", fail},
    Row{ErrorCode::new_leader_elected, "NEW_LEADER_ELECTED", fail},
    Row{ErrorCode::offset_moved_to_tiered_storage, "OFFSET_MOVED_TO_TIERED_STORAGE", fail},
    Row{ErrorCode::fenced_member_epoch, "FENCED_MEMBER_EPOCH", fail},
    Row{ErrorCode::unreleased_instance_id, "UNRELEASED_INSTANCE_ID", fail},
    Row{ErrorCode::unsupported_assignor, "UNSUPPORTED_ASSIGNOR", fail},
    Row{ErrorCode::stale_member_epoch, "STALE_MEMBER_EPOCH", fail},
    Row{ErrorCode::mismatched_endpoint_type, "MISMATCHED_ENDPOINT_TYPE", fail},
    Row{ErrorCode::unsupported_endpoint_type, "UNSUPPORTED_ENDPOINT_TYPE", fail},
    Row{ErrorCode::unknown_controller_id, "UNKNOWN_CONTROLLER_ID", fail},
    Row{ErrorCode::unknown_subscription_id, "UNKNOWN_SUBSCRIPTION_ID", fail},
    Row{ErrorCode::telemetry_too_large, "TELEMETRY_TOO_LARGE", fail},
    Row{ErrorCode::invalid_registration, "INVALID_REGISTRATION", fail},
};

const Row* find_row(ErrorCode code) {
  const auto row =
      std::lower_bound(table.begin(), table.end(), code,
                       [](const Row& left, ErrorCode right) { return left.code < right; });
  return row != table.end() && row->code == code ? row : nullptr;
}

}  // namespace

std::string_view name_of(ErrorCode code) {
  const auto* row = find_row(code);
  return row ? row->name : "UNKNOWN_ERROR_CODE";
}

std::string to_string(ErrorCode code) { return std::string(name_of(code)); }

ErrorCode error_code(std::int16_t wire_code) {
  const auto code = static_cast<ErrorCode>(wire_code);
  return find_row(code) ? code : ErrorCode::unknown_server_error;
}

bool is_retriable(ErrorCode code) {
  const auto* row = find_row(code);
  return row && row->reaction != fail;
}

bool refreshes_metadata(ErrorCode code) {
  const auto* row = find_row(code);
  return row && row->reaction == retry_with_fresh_metadata;
}

std::string to_string(const Error& error) {
  if (error.message.empty()) return to_string(error.code);
  return format("{}: {}", name_of(error.code), error.message);
}

}  // namespace logquake::kafka
