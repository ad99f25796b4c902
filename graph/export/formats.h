// The formats that a machine is exported in, and the one function that writes
// any of them.
// Pure functions; no threading rule.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "graph/export/picture.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

enum class Format { kJson, kSvg, kHtml, kDot, kGraphml };

// As on the command line and behind the dot of a file: "svg".
[[nodiscard]] std::string_view Name(Format format);
// Nothing where the name is unknown; case does not matter.
[[nodiscard]] std::optional<Format> ParseFormat(std::string_view name);
// By what follows the last dot of the last part of `path`.
[[nodiscard]] std::optional<Format> FormatOfPath(std::string_view path);
// "json, svg, html, dot, graphml".
[[nodiscard]] std::string FormatNames();

struct ExportFileOptions {
  std::string name = {};        // of the machine; empty: none is known
  PictureOptions picture = {};  // of .svg and .html
};

// The whole file.
[[nodiscard]] std::string ExportText(const Topology& topology, Format format,
                                     const ExportFileOptions& options = {});

}  // namespace acceld::graph::exports
