// What people get wrong, and what attackers send: each gets its own clear
// error that names the place, and the daemon is as it was before.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/integration/served_machine.h"

namespace acceld::testing {
namespace {

struct Malformed {
  const char* what;
  Document pipeline;
  const char* pointer;  // that the error names
};

Document Text(std::string_view json) {
  auto document = ParseJson(json);
  EXPECT_TRUE(document) << json;
  return document ? *std::move(document) : Document();
}

Document Deep(int depth) {
  Document nested = Document::Object{};
  for (int i = 0; i < depth; ++i) {
    Document outer = Document::Object{};
    outer.Set("select", std::move(nested));
    nested = std::move(outer);
  }
  Document stage = Text(R"({"name": "a", "function": "copy"})");
  stage.Set("select", std::move(nested));
  Document stages = Document::Array{};
  stages.Append(std::move(stage));
  Document pipeline;
  pipeline.Set("stages", std::move(stages));
  return pipeline;
}

Document WithName(std::string name) {
  Document stage;
  stage.Set("name", std::move(name));
  stage.Set("function", "copy");
  Document stages = Document::Array{};
  stages.Append(std::move(stage));
  Document pipeline;
  pipeline.Set("stages", std::move(stages));
  return pipeline;
}

Document WithCount(Document count) {
  Document stage = Text(R"({"name": "a", "function": "copy"})");
  stage.Set("count", std::move(count));
  Document stages = Document::Array{};
  stages.Append(std::move(stage));
  Document pipeline;
  pipeline.Set("stages", std::move(stages));
  return pipeline;
}

std::vector<Malformed> AllMalformed() {
  constexpr std::size_t kThirtyMegabytes = 30'000'000;
  const auto stage = [](const char* more) {
    return Text(std::string(R"({"stages": [{"name": "a", "function": "copy")") +
                more + "}]}");
  };
  const auto two = [](const char* more) {
    return Text(std::string(R"({"stages": [{"name": "a", "function": "copy"},
                {"name": "b", "function": "copy"}])") +
                more + "}");
  };
  return {
      {"nothing", Text("{}"), "/stages"},
      {"no stages", Text(R"({"stages": []})"), "/stages"},
      {"unknown key", Text(R"({"stages": [], "turbo": true})"), "/turbo"},
      {"unknown key of a stage", stage(R"(, "cuont": 2)"), "/stages/0/cuont"},
      {"stages no array", Text(R"({"stages": "copy"})"), "/stages"},
      {"stage no object", Text(R"({"stages": ["copy"]})"), "/stages/0"},
      {"no name", Text(R"({"stages": [{"function": "copy"}]})"),
       "/stages/0/name"},
      {"no function", Text(R"({"stages": [{"name": "a"}]})"),
       "/stages/0/function"},
      {"name no string",
       Text(R"({"stages": [{"name": 7, "function": "copy"}]})"),
       "/stages/0/name"},
      {"empty name", WithName(""), "/stages/0/name"},
      {"reserved name", WithName("host"), "/stages/0/name"},
      {"30 MB name", WithName(std::string(kThirtyMegabytes, 'x')),
       "/stages/0/name"},
      {"control characters", WithName("a\nb"), "/stages/0/name"},
      {"unknown function",
       Text(R"({"stages": [{"name": "a", "function": "compres/deflate"}]})"),
       "/stages/0/function"},
      {"duplicate stage", Text(R"({"stages": [{"name": "a", "function": "copy"},
                           {"name": "a", "function": "copy"}]})"),
       "/stages/1/name"},
      {"count zero", WithCount(0), "/stages/0/count"},
      {"count negative", WithCount(-3), "/stages/0/count"},
      {"count huge", WithCount(std::int64_t{1} << 60), "/stages/0/count"},
      {"count text", WithCount("two"), "/stages/0/count"},
      {"count real", WithCount(1.5), "/stages/0/count"},
      {"count NaN", WithCount(std::nan("")), "/stages/0/count"},
      {"count infinite", WithCount(HUGE_VAL), "/stages/0/count"},
      // D-Bus itself carries at most 64 nested containers.
      {"depth bomb", Deep(12), "/stages/0/select"},
      {"sharing unknown", stage(R"(, "sharing": "maybe")"),
       "/stages/0/sharing"},
      {"sva unknown", stage(R"(, "sva": 1)"), "/stages/0/sva"},
      {"memory without unit", stage(R"(, "memory": "16")"), "/stages/0/memory"},
      {"memory negative", stage(R"(, "memory": "-16GiB")"), "/stages/0/memory"},
      {"selector without attribute", stage(R"(, "select": [{"equals": "x"}])"),
       "/stages/0/select/0"},
      {"selector with two comparisons",
       stage(
           R"(, "select": [{"attribute": "vendor", "equals": "x", "glob": "y"}])"),
       "/stages/0/select/0"},
      {"link to nowhere", two(R"(, "links": [{"from": "a", "to": "c"}])"),
       "/links/0/to"},
      {"link to itself", two(R"(, "links": [{"from": "a", "to": "a"}])"),
       "/links/0"},
      {"cyclic links",
       two(R"(, "links": [{"from": "a", "to": "b"}, {"from": "b", "to": "a"}])"),
       "/links"},
      {"buffer size negative",
       two(R"(, "links": [{"from": "a", "to": "b", "buffer": {"size": "-1MiB"}}])"),
       "/links/0/buffer/size"},
      {"buffer kind unknown", two(R"(, "links": [{"from": "a", "to": "b",
                "buffer": {"size": "1MiB", "kind": "tape"}}])"),
       "/links/0/buffer/kind"},
      {"locality unknown", two(R"(, "links": [{"from": "a", "to": "b",
                "require": {"locality": "same-galaxy"}}])"),
       "/links/0/require/locality"},
      {"constraint on one stage",
       two(R"(, "constraints": [{"same": "package", "stages": ["a"]}])"),
       "/constraints/0"},
      {"deadline text", two(R"(, "deadline": "soon")"), "/deadline"},
  };
}

