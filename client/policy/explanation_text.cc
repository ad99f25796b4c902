// How an Explanation is shown.
#include <string>
#include <utility>

#include "base/units.h"
#include "base/utf8.h"
#include "client/policy/explanation.h"
#include "client/topo/table.h"

namespace acceld::policy_tool {
namespace {

std::string Text(std::string_view text) { return Printable(text); }

std::string TaintText(const DeviceExplanation& device) {
  if (!device.taint) return "";
  return (device.taint->refuses ? "refuse: " : "avoid: ") +
         Text(device.taint->taint);
}

std::string PlaceText(const DeviceExplanation& device) {
  if (device.chosen) return "chosen";
  return device.rejected.empty() ? "can serve" : "not for: " + device.rejected;
}

std::string BoundsText(const policy::QuotaBounds& bounds) {
  std::string text;
  const auto add = [&](const char* what, const std::string& value) {
    text.append(text.empty() ? "" : ", ")
        .append(what)
        .append(" ")
        .append(value);
  };
  if (bounds.devices) add("devices", std::to_string(*bounds.devices));
  if (bounds.instances) add("instances", std::to_string(*bounds.instances));
  if (bounds.pasids) add("pasids", std::to_string(*bounds.pasids));
  if (bounds.memory) add("memory", ToString(*bounds.memory));
  if (bounds.buffers) add("buffers", ToString(*bounds.buffers));
  if (bounds.leases) add("leases", std::to_string(*bounds.leases));
  if (bounds.solver_time) add("solver_time", ToString(*bounds.solver_time));
  return text;
}

std::string StageText(const StageExplanation& stage, const topo::Look& look) {
  std::string text = "\n" +
                     look.Paint(Text(stage.stage), topo::Role::kHeading) +
                     ": " + Text(stage.function) + "\n";
  if (stage.devices.empty()) return text + "No device offers it.\n";
  topo::Table table(
      {"DEVICE", "POLICY", "DECIDED BY", "TAINT", "PLACEMENT", "REASON"});
  for (const DeviceExplanation& device : stage.devices) {
    const std::string_view reason = !device.rejected_text.empty()
                                        ? device.rejected_text
                                        : device.verdict.reason;
    table.AddRow({Text(device.device),
                  !device.visible          ? "invisible"
                  : device.verdict.allowed ? "allowed"
                                           : "denied",
                  Text(device.verdict.rule), TaintText(device),
                  PlaceText(device), Text(reason)});
  }
  return text + table.ToText(look);
}

std::string ConsideredText(const StageExplanation& stage,
                           const topo::Look& look) {
  topo::Table table({"DEVICE", "ENTRY", "KIND", "SPEAKS", "BECAUSE"});
  for (const DeviceExplanation& device : stage.devices) {
    for (const policy::Consideration& one : device.considerations) {
      table.AddRow({Text(device.device), Text(one.entry), Text(one.what),
                    one.speaks ? "yes" : "no", Text(one.because)});
    }
  }
  return table.empty() ? "" : "\n" + table.ToText(look);
}

std::string OutcomeText(const Explanation& explanation) {
  if (const auto* refused = std::get_if<Refused>(&explanation.attempt)) {
    return "\nNo placement (" + refused->reason + "): " + Text(refused->text) +
           "\n";
  }
  std::string text = "\nPlaced, while nobody holds anything:";
  for (const StageExplanation& stage : explanation.stages) {
    text += " " + Text(stage.stage) + " on";
    for (const DeviceExplanation& device : stage.devices) {
      if (device.chosen) text += " " + Text(device.device);
    }
    text += ";";
  }
  text.back() = '\n';
  return text;
}

Document DeviceDocument(const DeviceExplanation& device) {
  Document::Object object{
      {"device", device.device},           {"visible", device.visible},
      {"allowed", device.verdict.allowed}, {"rule", device.verdict.rule},
      {"reason", device.verdict.reason},   {"chosen", device.chosen}};
  if (!device.rejected.empty()) {
    object.emplace_back("rejected", device.rejected);
    object.emplace_back("rejected_text", device.rejected_text);
  }
  if (device.taint) {
    object.emplace_back(
        "taint",
        Document::Object{{"entry", device.taint->taint},
                         {"effect", device.taint->refuses ? "refuse" : "avoid"},
                         {"reason", device.taint->reason}});
  }
  Document::Array quotas;
  for (const std::string_view quota : device.quotas) quotas.emplace_back(quota);
  object.emplace_back("quotas", std::move(quotas));
  Document::Array considered;
  for (const policy::Consideration& one : device.considerations) {
    considered.push_back(Document::Object{{"entry", one.entry},
                                          {"what", one.what},
                                          {"reason", one.reason},
                                          {"speaks", one.speaks},
                                          {"because", one.because}});
  }
  object.emplace_back("considered", std::move(considered));
  return object;
}

}  // namespace

std::string ExplanationText(const Explanation& explanation,
                            const topo::Look& look, bool considered) {
  std::string text = "Namespace " + Text(explanation.name_space) +
                     (explanation.is_administrator ? "; administrator" : "") +
                     "\n";
  for (const StageExplanation& stage : explanation.stages) {
    text += StageText(stage, look);
    if (considered) text += ConsideredText(stage, look);
  }
  if (!explanation.quotas.empty()) {
    topo::Table table({"QUOTA", "NAME", "CLASS", "AT MOST"});
    for (const policy::AppliedQuota& quota : explanation.quotas) {
      table.AddRow({Text(quota.id), Text(quota.name), Text(quota.of_class),
                    BoundsText(*quota.bounds)});
    }
    text += "\n" + table.ToText(look);
  }
  return text + OutcomeText(explanation);
}

Document ExplanationDocument(const Explanation& explanation) {
  Document::Array stages;
  for (const StageExplanation& stage : explanation.stages) {
    Document::Array devices;
    for (const DeviceExplanation& device : stage.devices) {
      devices.push_back(DeviceDocument(device));
    }
    stages.push_back(Document::Object{{"stage", stage.stage},
                                      {"function", stage.function},
                                      {"devices", std::move(devices)}});
  }
  Document::Array quotas;
  for (const policy::AppliedQuota& quota : explanation.quotas) {
    quotas.push_back(Document::Object{{"entry", quota.id},
                                      {"name", quota.name},
                                      {"class", quota.of_class},
                                      {"account", quota.account},
                                      {"bounds", BoundsText(*quota.bounds)}});
  }
  Document document =
      Document::Object{{"namespace", explanation.name_space},
                       {"administrator", explanation.is_administrator},
                       {"stages", std::move(stages)},
                       {"quotas", std::move(quotas)}};
  const auto* refused = std::get_if<Refused>(&explanation.attempt);
  document.Set("placed", refused == nullptr);
  if (refused != nullptr) {
    document.Set("refused", Document::Object{{"reason", refused->reason},
                                             {"text", refused->text}});
  }
  return document;
}

}  // namespace acceld::policy_tool
