#include "sim/faults/datagram_faults.h"

#include "sim/base/format.h"
#include "sim/faults/striking.h"
#include "sim/network/network.h"

namespace logquake::sim {
namespace {

std::optional<FieldTrouble> trouble_with(Ratio chance) {
  if (is_chance(chance)) return std::nullopt;
  return FieldTrouble{"chance", "expected a chance above zero, such as \"1/50\""};
}

// "1/50 of the datagrams from a to b are lost for 3s".
template <class Fault>
std::string sentence_about(const Fault& fault, std::string_view what) {
  return format("{} of the datagrams from {} to {} {}{}", to_string(fault.chance), fault.from,
                fault.to, what, lasting(fault.duration));
}

template <class Fault>
void strike_with(const Striking& striking, const Fault& fault,
                 const affliction::Datagrams& mishap) {
  striking.pairs(fault.from, fault.to, [&](NodeId sender, NodeId receiver) {
    striking.afflict(sender, receiver, mishap, fault.duration);
  });
}

}  // namespace

using affliction::Mishap;

std::optional<FieldTrouble> DatagramLoss::trouble() const { return trouble_with(chance); }
std::string DatagramLoss::sentence() const { return sentence_about(*this, "are lost"); }
void DatagramLoss::strike(const Striking& striking) const {
  strike_with(striking, *this, {Mishap::loss, chance, {}});
}

std::optional<FieldTrouble> DatagramDuplication::trouble() const { return trouble_with(chance); }
std::string DatagramDuplication::sentence() const { return sentence_about(*this, "come twice"); }
void DatagramDuplication::strike(const Striking& striking) const {
  strike_with(striking, *this, {Mishap::duplication, chance, {}});
}

std::optional<FieldTrouble> DatagramReordering::trouble() const {
  if (!is_positive(by)) return FieldTrouble{"by", "expected a duration above zero"};
  return trouble_with(chance);
}
std::string DatagramReordering::sentence() const {
  return sentence_about(*this, format("come up to {} late", to_text(by)));
}
void DatagramReordering::strike(const Striking& striking) const {
  strike_with(striking, *this, {Mishap::reordering, chance, by});
}

std::optional<FieldTrouble> DatagramCorruption::trouble() const { return trouble_with(chance); }
std::string DatagramCorruption::sentence() const { return sentence_about(*this, "are damaged"); }
void DatagramCorruption::strike(const Striking& striking) const {
  strike_with(striking, *this, {Mishap::corruption, chance, {}});
}

}  // namespace logquake::sim