class MalformedTest : public ServedMachine {
 protected:
  void SetUp() override { Serve(); }
};

TEST_F(MalformedTest, Requests_EachOfThem_AreRefusedByPointer) {
  client::Client client = Connect();
  for (const Malformed& malformed : AllMalformed()) {
    SCOPED_TRACE(malformed.what);
    const auto lease = client.Acquire(malformed.pipeline);
    ASSERT_FALSE(lease);
    EXPECT_EQ(lease.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(lease.error().message.find(malformed.pointer), std::string::npos)
        << lease.error().message.substr(0, 400);
  }
}

TEST_F(MalformedTest, Daemon_AfterAllOfThem_HoldsWhatItHeldBefore) {
  client::Client client = Connect();
  const std::vector<Malformed> all = AllMalformed();
  for (const Malformed& malformed : all) {
    (void)client.Acquire(malformed.pipeline);  // warm
  }
  const std::size_t fds = daemon_->CountFds();
  const long before = daemon_->ResidentKib();
  constexpr int kRounds = 3;
  for (int round = 0; round < kRounds; ++round) {
    for (const Malformed& malformed : all) {
      EXPECT_FALSE(client.Acquire(malformed.pipeline));
    }
  }
  EXPECT_TRUE(Eventually([&] { return daemon_->CountFds() <= fds; }));
  // One request is 30 MB: keeping any of them would show.
#if defined(__SANITIZE_ADDRESS__)
  constexpr long kSlackKib = 262144;  // what is freed stays in quarantine
#else
  constexpr long kSlackKib = 4096;
#endif
  EXPECT_LT(daemon_->ResidentKib(), before + kSlackKib);
  EXPECT_TRUE(client.Acquire(Json(kCompressDigest)));
}

}  // namespace
}  // namespace acceld::testing
