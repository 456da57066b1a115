// Historical bugs and broken rules of replication and control, as switches. Source: defects.md; the
// name it gives a switch is told in `source` where it differs.
#pragma once

#include <array>

#include "sim/defect.h"

namespace logquake::kafka {

inline constexpr sim::Defect ack_before_replication{
    .name = "broker.ack-before-replication",
    .about =
        "A leader answers a producer that asked for acks=all as soon as its own log has the batch.",
    .source = "logquake",
    .breaks = "K-INV-1, K-REP-26",
    .needs = "the leader dies between the answer and the followers' next fetch"};
inline constexpr sim::Defect skip_truncation{
    .name = "replica.skip-truncation",
    .about =
        "A follower neither tells its last epoch nor cuts its log where the leader's parts from "
        "it.",
    .source = "logquake, after KIP-101",
    .breaks = "K-INV-2, K-INV-3, K-REP-31",
    .needs = "a leader with records that no follower has dies and comes back as a follower"};
inline constexpr sim::Defect truncate_to_high_watermark{
    .name = "repl.truncate-to-high-watermark",
    .about =
        "A replica that becomes follower cuts its log to its own high watermark, which lags a "
        "round trip.",
    .source = "KIP-101, KAFKA-1211 (D-K01, D-K02: repl.truncate=HIGH_WATERMARK)",
    .breaks = "K-INV-1, K-INV-2, K-INV-4, K-REP-33",
    .needs = "a follower restarts, then its leader dies before the follower has fetched again"};
inline constexpr sim::Defect no_fetch_fencing{
    .name = "fetch.no-epoch-fencing",
    .about =
        "Followers fetch without any epoch, so that nobody notices a fetch of an old term or a log "
        "that has parted meanwhile.",
    .source = "KIP-320, KAFKA-6880, KAFKA-7395 (D-K05: fetch.epoch_fencing=off)",
    .breaks = "K-INV-2, K-INV-4, K-INV-5, K-INV-16, K-REP-11",
    .needs = "a leader or follower that hears of a new epoch much later than the others"};
inline constexpr sim::Defect read_past_stale_bound{
    .name = "replica.read-past-stale-bound",
    .about =
        "A fetch reads the log by the look that it took before, although the broker has become "
        "follower meanwhile and has cut the log.",
    .source = "logquake, after Partition.fetchRecords(): readRecords() under leaderIsrUpdateLock",
    .breaks = "K-INV-2, K-REP-11",
    .needs =
        "a read that is held for as long as another leader takes over and its records replace "
        "what was looked at"};
inline constexpr sim::Defect no_epoch_start{
    .name = "isr.no-epoch-start",
    .about =
        "A follower joins the ISR at the high watermark even if it lacks records of earlier "
        "epochs.",
    .source = "KAFKA-7128 (D-K07: isr.expand_requires_epoch_start=false)",
    .breaks = "K-INV-16, K-INV-5, K-INV-1, K-ISR-2",
    .needs = "an election while a replica lags, and the new leader dies before it has caught up"};
inline constexpr sim::Defect no_controller_epoch_check{
    .name = "zk.no-controller-epoch-check",
    .about = "A controller writes to ZooKeeper without asking whether it still is one.",
    .source =
        "KAFKA-6082 (D-K41: zk.controller_epoch_check=false; D-ZF1: "
        "kafka-on-zk.unfenced_controller_writes)",
    .breaks = "K-INV-14, K-INV-12, K-INV-13, K-CTL-5, Z-KZ-6, Z-INV-27",
    .needs = "a controller is paused for longer than its session lasts, then goes on"};
inline constexpr sim::Defect no_broker_epoch_check{
    .name = "control.no-broker-epoch-check",
    .about = "A broker obeys requests that were meant for its earlier life.",
    .source = "KAFKA-7235 (D-K42: control.broker_epoch_check=false)",
    .breaks = "K-INV-80, K-INV-1, K-CTL-9",
    .needs = "a request of the controller arrives after the broker has restarted"};
inline constexpr sim::Defect no_election_ambiguity_check{
    .name = "controller.no-ambiguity-check",
    .about = "A controller election whose answer was lost counts as lost.",
    .source = "D-ZF4: kafka-on-zk.no_ambiguity_check",
    .breaks = "K-CTL-4, Z-KZ-4, Z-INV-24",
    .needs = "the connection to ZooKeeper breaks while the election's answer is under way"};
inline constexpr sim::Defect expiry_not_first{
    .name = "controller.expiry-not-first",
    .about =
        "A controller whose session has expired works on, and works off its queue, under its next "
        "session before it resigns.",
    .source = "D-ZF5: kafka-on-zk.expire_not_first",
    .breaks = "K-CTL-15, K-INV-14, Z-KZ-10, Z-INV-27",
    .needs = "a session expires while the controller has events waiting"};
inline constexpr sim::Defect late_handlers{
    .name = "controller.late-handlers",
    .about = "A new controller reads the brokers first and begins to watch them afterwards.",
    .source = "D-ZF6: kafka-on-zk.late_handlers",
    .breaks = "Z-KZ-7, K-CTL-13",
    .needs = "a broker dies while a new controller is reading"};
inline constexpr sim::Defect no_owner_check{
    .name = "controller.no-owner-check",
    .about =
        "A broker that finds its own znode of an earlier session gives up instead of replacing it.",
    .source = "KAFKA-7165 (D-ZF2, D-ZC4: kafka-on-zk.no_owner_check)",
    .breaks = "Z-KZ-3, K-CTL-3",
    .needs = "a broker gets a new session while the znode of its old one still exists"};
inline constexpr sim::Defect stale_controller_read{
    .name = "controller.stale-read",
    .about =
        "A new controller goes by the partition states that it read before it won the election, "
        "at a server that may lag behind.",
    .source = "KAFKA-16171, KAFKA-16667 (D-ZF3: kafka-on-zk.stale_controller_read)",
    .breaks = "Z-KZ-12, K-CTL-13, K-INV-80",
    .needs =
        "the old controller still writes while the next one, whose ZooKeeper server lags, is "
        "being elected"};

inline constexpr std::array replication_defects{
    ack_before_replication,    skip_truncation,       truncate_to_high_watermark,
    no_fetch_fencing,          read_past_stale_bound, no_epoch_start,
    no_controller_epoch_check, no_broker_epoch_check, no_election_ambiguity_check,
    expiry_not_first,          late_handlers,         no_owner_check,
    stale_controller_read};

}  // namespace logquake::kafka
