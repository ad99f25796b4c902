// The texts under assets/, and what a content security policy says to allow
// them ("sha256-..."). The definitions are written by embed.py.
// Constants; no threading rule.
#pragma once

#include <string_view>

namespace acceld::graph::exports {

extern const std::string_view kPictureStyle;  // picture.css
extern const std::string_view kPictureStyleHash;
extern const std::string_view kViewerStyle;  // picture.css and viewer.css
extern const std::string_view kViewerStyleHash;
extern const std::string_view kViewerScript;  // the viewer's scripts
extern const std::string_view kViewerScriptHash;

}  // namespace acceld::graph::exports
