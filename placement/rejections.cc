#include "placement/rejections.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace acceld::placement {
namespace {

bool MayShow(const Rejection& rejection) {
  return rejection.reason != RejectionReason::kPolicy;
}

Document CountsOf(const StageCandidates& stage) {
  std::map<RejectionReason, std::int64_t> counts;
  for (const Rejection& one : stage.rejections) {
    if (MayShow(one)) ++counts[one.reason];
  }
  Document::Array list;
  for (const auto& [reason, count] : counts) {
    list.push_back(
        Document::Object{{"reason", Name(reason)}, {"count", count}});
  }
  return list;
}

}  // namespace

void SetRejections(Document& document, const Request& request,
                   const CandidateSet& candidates,
                   const graph::Topology& topology) {
  Document::Array stages;
  Document::Array rejected;
  std::int64_t left_out = 0;
  const auto list = [&](std::size_t stage, const Rejection& one) {
    if (rejected.size() == kMaxRejectionsListed) {
      ++left_out;
      return;
    }
    rejected.push_back(Document::Object{
        {"stage", request.stages[stage].name},
        {"device", topology.vertex(one.device).key},
        {"reason", Name(one.reason)},
        {"text", one.text},
    });
  };
  // What almost served tells more than what does something else.
  for (const bool offers : {true, false}) {
    for (std::size_t i = 0; i < candidates.stages.size(); ++i) {
      for (const Rejection& one : candidates.stages[i].rejections) {
        const bool is_near = one.reason != RejectionReason::kFunction;
        if (MayShow(one) && is_near == offers) list(i, one);
      }
    }
  }
  for (std::size_t i = 0; i < candidates.stages.size(); ++i) {
    const StageCandidates& stage = candidates.stages[i];
    stages.push_back(Document::Object{
        {"stage", request.stages[i].name},
        {"function", request.stages[i].function},
        {"devices", static_cast<std::int64_t>(stage.devices.size())},
        {"rejected", CountsOf(stage)},
    });
  }
  document.Set("candidates", std::move(stages));
  document.Set("rejected", std::move(rejected));
  if (left_out > 0) document.Set("rejected_left_out", left_out);
}

}  // namespace acceld::placement
