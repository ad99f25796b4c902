#include "client/policy/explanation.h"

#include <algorithm>
#include <set>
#include <utility>

#include "client/policy/scene.h"
#include "placement/candidates.h"
#include "placement/device_view.h"
#include "placement/quota_room.h"
#include "placement/stage_view.h"

namespace acceld::policy_tool {
namespace {

bool Offers(const placement::DeviceView& device, const std::string& function) {
  const auto* functions =
      device.GetAs<std::vector<std::string>>(attr::kFunctions);
  return functions != nullptr && std::find(functions->begin(), functions->end(),
                                           function) != functions->end();
}

// Everything that is asked about.
struct Question {
  const placement::Request& request;
  const policy::Subject& subject;
  const Setting& setting;
  const policy::SubjectMarks marks;
  const placement::CandidateSet candidates;
  const std::vector<policy::AppliedQuota>& quotas;
};

DeviceExplanation ExplainDevice(const Question& q, std::size_t stage,
                                const placement::DeviceView& device) {
  const policy::Policy& policy = *q.setting.policy;
  const policy::DeviceMarks marks = policy.Mark(device);
  const placement::StageView asked(q.request, q.request.stages[stage]);
  const policy::Use use{q.request.stages[stage].function, &asked};
  DeviceExplanation found;
  found.device = device.vertex().key;
  found.visible = policy.Sees(q.marks, marks);
  found.verdict = policy.Decide(q.marks, marks, use);
  found.taint = policy.TaintOf(q.marks, marks);
  found.considerations = policy.Explain(q.subject, device, use);
  for (const placement::Rejection& rejection :
       q.candidates.stages[stage].rejections) {
    if (rejection.device != device.vertex().id) continue;
    found.rejected = placement::Name(rejection.reason);
    found.rejected_text = rejection.text;
  }
  for (const policy::AppliedQuota& quota : q.quotas) {
    if (policy.Counts(quota, marks)) found.quotas.push_back(quota.id);
  }
  return found;
}

void MarkChosen(const Question& q, Explanation& explanation) {
  const auto* placed = std::get_if<Placed>(&explanation.attempt);
  if (placed == nullptr) return;
  for (const auto& one : placed->solved.placement.stages) {
    const std::string& key = q.setting.topology->vertex(one.device).key;
    for (DeviceExplanation& device : explanation.stages[one.stage].devices) {
      device.chosen = device.chosen || device.device == key;
    }
  }
}

}  // namespace

Result<Explanation> Explain(const placement::Request& request,
                            const policy::Subject& subject,
                            const Setting& setting, const Clock& clock) {
  const policy::Policy& policy = *setting.policy;
  Scene scene(setting.topology, setting.policy, clock);
  Explanation explanation;
  explanation.quotas = policy.QuotasOf(subject);
  const std::vector<placement::QuotaUse> nothing_held =
      scene.books().UsesOf(subject);
  const placement::Known known{&scene.devices(), &nothing_held};
  const Question question{
      request,
      subject,
      setting,
      policy.Mark(subject),
      placement::FindCandidates(
          request, *setting.topology, scene.occupancy(), policy, subject,
          [](const graph::Vertex&) { return std::nullopt; }, {}, {}, known),
      explanation.quotas};
  ACCELD_TRY(explanation.attempt, TryToPlace(request, subject, scene, clock));
  explanation.name_space = policy.NamespaceOf(question.marks);
  explanation.is_administrator = policy.IsAdministrator(subject);
  for (std::size_t i = 0; i < request.stages.size(); ++i) {
    StageExplanation& stage = explanation.stages.emplace_back();
    stage.stage = request.stages[i].name;
    stage.function = request.stages[i].function;
    for (const auto id : placement::FindDevices(*setting.topology)) {
      const placement::DeviceView device(*setting.topology, id);
      if (!Offers(device, stage.function)) continue;
      stage.devices.push_back(ExplainDevice(question, i, device));
    }
  }
  MarkChosen(question, explanation);
  return explanation;
}

}  // namespace acceld::policy_tool
