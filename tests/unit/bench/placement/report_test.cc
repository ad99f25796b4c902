#include "bench/placement/report.h"

#include <gtest/gtest.h>

namespace acceld::bench {
namespace {

Measured Took(double seconds, std::int64_t cost, bool proved = true) {
  Measured measured;
  measured.cost = cost;
  measured.lower_bound = proved ? cost : cost / 2;
  measured.proved = proved;
  measured.nodes = 7;
  measured.time = Seconds(seconds);
  return measured;
}

const std::vector<Rival> kRivals{{"other", {"other"}}};

Row Against(const Measured& ours, const Measured& theirs) {
  return {"fan", 72, 25, ours, {theirs}};
}

TEST(Report, Row_TellsRatioOfProvedAnswers) {
  const std::string row =
      TableRow(Against(Took(0.001, 124), Took(0.5, 124)), 4);
  EXPECT_NE(row.find("fan       72    25"), std::string::npos) << row;
  EXPECT_NE(row.find("proved"), std::string::npos) << row;
  EXPECT_NE(row.find("500 x"), std::string::npos) << row;
}

TEST(Report, Row_TellsGapAndClaimsNoRatioWithoutProof) {
  const std::string row =
      TableRow(Against(Took(0.001, 124, false), Took(0.5, 120)), 4);
  EXPECT_NE(row.find("50.00 % gap"), std::string::npos) << row;
  EXPECT_NE(row.find("(120)"), std::string::npos) << row;
  EXPECT_NE(row.find("ours unproved"), std::string::npos) << row;
}

TEST(Report, Foot_IsTheMeanOfWhatItIsAskedFor) {
  Row other = Against(Took(0.001, 5), Took(0.004, 5));
  other.name = "chain";
  const std::vector<Row> rows{Against(Took(0.001, 5), Took(0.009, 5)), other};
  EXPECT_NE(TableFoot(kRivals, rows, "").find("2 of 2 ratios: 6.00 x"),
            std::string::npos);
  EXPECT_NE(TableFoot(kRivals, rows, "x,fan").find("1 of 1 ratios"),
            std::string::npos);
  EXPECT_NE(TableFoot(kRivals, rows, "x").find("0 of 0"), std::string::npos);
}

TEST(Report, Contradiction_IsFoundAndTold) {
  const std::vector<Row> rows{Against(Took(0.001, 124), Took(0.5, 120))};
  EXPECT_TRUE(HasContradiction(rows));
  const Document document = ToDocument(kRivals, rows);
  const Document& row = (*document.Find("rows")->AsArray())[0];
  const Document* other = row.Find("others")->Find("other");
  ASSERT_NE(other, nullptr);
  EXPECT_TRUE(*other->Find("contradicts")->AsBool());
  EXPECT_TRUE(other->Find("ratio")->is_null());
  EXPECT_FALSE(HasContradiction({Against(Took(1, 5), Took(1, 5))}));
}

}  // namespace
}  // namespace acceld::bench
