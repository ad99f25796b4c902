#include "probes/attribute_writer.h"

#include <utility>

#include "base/utf8.h"

namespace acceld::probes {

void AttributeWriter::Add(std::string_view name, AttributeValue value,
                          Provenance from) const {
  reader_.facts().AddAttribute(key_, name, std::move(value), std::move(from));
}

void AttributeWriter::AddFrom(std::string_view file, std::string_view name,
                              AttributeValue value) const {
  Add(name, std::move(value), FromKernel(Path(file)));
}

std::optional<std::string> AttributeWriter::CopyText(
    std::string_view file, std::string_view name) const {
  const auto text = reader_.Text(Path(file));
  if (!text || text->empty()) return std::nullopt;
  AddFrom(file, name, Printable(*text));
  return text;
}

std::optional<std::int64_t> AttributeWriter::CopyInteger(
    std::string_view file, std::string_view name, std::int64_t low,
    std::int64_t high) const {
  const auto number = reader_.IntegerIn(Path(file), low, high);
  if (number) AddFrom(file, name, *number);
  return number;
}

std::optional<bool> AttributeWriter::CopyFlag(std::string_view file,
                                              std::string_view name) const {
  const auto number = reader_.IntegerIn(Path(file), 0, 1);
  if (!number) return std::nullopt;
  AddFrom(file, name, *number == 1);
  return *number == 1;
}

std::optional<Bytes> AttributeWriter::CopyBytes(std::string_view file,
                                                std::string_view name) const {
  const auto number = reader_.IntegerIn(Path(file), 0, kMost);
  if (!number) return std::nullopt;
  AddFrom(file, name, Bytes(*number));
  return Bytes(*number);
}

}  // namespace acceld::probes
