// Where schedules may choose in replication and control, and what campaigns should reach there.
// Source of the sites: K-SIM-3.
#pragma once

#include <array>

#include "sim/probe.h"

namespace logquake::kafka {

inline constexpr sim::YieldSite before_append{"produce.before-append"};
inline constexpr sim::YieldSite between_append_and_high_watermark{
    "produce.between-append-and-high-watermark"};
inline constexpr sim::YieldSite between_bounds_and_read{"replica.between-bounds-and-read"};
inline constexpr sim::YieldSite between_read_and_progress{"fetch.between-read-and-progress"};
inline constexpr sim::YieldSite before_fetched_data{"follower.before-fetched-data"};
inline constexpr sim::YieldSite before_isr_write{"isr.before-write"};
inline constexpr sim::YieldSite before_isr_answer{"isr.before-answer"};
inline constexpr sim::YieldSite before_leadership{"control.before-leadership"};
inline constexpr sim::YieldSite before_controller_write{"controller.before-write"};

inline constexpr std::array replication_yield_sites{
    before_append,           between_append_and_high_watermark,
    between_bounds_and_read, between_read_and_progress,
    before_fetched_data,     before_isr_write,
    before_isr_answer,       before_leadership,
    before_controller_write};

inline constexpr sim::BuggifySite small_fetch{
    .name = "fetch.small", .about = "a fetch reads the first batch only, whatever it may carry"};

inline constexpr std::array<sim::BuggifySite, 1> replication_buggify_sites{small_fetch};

inline constexpr sim::Probe isr_shrank_to_one{"replica.isr-shrank-to-one",
                                              "a leader was alone in sync"};
inline constexpr sim::Probe follower_diverged{"replica.follower-diverged",
                                              "a leader told a follower where its log parts"};
inline constexpr sim::Probe truncated_below_high_watermark{
    "replica.truncated-below-high-watermark",
    "a replica cut below its own high watermark (K-REP-34)"};
inline constexpr sim::Probe fetch_fenced{"replica.fetch-fenced",
                                         "a fetch of another leader epoch was refused"};
inline constexpr sim::Probe fetch_session_refused{
    "fetch.session-refused", "a fetch named a session or an epoch that its broker does not know"};
inline constexpr sim::Probe produce_timed_out{"replica.produce-timed-out",
                                              "acks=all were not there in time (K-REP-26)"};
inline constexpr sim::Probe too_few_after_append{"replica.too-few-after-append",
                                                 "NOT_ENOUGH_REPLICAS_AFTER_APPEND was answered"};
inline constexpr sim::Probe isr_write_conflicted{
    "isr.write-conflicted", "a leader lost the race for the state znode (K-ISR-8)"};
inline constexpr sim::Probe isr_write_repeated{
    "isr.write-repeated", "a leader found its own earlier write in the state znode"};
inline constexpr sim::Probe follower_out_of_range{
    "replica.follower-out-of-range", "a follower's offset was outside its leader's log (K-REP-35)"};
inline constexpr sim::Probe controller_fenced{"controller.fenced",
                                              "a controller found a newer epoch when it wrote"};
inline constexpr sim::Probe stale_broker_epoch_refused{
    "control.stale-broker-epoch", "a broker refused an order meant for its earlier life"};
inline constexpr sim::Probe stale_controller_epoch_refused{
    "control.stale-controller-epoch", "a broker refused an order of a past controller"};
inline constexpr sim::Probe broker_bounced{"controller.broker-bounced",
                                           "a broker had restarted before its controller noticed"};
inline constexpr sim::Probe election_was_won_after_all{"controller.election-won-after-all",
                                                       "the answer to a won election was lost"};

inline constexpr std::array replication_probes{isr_shrank_to_one,
                                               follower_diverged,
                                               truncated_below_high_watermark,
                                               fetch_fenced,
                                               fetch_session_refused,
                                               produce_timed_out,
                                               too_few_after_append,
                                               isr_write_conflicted,
                                               isr_write_repeated,
                                               follower_out_of_range,
                                               controller_fenced,
                                               stale_broker_epoch_refused,
                                               stale_controller_epoch_refused,
                                               broker_bounced,
                                               election_was_won_after_all};

}  // namespace logquake::kafka
