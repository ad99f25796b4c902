// Drawing: a picture as SVG elements, for .svg files and the .html viewer
// alike.
//
//   <g id="KEY" class="box KIND [MEMORY-KIND]" data-vertex="ID">
//     <title>tooltip</title> <rect/> <text/>...
//   <g id="link:KIND:FROM--TO" class="link KIND bN" data-link="INDEX">
//     <title>tooltip</title> <path/>
//
// Ids are stable: they are made of keys. Colours are left to picture.css.
// Pure functions; no threading rule.
#pragma once

#include <string>
#include <string_view>

#include "graph/export/picture.h"
#include "graph/topology.h"

namespace acceld::graph::exports {

// The words of a class attribute: "memory hbm".
[[nodiscard]] std::string ClassOf(const Vertex& vertex);
// "fabric b4": the number grows with the bandwidth.
[[nodiscard]] std::string ClassOf(const Topology& topology, const Wire& wire);

// Boxes, then wires, then their words.
void AppendDrawing(const Topology& topology, const Picture& picture,
                   std::string& out);

// <text> at its place.
void AppendText(const TextLine& line, std::string_view text_class,
                std::string& out);

}  // namespace acceld::graph::exports
