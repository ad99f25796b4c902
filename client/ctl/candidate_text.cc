#include "client/ctl/candidate_text.h"

#include "client/ctl/document_text.h"
#include "client/ctl/text_table.h"

namespace acceld::ctl {
namespace {

using Align = TextTable::Align;

// "3 capacity, 1 health"
std::string Counts(const Document& stage) {
  std::string text;
  for (const Document& one : ArrayOf(stage, "rejected")) {
    if (!text.empty()) text.append(", ");
    text.append(TextOf(one, "count")).append(" ").append(TextOf(one, "reason"));
  }
  return text.empty() ? "-" : text;
}

}  // namespace

std::string CandidateTables(const Document& answer) {
  TextTable rejected({{"STAGE"}, {"DEVICE"}, {"REFUSED FOR"}, {"WHY"}});
  for (const Document& one : ArrayOf(answer, "rejected")) {
    rejected.Add({TextOf(one, "stage"), TextOf(one, "device"),
                  TextOf(one, "reason"), TextOf(one, "text")});
  }
  if (rejected.empty()) return "";
  TextTable stages(
      {{"STAGE"}, {"FUNCTION"}, {"CAN SERVE", Align::kRight}, {"REFUSED"}});
  for (const Document& one : ArrayOf(answer, "candidates")) {
    stages.Add({TextOf(one, "stage"), TextOf(one, "function"),
                TextOf(one, "devices"), Counts(one)});
  }
  std::string text;
  if (!stages.empty()) text.append("\n").append(stages.ToText());
  text.append("\n").append(rejected.ToText());
  const std::string left_out = TextOf(answer, "rejected_left_out");
  if (!left_out.empty()) text.append("and ").append(left_out).append(" more\n");
  return text;
}

}  // namespace acceld::ctl
