// Options whose values are kinds of vertices, as `--only nic`.
#pragma once

#include <string>
#include <vector>

#include "base/topology_terms.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace acceld::topo {

// Declares the option (or argument) `name`, whose values are appended to
// `*kinds`; a name that is no kind is a mistake that lists them all.
// `*kinds` must live as long as `app` is parsed.
CLI::Option* AddKinds(CLI::App& app, const std::string& name,
                      std::vector<VertexKind>* kinds, const std::string& help);

}  // namespace acceld::topo
