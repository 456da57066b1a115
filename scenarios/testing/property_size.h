// How many cases the properties of a binary try: few in every check, many at night.
#pragma once

namespace logquake::scenario {

/// LOGQUAKE_PROPERTY_SIZE=N multiplies the number of cases that each property tries, 100 unless
/// RC_PARAMS says max_success. Called first in main(), before RapidCheck reads its parameters. Ends
/// the process with exit code 4 where the variable is no whole number from 1 to 1,000,000.
void apply_property_size();

}  // namespace logquake::scenario
