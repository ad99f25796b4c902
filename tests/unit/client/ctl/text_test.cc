// Tables and texts of accelctl.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/document.h"
#include "client/ctl/document_text.h"
#include "client/ctl/placement_text.h"
#include "client/ctl/refusal_text.h"
#include "client/ctl/text_table.h"

namespace acceld::ctl {
namespace {

using Array = Document::Array;
using Object = Document::Object;

TEST(TextTableTest, Columns_AreAlignedByCharacters_WithoutTrailingSpace) {
  TextTable table({{"NAME"}, {"SIZE", TextTable::Align::kRight}, {"WHY"}});
  table.Add({"größe", "1", ""});
  table.Add({"x", "1000", "because"});
  EXPECT_EQ(table.ToText(1),
            " NAME   SIZE  WHY\n"
            " größe     1\n"
            " x      1000  because\n");
}

TEST(TextTableTest, WhatATerminalMustNotSee_IsReplaced) {
  TextTable table({{"A"}});
  table.Add({"\033[31mred", "left out"});
  table.Add({});
  EXPECT_EQ(table.ToText(), "A\n?[31mred\n\n");
}

TEST(DocumentTextTest, Values_ReadAsPeopleWriteThem) {
  const Document object = Object{{"s", "text"},
                                 {"i", 7},
                                 {"b", true},
                                 {"a", Array{"x", 2}},
                                 {"o", Object{}}};
  EXPECT_EQ(TextOf(object, "s"), "text");
  EXPECT_EQ(TextOf(object, "i"), "7");
  EXPECT_EQ(TextOf(object, "b"), "yes");
  EXPECT_EQ(TextOf(object, "a"), "x, 2");
  EXPECT_EQ(TextOf(object, "o"), "");
  EXPECT_EQ(TextOf(object, "missing"), "");
  EXPECT_EQ(TextOf(Document(3), "s"), "");
  EXPECT_TRUE(ArrayOf(object, "s").empty());
}

TEST(DocumentTextTest, Numbers_AreGrouped) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(-123456), "-123,456");
  EXPECT_EQ(Grouped(1234567890), "1,234,567,890");
  EXPECT_EQ(Count(1, "byte"), "1 byte");
  EXPECT_EQ(Count(2, "byte"), "2 bytes");
}

Document Placement(std::string proof) {
  return Object{
      {"total", 12345},
      {"proof", std::move(proof)},
      {"lower_bound", 12000},
      {"nodes", 9},
      {"elapsed", "340189ns"},
      {"host", "numa:1"},
      {"stages", Array{Object{{"stage", "pack"},
                              {"replica", 0},
                              {"device", "accelerator:soft0"},
                              {"function", "compress/deflate"},
                              {"numa", "numa:1"}}}},
      {"buffers", Array{Object{{"link", 1},
                               {"from", "pack"},
                               {"to", "sum"},
                               {"memory", "memory:1"},
                               {"kind", "ddr"},
                               {"size", "65MiB"}}}},
      {"terms", Array{Object{{"what", "host -> pack"},
                             {"cost", 12345},
                             {"latency", "80ns"},
                             {"bandwidth", "10GB/s"}}}},
      {"runners_up", Array{Object{{"stage", "pack"},
                                  {"without", "accelerator:soft0"},
                                  {"device", "accelerator:soft1"},
                                  {"extra_cost", 2000},
                                  {"proven", true}}}},
      {"rejected", Array{Object{{"stage", "pack"},
                                {"device", "accelerator:qat0"},
                                {"reason", "health"},
                                {"text", "failed"}}}},
  };
}

TEST(PlacementTextTest, Summary_SaysCostProofAndGap) {
  EXPECT_EQ(PlacementSummary(Placement("optimal")),
            "optimal, cost 12,345 (9 nodes in 340us); run the client on "
            "numa:1");
  EXPECT_EQ(PlacementSummary(Placement("feasible")),
            "feasible, cost 12,345 (no placement costs less than 12,000) (9 "
            "nodes in 340us); run the client on numa:1");
}

TEST(PlacementTextTest, Tables_HaveEveryStageAndBuffer) {
  EXPECT_EQ(PlacementTables(Placement("optimal")),
            "STAGE  REPLICA  FUNCTION          DEVICE             NUMA NODE\n"
            "pack         0  compress/deflate  accelerator:soft0  numa:1\n"
            "\n"
            "BUFFER  BETWEEN       SIZE  MEMORY    KIND\n"
            "     1  pack -> sum  65MiB  memory:1  ddr\n");
}

TEST(PlacementTextTest, Reasons_HaveTermsAndRefusals) {
  EXPECT_EQ(PlacementReasons(Placement("optimal")),
            "\n"
            "  COST  LATENCY  BANDWIDTH  FOR\n"
            "12,345     80ns     10GB/s  host -> pack\n"
            "\n"
            "STAGE  WITHOUT            RUNNER-UP          EXTRA COST\n"
            "pack   accelerator:soft0  accelerator:soft1       2,000\n"
            "\n"
            "STAGE  DEVICE            REFUSED FOR  WHY\n"
            "pack   accelerator:qat0  health       failed\n");
}

Document SomeRefusal() {
  return Object{
      {"outcome", "unsatisfiable"},
      {"conflict",
       Array{Object{{"kind", "locality"},
                    {"pointer", "/links/0/require/locality"},
                    {"text", "link a -> b: locality same-switch"},
                    {"fits_without", true},
                    {"fits_with", "same-numa"}},
             Object{{"kind", "constraint"},
                    {"pointer", "/constraints/0"},
                    {"text", "constraint 1: distinct numa of a b"}}}},
      {"candidates",
       Array{Object{
           {"stage", "a"},
           {"function", "copy"},
           {"devices", 2},
           {"rejected", Array{Object{{"reason", "health"}, {"count", 1}},
                              Object{{"reason", "function"}, {"count", 7}}}}}}},
      {"rejected", Array{Object{{"stage", "a"},
                                {"device", "accelerator:x"},
                                {"reason", "health"},
                                {"text", "failed"}}}},
      {"rejected_left_out", 7},
  };
}

TEST(RefusalTextTest, Tables_HaveConflictCandidatesAndRejections) {
  EXPECT_EQ(
      RefusalTables(SomeRefusal()),
      "DEMAND                              AT                         FITS "
      "WITHOUT  FITS WITH\n"
      "link a -> b: locality same-switch   /links/0/require/locality  yes      "
      "     same-numa\n"
      "constraint 1: distinct numa of a b  /constraints/0             not "
      "known     -\n"
      "\n"
      "STAGE  FUNCTION  CAN SERVE  REFUSED\n"
      "a      copy              2  1 health, 7 function\n"
      "\n"
      "STAGE  DEVICE         REFUSED FOR  WHY\n"
      "a      accelerator:x  health       failed\n"
      "and 7 more\n");
  EXPECT_EQ(RefusalTables(Document()), "");
}

TEST(PlacementTextTest, EmptyDocument_IsNoCrash) {
  EXPECT_NE(PlacementSummary(Document()), "x");
  EXPECT_FALSE(PlacementTables(Document::Object{}).empty());
  EXPECT_EQ(PlacementReasons(Document()), "");
}

}  // namespace
}  // namespace acceld::ctl
