// The published JSON Schema and the parser agree about what a pipeline is, the
// examples are pipelines, and docs/pipeline.md knows every key.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "api/functions.h"
#include "base/json.h"
#include "placement/request.h"
#include "tests/support/json_schema.h"
#include "tests/support/read_file.h"

namespace acceld::placement {
namespace {

using acceld::testing::JsonSchema;
using acceld::testing::ReadFile;

const JsonSchema& Schema() {
  static const JsonSchema kSchema("configs/schema/pipeline.schema.json");
  return kSchema;
}

bool SchemaAccepts(const std::string& text) { return Schema().Accepts(text); }

bool ParserAccepts(const std::string& text) {
  const auto document = ParseJson(text);
  return document && ParseRequest(*document);
}

std::string Stage(const std::string& members) {
  return R"({"stages": [{"name": "a", "function": "copy")" + members + "}]}";
}
std::string Two(const std::string& members) {
  return R"({"stages": [{"name": "a", "function": "copy"},
      {"name": "b", "function": "copy"}], )" +
         members + "}";
}
std::string Link(const std::string& members) {
  return Two(R"("links": [{"from": "a", "to": "b", )" + members + "}]");
}
std::string Constraint(const std::string& members) {
  return Two(R"("constraints": [{)" + members + "}]");
}
std::string Client(const std::string& members) {
  return Two(R"("client": {)" + members + "}");
}

TEST(PipelineSchema, GoodPipelines_AreAcceptedByBoth) {
  std::vector<std::string> good{
      Stage(""),
      Stage(R"(, "count": 64, "sva": "any", "sharing": "exclusive")"),
      Stage(R"(, "grant": "any")"),
      Stage(R"(, "grant": "path")"),
      Stage(R"(, "sva": "preferred")"),
      Stage(R"(, "memory": "1.5GiB", "select": [])"),
      Stage(R"(, "memory": "0.5 KiB")"),
      Stage(R"(, "select": [{"attribute": "v", "in": ["8086", 3]},
                            {"attribute": "m", "at_least": "x16"}])"),
      Stage(R"(, "select": [{"any": [{"attribute": "m", "range": [1, 2]},
          {"not": {"all": [{"attribute": "v", "exists": true}]}}]}])"),
      R"({"stages": [{"name": "a", "function": "fpga/region-1"}]})",
      Link(R"("traffic": "100MB/s", "buffer": {"size": "1MiB"})"),
      Link(R"("buffer": {"size": "4096B", "kind": "device"})"),
      Link(R"("require": {})"),
      Link(R"("require": {"locality": "same-switch",
                          "min_bandwidth": "2GiB/s", "max_latency": "1s"})"),
      R"({"stages": [{"name": "a", "function": "copy", "count": 2}],
          "links": [{"from": "a", "to": "a"}]})",
      Constraint(R"("same": "iommu-group", "stages": ["a", "b"])"),
      Constraint(R"("distinct": "my_attribute", "stages": ["b", "a"])"),
      Client(""),
      Client(R"("cpus": "near", "processes": 1048574)"),
      Client(R"("cpus": "0-3,8,10-11")"),
      Two(R"("policy": "lab-1", "deadline": "2.5ms", "$schema": "x",
             "description": "y")"),
  };
  for (const api::Function& function : api::Functions()) {
    good.push_back(R"({"stages": [{"name": "a", "function": ")" +
                   std::string(function.name) + R"("}]})");
  }
  for (const std::string& text : good) {
    EXPECT_TRUE(SchemaAccepts(text)) << text;
    EXPECT_TRUE(ParserAccepts(text)) << text;
  }
}

