// Claims as the scheduler allocates them, of a pool of two devices.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "integrations/kubernetes/dra/allocation.h"

namespace acceld::dra {

inline Document Json(std::string_view text) {
  auto document = ParseJson(text);
  EXPECT_TRUE(document) << document.error().message;
  return document ? *std::move(document) : Document();
}

inline Pool TwoDevices() {
  Pool pool;
  pool.devices = {
      {"gpu-a", "accelerator:a", "compute/gpu", 1, "ok", ""},
      {"queue-b", "engine:b", "copy", 64, "ok", ""},
  };
  return pool;
}

// A claim with the uid "u" and these parts of its allocation.
inline Document Claim(const std::string& results,
                      const std::string& config = "[]") {
  return Json(R"({"metadata": {"uid": "u"}, "status": {"allocation":
      {"devices": {"results": )" +
              results + R"(, "config": )" + config + "}}}}");
}

inline std::string ResultOf(const std::string& device,
                            const std::string& more = "") {
  return R"({"request": "r", "driver": "acceld.org", "pool": "n", "device": ")" +
         device + '"' + more + "}";
}

inline Result<Allocation> Read(const Document& claim) {
  return ReadAllocation(claim, "u", "n", TwoDevices());
}

}  // namespace acceld::dra
