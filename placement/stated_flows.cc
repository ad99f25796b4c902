#include "placement/stated_flows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "placement/cost.h"

namespace acceld::placement {
namespace {

class Lister {
 public:
  Lister(const Request& request, const std::vector<VariableClass>& classes)
      : request_(request), classes_(classes) {}

  std::vector<StatedFlow> List() {
    for (std::size_t i = 0; i < request_.links.size(); ++i) {
      const PipelineLink& link = request_.links[i];
      if (!link.traffic_stated) continue;
      const std::size_t from = EndOf(link.from);
      const std::size_t to = EndOf(link.to);
      const std::int64_t senders = classes_[from].count;
      if (link.buffer) {
        const std::size_t buffer = Find(VariableClass::Kind::kBuffer, i);
        Add(from, buffer, link.traffic, senders);
        Add(buffer, to, link.traffic, classes_[to].count);
      } else {
        const std::int64_t receivers =
            classes_[to].count - (link.is_exchange() ? 1 : 0);
        Add(from, to, link.traffic, senders * receivers);
      }
    }
    return std::move(flows_);
  }

 private:
  void Add(std::size_t from, std::size_t to, BytesPerSecond traffic,
           std::int64_t parts) {
    if (parts == 0) return;  // one replica alone sends to nobody
    const std::int64_t share = std::min(traffic.value() / parts, kMaxCost);
    if (share == 0) return;
    flows_.push_back({from, to, share, std::min(traffic.value(), kMaxCost)});
  }
  [[nodiscard]] std::size_t EndOf(std::size_t stage) const {
    return stage == kHost ? Find(VariableClass::Kind::kHostNode, 0) : stage;
  }
  [[nodiscard]] std::size_t Find(VariableClass::Kind kind,
                                 std::size_t index) const {
    const auto found = std::find_if(
        classes_.begin(), classes_.end(), [&](const VariableClass& one) {
          return one.kind == kind && one.index == index;
        });
    return static_cast<std::size_t>(found - classes_.begin());
  }

  const Request& request_;
  const std::vector<VariableClass>& classes_;
  std::vector<StatedFlow> flows_;
};

}  // namespace

std::vector<StatedFlow> StatedFlows(const Request& request,
                                    const std::vector<VariableClass>& classes) {
  return Lister(request, classes).List();
}

}  // namespace acceld::placement
