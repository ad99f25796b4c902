#include "placement/request.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"

namespace acceld::placement {
namespace {

Result<Request> Parse(const std::string& text) {
  const auto document = ParseJson(text);
  EXPECT_TRUE(document) << text;
  return ParseRequest(*document);
}

// A request of one good stage "a" with `members` more.
std::string WithStage(const std::string& members) {
  return R"({"stages": [{"name": "a", "function": "copy")" + members + "}]}";
}
// Two good stages "a" and "b", and `members` more of the request.
std::string WithTwo(const std::string& members) {
  return R"({"stages": [{"name": "a", "function": "copy"},
                        {"name": "b", "function": "copy"}])" +
         members + "}";
}
std::string WithLink(const std::string& members) {
  return WithTwo(R"(, "links": [{"from": "a", "to": "b")" + members + "}]");
}
// `count` replicas of one stage that send to each other.
std::string WithReplicas(int count, const std::string& members) {
  return R"({"stages": [{"name": "a", "function": "copy", "count": )" +
         std::to_string(count) + R"(}], "links": [{"from": "a", "to": "a")" +
         members + "}]}";
}
std::string Repeated(const std::string& element, int count) {
  std::string text = element;
  for (int i = 1; i < count; ++i) text.append(",").append(element);
  return text;
}

TEST(ParseRequest, EveryKey_IsRead) {
  const auto request = Parse(R"({
    "description": "for people",
    "stages": [
      {"name": "unzip", "function": "decompress/deflate", "count": 2,
       "select": [{"attribute": "vendor", "equals": "8086"}],
       "sva": "required", "sharing": "shared"},
      {"name": "infer", "function": "compute/gpu", "memory": "16GiB",
       "sharing": "exclusive", "grant": "path"}],
    "links": [
      {"from": "host", "to": "unzip"},
      {"from": "unzip", "to": "infer", "traffic": "8GB/s",
       "buffer": {"size": "256MiB", "kind": "hbm"},
       "require": {"locality": "same-numa", "min_bandwidth": "10GB/s",
                   "max_latency": "2us"}}],
    "constraints": [{"distinct": "package", "stages": ["unzip", "infer"]}],
    "client": {"cpus": "0-2,8", "processes": 3},
    "policy": "lab", "deadline": "50ms"})");
  ASSERT_TRUE(request) << request.error().message;
  ASSERT_EQ(request->stages.size(), 2U);
  EXPECT_EQ(request->stages[0].count, 2);
  EXPECT_EQ(request->stages[0].select.size(), 1U);
  EXPECT_EQ(request->stages[0].sva, SvaNeed::kRequired);
  EXPECT_EQ(request->stages[1].sharing, Sharing::kExclusive);
  EXPECT_EQ(request->stages[0].grant, GrantNeed::kAny);
  EXPECT_EQ(request->stages[1].grant, GrantNeed::kPath);
  EXPECT_FALSE(request->is_opened_elsewhere());
  EXPECT_EQ(request->stages[1].memory, Bytes(std::int64_t{16} << 30));
  ASSERT_EQ(request->links.size(), 2U);
  EXPECT_EQ(request->links[0].from, kHost);
  EXPECT_EQ(request->links[0].traffic, BytesPerSecond(1'000'000'000));
  EXPECT_EQ(request->links[1].to, 1U);
  EXPECT_EQ(request->links[1].buffer->kind, MemoryKind::kHbm);
  EXPECT_EQ(request->links[1].require.locality, Locality::kSameNuma);
  EXPECT_EQ(request->links[1].require.max_latency, Nanoseconds(2000));
  ASSERT_EQ(request->constraints.size(), 1U);
  EXPECT_EQ(request->constraints[0].attribute, "package");
  EXPECT_EQ(request->client.cpus, (std::vector<std::int64_t>{0, 1, 2, 8}));
  EXPECT_EQ(request->client.processes, 3);
  EXPECT_EQ(request->policy, "lab");
  EXPECT_EQ(request->deadline, Nanoseconds(50'000'000));
}

TEST(ParseRequest, HostAtBothEnds_IsNoCycle) {
  EXPECT_TRUE(Parse(WithTwo(R"(, "links": [{"from": "host", "to": "a"},
      {"from": "a", "to": "b"}, {"from": "b", "to": "host"}])")));
}

TEST(ParseRequest, ReplicasThatSendToEachOther_AreNoCycle) {
  const auto request =
      Parse(WithReplicas(2, R"(, "require": {"locality": "same-switch"})"));
  ASSERT_TRUE(request) << request.error().message;
  ASSERT_EQ(request->links.size(), 1U);
  EXPECT_TRUE(request->links[0].is_exchange());
}

TEST(ParseRequest, OneReplicatedStage_MayBeConstrained) {
  EXPECT_TRUE(Parse(R"({"stages": [{"name": "a", "function": "copy",
      "count": 2}], "constraints": [{"distinct": "numa", "stages": ["a"]}]})"));
}

