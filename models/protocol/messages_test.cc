// One description serves digest, JSON and printed form, and later the versioned codec.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/protocol/admin.h"
#include "models/protocol/api_versions.h"
#include "models/protocol/control.h"
#include "models/protocol/envelope.h"
#include "models/protocol/fetch.h"
#include "models/protocol/group_admin.h"
#include "models/protocol/group_membership.h"
#include "models/protocol/group_offsets.h"
#include "models/protocol/init_producer_id.h"
#include "models/protocol/list_offsets.h"
#include "models/protocol/metadata.h"
#include "models/protocol/offset_for_leader_epoch.h"
#include "models/protocol/produce.h"
#include "sim/base/describe.h"

namespace logquake::kafka {
namespace {

// What the wire codec will be: it alone sees versions.
struct VersionCollector {
  std::vector<std::string> lines;
  template <class T>
  void operator()(std::string_view name, T&) {
    lines.emplace_back(name);
  }
  template <class T>
  void operator()(FieldVersions versions, std::string_view name, T&) {
    lines.push_back(std::string(name) + " v" + std::to_string(versions.since) +
                    (versions.tag < 0 ? "" : " tag " + std::to_string(versions.tag)));
  }
};

template <class Request>
std::string printed() {
  static_assert(Described<Request> && Described<typename Request::Response>);
  Fingerprint digest;
  fold_fields(Request{}, digest);
  fold_fields(typename Request::Response{}, digest);
  return std::string(name_of(Request::api_key)) + " " + to_json(DescribedView(Request{}));
}

TEST(Messages, PrintTheirFieldsInWireOrder) {
  const HeartbeatRequest request{.group_id = "g", .generation_id = Generation{3}, .member_id = "m"};

  EXPECT_EQ(to_line(DescribedView(request)),
            "group_id=g generation_id=3 member_id=m group_instance_id=-");
}

TEST(Messages, AreAllDescribed) {
  const std::vector<std::string> all{
      printed<ProduceRequest>(),         printed<FetchRequest>(),
      printed<ListOffsetsRequest>(),     printed<MetadataRequest>(),
      printed<LeaderAndIsrRequest>(),    printed<StopReplicaRequest>(),
      printed<UpdateMetadataRequest>(),  printed<ControlledShutdownRequest>(),
      printed<OffsetCommitRequest>(),    printed<OffsetFetchRequest>(),
      printed<FindCoordinatorRequest>(), printed<JoinGroupRequest>(),
      printed<HeartbeatRequest>(),       printed<LeaveGroupRequest>(),
      printed<SyncGroupRequest>(),       printed<DescribeGroupsRequest>(),
      printed<ListGroupsRequest>(),      printed<ApiVersionsRequest>(),
      printed<CreateTopicsRequest>(),    printed<DeleteTopicsRequest>(),
      printed<InitProducerIdRequest>(),  printed<OffsetForLeaderEpochRequest>(),
      printed<DescribeConfigsRequest>()};

  EXPECT_EQ(all.size(), api_ranges.size());
}

TEST(Messages, TellTheCodecTheirVersions) {
  FetchPartitionResult result;
  VersionCollector collector;

  result.io(collector);

  EXPECT_EQ(collector.lines[2], "high_watermark");
  EXPECT_EQ(collector.lines[3], "last_stable_offset v4");
  EXPECT_EQ(collector.lines[5], "diverging_epoch v12 tag 0");
}

TEST(Messages, CopiesShareTheirRecords) {
  ProduceRequest request;
  request.topic_data.push_back({"t", {{0, RecordData(to_bytes("bytes"))}}});

  const auto copy = request;

  EXPECT_EQ(copy.topic_data[0].partition_data[0].records.view().data(),
            request.topic_data[0].partition_data[0].records.view().data());
  EXPECT_EQ(text_of(copy.topic_data[0].partition_data[0].records.slice(1, 3).view()), "yte");
}

}  // namespace
}  // namespace logquake::kafka
