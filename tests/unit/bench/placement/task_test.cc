#include "bench/placement/task.h"

#include <gtest/gtest.h>

#include "bench/placement/depth_first.h"
#include "bench/placement/generator.h"
#include "tests/support/temp_dir.h"

namespace acceld::bench {
namespace {

using acceld::testing::TempDir;

TEST(Task, InstanceFile_IsSolved) {
  const TempDir directory;
  Parameters parameters;
  parameters.fabric = "mesh:6";
  parameters.pipeline = "fan:2";
  const auto instance = Generate(parameters);
  ASSERT_TRUE(instance);
  ASSERT_TRUE(WriteInstance(*instance, directory.At("fan.pqap")));
  const auto task = OpenInstance(directory.At("fan.pqap"));
  ASSERT_TRUE(task) << task.error().message;
  EXPECT_EQ((*task)->name(), "fan.pqap");
  EXPECT_EQ((*task)->devices(), 6U);
  EXPECT_EQ((*task)->free(), 6U);
  const Measured measured = (*task)->Solve({.limit = Seconds(10)});
  EXPECT_TRUE(measured.proved);
  EXPECT_EQ(measured.cost, 16 * (8 + 2 * 6 + 2 * 2));
  const Measured plain = SearchDepthFirst(*(*task)->instance(), Seconds(10));
  EXPECT_TRUE(plain.proved);
  EXPECT_EQ(plain.cost, measured.cost);
}

TEST(Task, PipelineOnAMachine_IsSolved) {
  const auto task = OpenPipeline("configs/hosts/dsa-gpu-2s.json",
                                 "configs/pipelines/gpu-decompress.json");
  ASSERT_TRUE(task) << task.error().message;
  EXPECT_EQ((*task)->name(), "gpu-decompress on dsa-gpu-2s");
  EXPECT_GT((*task)->devices(), (*task)->free());
  EXPECT_TRUE((*task)->file().empty());
  const Measured measured = (*task)->Solve({.limit = Seconds(10)});
  EXPECT_TRUE(measured.proved);
  EXPECT_TRUE(measured.cost);
}

TEST(Task, WhatCannotBeRead_IsAFault) {
  TempDir directory;
  EXPECT_EQ(OpenInstance(directory.At("none")).error().code,
            ErrorCode::kNotFound);
  directory.AddFile("bad", "pqap 2 x");
  EXPECT_EQ(OpenInstance(directory.At("bad")).error().code,
            ErrorCode::kCorruptInput);
  const std::string host = "configs/hosts/dsa-gpu-2s.json";
  EXPECT_EQ(OpenPipeline(host, directory.At("none")).error().code,
            ErrorCode::kNotFound);
  EXPECT_EQ(OpenPipeline(host, host).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace acceld::bench