TEST(ParseRequest, UnknownFunction_NamesTheNearest) {
  const auto request =
      Parse(R"({"stages": [{"name": "a", "function": "decompres/deflate"}]})");
  ASSERT_FALSE(request);
  EXPECT_NE(request.error().message.find("'decompress/deflate'"),
            std::string::npos);
}

TEST(ParseRequest, Cycle_NamesItsStages) {
  const auto request = Parse(WithTwo(
      R"(, "links": [{"from": "a", "to": "b"}, {"from": "b", "to": "a"}])"));
  ASSERT_FALSE(request);
  EXPECT_NE(request.error().message.find("a -> b -> a"), std::string::npos);
}

TEST(ParseRequest, UnknownEnd_ListsWhatIsKnown) {
  const auto request =
      Parse(WithTwo(R"(, "links": [{"from": "a", "to": "c"}])"));
  ASSERT_FALSE(request);
  EXPECT_NE(request.error().message.find("host, a, b"), std::string::npos);
}

TEST(ParseRequest, SeveralMistakes_AreAllReported) {
  const auto request = Parse(
      R"({"stages": [{"name": 1, "function": "fly", "count": 0}], "x": 1})");
  ASSERT_FALSE(request);
  for (const std::string pointer :
       {"/stages/0/name:", "/stages/0/function:", "/stages/0/count:", "/x:"}) {
    EXPECT_NE(request.error().message.find(pointer), std::string::npos)
        << pointer;
  }
}

struct Mistake {
  std::string text;
  std::string pointer;
};

