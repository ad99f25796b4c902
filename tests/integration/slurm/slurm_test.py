#!/usr/bin/python3
"""Slurm and acceld: gres.conf as slurmd reads it, and srun --accel, on a real
cluster of one node. Two devices compress: two tasks fit, a third is refused."""
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import unittest
from xml.sax.saxutils import quoteattr

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cluster  # noqa: E402 pylint: disable=wrong-import-position
from cluster import ROOT, USERS, until  # noqa: E402

FILES = {
    "acceld": "daemon/acceld",
    "acceld-soft-worker": "daemon/soft/acceld-soft-worker",
    "accelctl": "client/ctl/accelctl",
    "acceld_spank.so": "integrations/slurm/spank/acceld_spank.so",
    "task_work": "tests/integration/slurm/task_work",
}
HOST = "configs/hosts/dsa-gpu-2s.json"
LINKED_HOST = "configs/hosts/dgx-1v.json"
WORK = ROOT / "bin/task_work"
BUSY, UNSATISFIABLE, UNAVAILABLE = 8, 7, 9  # exit statuses of accelctl(1)

PIPELINE = {"stages": [{"name": "pack", "function": "compress/deflate",
                        "sharing": "exclusive"}]}


class SlurmTest(unittest.TestCase):
    """One cluster for all tests; each leaves no lease."""

    @classmethod
    def setUpClass(cls):
        cluster.private_machine()
        cluster.private_devices(["/dev/dri/renderD128"])
        cls.cluster = cluster.Cluster(FILES, os.path.abspath(HOST))
        gres = cls.cluster.accelctl("export", "gres.conf", "--host-names",
                                    cluster.NODE).stdout
        cls.cluster.start_slurm(gres, cores=32)
        for user in USERS:
            (ROOT / user / "p.json").write_text(json.dumps(PIPELINE))

    def run(self, result=None):
        failed = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) == failed:
            return
        print(self.cluster.logs(), file=sys.stderr)
        for user in USERS:  # no other test is to find its jobs
            self.cluster.run_as(user, "scancel", "--user=" + user)

    def tearDown(self):
        self.assertEqual(self.cluster.ended(), [])

    def leases(self):
        return json.loads(self.cluster.accelctl("--json", "leases").stdout)

    def no_lease(self):
        until(lambda: not self.leases(), "all leases end")

    def running_work(self):
        """What lives of it; who ended is not waited for by this namespace."""
        return self.cluster.show("pgrep", "--runstates", "DRST", "-x",
                                 "task_work")

    def start(self, user, *options):
        """A job that did its work and holds its device; and its file."""
        go = ROOT / user / f"go{len(list((ROOT / user).glob('go*')))}"
        job = self.cluster.start_as(user, "srun", "--accel=p.json", *options,
                                    WORK, go)
        self.addCleanup(job.wait)
        self.addCleanup(job.kill)
        self.addCleanup(job.stdout.close)
        self.addCleanup(job.stderr.close)
        line = job.stdout.readline()
        self.assertEqual(line, "worked\n", job.poll() and job.stderr.read())
        return job, go

    def test_exported_gres_is_what_the_node_shows(self):
        shown = self.cluster.show("scontrol", "show", "node", cluster.NODE)
        self.assertIn(" Gres=compress:8086-0cfe:2,dsa:8086-0b25:5,"
                      "gpu:8086-56c0:1(S:0)", shown.replace("\n  ", ""))
        for name in ["slurmctld.log", "slurmd.log"]:
            text = (ROOT / name).read_text()
            self.assertEqual(re.findall(r".*(?:error|warning).*gres.*", text,
                                        re.IGNORECASE), [])

    def test_exported_cores_and_links_are_what_slurmd_reads(self):
        folder = ROOT / "linked"
        folder.mkdir()
        text = self.cluster.accelctl(
            "export", "gres.conf", "--host-names", cluster.NODE, "--from",
            os.path.abspath(LINKED_HOST)).stdout
        cluster.add_devices(re.findall(r"File=(\S+)", text))
        (folder / "gres.conf").write_text(text)
        conf = (ROOT / "slurm.conf").read_text()
        conf = re.sub(r"GresTypes=.*", "GresTypes=gpu,nic", conf)
        conf = re.sub(r" Gres=\S+", " " + re.search(r"Gres=\S+", text)[0],
                      conf).replace("CoresPerSocket=32", "CoresPerSocket=20")
        (folder / "slurm.conf").write_text(conf)
        read = subprocess.run(
            ["slurmd", "-G", "-N", cluster.NODE],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=True, env={**os.environ, "SLURM_CONF":
                             str(folder / "slurm.conf")}).stdout
        for line in text.splitlines():
            wanted = re.findall(
                r"\b(?:Name|Type|File|Cores|Links)=\S+", line)
            if line.startswith("#") or not wanted:
                continue
            self.assertTrue(any(all(word + " " in got + " " for word in wanted)
                                for got in read.splitlines()),
                            f"{line}\nread as:\n{read}")

    def test_two_jobs_fit_and_a_third_waits_its_turn(self):
        one, go_on = self.start("alice")
        two, _ = self.start("bob")
        owners = sorted(lease["owner"] for lease in self.leases())
        self.assertEqual(owners, sorted(USERS.values()))
        status, out, err = self.cluster.run_as("bob", "srun", "--accel=p.json",
                                               WORK)
        self.assertEqual((status, out), (BUSY, ""), err)
        self.assertRegex(err, r"(?m)^accel: task 0: .*(busy|held|placement)")
        go_on.touch()
        self.assertEqual(one.wait(60), 0)
        until(lambda: len(self.leases()) == 1, "the first lease ends")
        status, out, err = self.cluster.run_as("bob", "srun", "--accel=p.json",
                                               WORK)
        self.assertEqual((status, out), (0, "worked\n"), err)
        two.send_signal(signal.SIGKILL)  # srun: the job is cancelled below
        self.cluster.run_as("bob", "scancel", "--user=bob")
        self.no_lease()

    def test_with_gres_a_third_job_waits_in_the_queue(self):
        gres = "--gres=compress:1"
        held = [self.start("alice", gres) for _ in range(2)]
        third = self.cluster.start_as("alice", "srun", gres, "--accel=p.json",
                                      WORK)
        until(lambda: self.cluster.show("squeue", "-h", "-t", "PD", "-o",
                                        "%r") == "Resources\n",
              "the third job waits for resources")
        held[0][1].touch()
        out, err = third.communicate(timeout=120)
        self.assertEqual((third.returncode, out), (0, "worked\n"), err)
        held[1][1].touch()
        self.assertEqual([job.wait(60) for job, _ in held], [0, 0])
        self.no_lease()

    def test_cancelled_task_leaves_nothing(self):
        job, _ = self.start("alice")
        self.assertEqual(len(self.leases()), 1)
        self.cluster.run_as("alice", "scancel", "--user=alice")
        self.assertNotEqual(job.wait(60), 0)
        self.no_lease()
        self.assertEqual(self.running_work(), "")

    def test_killed_slurmstepd_takes_task_and_lease_along(self):
        self.start("alice")
        steps = [pid for pid in self.cluster.show(
            "pgrep", "-f", r"^slurmstepd: \[").split()]
        self.assertTrue(steps)
        for pid in steps:
            os.kill(int(pid), signal.SIGKILL)
        self.no_lease()
        self.assertEqual(self.running_work(), "")
        self.cluster.run_as("alice", "scancel", "--user=alice")

    def test_each_task_has_a_lease_of_its_own(self):
        status, out, err = self.cluster.run_as(
            "alice", "srun", "-n2", "--accel=p.json", "sh", "-c",
            f"{WORK}; echo $ACCELD_LEASE")
        self.assertEqual(status, 0, err)
        self.assertEqual(out.count("worked"), 2)
        self.assertEqual(len(set(re.findall(r"/lease/\S+", out))), 2, out)
        self.no_lease()

    def test_task_that_finds_no_device_left_fails_alone(self):
        go_on = ROOT / "alice/go-three"
        job = self.cluster.start_as("alice", "srun", "-n3", "--accel=p.json",
                                    WORK, go_on)
        self.addCleanup(job.wait)
        self.addCleanup(job.kill)
        lines = sorted(job.stdout.readline() for _ in range(2))
        self.assertEqual(lines, ["worked\n"] * 2)
        # Only now the third: it may have been the first to ask.
        self.assertEqual(len(self.leases()), 2)
        go_on.touch()
        _, err = job.communicate(timeout=120)
        self.assertEqual(job.returncode, BUSY, err)
        self.assertEqual(len(re.findall(r"Exited with exit code 8", err)), 1)
        self.no_lease()

    def test_task_inherits_what_it_is_told_and_nothing_else(self):
        status, out, err = self.cluster.run_as(
            "alice", "srun", "--accel=p.json", "sh", "-c",
            "ls /proc/$$/fd; env")
        self.assertEqual(status, 0, err)
        env = dict(line.split("=", 1) for line in out.splitlines()
                   if "=" in line)
        told = {int(env["ACCELD_SESSION_FD"])}
        told |= {grant["fd"] for grant in json.loads(env["ACCELD_GRANTS"])}
        self.assertEqual(len(told), int(env["ACCELD_FDS"]))
        opened = {int(fd) for fd in re.findall(r"(?m)^(\d+)$", out)}
        self.assertEqual(opened, told | {0, 1, 2})
        self.assertNotIn("SLURM_ACCELD_PIPELINE", env)
        self.no_lease()

    def test_task_may_have_its_descriptors_where_systemd_has_them(self):
        status, out, err = self.cluster.run_as(
            "alice", "srun", "--accel=p.json", ROOT / "bin/accelctl", "exec",
            "--", "sh", "-c",
            "test $LISTEN_PID = $$ && echo $LISTEN_FDS $LISTEN_FDNAMES; "
            "ls /proc/$$/fd")
        self.assertEqual(status, 0, err)
        self.assertEqual(out.split(), "2 session:pack 0 1 2 3 4".split())
        self.no_lease()

    def test_environment_that_is_kept_away_keeps_no_pipeline_away(self):
        status, out, err = self.cluster.run_as(
            "alice", "srun", "--export=NONE", "--accel=p.json", WORK)
        self.assertEqual((status, out), (0, "worked\n"), err)
        self.no_lease()

    def test_batch_job_gives_its_steps_what_was_submitted(self):
        home = ROOT / "alice"
        (home / "gone.json").write_text(json.dumps(PIPELINE))
        (home / "job.sh").write_text(
            "#!/bin/sh\n#SBATCH --accel=gone.json\n"
            "echo script [$ACCELD_LEASE]\ncd /\n"
            f"until [ -e {home}/started ]; do sleep 0.05; done\n"
            f"srun {WORK}\necho status $?\n")
        status, _, err = self.cluster.run_as("alice", "sbatch", "-o", "out",
                                             "job.sh")
        self.assertEqual(status, 0, err)
        (home / "gone.json").unlink()
        (home / "started").touch()
        text = until(lambda: (home / "out").exists() and
                     "status" in (home / "out").read_text() and
                     (home / "out").read_text(), "the batch job ends")
        self.assertEqual(text, "script []\nworked\nstatus 0\n")
        self.no_lease()

    def test_each_job_of_an_array_takes_its_own(self):
        home = ROOT / "alice"
        (home / "array.sh").write_text(
            "#!/bin/sh\n"
            f"srun --quiet sh -c '{WORK}; echo $ACCELD_LEASE'\n")
        status, _, err = self.cluster.run_as(
            "alice", "sbatch", "--wait", "--array=1-2", "--accel=p.json",
            "-o", "array.%a", "array.sh")
        self.assertEqual(status, 0, err)
        texts = [(home / f"array.{number}").read_text() for number in (1, 2)]
        self.assertEqual([text.split()[0] for text in texts], ["worked"] * 2)
        self.assertNotEqual(*texts)
        self.no_lease()

    def test_requeued_job_takes_its_devices_anew(self):
        home = ROOT / "alice"
        (home / "again.sh").write_text(
            f"#!/bin/sh\nexec srun --quiet sh -c "
            f"'echo $ACCELD_LEASE; exec {WORK} {home}/again-go'\n")
        status, out, err = self.cluster.run_as(
            "alice", "sbatch", "--parsable", "--accel=p.json",
            "--open-mode=append", "-o", "again", "again.sh")
        self.assertEqual(status, 0, err)
        job = out.strip()

        def works(times):
            file = home / "again"
            return file.exists() and file.read_text().count("worked") == times

        until(lambda: works(1), "the job works")
        self.cluster.run_as("alice", "scontrol", "requeue", job)
        self.no_lease()
        # Slurm puts it off by two minutes, once it is in the queue again.
        until(lambda: self.cluster.show(
            "squeue", "-h", "-j", job, "-o", "%T %r") == "PENDING BeginTime\n",
              "the job is put off")
        # slurmd starts no job whose credential is of the second in which it
        # killed it.
        time.sleep(2)
        self.cluster.run_as("alice", "scontrol", "update", "JobId=" + job,
                            "StartTime=now")
        until(lambda: works(2), "the job works again")
        leases = re.findall(r"/lease/\S+", (home / "again").read_text())
        self.assertEqual(len(set(leases)), 2)
        (home / "again-go").touch()
        self.no_lease()

    def test_steps_of_one_job_take_theirs_side_by_side(self):
        home = ROOT / "alice"
        (home / "steps.sh").write_text(
            "#!/bin/sh\nfor step in 1 2; do\n"
            f"  srun --quiet --exact -n1 -c2 {WORK} {home}/steps-go &\ndone\nwait\n")
        status, _, err = self.cluster.run_as(
            "alice", "sbatch", "-n2", "-c2", "--accel=p.json", "-o", "steps",
            "steps.sh")
        self.assertEqual(status, 0, err)
        until(lambda: len(self.leases()) == 2, "both steps hold their devices")
        (home / "steps-go").touch()
        self.no_lease()
        until(lambda: (home / "steps").read_text() == "worked\nworked\n",
              "both steps say so")

    def test_pipeline_of_paths_has_mounts_of_its_own_and_no_other_has(self):
        outside = os.readlink("/proc/self/ns/mnt")
        for grant, is_own in [("path", True), ("any", False)]:
            (ROOT / "alice" / "path.json").write_text(json.dumps({"stages": [
                {"name": "pack", "function": "compress/deflate",
                 "grant": grant}]}))
            status, out, err = self.cluster.run_as(
                "alice", "srun", "--accel=path.json", "sh", "-c",
                "readlink /proc/self/ns/mnt; cat /proc/self/uid_map;"
                "grep -c shared: /proc/self/mountinfo; true")
            self.assertEqual(status, 0, err)
            mounts, uids, *_ = out.splitlines()
            self.assertEqual(mounts != outside, is_own, out)
            # Of the machine's users all are there: no user namespace.
            self.assertEqual(uids.split(),
                             pathlib.Path("/proc/self/uid_map")
                             .read_text().split())
        self.no_lease()

    def test_allocation_gives_its_steps_a_lease_each(self):
        status, out, err = self.cluster.run_as(
            "alice", "salloc", "--accel=p.json", "srun", WORK)
        self.assertEqual((status, out), (0, "worked\n"), err)
        self.no_lease()

    def test_step_may_ask_for_another_pipeline_than_its_job(self):
        (ROOT / "alice" / "copy.json").write_text(json.dumps(
            {"stages": [{"name": "move", "function": "copy"}]}))
        status, out, err = self.cluster.run_as(
            "alice", "salloc", "--accel=p.json", "srun", "--accel=copy.json",
            "sh", "-c", "echo $ACCELD_FDNAMES")
        self.assertEqual((status, out), (0, "session:move\n"), err)
        self.no_lease()

    def test_file_that_is_no_pipeline_is_told_before_anything_is_queued(self):
        (ROOT / "alice" / "broken.json").write_text("{")
        (ROOT / "alice" / "large.json").write_text(
            json.dumps({"stages": ["x" * 60000, "y" * 60000]}))
        for name, words in [("none.json", "No such file"),
                            ("broken.json", "broken.json"),
                            ("large.json", "64KiB"), ("-", "standard input")]:
            status, _, err = self.cluster.run_as("alice", "srun",
                                                 "--accel=" + name, "true")
            self.assertNotEqual(status, 0)
            self.assertIn(words, err)

    def test_what_no_device_can_do_fails_with_the_reason(self):
        (ROOT / "alice" / "odd.json").write_text(json.dumps(
            {"stages": [{"name": "a", "function": "compute/npu"}]}))
        status, _, err = self.cluster.run_as("alice", "srun",
                                             "--accel=odd.json", "true")
        self.assertEqual(status, UNSATISFIABLE, err)
        self.assertRegex(err, r"(?m)^accel: task 0: ")

    def test_job_without_the_option_is_left_alone(self):
        status, out, err = self.cluster.run_as(
            "alice", "srun", "sh", "-c", "echo [$ACCELD_LEASE]")
        self.assertEqual((status, out), (0, "[]\n"), err)

    def test_zz_without_acceld_the_task_fails_and_slurm_lives(self):
        self.cluster.stop_acceld()
        status, out, err = self.cluster.run_as("alice", "srun",
                                               "--accel=p.json", WORK)
        self.assertEqual((status, out), (UNAVAILABLE, ""), err)
        self.assertIn("acceld is not running", err)
        status, out, err = self.cluster.run_as("alice", "srun", "echo", "fine")
        self.assertEqual((status, out), (0, "fine\n"), err)


def tell_skipped(why):
    """To people, and to who counts results (scripts/count_tests.py)."""
    print("SKIPPED: " + why)
    if "XML_OUTPUT_FILE" in os.environ:
        with open(os.environ["XML_OUTPUT_FILE"], "w", encoding="utf-8") as out:
            out.write("<testsuites><testsuite name='slurm'><testcase "
                      f"name='all'><skipped message={quoteattr(why)}/>"
                      "</testcase></testsuite></testsuites>")


if __name__ == "__main__":
    WHY_NOT = cluster.enter_namespaces()
    if WHY_NOT:
        tell_skipped(WHY_NOT)
        sys.exit(0)
    unittest.main(verbosity=2)
