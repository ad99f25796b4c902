// Reads the numbers of a policy document: objectives, limits, defaults,
// reload, quotas. Each complains by pointer and returns what it could. Pure;
// thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/document.h"
#include "base/document_reader.h"
#include "policy/document.h"

namespace acceld::policy {

// Of the object that `reader` reads: "objectives", "limits", ...
[[nodiscard]] std::vector<ObjectiveDocument> ReadObjectives(
    ObjectReader& reader);
[[nodiscard]] LimitsDocument ReadLimits(ObjectReader& reader);
[[nodiscard]] DefaultsDocument ReadDefaults(ObjectReader& reader);
[[nodiscard]] std::optional<bool> ReadRevokeForbidden(ObjectReader& reader);
[[nodiscard]] std::vector<QuotaDocument> ReadQuotas(ObjectReader& reader);

// The share of a namespace: a quota without "per" and without whom it binds.
[[nodiscard]] QuotaDocument ReadShare(const Document& document,
                                      const std::string& pointer,
                                      Complaints& complaints);

}  // namespace acceld::policy
