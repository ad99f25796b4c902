#include "placement/pipeline_check.h"

#include <algorithm>
#include <cstddef>

namespace acceld::placement {
namespace {

// Depth-first search with the path kept: a link back into the path closes a
// cycle. At most kMaxStages deep, so that recursion is safe.
class CycleSearch {
 public:
  explicit CycleSearch(const Request& request)
      : request_(request), state_(request.stages.size(), State::kNew) {}

  std::vector<std::size_t> Run() {
    for (std::size_t stage = 0; stage < state_.size(); ++stage) {
      if (state_[stage] == State::kNew && Visit(stage)) return cycle_;
    }
    return {};
  }

 private:
  enum class State { kNew, kOnPath, kDone };

  bool Visit(std::size_t stage) {
    state_[stage] = State::kOnPath;
    path_.push_back(stage);
    for (const PipelineLink& link : request_.links) {
      if (link.from != stage || link.to == kHost) continue;
      if (link.is_exchange()) continue;  // among replicas: no way back
      if (state_[link.to] == State::kOnPath) {
        cycle_.assign(std::find(path_.begin(), path_.end(), link.to),
                      path_.end());
        cycle_.push_back(link.to);
        return true;
      }
      if (state_[link.to] == State::kNew && Visit(link.to)) return true;
    }
    path_.pop_back();
    state_[stage] = State::kDone;
    return false;
  }

  const Request& request_;
  std::vector<State> state_;
  std::vector<std::size_t> path_;
  std::vector<std::size_t> cycle_;
};

}  // namespace

std::vector<std::string> FindCycle(const Request& request) {
  std::vector<std::string> names;
  for (const std::size_t stage : CycleSearch(request).Run()) {
    names.push_back(request.stages[stage].name);
  }
  return names;
}

void CheckPipeline(const Request& request, Complaints& complaints) {
  std::int64_t replicas = 0;
  for (const Stage& stage : request.stages) replicas += stage.count;
  if (replicas > kMaxStages) {
    complaints.Add("/stages", "has " + std::to_string(replicas) +
                                  " replicas in all; at most " +
                                  std::to_string(kMaxStages) + " are allowed");
  }
  const std::vector<std::string> cycle = FindCycle(request);
  if (cycle.empty()) return;
  std::string text;
  for (const std::string& name : cycle) {
    if (!text.empty()) text.append(" -> ");
    text.append(name);
  }
  complaints.Add("/links", "form a cycle: " + text);
}

}  // namespace acceld::placement
