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

// "accelerator:wq0.1: held by 1203 (train) and 2 processes of others"
std::string LineOf(const Document& stay) {
  std::string by;
  for (const Document& holder : ArrayOf(stay, "held_by")) {
    by.append(by.empty() ? "" : ", ").append(TextOf(holder, "pid"));
    by.append(" (").append(TextOf(holder, "name")).append(")");
  }
  const std::string others = TextOf(stay, "others");
  if (others != "0") {
    by.append(by.empty() ? "" : " and ").append(others);
    by.append(others == "1" ? " process of others" : " processes of others");
  }
  const std::string what = by.empty() ? "being closed" : "held by " + by;
  const std::string trouble = TextOf(stay, "trouble");
  return "quarantine " + TextOf(stay, "device") + ": " +
         (trouble.empty() ? what : trouble) + "\n";
}

// "10-lab.json, number 3", and what is wrong with the files since.
std::string PolicyLine(const Document& status) {
  const Document* policy = status.Find("policy");
  if (policy == nullptr) return "";
  std::string line = TextOf(*policy, "origin");
  line.append(line.empty() ? "" : ", ");
  line.append("number ").append(TextOf(*policy, "number"));
  const std::string warnings = TextOf(*policy, "warnings");
  if (!warnings.empty() && warnings != "0") {
    line.append(", warnings: ").append(warnings);
  }
  const std::string error = TextOf(*policy, "error");
  if (error.empty()) return line;
  return line.append("\nits files were changed since and are refused:\n")
      .append(error);
}

}  // namespace

Status ShowStatus(const Tool& tool) {
  ACCELD_TRY(client::Client client, tool.Connect());
  Document status = Document::Object{};
  for (const auto& [key, property] : kProperties) {
    ACCELD_TRY(Document value, client.Property(property));
    status.Set(key, std::move(value));
  }
  if (auto quarantine = client.Property("Quarantine")) {
    status.Set("quarantine", *std::move(quarantine));
  }
  if (tool.json) {
    PrintDocument(status);
    return {};
  }
  Print("acceld     " + TextOf(status, "version") + "\nmachine    " +
        TextOf(status, "mode") + ", snapshot " + TextOf(status, "generation") +
        "\npolicy     " + PolicyLine(status) + "\n");
  for (const Document& stay : ArrayOf(status, "quarantine")) {
    Print(LineOf(stay));
  }
  return {};
}

}  // namespace acceld::ctl
