#include "client/topo/commands/on_machine.h"

#include <utility>

#include "client/topo/tool.h"

namespace acceld::topo {

Runner OnMachine(TextOfMachine text, DocumentOfMachine document) {
  return [text = std::move(text),
          document = std::move(document)](const Tool& tool) -> Result<int> {
    ACCELD_TRY(const Machine machine, tool.Load());
    if (tool.json) {
      ACCELD_TRY(const Document result, document(machine));
      ACCELD_TRY_VOID(tool.WriteJson(result));
      return 0;
    }
    ACCELD_TRY(const std::string result, text(machine, tool.look));
    ACCELD_TRY_VOID(tool.Write(result));
    return 0;
  };
}

}  // namespace acceld::topo
