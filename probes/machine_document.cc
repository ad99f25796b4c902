#include "probes/machine_document.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/document_reader.h"
#include "base/error.h"
#include "base/sys_root.h"
#include "base/topology_terms.h"
#include "probes/attribute_document.h"

namespace acceld::probes {
namespace {

constexpr std::string_view kFormat = "acceld-machine";
constexpr std::int64_t kVersion = 1;

// Turns "nothing" of a Parse*Kind function into a complaint.
template <typename Find>
auto Kind(ObjectReader& reader, Find find) {
  const auto name = reader.RequiredString("kind");
  auto kind = name ? find(*name) : std::nullopt;
  if (name && !kind) reader.Complain("kind", "no such kind");
  return kind;
}

class MachineReader {
 public:
  MachineReader(const Document& document, Complaints& complaints)
      : complaints_(complaints), root_(document, "", complaints) {}

  FactSet Read() {
    ReadHeader();
    ForEach("entities", [this](ObjectReader& reader) { ReadEntity(reader); });
    ForEach("links", [this](ObjectReader& reader) { ReadLink(reader); });
    ForEach("relations",
            [this](ObjectReader& reader) { ReadRelation(reader); });
    ForEach("faults", [this](ObjectReader& reader) { ReadFault(reader); });
    root_.RefuseUnknownKeys();
    return std::move(facts_);
  }

 private:
  struct Ends {
    std::string from;
    std::string to;
  };

  void ReadHeader() {
    const auto format = root_.RequiredString("format");
    if (format && *format != kFormat) {
      root_.Complain("format", "not \"acceld-machine\"");
    }
    if (root_.Find("version") == nullptr) {
      root_.Complain("version", "is required");
    } else {
      (void)root_.Integer("version", kVersion, kVersion);
    }
    // For people, and the caller's own count; neither is a fact.
    (void)root_.String("description");
    (void)root_.Integer("generation", 0, INT64_MAX);
    described_ = {
        Evidence::kAssumed,
        "described by " + root_.String("name").value_or("a document")};
  }

  template <typename Read>
  void ForEach(std::string_view key, Read read) {
    const Document::Array* array = root_.Array(key);
    if (array == nullptr) return;
    for (std::size_t i = 0; i < array->size(); ++i) {
      ObjectReader reader((*array)[i], PointerTo(root_.PointerOf(key), i),
                          complaints_);
      read(reader);
      reader.RefuseUnknownKeys();
    }
  }

  std::vector<Attribute> ReadAttributes(ObjectReader& reader) {
    std::vector<Attribute> attributes;
    const Document::Object* object = reader.Object("attributes");
    if (object == nullptr) return attributes;
    for (const auto& [name, value] : *object) {
      auto attribute = ParseAttribute(
          name, value, PointerTo(reader.PointerOf("attributes"), name),
          described_, complaints_);
      if (attribute) attributes.push_back(*std::move(attribute));
    }
    return attributes;
  }

  void ReadEntity(ObjectReader& reader) {
    const auto key = reader.RequiredString("key");
    const auto kind = Kind(reader, ParseVertexKind);
    (void)reader.String("description");
    std::vector<Attribute> attributes = ReadAttributes(reader);
    if (!key) return;
    if (!IsKey(*key)) {
      reader.Complain("key", "not 1 to 128 characters of [A-Za-z0-9:._/-]");
      return;
    }
    if (!keys_.insert(*key).second) {
      reader.Complain("key", "'" + *key + "' is stated twice");
    }
    if (!kind) return;
    facts_.AddEntity(*key, *kind);
    for (Attribute& attribute : attributes) {
      facts_.attributes.push_back({*key, std::move(attribute)});
    }
  }

  std::optional<std::string> ReadEnd(ObjectReader& reader,
                                     std::string_view name) {
    auto key = reader.RequiredString(name);
    if (key && !keys_.contains(*key)) {
      reader.Complain(name, "names no entity of this document");
    }
    return key;
  }

  std::optional<Ends> ReadEnds(ObjectReader& reader) {
    auto from = ReadEnd(reader, "from");
    auto to = ReadEnd(reader, "to");
    if (!from || !to) return std::nullopt;
    if (*from == *to) reader.Complain("to", "is the same as \"from\"");
    return Ends{*std::move(from), *std::move(to)};
  }

