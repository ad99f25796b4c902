#include "graph/export/formats.h"

#include <array>

#include "base/json.h"
#include "graph/export/dot.h"
#include "graph/export/graphml.h"
#include "graph/export/html.h"
#include "graph/export/svg.h"
#include "graph/machine_document.h"

namespace acceld::graph::exports {
namespace {

constexpr std::array kAll{Format::kJson, Format::kSvg, Format::kHtml,
                          Format::kDot, Format::kGraphml};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

std::string_view Name(Format format) {
  switch (format) {
    case Format::kJson:
      return "json";
    case Format::kSvg:
      return "svg";
    case Format::kHtml:
      return "html";
    case Format::kDot:
      return "dot";
    case Format::kGraphml:
      return "graphml";
  }
  return "json";
}

std::optional<Format> ParseFormat(std::string_view name) {
  const std::string lower = Lower(name);
  for (const Format format : kAll) {
    if (Name(format) == lower) return format;
  }
  return std::nullopt;
}

std::optional<Format> FormatOfPath(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);  // npos + 1 is 0
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return ParseFormat(path.substr(dot + 1));
}

std::string FormatNames() {
  std::string names;
  for (const Format format : kAll) {
    names.append(names.empty() ? "" : ", ").append(Name(format));
  }
  return names;
}

std::string ExportText(const Topology& topology, Format format,
                       const ExportFileOptions& options) {
  switch (format) {
    case Format::kJson:
      return PrintJson(MachineDocument(topology, {.name = options.name}),
                       JsonStyle::kPretty) +
             "\n";
    case Format::kSvg:
      return SvgText(topology, {options.name}, options.picture);
    case Format::kHtml:
      return HtmlText(topology, {options.name}, options.picture);
    case Format::kDot:
      return DotText(topology, options.name);
    case Format::kGraphml:
      return GraphmlText(topology, options.name);
  }
  return {};
}

}  // namespace acceld::graph::exports
