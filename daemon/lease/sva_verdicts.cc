#include "daemon/lease/sva_verdicts.h"

#include <string.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace acceld::daemon {
namespace {

constexpr uid_t kRoot = 0;

struct Meaning {
  int sys_errno;
  std::string_view text;
  bool is_lasting;
};

constexpr std::array kMeanings{
    Meaning{EOPNOTSUPP, "the kernel has SVA switched off", true},
    Meaning{ENODEV, "the device has no SVA domain", true},
    Meaning{ENOSPC, "no PASID was free", false},
    Meaning{EOVERFLOW, "the process's PASID is too wide for the device", false},
    Meaning{EBUSY, "the PASID or the device was taken otherwise", false},
};

const Meaning* FindMeaning(int sys_errno) {
  const auto* const found = std::find_if(
      kMeanings.begin(), kMeanings.end(),
      [&](const Meaning& one) { return one.sys_errno == sys_errno; });
  return found == kMeanings.end() ? nullptr : found;
}

}  // namespace

std::string_view Name(SvaState state) {
  switch (state) {
    case SvaState::kUnknown:
      return "unknown";
    case SvaState::kProven:
      return "proven";
    case SvaState::kRefused:
      return "refused";
  }
  return "unknown";
}

std::string MeaningOfBindError(int sys_errno) {
  const char* name = ::strerrorname_np(sys_errno);
  std::string text =
      name == nullptr ? "error " + std::to_string(sys_errno) : name;
  if (const Meaning* meaning = FindMeaning(sys_errno)) {
    text.append(": ").append(meaning->text);
  } else if (const char* words = ::strerrordesc_np(sys_errno)) {
    text.append(": ").append(words);
  }
  return text;
}

bool IsLastingBindError(int sys_errno) {
  const Meaning* meaning = FindMeaning(sys_errno);
  return meaning != nullptr && meaning->is_lasting;
}

void SvaVerdicts::Record(const std::string& device, const std::string& marks,
                         const SvaReport& report) {
  Reports& reports = devices_[device];
  if (reports.marks != marks) reports = Reports{marks, {}, {}};
  if (!report.ok() && !IsLastingBindError(report.sys_errno)) {
    reports.passing = report;
    return;
  }
  auto& lasting = reports.lasting;
  if (lasting.size() >= kMaxUsers && !lasting.contains(report.user)) {
    lasting.erase(std::min_element(lasting.begin(), lasting.end(),
                                   [](const auto& a, const auto& b) {
                                     return a.second.when < b.second.when;
                                   }));
  }
  lasting[report.user] = report;
}

SvaVerdicts::Verdict SvaVerdicts::For(const std::string& device,
                                      uid_t user) const {
  Verdict verdict;
  const auto found = devices_.find(device);
  if (found == devices_.end()) return verdict;
  verdict.passing = found->second.passing;
  const auto& lasting = found->second.lasting;
  const auto decide = [&](const SvaReport& report) {
    verdict.state = report.ok() ? SvaState::kProven : SvaState::kRefused;
    verdict.report = report;
    return verdict;
  };
  for (const uid_t who : {user, kRoot}) {
    const auto own = lasting.find(who);
    if (own != lasting.end()) return decide(own->second);
  }
  const SvaReport* success = nullptr;
  const SvaReport* refusal = nullptr;
  int refusals = 0;
  for (const auto& [who, report] : lasting) {
    const SvaReport*& last = report.ok() ? success : refusal;
    if (last == nullptr || last->when <= report.when) last = &report;
    if (!report.ok()) ++refusals;
  }
  if (success != nullptr) return decide(*success);
  if (refusals >= 2) return decide(*refusal);
  return verdict;
}

std::map<std::string, std::string> SvaVerdicts::RefusedFor(uid_t user) const {
  std::map<std::string, std::string> refused;
  for (const auto& [device, reports] : devices_) {
    const Verdict verdict = For(device, user);
    if (verdict.state != SvaState::kRefused) continue;
    refused[device] = MeaningOfBindError(verdict.report->sys_errno);
  }
  return refused;
}

void SvaVerdicts::Keep(
    const std::function<std::optional<std::string>(const std::string& device)>&
        marks_of) {
  std::erase_if(devices_, [&](const auto& device) {
    return marks_of(device.first) != device.second.marks;
  });
}

}  // namespace acceld::daemon
