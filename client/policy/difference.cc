#include "client/policy/difference.h"

#include <array>
#include <optional>
#include <string_view>

#include "base/units.h"
#include "base/utf8.h"
#include "client/topo/table.h"

namespace acceld::policy_tool {
namespace {

std::optional<Change::Kind> KindOf(const Decision& before,
                                   const Decision& after) {
  if (before.accepted != after.accepted) {
    return after.accepted ? Change::Kind::kNowAccepted
                          : Change::Kind::kNowRefused;
  }
  if (before.accepted) {
    if (before.devices == after.devices) return std::nullopt;
    return Change::Kind::kElsewhere;
  }
  if (before.reason == after.reason) return std::nullopt;
  return Change::Kind::kOtherReason;
}

std::string_view Name(Change::Kind kind) {
  static constexpr std::array<std::string_view, 4> kNames{
      "now accepted", "now refused", "elsewhere", "other reason"};
  return kNames[static_cast<std::size_t>(kind)];
}

// "652.298 s".
std::string SecondsText(Nanoseconds time) {
  const std::int64_t milliseconds = time.value() / 1'000'000;
  const std::string rest = std::to_string(1000 + milliseconds % 1000);
  return std::to_string(milliseconds / 1000) + "." + rest.substr(1) + " s";
}

// "nvidia0, nvidia1", or why not.
std::string ShortText(const Decision& decision) {
  if (!decision.accepted) return decision.reason + ": " + decision.text;
  std::string text;
  for (const auto& [stage, device] : decision.devices) {
    const std::size_t colon = device.find(':');
    text.append(text.empty() ? "" : ", ")
        .append(colon == std::string::npos ? device : device.substr(colon + 1));
  }
  return text;
}

Document ToDocument(const Decision& decision) {
  if (!decision.accepted) {
    return Document::Object{{"accepted", false},
                            {"reason", decision.reason},
                            {"text", decision.text}};
  }
  Document::Array devices;
  for (const auto& [stage, device] : decision.devices) {
    devices.push_back(Document::Object{{"stage", stage}, {"device", device}});
  }
  return Document::Object{{"accepted", true}, {"devices", std::move(devices)}};
}

}  // namespace

Difference Compare(const Workload& workload, const History& before,
                   const History& after) {
  Difference difference;
  difference.users.resize(workload.users.size());
  for (std::size_t i = 0; i < workload.arrivals.size(); ++i) {
    UserChanges& user = difference.users[workload.arrivals[i].user];
    const Decision& one = before.decisions[i];
    const Decision& other = after.decisions[i];
    ++user.requests;
    if (one.accepted) ++user.accepted_before;
    if (other.accepted) ++user.accepted_after;
    const auto kind = KindOf(one, other);
    if (!kind) continue;
    difference.changes.push_back({i, *kind});
    if (*kind == Change::Kind::kElsewhere) ++user.elsewhere;
  }
  return difference;
}

std::string DifferenceText(const Difference& difference,
                           const Workload& workload, const History& before,
                           const History& after, std::size_t rows,
                           const topo::Look& look) {
  if (difference.changes.empty()) {
    return "Both decide and place all " +
           std::to_string(workload.arrivals.size()) + " requests alike.\n";
  }
  topo::Table users({"USER", "REQUESTS", "ACCEPTED BY A", "BY B", "ELSEWHERE"});
  for (std::size_t i = 0; i < workload.users.size(); ++i) {
    const UserChanges& user = difference.users[i];
    if (user.requests == 0) continue;
    users.AddRow(
        {Printable(workload.users[i].name), std::to_string(user.requests),
         std::to_string(user.accepted_before),
         std::to_string(user.accepted_after), std::to_string(user.elsewhere)});
  }
  topo::Table table({"AT", "USER", "PIPELINE", "CHANGE", "BY A", "BY B"});
  for (std::size_t i = 0; i < difference.changes.size() && i < rows; ++i) {
    const Change& change = difference.changes[i];
    const Arrival& arrival = workload.arrivals[change.arrival];
    table.AddRow({SecondsText(arrival.at),
                  Printable(workload.users[arrival.user].name),
                  Printable(workload.pipelines[arrival.pipeline].name),
                  std::string(Name(change.kind)),
                  Printable(ShortText(before.decisions[change.arrival])),
                  Printable(ShortText(after.decisions[change.arrival]))});
  }
  std::string text = users.ToText(look) + "\n" + table.ToText(look);
  if (difference.changes.size() > rows) {
    text += "and " + std::to_string(difference.changes.size() - rows) +
            " more (--all lists them)\n";
  }
  return text;
}

Document DifferenceDocument(const Difference& difference,
                            const Workload& workload, const History& before,
                            const History& after) {
  Document::Array users;
  for (std::size_t i = 0; i < workload.users.size(); ++i) {
    const UserChanges& user = difference.users[i];
    users.push_back(Document::Object{{"name", workload.users[i].name},
                                     {"requests", user.requests},
                                     {"accepted_before", user.accepted_before},
                                     {"accepted_after", user.accepted_after},
                                     {"elsewhere", user.elsewhere}});
  }
  Document::Array changes;
  for (const Change& change : difference.changes) {
    const Arrival& arrival = workload.arrivals[change.arrival];
    changes.push_back(Document::Object{
        {"at_ns", arrival.at.value()},
        {"user", workload.users[arrival.user].name},
        {"pipeline", workload.pipelines[arrival.pipeline].name},
        {"change", Name(change.kind)},
        {"before", ToDocument(before.decisions[change.arrival])},
        {"after", ToDocument(after.decisions[change.arrival])}});
  }
  return Document::Object{{"same", difference.changes.empty()},
                          {"users", std::move(users)},
                          {"changes", std::move(changes)}};
}

}  // namespace acceld::policy_tool
