#include "placement/stage_reader.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

#include "api/functions.h"
#include "base/suggestion.h"
#include "base/utf8.h"
#include "policy/selector_reader.h"

namespace acceld::placement {
namespace {

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

bool IsName(std::string_view text) {
  if (text.empty() || text.size() > kMaxNameBytes) return false;
  if (!IsAlphanumeric(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return IsAlphanumeric(c) || c == '.' || c == '_' || c == '-';
  });
}

void ReadName(ObjectReader& reader, Stage& stage) {
  auto name = reader.RequiredString("name");
  if (!name || !CheckName(reader, "name", *name)) return;
  if (*name == "host") {
    reader.Complain("name",
                    "'host' is the built-in stage of the client's CPUs");
    return;
  }
  stage.name = *std::move(name);
}

std::string UnknownFunction(std::string_view text) {
  std::string message = "unknown function '" + Printable(text, 64) + "'";
  std::vector<std::string_view> known;
  for (const api::Function& function : api::Functions()) {
    known.push_back(function.name);
  }
  const auto nearest = NearestName(text, known);
  if (nearest) message.append("; did you mean '").append(*nearest).append("'?");
  return message;
}

void ReadFunction(ObjectReader& reader, Stage& stage) {
  auto function = reader.RequiredString("function");
  if (!function) return;
  if (function->size() > kMaxNameBytes || !api::IsFunction(*function)) {
    reader.Complain("function", UnknownFunction(*function));
    return;
  }
  stage.function = *std::move(function);
}

// One of the words under `key`; `silent` where it is absent.
template <typename T>
T ReadWord(ObjectReader& reader, std::string_view key,
           std::initializer_list<std::pair<std::string_view, T>> words,
           T silent) {
  const auto text = reader.String(key);
  if (!text) return silent;
  std::string known;
  for (const auto& [word, value] : words) {
    if (*text == word) return value;
    known.append(known.empty() ? "\"" : " or \"").append(word).append("\"");
  }
  reader.Complain(key, "must be " + known);
  return silent;
}

void ReadMemory(ObjectReader& reader, Stage& stage) {
  stage.memory = reader.Parsed("memory", ParseBytes);
  if (stage.memory && stage.memory->value() == 0) {
    reader.Complain("memory", "must be more than 0 bytes");
  }
}

void ReadSelectors(ObjectReader& reader, Stage& stage) {
  // Parsing them costs time: not more than may be accepted.
  const Document* select = reader.Find("select");
  const auto* array = select == nullptr ? nullptr : select->AsArray();
  if (array != nullptr && array->size() > kMaxSelectors) {
    reader.Complain("select", "at most " + std::to_string(kMaxSelectors) +
                                  " selectors are allowed");
    return;
  }
  stage.select = policy::ParseSelectors(reader, "select");
}

Stage ReadStage(const Document& document, std::string pointer,
                const policy::Defaults& defaults, Complaints& complaints) {
  Stage stage;
  ObjectReader reader(document, std::move(pointer), complaints);
  ReadName(reader, stage);
  ReadFunction(reader, stage);
  stage.count = reader.Integer("count", 1, kMaxStages).value_or(1);
  ReadSelectors(reader, stage);
  stage.sva = ReadWord<SvaNeed>(reader, "sva",
                                {{"any", SvaNeed::kAny},
                                 {"preferred", SvaNeed::kPreferred},
                                 {"required", SvaNeed::kRequired}},
                                defaults.sva);
  stage.sharing = ReadWord<Sharing>(
      reader, "sharing",
      {{"shared", Sharing::kShared}, {"exclusive", Sharing::kExclusive}},
      defaults.sharing);
  stage.grant = ReadWord<GrantNeed>(reader, "grant",
                                    {{"any", GrantNeed::kAny},
                                     {"path", GrantNeed::kPath},
                                     {"none", GrantNeed::kNone}},
                                    GrantNeed::kAny);
  ReadMemory(reader, stage);
  reader.RefuseUnknownKeys();
  return stage;
}

}  // namespace

bool CheckName(ObjectReader& reader, std::string_view key,
               std::string_view text) {
  if (IsName(text)) return true;
  reader.Complain(key, "must be 1 to " + std::to_string(kMaxNameBytes) +
                           " of the characters A-Z a-z 0-9 . _ - and begin "
                           "with a letter or digit");
  return false;
}

std::vector<Stage> ReadStages(ObjectReader& reader,
                              const policy::Defaults& defaults) {
  std::vector<Stage> stages;
  if (reader.Find("stages") == nullptr) {
    reader.Complain("stages", "is required");
    return stages;
  }
  const Document::Array* array = reader.Array("stages");
  if (array == nullptr) return stages;
  const auto limit = static_cast<std::size_t>(kMaxStages);
  if (array->empty() || array->size() > limit) {
    reader.Complain("stages", "must have 1 to " + std::to_string(kMaxStages) +
                                  " stages, not " +
                                  std::to_string(array->size()));
    return stages;
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const std::string pointer = PointerTo(reader.PointerOf("stages"), i);
    Stage stage =
        ReadStage((*array)[i], pointer, defaults, reader.complaints());
    const bool taken =
        !stage.name.empty() &&
        std::any_of(stages.begin(), stages.end(), [&](const Stage& other) {
          return other.name == stage.name;
        });
    if (taken) {
      reader.complaints().Add(PointerTo(pointer, "name"),
                              "two stages are called '" + stage.name + "'");
    }
    stages.push_back(std::move(stage));
  }
  return stages;
}

}  // namespace acceld::placement
