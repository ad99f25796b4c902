#include "client/ctl/demo_pipeline.h"

#include "client/ctl/document_text.h"

namespace acceld::ctl {
namespace {

using Array = Document::Array;
using Object = Document::Object;

std::string FunctionOf(const Document& pipeline, const std::string& stage) {
  for (const Document& one : ArrayOf(pipeline, "stages")) {
    if (TextOf(one, "name") == stage) return TextOf(one, "function");
  }
  return {};
}

}  // namespace

Document DemoPipeline(Bytes buffer) {
  // Software accelerators, whatever hardware there is: the demo works on their
  // queues.
  const Document soft =
      Array{Object{{"attribute", "framework"}, {"equals", "soft"}}};
  return Object{
      {"stages", Array{Object{{"name", "pack"},
                              {"function", "compress/deflate"},
                              {"sva", "required"},
                              {"select", soft}},
                       Object{{"name", "sum"},
                              {"function", "digest/sha256"},
                              {"sva", "required"},
                              {"select", soft}}}},
      {"links",
       Array{Object{{"from", "host"}, {"to", "pack"}, {"traffic", "100MB/s"}},
             Object{{"from", "pack"},
                    {"to", "sum"},
                    {"traffic", "50MB/s"},
                    {"buffer", Object{{"size", ToString(buffer)}}}}}},
  };
}

Result<DemoStages> FindDemoStages(const Document& pipeline) {
  const Array& links = ArrayOf(pipeline, "links");
  for (std::size_t i = 0; i < links.size(); ++i) {
    const std::string from = TextOf(links[i], "from");
    const std::string to = TextOf(links[i], "to");
    if (links[i].Find("buffer") != nullptr &&
        FunctionOf(pipeline, from) == "compress/deflate" &&
        FunctionOf(pipeline, to) == "digest/sha256") {
      return DemoStages{from, to, static_cast<std::int64_t>(i)};
    }
  }
  return Fail(ErrorCode::kInvalidArgument,
              "/links: the demo needs a link with a buffer from a "
              "compress/deflate stage to a digest/sha256 stage");
}

}  // namespace acceld::ctl