std::vector<Mistake> StageMistakes() {
  return {
      {"[]", "/:"},
      {"{}", "/stages:"},
      {"null", "/:"},
      {R"({"stages": {}})", "/stages:"},
      {R"({"stages": []})", "/stages:"},
      {R"({"stages": [7]})", "/stages/0:"},
      {R"({"stages": [{}]})", "/stages/0/name:"},
      {R"({"stages": [{"name": "a"}]})", "/stages/0/function:"},
      {R"({"stages": [{"name": "", "function": "copy"}]})", "/stages/0/name:"},
      {R"({"stages": [{"name": "host", "function": "copy"}]})",
       "/stages/0/name:"},
      {R"({"stages": [{"name": "a b", "function": "copy"}]})",
       "/stages/0/name:"},
      {R"({"stages": [{"name": ")" + std::string(65, 'a') +
           R"(", "function": "copy"}]})",
       "/stages/0/name:"},
      {R"({"stages": [{"name": "a", "function": "fly"}]})",
       "/stages/0/function:"},
      {R"({"stages": [{"name": "a", "function": ["copy"]}]})",
       "/stages/0/function:"},
      {WithStage(R"(, "speed": 1)"), "/stages/0/speed:"},
      {WithStage(R"(, "count": 0)"), "/stages/0/count:"},
      {WithStage(R"(, "count": -1)"), "/stages/0/count:"},
      {WithStage(R"(, "count": 65)"), "/stages/0/count:"},
      {WithStage(R"(, "count": 1.5)"), "/stages/0/count:"},
      {WithStage(R"(, "count": "2")"), "/stages/0/count:"},
      {WithStage(R"(, "sva": true)"), "/stages/0/sva:"},
      {WithStage(R"(, "sva": "maybe")"), "/stages/0/sva:"},
      {WithStage(R"(, "sharing": "none")"), "/stages/0/sharing:"},
      {WithStage(R"(, "grant": "fd")"), "/stages/0/grant:"},
      {WithStage(R"(, "memory": "-1GiB")"), "/stages/0/memory:"},
      {WithStage(R"(, "memory": "0B")"), "/stages/0/memory:"},
      {WithStage(R"(, "memory": 4096)"), "/stages/0/memory:"},
      {WithStage(R"(, "memory": "16GB/s")"), "/stages/0/memory:"},
      {WithStage(R"(, "select": {})"), "/stages/0/select:"},
      {WithStage(R"(, "select": [{"attribute": "a"}])"), "/stages/0/select/0:"},
      {WithStage(R"(, "select": [)" +
                 Repeated(R"({"attribute": "a", "exists": true})", 17) + "]"),
       "/stages/0/select:"},
      {R"({"stages": [{"name": "a", "function": "copy"},
                      {"name": "a", "function": "copy"}]})",
       "/stages/1/name:"},
      {R"({"stages": [)" +
           Repeated(R"({"name": "a", "function": "copy"})", 65) + "]}",
       "/stages:"},
      {R"({"stages": [{"name": "a", "function": "copy", "count": 40},
                      {"name": "b", "function": "copy", "count": 25}]})",
       "/stages:"},
  };
}

std::vector<Mistake> LinkMistakes() {
  return {
      {WithTwo(R"(, "links": 1)"), "/links:"},
      {WithTwo(R"(, "links": ["a"])"), "/links/0:"},
      {WithTwo(R"(, "links": [{"to": "b"}])"), "/links/0/from:"},
      {WithTwo(R"(, "links": [{"from": "a"}])"), "/links/0/to:"},
      {WithTwo(R"(, "links": [{"from": "a", "to": "c"}])"), "/links/0/to:"},
      {WithTwo(R"(, "links": [{"from": "a", "to": "a"}])"), "/links/0:"},
      {WithTwo(R"(, "links": [{"from": "host", "to": "host"}])"), "/links/0:"},
      {WithReplicas(1, ""), "/links/0:"},
      {WithReplicas(2, R"(, "buffer": {"size": "1MiB"})"), "/links/0/buffer:"},
      {WithTwo(R"(, "links": [{"from": "a", "to": "b"},
                              {"from": "b", "to": "a"}])"),
       "/links:"},
      {WithTwo(R"(, "links": [)" +
               Repeated(R"({"from": "a", "to": "b"})", 257) + "]"),
       "/links:"},
      {WithLink(R"(, "via": "x")"), "/links/0/via:"},
      {WithLink(R"(, "traffic": "fast")"), "/links/0/traffic:"},
      {WithLink(R"(, "traffic": "0B/s")"), "/links/0/traffic:"},
      {WithLink(R"(, "traffic": 1.0)"), "/links/0/traffic:"},
      {WithLink(R"(, "buffer": {})"), "/links/0/buffer/size:"},
      {WithLink(R"(, "buffer": "1MiB")"), "/links/0/buffer:"},
      {WithLink(R"(, "buffer": {"size": "0B"})"), "/links/0/buffer/size:"},
      {WithLink(R"(, "buffer": {"size": "-1MiB"})"), "/links/0/buffer/size:"},
      {WithLink(R"(, "buffer": {"size": "1MiB", "kind": "tape"})"),
       "/links/0/buffer/kind:"},
      {WithLink(R"(, "buffer": {"size": "1MiB", "node": 0})"),
       "/links/0/buffer/node:"},
      {WithLink(R"(, "require": [])"), "/links/0/require:"},
      {WithLink(R"(, "require": {"locality": "near"})"),
       "/links/0/require/locality:"},
      {WithLink(R"(, "require": {"min_bandwidth": "2us"})"),
       "/links/0/require/min_bandwidth:"},
      {WithLink(R"(, "require": {"max_latency": "0ns"})"),
       "/links/0/require/max_latency:"},
      {WithLink(R"(, "require": {"max_hops": 3})"),
       "/links/0/require/max_hops:"},
  };
}

