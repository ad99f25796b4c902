"""A Slurm cluster of one node, with acceld beside it, in namespaces of its own.

Debian's munged, slurmctld and slurmd, a dbus-daemon and the acceld of this
build. Nothing of it is seen outside, and with the first process of the
namespaces all others end: no process, mount or file is left behind.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

MARK = "ACCELD_SLURM_TEST_INSIDE"
NODE = "node1"
ADDRESS = "10.77.0.1"  # not 127/8: getaddrinfo() passes that over
USERS = {"alice": 4001, "bob": 4002}
TOOLS = ["dbus-daemon", "ip", "mount", "munged", "setpriv", "slurmctld",
         "slurmd", "srun", "unshare"]
# Room in short paths: those of sockets are bounded.
ROOT = pathlib.Path("/run/t")


def enter_namespaces():
    """Runs this program again, as the first process of new namespaces.

    Returns there; never returns here. Where that cannot be, returns why.
    """
    if os.environ.get(MARK):
        return None
    # Daemons are not on everybody's path.
    os.environ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        return "not installed: " + ", ".join(missing)
    if os.geteuid() != 0:
        return "needs root to become other users"
    unshare = ["unshare", "--mount", "--net", "--uts", "--ipc", "--pid",
               "--fork", "--kill-child", "--mount-proc"]
    probe = subprocess.run(
        unshare + ["mount", "-t", "tmpfs", "none", "/run"],
        capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        return "no namespaces here: " + probe.stderr.strip()
    os.environ[MARK] = "1"
    os.execvp("unshare", unshare + [sys.executable] + sys.argv)
    return None


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True,
                          **options)


def until(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError("in vain: " + what)


def private_devices(paths):
    """A /dev of this namespace with the usual nodes and `paths`."""
    old = ROOT / "dev"
    old.mkdir()
    run("mount", "--rbind", "/dev", old)
    run("mount", "-t", "tmpfs", "none", "/dev")
    for name in ["null", "zero", "full", "random", "urandom", "tty"]:
        pathlib.Path("/dev", name).touch()
        run("mount", "--bind", old / name, "/dev/" + name)
    os.mkdir("/dev/shm", 0o1777)
    os.symlink("/proc/self/fd", "/dev/fd")
    add_devices(paths)


def add_devices(paths):
    """Character devices that Slurm takes for those of a described machine."""
    for path in map(pathlib.Path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        run("mount", "--bind", "/dev/null", path)


def replace_file(path, text):
    mine = ROOT / path.strip("/").replace("/", "_")
    mine.write_text(text)
    run("mount", "--bind", mine, path)


def private_machine():
    """Users, a host name and an address."""
    run("mount", "-t", "tmpfs", "-o", "mode=755", "none", "/run")
    ROOT.mkdir()
    socket.sethostname(NODE)
    run("ip", "link", "set", "lo", "up")
    run("ip", "address", "add", ADDRESS + "/32", "dev", "lo")
    replace_file("/etc/hosts", f"127.0.0.1 localhost\n{ADDRESS} {NODE}\n")
    users = "".join(f"{name}:x:{uid}:{uid}::/run/t/{name}:/bin/sh\n"
                    for name, uid in USERS.items())
    groups = "".join(f"{name}:x:{uid}:\n" for name, uid in USERS.items())
    replace_file("/etc/passwd", pathlib.Path("/etc/passwd").read_text() + users)
    replace_file("/etc/group", pathlib.Path("/etc/group").read_text() + groups)
    for name, uid in USERS.items():
        (ROOT / name).mkdir()
        os.chown(ROOT / name, uid, uid)


BUS = f"""<busconfig>
  <auth>EXTERNAL</auth>
  <listen>unix:path={ROOT}/bus</listen>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"""

# Cores that the machine does not have are believed (config_overrides).
SLURM = f"""
ClusterName=test
SlurmctldHost={NODE}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={ROOT}/munge/socket
StateSaveLocation={ROOT}/state
SlurmdSpoolDir={ROOT}/spool
SlurmctldPidFile={ROOT}/slurmctld.pid
SlurmdPidFile={ROOT}/slurmd.pid
SlurmctldLogFile={ROOT}/slurmctld.log
SlurmdLogFile={ROOT}/slurmd.log
SlurmdDebug=debug2
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0
KillWait=1
ReturnToService=2
MpiDefault=none
MailProg=/bin/true
PlugStackConfig={ROOT}/plugstack.conf
PartitionName=all Nodes={NODE} Default=YES State=UP
"""


class Cluster:
    """Running daemons. `files`: name in ROOT/bin -> path of this build."""

    def __init__(self, files, host):
        self.address = f"unix:path={ROOT}/bus"
        self._processes = []
        (ROOT / "bin").mkdir()
        # Users may not enter the directory that the build is in.
        for name, path in files.items():
            (ROOT / "bin" / name).touch()
            run("mount", "--bind", os.path.realpath(path),
                ROOT / "bin" / name)
        os.environ["SLURM_CONF"] = str(ROOT / "slurm.conf")
        self._start_acceld(host)

    def _start(self, name, *command):
        with open(ROOT / (name + ".out"), "w", encoding="utf-8") as out:
            process = subprocess.Popen(  # ends with the namespace
                [str(word) for word in command], stdout=out, stderr=out,
                stdin=subprocess.DEVNULL, executable=shutil.which(command[0]))
        self._processes.append((name, process))
        return process

    def _start_acceld(self, host):
        (ROOT / "bus.conf").write_text(BUS)
        (ROOT / "policy.d").mkdir()
        (ROOT / "policy.d/10-all.json").write_text(
            '{"version": 1, "default": "allow"}')
        self._start("bus", "dbus-daemon", "--nofork", "--nopidfile",
                    f"--config-file={ROOT}/bus.conf")
        until((ROOT / "bus").exists, "the bus listens")
        self.acceld = self._start(
            "acceld", ROOT / "bin/acceld", f"--bus={self.address}",
            f"--host={host}", "--stand-in=soft",
            f"--policy={ROOT}/policy.d",
            f"--worker={ROOT}/bin/acceld-soft-worker")
        until(lambda: self.accelctl("status", check=False).returncode == 0,
              "acceld answers")

    def start_slurm(self, gres, cores):
        """`gres`: text of gres.conf; `cores`: of a socket; there are two."""
        for name in ["state", "spool", "munge"]:
            (ROOT / name).mkdir()
        (ROOT / "gres.conf").write_text(gres)
        asked = [line[4:] for line in gres.splitlines()
                 if line.startswith(("#   GresTypes=", "#   NodeName="))]
        (ROOT / "slurm.conf").write_text(
            SLURM + "\n".join(asked) +
            f" Sockets=2 CoresPerSocket={cores} ThreadsPerCore=2\n")
        (ROOT / "plugstack.conf").write_text(
            f"required {ROOT}/bin/acceld_spank.so bus={self.address}\n")
        key = ROOT / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)
        self._start("munged", "munged", "--foreground", "--force",
                    f"--key-file={key}", f"--socket={ROOT}/munge/socket",
                    f"--pid-file={ROOT}/munge.pid",
                    f"--log-file={ROOT}/munge.log",
                    f"--seed-file={ROOT}/munge.seed")
        until((ROOT / "munge/socket").exists, "munged listens")
        # By these names: as "slurmctld-wlm" it does not know itself.
        self._start("slurmctld", "slurmctld", "-D")
        self._start("slurmd", "slurmd", "-D", "-N", NODE)
        until(lambda: "idle" in self.show("sinfo", "-h", "-o", "%T"),
              "the node is idle")

    @staticmethod
    def show(*command):
        return subprocess.run(command, capture_output=True, text=True,
                              check=False).stdout

    def accelctl(self, *arguments, check=True):
        return subprocess.run(
            [ROOT / "bin/accelctl", "--bus", self.address, *arguments],
            capture_output=True, text=True, check=check)

    def start_as(self, user, *command, directory=None):
        """As a user of the cluster; its output is to be read from it."""
        uid = str(USERS[user])
        return subprocess.Popen(
            ["setpriv", "--reuid", uid, "--regid", uid, "--clear-groups",
             *map(str, command)], cwd=directory or ROOT / user,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)

    def run_as(self, user, *command, directory=None):
        """Status, standard output, standard error."""
        process = self.start_as(user, *command, directory=directory)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def stop_acceld(self):
        self.acceld.terminate()
        self.acceld.wait(60)
        self._processes = [(name, process) for name, process in
                           self._processes if name != "acceld"]

    def ended(self):
        return [name for name, process in self._processes
                if process.poll() is not None]

    @staticmethod
    def logs():
        text = ""
        for path in sorted(ROOT.glob("*.out")) + sorted(ROOT.glob("*.log")):
            lines = path.read_text(errors="replace").splitlines()[-25:]
            text += f"== {path.name}\n" + "\n".join(lines) + "\n"
        return text
