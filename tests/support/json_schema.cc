#include "tests/support/json_schema.h"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "tests/support/read_file.h"

namespace acceld::testing {
namespace {

using nlohmann::json;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

void CollectKeys(const json& schema, std::set<std::string>& keys) {
  if (schema.is_object() && schema.contains("properties")) {
    for (const auto& [key, value] : schema["properties"].items()) {
      keys.insert(key);
    }
  }
  for (const json& inner : schema) {
    if (inner.is_structured()) CollectKeys(inner, keys);
  }
}

}  // namespace

struct JsonSchema::Parsed {
  json text;
  valijson::Schema schema;
};

JsonSchema::JsonSchema(const std::string& path)
    : parsed_(std::make_unique<Parsed>()) {
  parsed_->text = json::parse(ReadFile(path));
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(Adapter(parsed_->text), parsed_->schema);
}

JsonSchema::~JsonSchema() = default;

bool JsonSchema::Accepts(const std::string& text) const {
  const json document = json::parse(text);
  return valijson::Validator(valijson::Validator::kStrongTypes)
      .validate(parsed_->schema, Adapter(document), nullptr);
}

std::set<std::string> JsonSchema::Keys() const {
  std::set<std::string> keys;
  CollectKeys(parsed_->text, keys);
  return keys;
}

}  // namespace acceld::testing
