// The memory of a client, reached through its /proc/PID/mem file.
//
// The file is bound to the address space that it was opened on, for as long as
// it is open: neither an exec nor the reuse of a process id can make it mean
// another one. Reading and writing need no privilege beyond holding it, which
// is why a worker without any can serve the client's addresses.
//
// Owned by one queue; not thread-safe.
// Source: proc(5) /proc/pid/mem; Linux fs/proc/base.c, mem_rw().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"

namespace acceld::soft {

class AddressSpace {
 public:
  // Takes `file` where it really is a /proc/PID/mem file, open for reading and
  // writing. Any other file could block the worker, or make it write somewhere
  // with the worker's credentials. Errors: kInvalidArgument (another file, or
  // another access mode), kIo.
  [[nodiscard]] static Result<AddressSpace> FromMemFile(UniqueFd file);

  // Moves bytes from or to the virtual address `address`. Returns how many
  // moved: fewer than asked means that the byte at `address` + result is not
  // accessible. The kernel moves page by page, so that byte is the first one of
  // the transfer or of a page.
  [[nodiscard]] std::size_t Read(std::uint64_t address,
                                 std::span<std::byte> into) const;
  // Write also succeeds on a read-only private mapping (the kernel copies the
  // page first, as for a debugger), unless the kernel was told otherwise
  // (proc_mem.force_override=). It only ever hits the client's own memory.
  [[nodiscard]] std::size_t Write(std::uint64_t address,
                                  std::span<const std::byte> from) const;

 private:
  explicit AddressSpace(UniqueFd file) : file_(std::move(file)) {}
  UniqueFd file_;
};

}  // namespace acceld::soft