  // One rate; its type follows from its name.
  template <typename Unit>
  std::optional<Sourced<Unit>> ReadRate(ObjectReader& reader,
                                        std::string_view name) {
    const Document* document = reader.Find(name);
    if (document == nullptr) return std::nullopt;
    auto attribute = ParseAttribute(name, *document, reader.PointerOf(name),
                                    described_, complaints_);
    if (!attribute) return std::nullopt;
    const Unit* value = std::get_if<Unit>(&attribute->value);
    if (value == nullptr) {
      reader.Complain(name, "not a quantity, or one of another type");
      return std::nullopt;
    }
    return Sourced<Unit>{*value, std::move(attribute->from)};
  }

  LinkRate ReadRates(ObjectReader& reader) {
    LinkRate rate{ReadRate<BytesPerSecond>(reader, "bandwidth"),
                  ReadRate<Nanoseconds>(reader, "latency")};
    if (rate.bandwidth && rate.bandwidth->value.value() == 0) {
      reader.Complain("bandwidth", "must be more than zero");
    }
    return rate;
  }

  void ReadLink(ObjectReader& reader) {
    (void)reader.String("description");
    const auto kind = Kind(reader, ParseLinkKind);
    const auto ends = ReadEnds(reader);
    const LinkRate forward = ReadRates(reader);
    LinkRate backward = forward;
    if (const Document* other = reader.Find("backward")) {
      ObjectReader inner(*other, reader.PointerOf("backward"), complaints_);
      backward = ReadRates(inner);
      inner.RefuseUnknownKeys();
    }
    std::vector<Attribute> attributes = ReadAttributes(reader);
    if (!kind || !ends) return;
    const auto& [low, high] = std::minmax(ends->from, ends->to);
    if (!links_.emplace(low, high, *kind).second) {
      reader.ComplainHere("these two have such a link already");
    }
    facts_.links.push_back({ends->from, ends->to, *kind, forward, backward,
                            std::move(attributes)});
  }

  void ReadRelation(ObjectReader& reader) {
    (void)reader.String("description");
    const auto kind = Kind(reader, ParseRelationKind);
    const auto ends = ReadEnds(reader);
    std::vector<Attribute> attributes = ReadAttributes(reader);
    Provenance provenance = described_;
    if (const auto name = reader.String("evidence")) {
      const auto evidence = ParseEvidence(*name);
      if (!evidence) reader.Complain("evidence", "no such evidence");
      provenance.evidence = evidence.value_or(provenance.evidence);
    }
    provenance.source = reader.String("source").value_or(provenance.source);
    if (!kind || !ends) return;
    if (!relations_.emplace(ends->from, ends->to, *kind).second) {
      reader.ComplainHere("these two have such a relation already");
    }
    facts_.relations.push_back({ends->from, ends->to, *kind,
                                std::move(attributes), std::move(provenance)});
  }

  void ReadFault(ObjectReader& reader) {
    const auto name = reader.RequiredString("code");
    auto where = reader.RequiredString("where");
    auto what = reader.RequiredString("what");
    const auto code = name ? ParseErrorCode(*name) : std::nullopt;
    if (name && !code) reader.Complain("code", "no such error code");
    if (code && where && what) {
      facts_.faults.push_back({*code, *std::move(where), *std::move(what)});
    }
  }

  static std::optional<ErrorCode> ParseErrorCode(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(ErrorCode::kInternal); ++i) {
      const auto code = static_cast<ErrorCode>(i);
      if (name == ErrorCodeName(code)) return code;
    }
    return std::nullopt;
  }

  Complaints& complaints_;
  ObjectReader root_;
  Provenance described_;
  FactSet facts_;
  std::unordered_set<std::string> keys_;
  // Links by their ends in either order.
  std::set<std::tuple<std::string, std::string, LinkKind>> links_;
  std::set<std::tuple<std::string, std::string, RelationKind>> relations_;
};

}  // namespace

Result<FactSet> ParseMachine(const Document& document) {
  Complaints complaints;
  FactSet facts = MachineReader(document, complaints).Read();
  if (!complaints.empty()) return Fail(complaints.ToError());
  return facts;
}

Result<FactSet> ParseMachineText(std::string_view text) {
  ACCELD_TRY(const Document document, ParseJson(text, kMachineLimits));
  return ParseMachine(document);
}

Result<FactSet> ReadMachineFile(const std::string& file) {
  std::error_code error;
  const auto path = std::filesystem::canonical(file, error);
  if (error) return FailErrno(file, error.value());
  ACCELD_TRY(const SysRoot folder, SysRoot::Open(path.parent_path()));
  const std::string name = path.filename();
  ACCELD_TRY(const std::string text,
             folder.ReadFile(name, kMachineLimits.bytes));
  auto facts = ParseMachineText(text);
  if (!facts) return Fail(std::move(facts.error()).In(file));
  return facts;
}

}  // namespace acceld::probes
