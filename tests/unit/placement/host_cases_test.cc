// Every pipeline of configs/pipelines on every machine of configs/hosts, with
// the answer that somebody who knows such machines gives, and why:
// host_cases.json. Where several answers are as good, it names all of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "placement/placement.h"
#include "tests/support/described_host.h"
#include "tests/support/planning.h"
#include "tests/support/read_file.h"

namespace acceld::placement {
namespace {

using acceld::testing::DescribedHost;
using acceld::testing::Planning;
using acceld::testing::ReadFile;
using acceld::testing::RequestOf;
using Texts = std::vector<std::string>;

std::string TextOf(const Document& one, const char* key) {
  const Document* value = one.Find(key);
  return value == nullptr ? "" : *value->AsString();
}

Texts TextsOf(const Document& list) {
  Texts texts;
  for (const Document& text : *list.AsArray())
    texts.push_back(*text.AsString());
  return texts;
}

Document::Array Cases() {
  const auto document =
      ParseJson(ReadFile("tests/unit/placement/host_cases.json"));
  EXPECT_TRUE(document) << (document ? "" : document.error().message);
  return document ? *document->AsArray() : Document::Array{};
}

Planning PlanOf(const Document& one) {
  return Planning(RequestOf(ReadFile("configs/pipelines/" +
                                     TextOf(one, "pipeline") + ".json")),
                  DescribedHost(TextOf(one, "host")));
}

// `choice` is "a|b|c".
bool IsOneOf(const std::string& key, const std::string& choice) {
  return ("|" + choice + "|").find("|" + key + "|") != std::string::npos;
}

// Whether the keys, in some order, are each one of a choice.
bool Matches(Texts keys, const Texts& choices) {
  if (keys.size() != choices.size()) return false;
  std::sort(keys.begin(), keys.end());
  do {
    if (std::equal(keys.begin(), keys.end(), choices.begin(), IsOneOf)) {
      return true;
    }
  } while (std::next_permutation(keys.begin(), keys.end()));
  return false;
}

std::string Joined(const Texts& keys) {
  std::string text;
  for (const std::string& key : keys) text.append(key).append(" ");
  return text;
}

void ExpectDevices(const Document& one, const Planning& plan,
                   const Placement& placement) {
  Texts devices;
  for (const StageAssignment& stage : placement.stages) {
    devices.push_back(plan.Key(stage.device));
  }
  const Document::Array& good = *one.Find("devices")->AsArray();
  EXPECT_TRUE(std::any_of(good.begin(), good.end(), [&](const Document& set) {
    return Matches(devices, TextsOf(set));
  })) << Joined(devices);
}

void ExpectMemories(const Document& one, const Planning& plan,
                    const Placement& placement) {
  Texts memories;
  for (const BufferAssignment& buffer : placement.buffers) {
    memories.push_back(plan.Key(buffer.memory));
  }
  const Texts good = TextsOf(*one.Find("memory"));
  EXPECT_TRUE(
      memories.size() == good.size() &&
      std::equal(memories.begin(), memories.end(), good.begin(), IsOneOf))
      << Joined(memories);
}

void ExpectPlaced(const Document& one, const Planning& plan,
                  const Solved& solved) {
  EXPECT_EQ(solved.proof, Proof::kOptimal);
  EXPECT_TRUE(plan.Verify(solved.placement));
  ExpectDevices(one, plan, solved.placement);
  ExpectMemories(one, plan, solved.placement);
  const std::string client = TextOf(one, "client");
  EXPECT_TRUE(client.empty() || plan.Key(solved.placement.host) == client)
      << plan.Key(solved.placement.host);
}

// What the refusal blames, by its places in the request.
Texts Blamed(const Refusal& refusal) {
  Texts pointers;
  for (const EmptyPart& part : refusal.empty) pointers.push_back(part.pointer);
  for (const ConflictingDemand& demand : refusal.conflict) {
    pointers.push_back(demand.pointer);
  }
  std::sort(pointers.begin(), pointers.end());
  return pointers;
}

void ExpectRefused(const Document& one, const Infeasible& refused) {
  Texts good = TextsOf(*one.Find("refused"));
  std::sort(good.begin(), good.end());
  EXPECT_EQ(Blamed(refused.refusal), good)
      << Joined(ReasonLines(refused.refusal));
  EXPECT_TRUE(refused.refusal.minimal);
}

std::set<std::string> NamesIn(const char* folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto& path = entry.path();
    if (path.extension() == ".json") names.insert(path.stem());
  }
  return names;
}

TEST(HostCases, EveryPipelineOnEveryHost_HasItsCase) {
  std::set<std::pair<std::string, std::string>> wanted;
  for (const std::string& host : NamesIn("configs/hosts")) {
    for (const std::string& pipeline : NamesIn("configs/pipelines")) {
      wanted.emplace(host, pipeline);
    }
  }
  EXPECT_GE(wanted.size(), 60U);
  std::set<std::pair<std::string, std::string>> found;
  for (const Document& one : Cases()) {
    EXPECT_TRUE(
        found.emplace(TextOf(one, "host"), TextOf(one, "pipeline")).second);
    EXPECT_GE(TextOf(one, "why").size(), 10U);
  }
  EXPECT_EQ(found, wanted);
}

TEST(HostCases, Answer_IsTheExperts) {
  for (const Document& one : Cases()) {
    SCOPED_TRACE(TextOf(one, "pipeline") + " on " + TextOf(one, "host") + ": " +
                 TextOf(one, "why"));
    const Planning plan = PlanOf(one);
    const Outcome outcome = plan.Solve();
    const bool fits = one.Find("devices") != nullptr;
    if (const auto* solved = std::get_if<Solved>(&outcome); solved && fits) {
      ExpectPlaced(one, plan, *solved);
    } else if (const auto* refused = std::get_if<Infeasible>(&outcome);
               refused != nullptr && !fits) {
      ExpectRefused(one, *refused);
    } else {
      ADD_FAILURE() << (fits ? "it does not fit" : "it fits");
    }
  }
}

}  // namespace
}  // namespace acceld::placement
