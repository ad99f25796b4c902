#include <array>
#include <string>
#include <utility>

#include "client/ctl/commands.h"
#include "client/ctl/document_text.h"

namespace acceld::ctl {
namespace {

constexpr std::array<std::pair<const char*, const char*>, 4> kProperties{{
    {"version", "Version"},
    {"mode", "Mode"},
    {"generation", "Generation"},
    {"policy", "PolicyState"},
}};

}  // namespace

Status ShowStatus(const Tool& tool) {
  ACCELD_TRY(client::Client client, tool.Connect());
  Document status = Document::Object{};
  for (const auto& [key, property] : kProperties) {
    ACCELD_TRY(Document value, client.Property(property));
    status.Set(key, std::move(value));
  }
  if (tool.json) {
    PrintDocument(status);
    return {};
  }
  Print("acceld     " + TextOf(status, "version") + "\nmachine    " +
        TextOf(status, "mode") + ", snapshot " + TextOf(status, "generation") +
        "\npolicy     " + TextOf(status, "policy") + "\n");
  return {};
}

}  // namespace acceld::ctl
