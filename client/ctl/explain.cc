#include <string>

#include "client/ctl/commands.h"
#include "client/ctl/pipeline_file.h"
#include "client/ctl/placement_text.h"

namespace acceld::ctl {

Status Explain(const Tool& tool, const std::string& file) {
  ACCELD_TRY(const Document pipeline, ReadPipelineFile(file));
  ACCELD_TRY(client::Client client, tool.Connect());
  ACCELD_TRY(const Document placement, client.Plan(pipeline));
  if (tool.json) {
    PrintDocument(placement);
    return {};
  }
  Print(Bold(tool, PlacementSummary(placement)) + "\n\n" +
        PlacementTables(placement) + PlacementReasons(placement));
  return {};
}

}  // namespace acceld::ctl
