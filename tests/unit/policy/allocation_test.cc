// A question about marks allocates nothing: the answer to thousands of devices
// costs no memory. Counts calls of operator new, which this binary replaces.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "policy/policy.h"
#include "tests/support/fake_attributes.h"
#include "tests/support/fake_user_database.h"

namespace {

std::size_t allocations = 0;

void* Allocate(std::size_t size) {
  ++allocations;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return Allocate(size); }
void* operator new[](std::size_t size) { return Allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace acceld::policy {
namespace {

using ::acceld::testing::FakeAttributes;
using ::acceld::testing::FakeUserDatabase;

std::shared_ptr<const Policy> EveryPart() {
  const auto policy = Policy::Compile(
      {{"a.json", R"({"version": 1, "classes": {"big": {"devices": [
            {"any": [{"attribute": "memory", "range": ["16GiB", "99GiB"]},
                     {"attribute": "driver", "glob": "x*"}]}]}},
          "reserve": [{"classes": ["big"], "users": [7]}],
          "taints": [{"effect": "avoid", "classes": ["big"]}],
          "release": [{"classes": ["big"], "quarantine": "1s"}],
          "namespaces": {"a": {"slices": ["/a.slice"], "classes": ["big"]}},
          "rules": [{"effect": "deny", "functions": ["copy"]},
            {"effect": "allow", "functions": ["compute/*"], "request": [
              {"attribute": "memory", "at_most": "8GiB"},
              {"attribute": "sharing", "in": ["shared", "exclusive"]}]}]})"}},
      FakeUserDatabase({}, {}));
  if (policy) return *policy;
  ADD_FAILURE() << policy.error().message;
  return Policy::Default();
}

TEST(PolicyAllocation, Questions_AllocateNothing) {
  const auto policy = EveryPart();
  const FakeAttributes device{
      {"framework", std::string("drm")},
      {"memory", Bytes(std::int64_t{80} << 30)},
      {"functions", std::vector<std::string>{"copy", "compute/gpu"}}};
  const FakeAttributes stage{{"memory", Bytes(std::int64_t{1} << 30)},
                             {"sharing", std::string("shared")}};
  const SubjectMarks subject = policy->Mark(Subject{7, {7}, "/a.slice/b"});
  const DeviceMarks marks = policy->Mark(device);
  const std::size_t before = allocations;
  const Verdict use = policy->Decide(subject, marks, {"compute/gpu", &stage});
  const Verdict seen = policy->Decide(subject, marks, {});
  const auto taint = policy->TaintOf(subject, marks);
  const bool sees = policy->Sees(subject, marks);
  const ReleaseTerms terms = policy->ReleaseOf(marks);
  EXPECT_EQ(allocations, before);
  EXPECT_TRUE(use.allowed);
  EXPECT_TRUE(seen.allowed);
  EXPECT_TRUE(taint.has_value());
  EXPECT_TRUE(sees);
  EXPECT_EQ(terms.quarantine, Nanoseconds(1'000'000'000));
}

TEST(PolicyAllocation, Selectors_AllocateNothing) {
  const auto policy = EveryPart();
  const FakeAttributes device{{"memory", Bytes(std::int64_t{80} << 30)}};
  const std::vector<Selector> selectors{
      {.attribute = "memory",
       .op = Operator::kAtLeast,
       .operands = {{std::string("1GiB"), Bytes(std::int64_t{1} << 30)}}}};
  const std::size_t before = allocations;
  const bool matches = MatchesAll(selectors, device);
  EXPECT_EQ(allocations, before);
  EXPECT_TRUE(matches);
}

TEST(PolicyAllocation, Counter_Counts) {
  const std::size_t before = allocations;
  const std::vector<int> some(100);
  EXPECT_GT(allocations, before);
}

}  // namespace
}  // namespace acceld::policy
