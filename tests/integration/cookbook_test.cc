// The policies of docs/policy-cookbook.md on a real bus: what the simulation
// promises (tests/unit/policy_tool/cookbook.json), real users get. Each person
// of a case is a system user, and each group the primary groups of its members.
// Who is told by a slice is left to the simulation: making one takes a writable
// control group, which a container does not have. Needs root to become others.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/json.h"
#include "client/client.h"
#include "tests/integration/served_machine.h"
#include "tests/support/read_file.h"
#include "tests/support/run_as.h"

namespace acceld::testing {
namespace {

// Users that a bus knows, each with a group of the same number and no other
// (base-passwd); the last is nobody of any case.
constexpr std::array<uid_t, 7> kUsers{1, 2, 7, 8, 9, 10, 13};
constexpr uid_t kOther = 38;

struct Person {
  uid_t user = 0;
  std::vector<std::string> groups;
};
using People = std::map<std::string, Person>;

People PeopleOf(const Document& list) {
  People people;
  std::size_t next = 0;
  for (const auto& [name, described] : *list.AsObject()) {
    if (described.Find("slice") != nullptr) continue;
    Person& person = people[name];
    person.user = name == "root" ? 0 : kUsers.at(next++);
    const Document* groups = described.Find("groups");
    if (groups == nullptr) continue;
    for (const Document& group : *groups->AsArray()) {
      person.groups.push_back(*group.AsString());
    }
  }
  return people;
}

Document NumbersOf(const Document& groups, const People& people) {
  Document::Array numbers;
  for (const Document& group : *groups.AsArray()) {
    for (const auto& [name, person] : people) {
      for (const std::string& its : person.groups) {
        if (its != *group.AsString()) continue;
        numbers.emplace_back(static_cast<std::int64_t>(person.user));
      }
    }
  }
  if (numbers.empty()) numbers.emplace_back(static_cast<std::int64_t>(kOther));
  return numbers;
}

// The same with the people of the case for the names of groups.
Document WithNumbers(const Document& document, const People& people) {
  if (const auto* array = document.AsArray()) {
    Document::Array copy;
    for (const Document& each : *array) {
      copy.push_back(WithNumbers(each, people));
    }
    return copy;
  }
  const auto* object = document.AsObject();
  if (object == nullptr) return document;
  Document::Object copy;
  for (const auto& [key, value] : *object) {
    copy.emplace_back(key, key == "groups" ? NumbersOf(value, people)
                                           : WithNumbers(value, people));
  }
  return copy;
}

constexpr int kPlaced = 0;
constexpr int kNoBus = 100;

int StatusOf(ErrorCode code) { return 1 + static_cast<int>(code); }

// What the error says of the reason that the simulation gives.
bool Fits(int status, const std::string& expected) {
  if (expected == "placed") return status == kPlaced;
  if (expected == "quota") return status == StatusOf(ErrorCode::kQuotaExceeded);
  if (expected == "sharing") return status == StatusOf(ErrorCode::kBusy);
  return status == StatusOf(ErrorCode::kUnsatisfiable);
}

class CookbookTest : public ServedMachine,
                     public ::testing::WithParamInterface<std::string> {
 protected:
  void ServePolicy(const std::string& name, const std::string& host,
                   const People& people) {
    const auto policy =
        ParseJson(ReadFile("configs/policy.d/examples/" + name + ".json"));
    ASSERT_TRUE(policy) << policy.error().message;
    const auto directory =
        std::filesystem::path(::testing::TempDir()) / (name + ".d");
    std::filesystem::create_directories(directory);
    std::ofstream(directory / "10-policy.json")
        << PrintJson(WithNumbers(*policy, people));
    std::filesystem::permissions(directory, std::filesystem::perms(0755));
    Serve({"--host=" + Runfile("configs/hosts/" + host + ".json"),
           "--stand-in=soft", "--policy=" + directory.string()},
          std::string(kSystemPolicy) + "<include>" +
              Runfile("configs/dbus/org.acceld1.conf") + "</include>");
  }

  // Asks until the answer is the expected one: what the step before gave back
  // is free a moment later. Then `hold` runs, with the lease if there is one.
  int Ask(const Document& pipeline, const std::string& expected,
          const std::function<void()>& hold) const {
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (;;) {
      auto client = client::Client::Connect({.bus = bus_->address()});
      if (!client) return kNoBus;
      const auto lease = client->Acquire(pipeline);
      const int status = lease ? kPlaced : StatusOf(lease.error().code);
      const bool fits = Fits(status, expected);
      if (!fits && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        continue;
      }
      if (fits) hold();
      return status;
    }
  }

  void Run(const Document& one, const Document& pipelines) {
    const People people = PeopleOf(*one.Find("users"));
    ServePolicy(*one.Find("policy")->AsString(), *one.Find("host")->AsString(),
                people);
    std::vector<std::unique_ptr<Background>> holders;
    for (const Document& step : *one.Find("steps")->AsArray()) {
      const Document::Array& cells = *step.AsArray();
      const auto who = people.find(*cells[0].AsString());
      if (who == people.end()) continue;
      const Document& pipeline = *pipelines.Find(*cells[1].AsString());
      const std::string expected = *cells[2].AsString();
      SCOPED_TRACE(PrintJson(step));
      if (cells.size() > 3) {
        holders.push_back(std::make_unique<Background>(
            who->second.user, [&](const std::function<void()>& ready) {
              (void)Ask(pipeline, expected, [&] {
                ready();
                ::pause();
              });
            }));
        continue;
      }
      const int status = RunAs(who->second.user,
                               [&] { return Ask(pipeline, expected, [] {}); });
      EXPECT_TRUE(Fits(status, expected)) << "status " << status;
    }
  }
};

TEST_P(CookbookTest, RealUsers_GetWhatThePolicyPromises) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to become other users";
  const auto table =
      ParseJson(ReadFile("tests/unit/policy_tool/cookbook.json"));
  ASSERT_TRUE(table) << table.error().message;
  bool found = false;
  for (const Document& one : *table->Find("cases")->AsArray()) {
    if (*one.Find("policy")->AsString() != GetParam()) continue;
    found = true;
    Run(one, *table->Find("pipelines"));
  }
  EXPECT_TRUE(found);
}

INSTANTIATE_TEST_SUITE_P(Each, CookbookTest,
                         ::testing::Values("workstation", "shared-server",
                                           "two-tenants", "inference-box",
                                           "dsa-for-all", "maintenance"),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           for (char& letter : name) {
                             if (letter == '-') letter = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace acceld::testing
