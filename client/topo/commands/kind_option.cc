#include "client/topo/commands/kind_option.h"

#include <CLI/CLI.hpp>

#include "base/utf8.h"

namespace acceld::topo {
namespace {

std::string AllKinds() {
  std::string known;
  for (int i = 0; i <= static_cast<int>(VertexKind::kIommuUnit); ++i) {
    known.append(known.empty() ? "" : ", ");
    known.append(Name(static_cast<VertexKind>(i)));
  }
  return known;
}

}  // namespace

CLI::Option* AddKinds(CLI::App& app, const std::string& name,
                      std::vector<VertexKind>* kinds, const std::string& help) {
  return app
      .add_option_function<std::vector<std::string>>(
          name,
          [kinds, name](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              const auto kind = ParseVertexKind(text);
              if (!kind) {
                throw CLI::ValidationError(name, "no kind '" + Printable(text) +
                                                     "'; kinds: " + AllKinds());
              }
              kinds->push_back(*kind);
            }
          },
          help)
      ->type_name("KIND")
      ->delimiter(',');
}

}  // namespace acceld::topo