TEST(PipelineSchema, BadPipelines_AreRefusedByBoth) {
  const std::vector<std::string> bad{
      "[]",
      "{}",
      "null",
      R"({"stages": []})",
      R"({"stages": {}})",
      R"({"stages": [null]})",
      R"({"stages": [{"name": "a"}]})",
      R"({"stages": [{"function": "copy"}]})",
      R"({"stages": [{"name": "host", "function": "copy"}]})",
      R"({"stages": [{"name": "-a", "function": "copy"}]})",
      R"({"stages": [{"name": "", "function": "copy"}]})",
      R"({"stages": [{"name": 1, "function": "copy"}]})",
      R"({"stages": [{"name": "a", "function": "fly"}]})",
      R"({"stages": [{"name": "a", "function": "fpga/"}]})",
      Stage(R"(, "count": 0)"),
      Stage(R"(, "count": 65)"),
      Stage(R"(, "count": 1.5)"),
      Stage(R"(, "count": "1")"),
      Stage(R"(, "sva": "never")"),
      Stage(R"(, "sharing": true)"),
      Stage(R"(, "grant": "ticket")"),
      Stage(R"(, "memory": "0GiB")"),
      Stage(R"(, "memory": "-1B")"),
      Stage(R"(, "memory": "1 GBit")"),
      Stage(R"(, "memory": 1)"),
      Stage(R"(, "select": [{}])"),
      Stage(R"(, "select": [{"attribute": "a", "like": "b"}])"),
      Stage(R"(, "select": [{"any": []}])"),
      Stage(R"(, "select": [{"not": {"attribute": "a"}}])"),
      Stage(R"(, "select": [{"attribute": "a", "range": ["1B", true]}])"),
      Stage(R"(, "nice": 1)"),
      Link(R"("traffic": "0B/s")"),
      Link(R"("traffic": "1GB")"),
      Link(R"("traffic": 8)"),
      Link(R"("buffer": {})"),
      Link(R"("buffer": {"size": "0.0MiB"})"),
      Link(R"("buffer": {"size": "1MiB", "kind": "tape"})"),
      Link(R"("buffer": {"size": "1MiB", "x": 1})"),
      Link(R"("require": {"locality": "near"})"),
      Link(R"("require": {"max_latency": "0s"})"),
      Link(R"("require": {"x": 1})"),
      Link(R"("x": 1)"),
      Two(R"("links": [{"to": "b"}])"),
      Two(R"("links": {})"),
      Constraint(R"("stages": ["a", "b"])"),
      Constraint(R"("same": "numa", "distinct": "numa", "stages": ["a", "b"])"),
      Constraint(R"("same": "numa", "stages": [])"),
      Constraint(R"("same": "numa", "stages": ["a", "a"])"),
      Constraint(R"("same": "numa")"),
      Constraint(R"("same": "", "stages": ["a", "b"])"),
      Constraint(R"("same": "numa", "stages": ["a", "b"], "x": 1)"),
      Client(R"("cpus": "")"),
      Client(R"("cpus": "0,")"),
      Client(R"("cpus": [0])"),
      Client(R"("processes": 0)"),
      Client(R"("processes": 1048575)"),
      Client(R"("x": 1)"),
      Two(R"("policy": "a b")"),
      Two(R"("deadline": "0ms")"),
      Two(R"("deadline": 5)"),
      Two(R"("x": 1)"),
  };
  for (const std::string& text : bad) {
    EXPECT_FALSE(SchemaAccepts(text)) << text;
    EXPECT_FALSE(ParserAccepts(text)) << text;
  }
}

TEST(PipelineSchema, Examples_AreAcceptedByBoth) {
  for (const std::string name : {"compress-digest", "copy-chain", "four-stage",
                                 "gpu-decompress", "shared-hbm"}) {
    const std::string text = ReadFile("configs/pipelines/" + name + ".json");
    EXPECT_TRUE(SchemaAccepts(text)) << name;
    EXPECT_TRUE(ParserAccepts(text)) << name;
  }
}

TEST(PipelineSchema, EveryKey_IsDocumented) {
  const std::string docs = ReadFile("docs/pipeline.md");
  const std::set<std::string> keys = Schema().Keys();
  EXPECT_GE(keys.size(), 30U);
  for (const std::string& key : keys) {
    if (key == "attribute" || key == "equals") continue;  // shown in an example
    EXPECT_NE(docs.find("`" + key + "`"), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace acceld::placement
