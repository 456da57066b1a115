// Generators of scenarios of the Kafka models: clusters, topics, applications and faults.
#pragma once

#include <rapidcheck.h>

#include "scenarios/engine/catalog.h"
#include "scenarios/engine/value.h"

namespace logquake::property {

/// Up to five brokers with settings of their own, up to two topics, an application or two that
/// produce with acks=all, a group that reads; promises order per key beside what always holds. No
/// faults.
rc::Gen<scenario::Value> calm_kafka_scenarios();

/// The same with a plan of faults, of which roles such as a partition's leader may be the target.
/// `catalog` knows the Kafka kit and must outlive the generator.
rc::Gen<scenario::Value> kafka_scenarios(const scenario::Catalog& catalog);

}  // namespace logquake::property
