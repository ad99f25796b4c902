// Explanation: what a policy says of each device that could serve a pipeline,
// for one who asks, and what placement would choose.
// Pure but for the clock.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/document.h"
#include "base/result.h"
#include "client/policy/attempt.h"
#include "client/policy/simulation.h"
#include "client/topo/look.h"
#include "placement/request.h"
#include "policy/policy.h"

namespace acceld::policy_tool {

// A device that offers a stage's function.
struct DeviceExplanation {
  std::string device;    // key
  bool visible = false;  // by the subject's namespace
  policy::Verdict verdict;
  std::optional<policy::TaintVerdict> taint;
  // Why it does not serve: placement's reason and text; empty where it does.
  std::string rejected;
  std::string rejected_text;
  bool chosen = false;                   // by the placement
  std::vector<std::string_view> quotas;  // that count it
  std::vector<policy::Consideration> considerations;
};

struct StageExplanation {
  std::string stage;
  std::string function;
  std::vector<DeviceExplanation> devices;  // in key order
};

// Texts are the policy's own and live as long as it.
struct Explanation {
  std::string name_space;
  bool is_administrator = false;
  std::vector<policy::AppliedQuota> quotas;
  std::vector<StageExplanation> stages;
  Attempt attempt;  // on the machine as it is while nobody holds anything
};

// Errors: as TryToPlace.
[[nodiscard]] Result<Explanation> Explain(const placement::Request& request,
                                          const policy::Subject& subject,
                                          const Setting& setting,
                                          const Clock& clock);

// `considered`: every entry of the policy that was looked at, too.
[[nodiscard]] std::string ExplanationText(const Explanation& explanation,
                                          const topo::Look& look,
                                          bool considered);
[[nodiscard]] Document ExplanationDocument(const Explanation& explanation);

}  // namespace acceld::policy_tool
