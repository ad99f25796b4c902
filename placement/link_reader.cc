#include "placement/link_reader.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "placement/stage_reader.h"

namespace acceld::placement {
namespace {

std::optional<std::size_t> FindStage(const std::vector<Stage>& stages,
                                     std::string_view name) {
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (!name.empty() && stages[i].name == name) return i;
  }
  return std::nullopt;
}

std::string UnknownStage(std::string_view name,
                         const std::vector<Stage>& stages, bool with_host) {
  std::string text =
      "no stage is called '" + Printable(name, 64) + "'; known: ";
  text.append(with_host ? "host" : "");
  for (const Stage& stage : stages) {
    if (stage.name.empty()) continue;
    if (text.back() != ' ') text.append(", ");
    text.append(stage.name);
  }
  return text;
}

std::optional<std::size_t> ReadEnd(ObjectReader& reader, std::string_view key,
                                   const std::vector<Stage>& stages) {
  const auto name = reader.RequiredString(key);
  if (!name) return std::nullopt;
  if (*name == "host") return kHost;
  const auto stage = FindStage(stages, *name);
  if (!stage) reader.Complain(key, UnknownStage(*name, stages, true));
  return stage;
}

// A quantity that must be more than nothing.
template <typename Parse>
auto ReadPositive(ObjectReader& reader, std::string_view key, Parse parse) {
  auto value = reader.Parsed(key, parse);
  if (value && value->value() == 0) {
    reader.Complain(key, "must be more than 0");
  }
  return value;
}

// One word of a closed list.
template <typename Parse>
auto ReadWord(ObjectReader& reader, std::string_view key, Parse parse,
              std::string_view words) -> decltype(parse(std::string_view())) {
  const auto text = reader.String(key);
  if (!text) return std::nullopt;
  auto word = parse(*text);
  if (!word) reader.Complain(key, "must be one of " + std::string(words));
  return word;
}

Buffer ReadBuffer(const Document& document, std::string pointer,
                  Complaints& complaints) {
  ObjectReader reader(document, std::move(pointer), complaints);
  Buffer buffer;
  if (document.AsObject() != nullptr && document.Find("size") == nullptr) {
    reader.Complain("size", "is required");
  }
  buffer.size = ReadPositive(reader, "size", ParseBytes).value_or(Bytes(0));
  buffer.kind =
      ReadWord(reader, "kind", ParseMemoryKind, "ddr, hbm, pmem, cxl, device");
  buffer.huge_pages = reader.Bool("huge_pages").value_or(false);
  reader.RefuseUnknownKeys();
  return buffer;
}

LinkRequirement ReadRequirement(const Document& document, std::string pointer,
                                Complaints& complaints) {
  ObjectReader reader(document, std::move(pointer), complaints);
  LinkRequirement require;
  require.locality =
      ReadWord(reader, "locality", ParseLocality,
               "same-device, same-switch, same-root-port, same-host-bridge, "
               "same-numa, same-package, cross-package");
  require.min_bandwidth =
      ReadPositive(reader, "min_bandwidth", ParseBytesPerSecond);
  require.max_latency = ReadPositive(reader, "max_latency", ParseNanoseconds);
  reader.RefuseUnknownKeys();
  return require;
}

// Whether a link from a stage to itself can be: among replicas, directly.
bool CheckExchange(ObjectReader& reader, const PipelineLink& link,
                   const std::vector<Stage>& stages) {
  if (link.from == kHost) {
    reader.ComplainHere("links the host to itself");
    return false;
  }
  const Stage& stage = stages[link.from];
  if (stage.count < 2) {
    reader.ComplainHere("is traffic among the replicas of " + stage.name +
                        ", which has one; its \"count\" must be two or more");
    return false;
  }
  if (link.buffer) {
    reader.Complain("buffer", "must be left out: the replicas of " +
                                  stage.name + " send to each other directly");
    return false;
  }
  return true;
}

std::optional<PipelineLink> ReadLink(const Document& document,
                                     std::string pointer,
                                     Complaints& complaints,
                                     const std::vector<Stage>& stages,
                                     const policy::Defaults& defaults) {
  ObjectReader reader(document, std::move(pointer), complaints);
  PipelineLink link;
  const auto from = ReadEnd(reader, "from", stages);
  const auto to = ReadEnd(reader, "to", stages);
  const auto traffic = ReadPositive(reader, "traffic", ParseBytesPerSecond);
  link.traffic = traffic.value_or(defaults.traffic);
  link.traffic_stated = traffic.has_value();
  if (const Document* buffer = reader.Find("buffer")) {
    link.buffer = ReadBuffer(*buffer, reader.PointerOf("buffer"), complaints);
  }
  if (const Document* require = reader.Find("require")) {
    link.require =
        ReadRequirement(*require, reader.PointerOf("require"), complaints);
  }
  reader.RefuseUnknownKeys();
  if (!from || !to) return std::nullopt;
  link.from = *from;
  link.to = *to;
  if (link.is_exchange() && !CheckExchange(reader, link, stages)) {
    return std::nullopt;
  }
  return link;
}

// Reads "same" or "distinct": exactly one of them.
void ReadKind(ObjectReader& reader, GroupConstraint& constraint) {
  const bool same = reader.Find("same") != nullptr;
  const bool distinct = reader.Find("distinct") != nullptr;
  if (same == distinct) {
    reader.ComplainHere("needs exactly one of \"same\" and \"distinct\"");
    return;
  }
  constraint.kind =
      same ? GroupConstraint::Kind::kSame : GroupConstraint::Kind::kDistinct;
  const std::string_view key = same ? "same" : "distinct";
  const auto attribute = reader.String(key);
  if (attribute && CheckName(reader, key, *attribute)) {
    constraint.attribute = *attribute;
  }
}

void ReadMembers(ObjectReader& reader, const std::vector<Stage>& stages,
                 GroupConstraint& constraint) {
  if (reader.Find("stages") == nullptr) {
    reader.Complain("stages", "is required");
    return;
  }
  const std::vector<std::string> names = reader.Strings("stages");
  std::int64_t replicas = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto stage = FindStage(stages, names[i]);
    const std::string pointer = PointerTo(reader.PointerOf("stages"), i);
    if (!stage) {
      reader.complaints().Add(pointer, UnknownStage(names[i], stages, false));
    } else if (std::count(constraint.stages.begin(), constraint.stages.end(),
                          *stage) != 0) {
      reader.complaints().Add(pointer, "is named twice");
    } else {
      constraint.stages.push_back(*stage);
      replicas += stages[*stage].count;
    }
  }
  if (replicas < 2 && constraint.stages.size() == names.size()) {
    reader.Complain("stages",
                    "must name two stages, or one with a count of two or more");
  }
}

