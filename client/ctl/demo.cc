// accelctl demo: the whole way, from the question to work on devices and back.
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "client/ctl/commands.h"
#include "client/ctl/demo_check.h"
#include "client/ctl/demo_input.h"
#include "client/ctl/demo_pipeline.h"
#include "client/ctl/demo_text.h"
#include "client/ctl/demo_work.h"
#include "client/pipeline_file.h"

namespace acceld::ctl {
namespace {

Result<DemoInput> OpenInput(const DemoOptions& options) {
  if (!options.file.empty()) return DemoInput::Map(options.file);
  auto size = ParseBytes(options.size);
  if (!size) return Fail(std::move(size.error()).In("--size"));
  return DemoInput::Make(*size);
}

Result<Document> OpenPipeline(const DemoOptions& options,
                              const DemoInput& input) {
  if (!options.pipeline.empty()) {
    return client::ReadPipelineFile(options.pipeline);
  }
  return DemoPipeline(DemoBufferFor(input.bytes().size()));
}

// Errors: kCorruptInput (a device is wrong).
Status CheckResults(const DemoInput& input, const DemoReport& report) {
  ACCELD_TRY_VOID(CheckUnpacksTo(report.packed.file, input.bytes()));
  ACCELD_TRY(const Sha256 expected, Sha256Of(report.packed.file));
  if (report.summed.digest == expected) return {};
  return Fail(ErrorCode::kCorruptInput, "the device says that the SHA-256 is " +
                                            ToHex(report.summed.digest) +
                                            ", OpenSSL says " +
                                            ToHex(expected));
}

// PREFIX.gz, PREFIX.gz.sha256 and, of test data, PREFIX.
Result<std::vector<std::string>> WriteFiles(const DemoOptions& options,
                                            const DemoInput& input,
                                            const DemoReport& report) {
  std::vector<std::string> files;
  if (options.output.empty()) return files;
  const std::string packed = options.output + ".gz";
  files = {packed, packed + ".sha256"};
  const std::string line = ToHex(report.summed.digest) + "  " + packed + "\n";
  ACCELD_TRY_VOID(WriteFile(files[0], report.packed.file));
  ACCELD_TRY_VOID(WriteFile(files[1], std::as_bytes(std::span(line))));
  if (options.file.empty()) {
    files.push_back(options.output);
    ACCELD_TRY_VOID(WriteFile(files[2], input.bytes()));
  }
  return files;
}

// Works on the lease's devices; the buffer and the queues are gone when it
// returns, so that the lease can be released.
Status Work(client::Lease& lease, const DemoStages& stages,
            const DemoOptions& options, const DemoInput& input,
            DemoReport& report) {
  const SteadyClock clock;
  ACCELD_TRY(auto pack, lease.OpenQueue(stages.pack));
  ACCELD_TRY(auto sum, lease.OpenQueue(stages.sum));
  ACCELD_TRY(const auto buffer, lease.MapBuffer(stages.link));
  ACCELD_TRY(report.packed,
             ctl::Pack(pack, input.bytes(), buffer.bytes(), clock));
  ACCELD_TRY(report.summed, ctl::Sum(sum, report.packed.file, clock));
  ACCELD_TRY_VOID(CheckResults(input, report));
  ACCELD_TRY(report.files, WriteFiles(options, input, report));
  return {};
}

// Of a lease that was inherited only the grants are known.
Document PlacementBy(const client::Lease& lease) {
  Document stages = Document::Array{};
  for (const api::Grant& grant : lease.grants()) {
    if (grant.kind == "buffer") continue;
    stages.Append(Document::Object{{"stage", grant.stage},
                                   {"replica", grant.replica},
                                   {"function", grant.function},
                                   {"device", grant.device}});
  }
  return Document::Object{{"stages", std::move(stages)}};
}

Result<client::Lease> Acquire(const Tool& tool, const DemoOptions& options,
                              const Document& pipeline) {
  if (options.inherited) return client::Lease::Inherited();
  ACCELD_TRY(client::Client client, tool.Connect());
  return client.Acquire(pipeline);
}

}  // namespace

Status Demo(const Tool& tool, const DemoOptions& options) {
  ACCELD_TRY(const DemoInput input, OpenInput(options));
  ACCELD_TRY(const Document pipeline, OpenPipeline(options, input));
  ACCELD_TRY(const DemoStages stages, FindDemoStages(pipeline));
  ACCELD_TRY(client::Lease lease, Acquire(tool, options, pipeline));
  DemoReport report;
  report.input = input.name();
  report.input_size = input.bytes().size();
  report.lease = lease.path();
  report.inherited = options.inherited;
  report.placement = options.inherited ? PlacementBy(lease) : lease.placement();
  ACCELD_TRY_VOID(Work(lease, stages, options, input, report));
  ACCELD_TRY_VOID(lease.Release());
  if (tool.json) {
    PrintDocument(DemoDocument(report));
  } else {
    Print(DemoText(tool, report));
  }
  return {};
}

}  // namespace acceld::ctl
