// Quantities as Kubernetes writes them: "4Gi", "100", "2k". Whole numbers only:
// acceld counts bytes and opens. Pure; thread-safe.
// Source: k8s.io/apimachinery pkg/api/resource/quantity.go.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace acceld::dra {

// Errors: kInvalidArgument (also: below zero, no whole number, more than fits).
[[nodiscard]] Result<std::int64_t> ParseQuantity(std::string_view text);

// As an API server gives it back: with the largest decimal suffix that leaves a
// whole number, 2000 as "2k". Requires: number >= 0.
[[nodiscard]] std::string PrintQuantity(std::int64_t number);

}  // namespace acceld::dra
