#include "graph/export/html.h"

#include <string_view>

#include "base/json.h"
#include "graph/export/assets.h"
#include "graph/export/draw_picture.h"
#include "graph/export/drawing.h"
#include "graph/export/markup.h"
#include "graph/export/viewer_data.h"
#include "graph/quantity.h"

namespace acceld::graph::exports {
namespace {

// Ids of the page hold a '~', which no key does (probes/fact.h, IsKey).
constexpr std::string_view kControls = R"html(
<div id="ui~tools" role="toolbar" aria-label="View">
<input id="ui~filter" type="search" placeholder="Filter (/)" aria-label="Filter"
 autocomplete="off" spellcheck="false">
<button id="ui~in" type="button" title="Zoom in (+)">+</button>
<button id="ui~out" type="button" title="Zoom out (-)">&#8722;</button>
<button id="ui~fit" type="button" title="Fit to the window (0)">Fit</button>
<button id="ui~clear" type="button" title="Clear (Escape)">Clear</button>
</div>
</header>
<main>
<div id="ui~stage">
)html";

constexpr std::string_view kPanels = R"html(
</div>
<aside id="ui~panel" aria-label="Details" tabindex="0">
<div id="ui~status" role="status" aria-live="polite"></div>
<div id="ui~details"></div>
<details id="ui~help"><summary>How to look around</summary>
<dl>
<dt>drag, wheel, + &#8722; 0</dt><dd>move, zoom, fit</dd>
<dt>click</dt><dd>what is known of a box, and from where</dd>
<dt>click another</dt><dd>the fastest path between the two, and its weakest
link</dd>
<dt>/</dt><dd>filter by any word of a box; Enter goes to the next match</dd>
<dt>Tab, arrows</dt><dd>go from box to box: &#8594; into, &#8592; out of, Enter
chooses; with Shift they move the picture</dd>
<dt>Escape</dt><dd>clear</dd>
</dl></details>
</aside>
<div id="ui~legend" role="group" aria-label="Legend: show and hide"></div>
<div id="ui~tooltip" aria-hidden="true" hidden></div>
</main>
)html";

void AppendHead(const std::string& name, std::string& out) {
  out.append("<!doctype html>\n<html lang=\"en\">\n<head>\n");
  out.append("<meta charset=\"utf-8\">\n");
  out.append("<meta http-equiv=\"Content-Security-Policy\" content=\"");
  out.append("default-src 'none'; base-uri 'none'; form-action 'none'; ");
  out.append("style-src '").append(kViewerStyleHash).append("'; script-src '");
  out.append(kViewerScriptHash).append("'\">\n<meta name=\"viewport\" ");
  out.append("content=\"width=device-width, initial-scale=1\">\n");
  out.append("<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
  AppendEscaped(name, out);
  out.append("</title>\n<style>").append(kViewerStyle);
  out.append("</style>\n</head>\n<body>\n");
}

void AppendHeader(const std::string& name, const std::string& totals,
                  std::string& out) {
  out.append("<header>\n<h1>");
  AppendEscaped(name, out);
  out.append("</h1>\n<p>");
  AppendEscaped(totals, out);
  out.append("<br>");
  AppendEscaped(MarkLegend(), out);
  out.append("</p>");
  out.append(kControls);
}

}  // namespace

std::string HtmlText(const Topology& topology, const Heading& heading,
                     const PictureOptions& options) {
  const Picture picture = DrawPicture(topology, options);
  const std::string name =
      heading.name.empty() ? std::string("machine") : heading.name;
  std::string out;
  AppendHead(name, out);
  AppendHeader(name, TotalsOf(topology), out);
  out.append("<svg id=\"ui~picture\" class=\"picture\" tabindex=\"0\"");
  out.append(" data-width=\"").append(std::to_string(picture.width));
  out.append("\" data-height=\"").append(std::to_string(picture.height));
  out.append("\" viewBox=\"0 0 ").append(std::to_string(picture.width));
  out.append(" ").append(std::to_string(picture.height)).append("\">\n");
  AppendDrawing(topology, picture, out);
  out.append("</svg>").append(kPanels);
  out.append("<script type=\"application/json\" id=\"ui~machine\">");
  out.append(EscapedForScript(PrintJson(ViewerDocument(topology, picture))));
  out.append("</script>\n<script>").append(kViewerScript);
  return out.append("</script>\n</body>\n</html>\n");
}

}  // namespace acceld::graph::exports