// The elements of the array `key`, or none where there are too many.
const Document::Array* BoundedArray(ObjectReader& reader, std::string_view key,
                                    std::size_t limit) {
  const Document::Array* array = reader.Array(key);
  if (array == nullptr || array->size() <= limit) return array;
  reader.Complain(key, "has " + std::to_string(array->size()) +
                           " elements; at most " + std::to_string(limit) +
                           " are allowed");
  return nullptr;
}

}  // namespace

std::vector<PipelineLink> ReadLinks(ObjectReader& reader,
                                    const std::vector<Stage>& stages,
                                    const policy::Defaults& defaults) {
  std::vector<PipelineLink> links;
  const auto* array = BoundedArray(reader, "links", kMaxLinks);
  if (array == nullptr) return links;
  for (std::size_t i = 0; i < array->size(); ++i) {
    auto link = ReadLink((*array)[i], PointerTo(reader.PointerOf("links"), i),
                         reader.complaints(), stages, defaults);
    if (link) links.push_back(*std::move(link));
  }
  return links;
}

std::vector<GroupConstraint> ReadConstraints(ObjectReader& reader,
                                             const std::vector<Stage>& stages) {
  std::vector<GroupConstraint> constraints;
  const auto* array = BoundedArray(reader, "constraints", kMaxConstraints);
  if (array == nullptr) return constraints;
  for (std::size_t i = 0; i < array->size(); ++i) {
    ObjectReader element((*array)[i],
                         PointerTo(reader.PointerOf("constraints"), i),
                         reader.complaints());
    GroupConstraint constraint;
    if ((*array)[i].AsObject() != nullptr) {
      ReadKind(element, constraint);
      ReadMembers(element, stages, constraint);
      element.RefuseUnknownKeys();
    }
    constraints.push_back(std::move(constraint));
  }
  return constraints;
}

}  // namespace acceld::placement
