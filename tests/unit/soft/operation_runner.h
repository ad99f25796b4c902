// Runs one function of the software accelerators on this process's memory,
// without a queue or a worker.
#pragma once

#include <atomic>
#include <memory>
#include <span>

#include "api/soft_queue.h"
#include "base/check.h"
#include "daemon/soft/functions/names.h"
#include "daemon/soft/functions/table.h"
#include "daemon/soft/operation.h"
#include "tests/support/client_memory.h"

namespace acceld::testing {

class OperationRunner {
 public:
  OperationRunner()
      : memory_(*soft::AddressSpace::FromMemFile(OpenOwnMemory())),
        workspace_(soft::Workspace::Make()) {}

  // The completion, with the status in it.
  [[nodiscard]] api::soft::Completion Run(std::string_view function,
                                          std::span<const std::byte> source,
                                          std::span<std::byte> destination,
                                          std::uint64_t parameter = 0) {
    api::soft::Descriptor descriptor;
    descriptor.source = AddressOf(source.data());
    descriptor.source_size = source.size();
    descriptor.destination = AddressOf(destination.data());
    descriptor.destination_size = destination.size();
    descriptor.parameter = parameter;
    return Run(function, descriptor);
  }
  [[nodiscard]] api::soft::Completion Run(
      std::string_view function, const api::soft::Descriptor& descriptor) {
    const auto opcode = soft::OpcodeOf(function);
    ACCELD_CHECK(opcode.has_value());
    const soft::FunctionEntry* entry =
        soft::FindFunction(static_cast<std::uint16_t>(*opcode));
    ACCELD_CHECK(entry != nullptr);
    soft::Operation operation(descriptor, memory_, *workspace_, stop);
    const auto status = entry->run(operation);
    api::soft::Completion completion = operation.completion();
    completion.status = static_cast<std::uint16_t>(status);
    return completion;
  }

  std::atomic<bool> stop = false;

 private:
  soft::AddressSpace memory_;
  std::unique_ptr<soft::Workspace> workspace_;
};

[[nodiscard]] inline api::soft::CompletionStatus StatusOf(
    const api::soft::Completion& completion) {
  return static_cast<api::soft::CompletionStatus>(completion.status);
}

}  // namespace acceld::testing
