// What one binary knows: kits, and folders of library scenarios. Joined explicitly, nothing
// registers itself.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/kit.h"

namespace logquake::scenario {

/// A scenario file that can be named without its folder.
struct LibraryScenario {
  std::string name;  // the file's name without ".toml"
  std::string path;
  std::string about;
  bool operator==(const LibraryScenario&) const = default;
};

struct ListedDefect {
  sim::Defect defect;
  std::string kit;
};

///     Catalog catalog;
///     catalog.add(std::make_unique<KafkaKit>()).add_library("/usr/share/logquake/library");
class Catalog {
 public:
  Catalog& add(std::unique_ptr<Kit> kit);
  /// A folder of *.toml files; a folder that does not exist is passed over.
  Catalog& add_library(std::string folder);

  const std::vector<std::unique_ptr<Kit>>& kits() const { return kits_; }
  const Kit* find_kit(std::string_view name) const;
  const std::vector<std::string>& library_folders() const { return folders_; }

  /// Sorted by name; of equal names the one of the earlier folder.
  std::vector<LibraryScenario> library() const;
  std::vector<ListedDefect> defects() const;
  std::vector<sim::Probe> probes() const;
  std::vector<sim::YieldSite> yield_sites() const;
  /// Those of the kernel among them.
  std::vector<sim::BuggifySite> buggify_sites() const;

 private:
  std::vector<std::unique_ptr<Kit>> kits_;
  std::vector<std::string> folders_;
};

}  // namespace logquake::scenario
