// Hundreds of malformed policies, each made from a sound one by one mistake:
// every one is refused with its file, a line and a pointer, and none crashes.
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/json.h"
#include "policy/policy.h"
#include "tests/support/fake_user_database.h"

namespace acceld::policy {
namespace {

using ::acceld::testing::FakeUserDatabase;

// Every key of the language that holds something.
constexpr const char* kSound = R"({
  "version": 1,
  "default": "deny",
  "classes": {"gpu": {"devices": [{"attribute": "framework", "equals": "drm"}]}},
  "subjects": {"ml": {"users": ["alice"], "slices": ["/ml.slice"]}},
  "rules": [{"effect": "allow", "name": "n", "reason": "r", "subjects": ["ml"],
             "classes": ["gpu"], "functions": ["compute/*"],
             "request": [{"attribute": "count", "at_most": 4}]}],
  "reserve": [{"name": "kept", "groups": ["render"],
               "devices": [{"attribute": "numa_node", "range": [0, 1]}]}],
  "taints": [{"effect": "avoid", "reason": "r", "classes": ["gpu"]}],
  "quotas": [{"name": "q", "users": ["alice"], "per": "user", "class": "gpu",
              "devices": 2, "memory": "16GiB", "solver_time": "5s"}],
  "objectives": {"default": {"spread_weight": 5, "class_costs": {"gpu": 1}}},
  "limits": {"max_deadline": "1s", "max_stages": 8, "tickets": "one-shot"},
  "defaults": {"deadline": "50ms", "sharing": "shared", "sva": "any"},
  "release": [{"classes": ["gpu"], "reset": true, "quarantine": "10s"}],
  "reload": {"revoke_forbidden": false},
  "namespaces": {"t": {"groups": ["render"], "classes": ["gpu"],
                       "share": {"devices": 4}}},
  "administrators": {"users": ["alice"], "groups": ["render"]}
})";

Result<CheckedPolicy> Check(const std::string& text) {
  static const FakeUserDatabase users({{"alice", 1000}}, {{"render", 105}});
  return Policy::Check({{"site.json", text}}, users);
}

// Copies of a document, each with one value replaced or one key added.
class Spoiler {
 public:
  explicit Spoiler(const Document& sound) : sound_(sound) {}

  std::vector<Document> All() {
    Visit(sound_, {});
    return std::move(made_);
  }

 private:
  using Path = std::vector<std::size_t>;

  void Visit(const Document& at, const Path& path) {
    if (const auto* object = at.AsObject()) {
      Document::Object more = *object;
      more.emplace_back("no such key", 1);
      Add(path, more);
      for (std::size_t i = 0; i < object->size(); ++i) {
        Down((*object)[i].second, path, i);
      }
    } else if (const auto* array = at.AsArray()) {
      for (std::size_t i = 0; i < array->size(); ++i) {
        Down((*array)[i], path, i);
      }
    }
    // Of a type that no key takes there.
    Add(path, Document(1.5));
    Add(path, Document());
    if (at.AsString() != nullptr) Add(path, Document("no such \x01 thing"));
    if (at.AsInteger() != nullptr) Add(path, Document(-1));
    if (at.AsArray() != nullptr) Add(path, Document(Document::Array{{1.5}}));
  }

  void Down(const Document& child, Path path, std::size_t index) {
    path.push_back(index);
    Visit(child, path);
  }

  void Add(const Path& path, const Document& value) {
    made_.push_back(Replaced(sound_, path, 0, value));
  }

  static Document Replaced(const Document& at, const Path& path,
                           std::size_t depth, const Document& value) {
    if (depth == path.size()) return value;
    if (const auto* object = at.AsObject()) {
      Document::Object copy = *object;
      Document& child = copy[path[depth]].second;
      child = Replaced(child, path, depth + 1, value);
      return copy;
    }
    Document::Array copy = *at.AsArray();
    Document& child = copy[path[depth]];
    child = Replaced(child, path, depth + 1, value);
    return copy;
  }

  const Document& sound_;
  std::vector<Document> made_;
};

// Free text may say anything.
bool IsFreeText(const std::string& text) {
  const auto checked = Check(text);
  return checked && checked->errors.empty();
}

void ExpectTold(const std::string& text) {
  const auto checked = Check(text);
  ASSERT_TRUE(checked) << text;
  EXPECT_EQ(checked->policy, nullptr) << text;
  ASSERT_FALSE(checked->errors.empty()) << text;
  for (const Diagnostic& error : checked->errors) {
    EXPECT_EQ(error.file, "site.json") << text;
    EXPECT_GT(error.line, 0) << error.message << "\n" << text;
    EXPECT_FALSE(error.message.empty()) << text;
    EXPECT_TRUE(error.pointer.empty() || error.pointer.front() == '/')
        << error.pointer;
  }
}

TEST(MalformedPolicies, SoundOne_IsAccepted) {
  const auto checked = Check(kSound);
  ASSERT_TRUE(checked);
  for (const Diagnostic& error : checked->errors)
    ADD_FAILURE() << ToText(error);
}

TEST(MalformedPolicies, EachOneMistake_IsToldWithItsPlace) {
  const auto sound = ParseJson(kSound);
  ASSERT_TRUE(sound);
  std::size_t refused = 0;
  std::size_t accepted = 0;
  for (const Document& document : Spoiler(*sound).All()) {
    const std::string text = PrintJson(document, JsonStyle::kPretty);
    if (IsFreeText(text)) {
      ++accepted;
      continue;
    }
    ++refused;
    ExpectTold(text);
  }
  EXPECT_GE(refused, 200U);
  EXPECT_LE(accepted, 8U);  // names and reasons; globs of functions
}

TEST(MalformedPolicies, CutAtEachByte_IsToldWithItsFile) {
  const std::string sound(kSound);
  for (std::size_t length = 0; length + 1 < sound.size(); length += 7) {
    const auto checked = Check(sound.substr(0, length));
    ASSERT_TRUE(checked) << length;
    EXPECT_EQ(checked->policy, nullptr) << length;
    ASSERT_FALSE(checked->errors.empty()) << length;
    EXPECT_EQ(checked->errors.front().file, "site.json");
  }
}

}  // namespace
}  // namespace acceld::policy
