#include "placement/own_labels.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace acceld::placement {
namespace {

class Matching {
 public:
  explicit Matching(const std::vector<LabelWish>& wishes) : wishes_(wishes) {}

  // Gives one more replica of the wish a label; others may change theirs.
  bool Add(std::size_t wish) {
    asked_.clear();
    return Serve(wish);
  }

 private:
  bool Serve(std::size_t wish) {
    for (const std::int64_t label : wishes_[wish].labels) {
      if (!asked_.insert(label).second) continue;
      const auto owner = owner_.find(label);
      if (owner != owner_.end() && !Serve(owner->second)) continue;
      owner_[label] = wish;
      return true;
    }
    return false;
  }

  const std::vector<LabelWish>& wishes_;
  std::unordered_map<std::int64_t, std::size_t> owner_;  // wish, by label
  std::unordered_set<std::int64_t> asked_;
};

}  // namespace

bool CanAllDiffer(std::vector<LabelWish> wishes) {
  std::size_t all = 0;
  for (LabelWish& wish : wishes) {
    all += static_cast<std::size_t>(wish.count);
    std::sort(wish.labels.begin(), wish.labels.end());
    const auto last = std::unique(wish.labels.begin(), wish.labels.end());
    wish.labels.erase(last, wish.labels.end());
  }
  std::erase_if(wishes, [&](const LabelWish& wish) {
    const bool has_unknown = !wish.labels.empty() && wish.labels.front() < 0;
    return has_unknown || wish.labels.size() >= all;
  });
  Matching matching(wishes);
  for (std::size_t wish = 0; wish < wishes.size(); ++wish) {
    for (std::int64_t replica = 0; replica < wishes[wish].count; ++replica) {
      if (!matching.Add(wish)) return false;
    }
  }
  return true;
}

}  // namespace acceld::placement
