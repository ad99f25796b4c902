// Checks what selectors mean: known attributes, operands of their types,
// nothing contradictory. Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "base/document_reader.h"
#include "policy/known_attributes.h"
#include "policy/selector.h"

namespace acceld::policy {

// `pointer` is of the list. What its parser complained of is passed over.
void CheckSelectors(const std::vector<Selector>& selectors,
                    AttributeTable table, const std::string& pointer,
                    Complaints& complaints);

}  // namespace acceld::policy
