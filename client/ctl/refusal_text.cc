#include "client/ctl/refusal_text.h"

#include "client/ctl/candidate_text.h"
#include "client/ctl/document_text.h"
#include "client/ctl/text_table.h"
#include "client/ctl/tool.h"

namespace acceld::ctl {

void PrintRefusal(const Document& refusal) {
  if (!refusal.is_null()) PrintDocument(refusal);
}

std::string RefusalTables(const Document& refusal) {
  TextTable conflict({{"DEMAND"}, {"AT"}, {"FITS WITHOUT"}, {"FITS WITH"}});
  for (const Document& one : ArrayOf(refusal, "conflict")) {
    const std::string fits = TextOf(one, "fits_without");
    const std::string with = TextOf(one, "fits_with");
    conflict.Add({TextOf(one, "text"), TextOf(one, "pointer"),
                  fits.empty() ? "not known" : fits,
                  with.empty() ? "-" : with});
  }
  std::string text = conflict.empty() ? "" : conflict.ToText();
  text.append(CandidateTables(refusal));
  if (text.starts_with('\n')) text.erase(0, 1);
  return text;
}

}  // namespace acceld::ctl
