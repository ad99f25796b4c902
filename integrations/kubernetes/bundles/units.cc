#include "integrations/kubernetes/bundles/units.h"

#include <algorithm>
#include <utility>

namespace acceld::kubernetes {
namespace {

constexpr std::size_t kLongestId = 63;
// Of an id; what is longer ends in a digest of the whole.
constexpr std::size_t kLongestKey = kLongestId - 7;  // and ".64"

// FNV-1a: the same in every build, for the kubelet remembers ids.
std::uint32_t DigestOf(const std::string& text) {
  std::uint32_t digest = 2166136261U;
  for (const char c : text) {
    digest = (digest ^ static_cast<unsigned char>(c)) * 16777619U;
  }
  return digest;
}

std::string IdOf(const std::string& key, int share) {
  std::string id = key;
  if (id.size() > kLongestKey) {
    const std::string digest = std::to_string(DigestOf(key));
    id = key.substr(0, kLongestKey - digest.size() - 1) + "-" + digest;
  }
  return share == 1 ? id : id + "." + std::to_string(share);
}

bool IsPrintable(char c) { return c > ' ' && c <= '~'; }

constexpr std::string_view kSetId = "unit-";  // and its number

bool IsFree(const Unit& unit) { return !unit.is_held() && !unit.lost; }

}  // namespace

bool IsUnitId(std::string_view id) {
  return !id.empty() && id.size() <= kLongestId &&
         std::all_of(id.begin(), id.end(), IsPrintable);
}

Unit* Units::UnitOfDevice(const Copy& copy) {
  for (int share = 1; share <= kMostUnits; ++share) {
    Unit& unit = units_[IdOf(copy.places.front().device, share)];
    // What was lost is not offered anew while a pod still believes it has it.
    if (unit.lost) return nullptr;
    if (IsFree(unit) && !unit.copy) return &unit;
  }
  return nullptr;
}

bool Units::IsOwnId(std::string_view id, const Unit& unit) const {
  if (!by_device_) return id.starts_with(kSetId);
  if (!unit.copy || unit.copy->places.empty()) return true;
  const std::string first = IdOf(unit.copy->places.front().device, 1);
  return id == first || id.starts_with(first + ".");
}

Unit* Units::UnitFor(const Copy& copy) {
  if (by_device_ && !copy.places.empty()) return UnitOfDevice(copy);
  for (int number = 0; number < kMostUnits; ++number) {
    Unit& unit = units_[std::string(kSetId) + std::to_string(number)];
    if (IsFree(unit) && !unit.copy) return &unit;
  }
  return nullptr;
}

void Units::Offer(std::vector<Copy> copies) {
  for (auto& [id, unit] : units_) {
    if (!IsFree(unit)) continue;
    const auto same = std::find_if(
        copies.begin(), copies.end(), [&before = unit.copy](const Copy& copy) {
          return before && copy.places == before->places;
        });
    if (same == copies.end()) {
      unit.copy.reset();
      continue;
    }
    unit.copy = std::move(*same);
    copies.erase(same);
  }
  for (Copy& copy : copies) {
    Unit* unit = UnitFor(copy);
    if (unit != nullptr) unit->copy = std::move(copy);
  }
  for (auto& [id, unit] : units_) {
    if (unit.copy) unit.nodes = unit.copy->nodes;
  }
}

bool Units::Settle(const std::string& id,
                   const std::vector<std::int64_t>& nodes) {
  const auto mine = units_.find(id);
  if (mine == units_.end() || !IsFree(mine->second)) return false;
  if (mine->second.copy && mine->second.copy->nodes == nodes) return true;
  if (by_device_) return false;
  for (auto& [other, unit] : units_) {
    if (!IsFree(unit) || !unit.copy || unit.copy->nodes != nodes) continue;
    std::swap(unit.copy, mine->second.copy);
    return true;
  }
  return false;
}

void Units::Hold(const std::string& id, Copy copy, const std::string& lease) {
  std::vector<std::int64_t> nodes = copy.nodes;
  units_[id] = Unit{std::move(copy), std::move(nodes), lease, false};
}

void Units::Lose(const std::string& id) {
  const auto found = units_.find(id);
  if (found != units_.end()) found->second.lost = true;
}

void Units::Free(const std::string& id) {
  const auto found = units_.find(id);
  if (found == units_.end()) return;
  if (!IsOwnId(id, found->second)) {
    units_.erase(found);
    return;
  }
  found->second.lease.clear();
  found->second.lost = false;
}

std::size_t Units::CountFree() const {
  return static_cast<std::size_t>(std::count_if(
      units_.begin(), units_.end(),
      [](const auto& one) { return IsFree(one.second) && one.second.copy; }));
}

const Unit* Units::Find(const std::string& id) const {
  const auto found = units_.find(id);
  return found == units_.end() ? nullptr : &found->second;
}

}  // namespace acceld::kubernetes
