#include "scenarios/engine/catalog.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "scenarios/engine/document.h"
#include "scenarios/engine/exam_file.h"
#include "sim/probes.h"

namespace logquake::scenario {
namespace {

template <class Named>
std::vector<Named> by_name(std::vector<Named> values) {
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& left, const auto& right) { return left.name < right.name; });
  const auto repeated =
      std::unique(values.begin(), values.end(),
                  [](const auto& left, const auto& right) { return left.name == right.name; });
  values.erase(repeated, values.end());  // two kits may share a model
  return values;
}

}  // namespace

std::string_view name_of(FaultFamily family) {
  switch (family) {
    case FaultFamily::network:
      return "network";
    case FaultFamily::crash:
      return "crash";
    case FaultFamily::disk:
      return "disk";
    case FaultFamily::clock:
      return "clock";
    case FaultFamily::partition:
      return "partition";
    case FaultFamily::slowness:
      return "slowness";
    case FaultFamily::refusal:
      return "refusal";
  }
  return "unknown";
}

Catalog& Catalog::add(std::unique_ptr<Kit> kit) {
  kits_.push_back(std::move(kit));
  return *this;
}

Catalog& Catalog::add_library(std::string folder) {
  folders_.push_back(std::move(folder));
  return *this;
}

const Kit* Catalog::find_kit(std::string_view name) const {
  const auto found = std::find_if(kits_.begin(), kits_.end(),
                                  [name](const auto& kit) { return kit->name() == name; });
  return found == kits_.end() ? nullptr : found->get();
}

std::vector<LibraryScenario> Catalog::library() const {
  std::map<std::string, LibraryScenario> found;
  for (const auto& folder : folders_) {
    std::error_code trouble;
    for (const auto& entry : std::filesystem::directory_iterator(folder, trouble)) {
      if (entry.path().extension() != ".toml" || entry.path().filename() == exam_file) continue;
      LibraryScenario scenario{entry.path().stem().string(), entry.path().string(), {}};
      if (found.contains(scenario.name)) continue;
      Problems problems(scenario.path);
      if (const auto document = read_document(scenario.path, problems)) {
        const auto* about = document->find("about");
        if (about != nullptr && about->is(Value::Kind::text)) scenario.about = about->text();
      }
      const auto name = scenario.name;
      found.emplace(name, std::move(scenario));
    }
  }
  std::vector<LibraryScenario> sorted;
  for (auto& [name, scenario] : found) sorted.push_back(std::move(scenario));
  return sorted;
}

std::vector<ListedDefect> Catalog::defects() const {
  std::vector<ListedDefect> defects;
  for (const auto& kit : kits_) {
    for (const auto& defect : kit->defects()) defects.push_back({defect, std::string(kit->name())});
  }
  std::stable_sort(defects.begin(), defects.end(), [](const auto& left, const auto& right) {
    return left.defect.name < right.defect.name;
  });
  const auto repeated = std::unique(
      defects.begin(), defects.end(),
      [](const auto& left, const auto& right) { return left.defect.name == right.defect.name; });
  defects.erase(repeated, defects.end());  // two kits may share a model
  return defects;
}

std::vector<sim::Probe> Catalog::probes() const {
  std::vector<sim::Probe> probes;
  for (const auto& kit : kits_) {
    for (const auto& probe : kit->probes()) probes.push_back(probe);
  }
  return by_name(std::move(probes));
}

std::vector<sim::YieldSite> Catalog::yield_sites() const {
  std::vector<sim::YieldSite> sites;
  for (const auto& kit : kits_) {
    for (const auto& site : kit->yield_sites()) sites.push_back(site);
  }
  return by_name(std::move(sites));
}

std::vector<sim::BuggifySite> Catalog::buggify_sites() const {
  std::vector<sim::BuggifySite> sites(sim::kernel_buggify_sites.begin(),
                                      sim::kernel_buggify_sites.end());
  for (const auto& kit : kits_) {
    for (const auto& site : kit->buggify_sites()) sites.push_back(site);
  }
  return by_name(std::move(sites));
}

}  // namespace logquake::scenario