std::vector<Mistake> OtherMistakes() {
  return {
      {WithTwo(R"(, "constraints": {})"), "/constraints:"},
      {WithTwo(R"(, "constraints": [1])"), "/constraints/0:"},
      {WithTwo(R"(, "constraints": [{"stages": ["a", "b"]}])"),
       "/constraints/0:"},
      {WithTwo(R"(, "constraints": [{"same": "numa", "distinct": "numa",
                                     "stages": ["a", "b"]}])"),
       "/constraints/0:"},
      {WithTwo(R"(, "constraints": [{"same": "numa"}])"),
       "/constraints/0/stages:"},
      {WithTwo(R"(, "constraints": [{"same": "numa", "stages": ["a"]}])"),
       "/constraints/0/stages:"},
      {WithTwo(R"(, "constraints": [{"same": "numa", "stages": ["a", "c"]}])"),
       "/constraints/0/stages/1:"},
      {WithTwo(R"(, "constraints": [{"same": "numa", "stages": ["a", "a"]}])"),
       "/constraints/0/stages/1:"},
      {WithTwo(R"(, "constraints": [{"same": "", "stages": ["a", "b"]}])"),
       "/constraints/0/same:"},
      {WithTwo(R"(, "constraints": [{"same": 3, "stages": ["a", "b"]}])"),
       "/constraints/0/same:"},
      {WithTwo(R"(, "client": [])"), "/client:"},
      {WithTwo(R"(, "client": {"uid": 0})"), "/client/uid:"},
      {WithTwo(R"(, "client": {"cpus": "far"})"), "/client/cpus:"},
      {WithTwo(R"(, "client": {"cpus": ""})"), "/client/cpus:"},
      {WithTwo(R"(, "client": {"cpus": "3-1"})"), "/client/cpus:"},
      {WithTwo(R"(, "client": {"cpus": [0, 1]})"), "/client/cpus:"},
      {WithTwo(R"(, "client": {"processes": 0})"), "/client/processes:"},
      {WithTwo(R"(, "client": {"processes": 2.0})"), "/client/processes:"},
      {WithTwo(R"(, "policy": "")"), "/policy:"},
      {WithTwo(R"(, "policy": {})"), "/policy:"},
      {WithTwo(R"(, "deadline": "0s")"), "/deadline:"},
      {WithTwo(R"(, "deadline": "soon")"), "/deadline:"},
      {WithTwo(R"(, "deadline": 50)"), "/deadline:"},
      {WithTwo(R"(, "pipeline": 1)"), "/pipeline:"},
      {WithTwo(R"(, "description": 1)"), "/description:"},
  };
}

void ExpectRefused(const std::vector<Mistake>& mistakes) {
  for (const Mistake& mistake : mistakes) {
    const auto request = Parse(mistake.text);
    ASSERT_FALSE(request) << mistake.text;
    EXPECT_EQ(request.error().code, ErrorCode::kInvalidArgument);
    // The pointer begins a line.
    EXPECT_NE(("\n" + request.error().message).find("\n" + mistake.pointer),
              std::string::npos)
        << mistake.text << "\n"
        << request.error().message;
  }
}

TEST(ParseRequest, MistakenStages_AreRefusedByPointer) {
  ExpectRefused(StageMistakes());
}
TEST(ParseRequest, MistakenLinks_AreRefusedByPointer) {
  ExpectRefused(LinkMistakes());
}
TEST(ParseRequest, OtherMistakes_AreRefusedByPointer) {
  ExpectRefused(OtherMistakes());
}

}  // namespace
}  // namespace acceld::placement
