// Whatever policy files say: no crash, every mistake is a printable line with a
// place in a file, and a policy that compiles keeps its promises about root,
// about namespaces, about what is seen, and about the rule that decides.
//
// Inputs are texts of files with a line "----" between two of them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/utf8.h"
#include "policy/policy.h"
#include "tests/support/fake_attributes.h"
#include "tests/support/fake_user_database.h"

namespace {

using acceld::AttributeValue;
using acceld::testing::FakeAttributes;
using acceld::testing::FakeUserDatabase;
namespace policy = acceld::policy;

constexpr std::size_t kMostFiles = 4;

std::vector<policy::PolicySource> FilesOf(std::string_view text) {
  constexpr std::string_view kBetween = "\n----\n";
  std::vector<policy::PolicySource> files;
  while (files.size() + 1 < kMostFiles) {
    const auto end = text.find(kBetween);
    if (end == std::string_view::npos) break;
    files.push_back({std::to_string(files.size() + 1) + "0.json",
                     std::string(text.substr(0, end))});
    text.remove_prefix(end + kBetween.size());
  }
  files.push_back({"90.json", std::string(text)});
  return files;
}

const std::vector<policy::Subject>& Subjects() {
  static const std::vector<policy::Subject> kSubjects{
      {0, {0}, ""},
      {1000, {1000, 105}, "/ml.slice/train.service"},
      {1001, {1001, 106}, "/user.slice/user-1001.slice"},
      {65534, {}, ""}};
  return kSubjects;
}

const std::vector<FakeAttributes>& Devices() {
  static const std::vector<FakeAttributes> kDevices{
      {{"framework", std::string("drm")},
       {"functions", std::vector<std::string>{"copy", "compute/gpu"}},
       {"memory", acceld::Bytes(std::int64_t{16} << 30)},
       {"instances", std::int64_t{4}},
       {"numa_node", std::int64_t{0}},
       {"vendor", std::string("10de")},
       {"pasid_enabled", true}},
      {{"framework", std::string("idxd")},
       {"functions", std::vector<std::string>{"copy"}},
       {"numa_node", std::int64_t{1}},
       {"link_width", acceld::Lanes(16)}},
      {}};
  return kDevices;
}

const std::vector<FakeAttributes>& Stages() {
  static const std::vector<FakeAttributes> kStages{
      {{"sharing", std::string("shared")},
       {"sva", std::string("any")},
       {"count", std::int64_t{1}},
       {"processes", std::int64_t{1}},
       {"policy", std::string("default")}},
      {{"sharing", std::string("exclusive")},
       {"sva", std::string("required")},
       {"count", std::int64_t{8}},
       {"memory", acceld::Bytes(std::int64_t{40} << 30)},
       {"processes", std::int64_t{2}},
       {"policy", std::string("throughput")}}};
  return kStages;
}

// The explanation names the entry that decided, in the order in which it is
// decided.
void CheckExplanation(const policy::Policy& rules,
                      const policy::Subject& subject,
                      const FakeAttributes& device, const policy::Use& use,
                      const policy::Verdict& verdict) {
  for (const auto& one : rules.Explain(subject, device, use)) {
    ACCELD_CHECK(acceld::IsUtf8(one.because));
    const bool is_taint = one.what == "avoid" || one.what == "refuse";
    const bool needs_rule = one.what == "allow" && subject.uid == 0;
    if (!one.speaks || is_taint || needs_rule) continue;
    ACCELD_CHECK(verdict.rule == one.entry);
    ACCELD_CHECK(verdict.allowed == (one.what == "allow"));
    return;
  }
  ACCELD_CHECK(verdict.rule == "default" || verdict.rule == "root");
}

void AskAbout(const policy::Policy& rules, const policy::Subject& subject,
              const FakeAttributes& device) {
  const policy::SubjectMarks who = rules.Mark(subject);
  const policy::DeviceMarks what = rules.Mark(device);
  bool any = what.functions.empty();
  for (const std::string& function : what.functions) {
    any = any || rules.Decide(subject, device, function).allowed;
    for (const FakeAttributes& stage : Stages()) {
      const policy::Use use{function, &stage};
      const policy::Verdict verdict = rules.Decide(who, what, use);
      // A use that is allowed is of a device that is seen.
      ACCELD_CHECK(!verdict.allowed || rules.Decide(who, what, {}).allowed);
      ACCELD_CHECK(!verdict.allowed || rules.Sees(who, what));
      CheckExplanation(rules, subject, device, use, verdict);
    }
  }
  if (!what.functions.empty()) {
    ACCELD_CHECK(rules.Decide(who, what, {}).allowed == any);
  }
  (void)rules.TaintOf(who, what);
  (void)rules.ReleaseOf(what);
}

void AskAbout(const policy::Policy& rules, const policy::Subject& subject) {
  const policy::SubjectMarks who = rules.Mark(subject);
  ACCELD_CHECK(rules.Sees(who, who));
  ACCELD_CHECK(rules.IsAdministrator(subject) || subject.uid != 0);
  std::set<std::string> accounts;
  for (const policy::AppliedQuota& quota : rules.QuotasOf(subject)) {
    ACCELD_CHECK(quota.bounds != nullptr);
    ACCELD_CHECK(accounts.insert(quota.account).second);
    for (const FakeAttributes& device : Devices()) {
      (void)rules.Counts(quota, rules.Mark(device));
    }
  }
  for (const FakeAttributes& device : Devices()) {
    AskAbout(rules, subject, device);
  }
}

void CheckPlaces(const std::vector<policy::Diagnostic>& all,
                 const std::vector<policy::PolicySource>& files) {
  for (const policy::Diagnostic& one : all) {
    const std::string text = policy::ToText(one);
    ACCELD_CHECK(acceld::IsUtf8(text));
    ACCELD_CHECK(text.find('\n') == std::string::npos);
    ACCELD_CHECK(!one.message.empty() && one.line >= 0);
    if (one.file.empty()) continue;  // of how many were left out
    const auto file =
        std::find_if(files.begin(), files.end(),
                     [&](const auto& each) { return each.name == one.file; });
    ACCELD_CHECK(file != files.end());
    const auto lines =
        std::count(file->text.begin(), file->text.end(), '\n') + 1;
    ACCELD_CHECK(one.line <= lines);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const FakeUserDatabase kUsers(
      {{"root", 0}, {"alice", 1000}, {"bob", 1001}},
      {{"render", 105}, {"ml", 106}, {"wheel", 10}});
  const auto files = FilesOf({reinterpret_cast<const char*>(data), size});
  const auto checked = policy::Policy::Check(files, kUsers);
  ACCELD_CHECK(checked.has_value());  // the users can be asked
  ACCELD_CHECK((checked->policy == nullptr) == !checked->errors.empty());
  CheckPlaces(checked->errors, files);
  CheckPlaces(checked->warnings, files);
  if (checked->policy == nullptr) return 0;
  const policy::Policy& rules = *checked->policy;
  ACCELD_CHECK(rules.defaults().deadline <= rules.limits().max_deadline);
  for (const std::string& name : rules.ObjectiveNames()) {
    ACCELD_CHECK(rules.ObjectiveFor(name) != nullptr);
  }
  for (const policy::Subject& subject : Subjects()) AskAbout(rules, subject);
  return 0;
}
