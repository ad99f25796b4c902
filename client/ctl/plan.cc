#include <string>

#include "client/ctl/commands.h"
#include "client/ctl/placement_text.h"
#include "client/ctl/refusal_text.h"
#include "client/pipeline_file.h"

namespace acceld::ctl {

Status Plan(const Tool& tool, const std::string& file) {
  ACCELD_TRY(const Document pipeline, client::ReadPipelineFile(file));
  ACCELD_TRY(client::Client client, tool.Connect());
  Document refusal;
  const auto planned = client.Plan(pipeline, &refusal);
  if (!planned) {
    if (tool.json) PrintRefusal(refusal);
    return Fail(planned.error());
  }
  if (tool.json) {
    PrintDocument(*planned);
    return {};
  }
  Print(Bold(tool, PlacementSummary(*planned)) + "\n\n" +
        PlacementTables(*planned));
  return {};
}

}  // namespace acceld::ctl
