#!/usr/bin/python3
# test_dev.py: ./dev installs what is missing and only that, and adds nothing to what tcpwhy says.
# SPDX-License-Identifier: BSD-2-Clause
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "tests"))
import tap  # noqa: E402

REAL_TOOLS = ["sh", "cat", "sed", "awk", "grep", "tr", "mktemp", "rm", "dirname", "env", "ls"]
RECORD = 'echo "${0##*/} $*" >>"$CALLS"\n'
PROGRAM = '#!/bin/sh\\nprintf "%%s|" "$PWD" "$@"\\nexit 3\\n'
FAKE_TOOLS = {
    "id": "echo 0\n",
    "dpkg-query": 'for p in $INSTALLED; do echo "installed $p"; done; exit 1\n',
    "apt-get": RECORD + 'case "$*" in *${APT_FAILS:-never}*) echo "E: no luck"; exit 100;; esac\n',
    "apt-cache": 'echo "Package: $2"\n',
    "meson": RECORD + 'mkdir -p "$2" && echo >"$2/build.ninja"\n',
    "ninja": 'echo noise; [ "$3" = -n ] || { ' + RECORD.strip() +
             f"; printf '{PROGRAM}' >build/tcpwhy; chmod +x build/tcpwhy; }}\n",
}
BUILD = ("gcc libc6-dev meson ninja-build pkg-config "
         "libxxhash-dev libmd-dev zlib1g-dev libzstd-dev liblz4-dev")


class Dev(unittest.TestCase):
    """./dev in a tree of its own, on a machine whose tools only record how they are called."""

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.top)
        self.bin = self.top / "bin"
        self.bin.mkdir()
        shutil.copy(REPOSITORY / "dev", self.top)
        for name in REAL_TOOLS + ["mkdir", "chmod"]:
            os.symlink(shutil.which(name), self.bin / name)
        for name, body in FAKE_TOOLS.items():
            self.fake(name, body)

    def fake(self, name, body):
        (self.bin / name).write_text("#!/bin/sh\n" + body)
        (self.bin / name).chmod(0o755)

    def dev(self, *arguments, installed=BUILD, cwd=None, **env):
        """How ./dev ended, and the calls of tools that change something."""
        calls = self.top / "calls"
        calls.write_text("")
        done = subprocess.run(
            [self.top / "dev", *arguments], text=True, capture_output=True, check=False,
            cwd=cwd or self.top, stdin=subprocess.DEVNULL,
            env={"PATH": str(self.bin), "CALLS": str(calls), "INSTALLED": installed, **env})
        return done, calls.read_text().splitlines()

    def test_program_gets_its_arguments_folder_streams_and_exit_code(self):
        folder = self.top / "else where"
        folder.mkdir()
        done, _ = self.dev("run", "a b", "*", cwd=folder)
        self.assertEqual((done.stdout, done.returncode), (f"{folder}|a b|*|", 3), done.stderr)

    def test_nothing_missing_asks_apt_for_nothing(self):
        _, calls = self.dev("run")
        self.assertEqual([call.split()[0] for call in calls], ["meson", "ninja"])

    def test_only_what_is_missing_is_installed_after_one_update(self):
        done, calls = self.dev("run", installed=BUILD.replace("meson ", "").replace("gcc ", ""))
        self.assertRegex(calls[0], "^apt-get .* update$")
        self.assertRegex(calls[1], "^apt-get .* install --no-install-recommends gcc meson$")
        self.assertIn("dev: installing gcc meson", done.stderr)
        self.assertNotIn("noise", done.stdout + done.stderr)

    def test_configured_once_only(self):
        self.dev("run")
        _, calls = self.dev("run")
        self.assertEqual([call.split()[0] for call in calls], ["ninja"])

    def test_up_to_date_build_is_silent(self):
        self.dev("run")
        self.fake("ninja", "echo ninja: no work to do.\n")
        done, _ = self.dev("run")
        self.assertEqual(done.stderr, "")

    def test_neither_root_nor_sudo_names_the_packages(self):
        self.fake("id", "echo 1000\n")
        done, calls = self.dev("run", installed=BUILD.replace("libmd-dev", ""))
        self.assertEqual((done.returncode, calls), (125, []))
        self.assertIn("neither root nor sudo", done.stderr)
        self.assertIn(": libmd-dev", done.stderr)

    def test_user_with_sudo_installs_by_it(self):
        self.fake("id", "echo 1000\n")
        self.fake("sudo", RECORD + '[ "$1" != -n ] || shift; exec "$@"\n')
        _, calls = self.dev("run", installed="")
        self.assertRegex(calls[0], "^sudo -n env DEBIAN_FRONTEND=noninteractive apt-get .*update$")
        self.assertRegex(calls[3], f"^apt-get .* {BUILD}$")

    def test_no_apt_names_the_packages_and_the_way_on(self):
        (self.bin / "apt-get").unlink()
        done, _ = self.dev("run", installed="")
        self.assertEqual(done.returncode, 125)
        self.assertIn(BUILD, done.stderr)
        done, _ = self.dev("run", installed="", TCPWHY_NO_INSTALL="1")
        self.assertEqual(done.returncode, 3)

    def test_failed_update_is_told_and_installing_still_tried(self):
        done, calls = self.dev("run", installed="", APT_FAILS="update")
        self.assertEqual((len(calls), done.returncode), (4, 3))
        self.assertIn("E: no luck", done.stderr)

    def test_failed_installation_ends_it_with_apts_words(self):
        done, calls = self.dev("run", installed="", APT_FAILS="install")
        self.assertEqual((len(calls), done.returncode, done.stdout), (2, 125, ""))
        self.assertIn("E: no luck\ndev: could not install", done.stderr)

    def test_failed_build_shows_the_compilers_words(self):
        self.fake("ninja", '[ "$3" = -n ] || { echo error: line 1; exit 1; }\n')
        done, _ = self.dev("run")
        self.assertEqual((done.returncode, done.stdout), (125, ""))
        self.assertIn("error: line 1\n", done.stderr)

    def test_missing_program_is_told(self):
        self.fake("ninja", "echo done\n")
        done, _ = self.dev("run")
        self.assertEqual(done.returncode, 125)
        self.assertIn("no program build/tcpwhy", done.stderr)

    def test_verb_with_nothing_to_do_says_so_and_runs_nothing(self):
        for verb in ("bench", "fuzz"):
            with self.subTest(verb=verb):
                done, calls = self.dev(verb)
                self.assertEqual((done.returncode, calls), (0, []))
                self.assertRegex(done.stdout, "^There is no .* yet")

    def test_every_verb_has_its_help(self):
        done, _ = self.dev("help")
        for verb in "run test lint format sanitize bench fuzz lab accuracy fresh help".split():
            self.assertRegex(done.stdout, rf"(?m)^  {verb} ")
            self.assertTrue(self.dev("help", verb)[0].stdout.startswith(verb))

    def test_unknown_verb_is_an_error(self):
        for arguments in (["rum"], ["help", "rum"]):
            done, _ = self.dev(*arguments)
            self.assertEqual((done.returncode, done.stdout), (125, ""))
            self.assertIn("no such verb: rum", done.stderr)


if __name__ == "__main__":
    tap.main()
