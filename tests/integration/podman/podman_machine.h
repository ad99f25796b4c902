// Fixture: an acceld on a bus that ordinary users reach, and real containers.
// Everything that podman and the specs need is in a mount namespace of the
// test's own (an empty /run, an empty hierarchy of control groups) and in a
// temporary directory, and goes with the test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/integration/running_program.h"
#include "tests/integration/served_machine.h"
#include "tests/integration/shell.h"
#include "tests/support/temp_dir.h"

namespace acceld::testing {

class PodmanMachine : public ServedMachine {
 protected:
  // The user whose containers they are: "nobody", who has no subordinate ids.
  static constexpr uid_t kUser = 65534;

  // Skips, with the reason, where the machine cannot do it.
  void SetUp() override;
  void TearDown() override;

  // Writes specs, of everybody's leases, until it is stopped; as a user who may
  // do that because polkit lets him, and because the directory is his.
  void StartWriter(uid_t user = 0);
  // Beginning of commands, with a blank at the end: accelctl on the test's bus;
  // podman with its storage in the test's directory; and what every container
  // of the test is run with.
  [[nodiscard]] std::string Accelctl() const;
  [[nodiscard]] std::string Podman(uid_t user) const;
  [[nodiscard]] static std::string RunOptions();
  // Image and command: accelctl in a file system with nothing else in it.
  [[nodiscard]] std::string Root() const;
  // A command as kUser, with a home of its own.
  [[nodiscard]] std::string AsUser(const std::string& command) const;
  [[nodiscard]] std::string Pipeline() const;
  // Both stages, in the container, on the lease that it was given.
  [[nodiscard]] static std::string Work();
  // accelctl that runs what follows, an engine that is to name {cdi}.
  [[nodiscard]] std::string RunByCdi(const std::string& options = "") const;
  // Whether all leases end.
  [[nodiscard]] bool Leaves();
  // As kUser; the id of the only lease that there is, "" where there is none.
  [[nodiscard]] std::string OnlyLease();

  TempDir directory_{"/tmp"};  // other users reach it
  std::unique_ptr<RunningProgram> writer_;

  // Also the process that keeps a user's namespaces.
  void EndContainers();

 private:
  void MakeRoot();
};

}  // namespace acceld::testing
