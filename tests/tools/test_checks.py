#!/usr/bin/python3
# test_checks.py: every check of the source finds what it is for, and leaves good source alone.
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

SPDX = "/* SPDX-License-Identifier: BSD-2-Clause */\n"
GOOD = {
    "src/meson.build": "layer_order = ['base', 'wire',\n  'capture', 'flow', 'engine']\n",
    "src/base/a.h": "/* a.h: the lowest. */\n" + SPDX +
                    "#ifndef TW_BASE_A_H\n#define TW_BASE_A_H\n\nint tw_a(void);\n\n#endif\n",
    "src/base/a.c": '/* a.c: how. */\n' + SPDX + '#include "base/a.h"\n\n#include <stdio.h>\n\n'
                    "int tw_a(void)\n{\n\treturn 1;\n}\n",
    "src/wire/w.h": "/* w.h: bytes. */\n" + SPDX +
                    '#ifndef TW_WIRE_W_H\n#define TW_WIRE_W_H\n\n#include "base/a.h"\n\n#endif\n',
    "src/flow/f.c": "/* f.c: above. */\n" + SPDX + '#include "base/a.h"\n#include "wire/w.h"\n',
    "ARCHITECTURE.md": "| `base/` |\n| `wire/` |\n| `capture/` |\n| `flow/` |\n| `engine/` |\n"
                       "<!-- Below is what tools/architecture --write made of each file's first "
                       "line. -->\n<!-- End of what tools/architecture wrote. -->\n",
}
HEAD = "/* x.c: bad. */\n" + SPDX


class Check(unittest.TestCase):
    """A good tree in a temporary folder, to be made bad in one place."""

    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.top)
        for name, text in GOOD.items():
            self.write(name, text)

    def write(self, name, text):
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run_tool(self, tool, *options, env=None):
        return subprocess.run([REPOSITORY / "tools" / tool, *options, self.top], text=True,
                              capture_output=True, check=False, env=env)

    def assert_good(self, tool, *options):
        done = self.run_tool(tool, *options)
        self.assertEqual((done.stdout, done.returncode), ("", 0), done.stderr)

    def assert_bad(self, tool, *complaints, options=()):
        done = self.run_tool(tool, *options)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        for complaint in complaints:
            self.assertIn(complaint, done.stdout)
        self.assertEqual(len(done.stdout.splitlines()), len(complaints), done.stdout)


class Layers(Check):
    def test_good_tree_has_no_complaint(self):
        self.assert_good("check-layers")

    def test_higher_layer_is_not_included(self):
        self.write("src/base/x.c", HEAD + '#include "wire/w.h"\n')
        self.assert_bad("check-layers", "src/base/x.c:3: base includes wire, a higher layer")

    def test_wire_and_capture_bar_each_other(self):
        self.write("src/capture/x.c", HEAD + '#include "wire/w.h"\n')
        self.assert_bad("check-layers", "src/capture/x.c:3: capture includes wire")

    def test_own_header_comes_first(self):
        self.write("src/wire/w.c", HEAD + '#include <stdio.h>\n\n#include "wire/w.h"\n')
        self.assert_bad("check-layers", "src/wire/w.c:3: the first include is not its own")

    def test_include_without_a_layer_is_found(self):
        self.write("src/base/x.c", HEAD + '#include "a.h"\n')
        self.assert_bad("check-layers", 'src/base/x.c:3: "a.h" is not written')

    def test_public_header_belongs_to_the_engine_and_above(self):
        self.write("src/engine/x.c", HEAD + '#include "tcpwhy.h"\n')
        self.assert_good("check-layers")
        self.write("src/flow/x.c", HEAD + '#include "tcpwhy.h"\n')
        self.assert_bad("check-layers", "src/flow/x.c:3: flow includes the public header")

    def test_folder_that_is_no_layer_is_found(self):
        self.write("src/other/x.c", HEAD)
        self.assert_bad("check-layers", "src/other/x.c:1: other is no layer")

    def test_tests_of_a_layer_keep_the_order_too(self):
        self.write("tests/base/test_x.c", HEAD + '#include "wire/w.h"\n')
        self.assert_bad("check-layers", "tests/base/test_x.c:3: base includes wire")

    def test_tests_may_include_a_helper_beside_them(self):
        self.write("tests/base/help.h", "/* help.h: shared. */\n" + SPDX)
        self.write("tests/base/test_x.c", HEAD + '#include "help.h"\n')
        self.assert_good("check-layers")
        self.write("tests/base/test_x.c", HEAD + '#include "gone.h"\n')
        self.assert_bad("check-layers", 'tests/base/test_x.c:3: "gone.h" is not written')


class Headers(Check):
    def test_good_tree_has_no_complaint(self):
        self.assert_good("check-headers")

    def test_purpose_line_names_the_file_and_is_a_sentence(self):
        self.write("src/base/y.c", "/* x.c: other name. */\n" + SPDX)
        self.write("src/base/z.c", "/* z.c: no full stop */\n" + SPDX)
        self.write("tests/base/empty.c", "")
        self.assert_bad("check-headers", "src/base/y.c:1: the first line",
                        "src/base/z.c:1: the first line", "tests/base/empty.c:1: the first line",
                        "tests/base/empty.c:2: the second line")

    def test_build_folders_and_hidden_ones_are_not_ours(self):
        for folder in ("build", "build-test", ".cache", "web/node_modules"):
            self.write(folder + "/x.c", "int x;\n")
        self.assert_good("check-headers")
        self.write("rebuild/x.c", "/* x.c: ours. */\n")
        self.assert_bad("check-headers", "rebuild/x.c:2: the second line")

    def test_licence_line_is_missed(self):
        self.write("src/base/x.c", "/* x.c: bad. */\n")
        self.assert_bad("check-headers", "src/base/x.c:2: the second line")

    def test_wrong_guard_is_found(self):
        self.write("src/base/a.h", GOOD["src/base/a.h"].replace("TW_BASE_A_H", "A_H"))
        self.assert_bad("check-headers", "src/base/a.h:3: not guarded by TW_BASE_A_H")

    def test_public_header_is_guarded_by_its_own_name(self):
        text = "/* one.h: public. */\n" + SPDX + "#ifndef {0}\n#define {0}\n\n#endif\n"
        self.write("include/one.h", text.format("ONE_H"))
        self.assert_good("check-headers")
        self.write("include/one.h", text.format("TW_INCLUDE_ONE_H"))
        self.assert_bad("check-headers", "include/one.h:3: not guarded by ONE_H")

    def test_header_that_needs_another_is_found(self):
        self.write("src/base/a.h", GOOD["src/base/a.h"].replace("int tw_a(void)",
                                                                "uint8_t tw_a(void)"))
        self.assert_bad("check-headers", "src/base/a.h:1: does not compile alone",
                        "src/wire/w.h:1: does not compile alone")


class Banned(Check):
    def test_good_tree_has_no_complaint(self):
        self.assert_good("check-banned")

    def test_each_banned_thing_is_found(self):
        for rule, code in (
                ("call", "sprintf(a, b);"), ("call", "strcpy(a, b);"), ("call", "strcat(a, b);"),
                ("call", "strtok(a, b);"), ("call", "x = atoi(a);"), ("call", "gets(a);"),
                ("call", "alloca(4);"), ("call", "#include <assert.h>"),
                ("alloc", "x = malloc(4);"), ("alloc", "calloc(1, 4);"), ("alloc", "free (x);"),
                ("alloc", "y = realloc(x, 4);"), ("clock", "now = time(NULL);"),
                ("network", "getaddrinfo(a, b, c, d);"),
                ("cast", "x = (const struct tw_x *)bytes;"), ("cast", "((struct tw_x *)(b))->c;")):
            with self.subTest(code=code):
                self.write("src/base/x.c", HEAD + code + "\n")
                self.assert_bad("check-banned", f"src/base/x.c:3: {rule}: ")

    def test_what_only_looks_banned_is_left_alone(self):
        self.write("src/base/x.c", HEAD + '/* strcpy(a, b) */\nx = "malloc(1)"; // free(x)\n'
                   "snprintf(a, b, c); tw_arena_free(x); time_ns(x); tw_atoi(b);\n"
                   "n = sizeof(struct tw_x *) * 2; f((struct tw_x *[]){a});\n"
                   "void f(struct tw_x *x);\n")
        self.assert_good("check-banned")

    def test_long_lines_and_blanks_at_the_end_are_found(self):
        self.write("src/base/x.c", HEAD + "\t" * 12 + "12345\nint x; \n")
        self.assert_bad("check-banned", "src/base/x.c:3: longer than 100",
                        "src/base/x.c:4: blanks at the end")

    def test_tests_may_allocate_but_not_copy_without_bounds(self):
        self.write("tests/base/test_x.c", HEAD + "x = malloc(4);\nstrcpy(a, b);\n")
        self.assert_bad("check-banned", "tests/base/test_x.c:4: call: strcpy(")

    def test_allowed_file_may_and_an_idle_entry_is_found(self):
        self.write("src/base/x.c", HEAD + "free(x);\n")
        self.write("tools/allowed", "# comment\nalloc src/base/x.c it owns them\n")
        self.assert_good("check-banned")
        self.write("tools/allowed", "alloc src/base/x.c it owns them\nclock src/base/a.c why\n")
        self.assert_bad("check-banned", "tools/allowed:2: clock src/base/a.c is not needed")


class Functions(Check):
    def write_function(self, lines):
        self.write("src/base/x.c", HEAD + "static const int a[] = {\n\t1,\n};\n\nint long_one(\n"
                   "\tint b)\n{\n" + "\tb++;\n" * lines + "}\n")

    def test_eighty_lines_are_the_end(self):
        self.write_function(80)
        self.assert_good("check-functions")
        self.write_function(81)
        self.assert_bad("check-functions", "src/base/x.c:9: long_one has 81 lines")


class Globals(Check):
    def compile(self, layer, code):
        self.write(f"src/{layer}/x.c", HEAD + code)
        folder = self.top / "build-test/src"
        folder.mkdir(parents=True, exist_ok=True)
        member = f"{layer}_x.c.o"
        subprocess.run(["cc", "-O2", "-fPIC", "-c", self.top / f"src/{layer}/x.c", "-o", member],
                       cwd=folder, check=True)
        subprocess.run(["ar", "rcs", f"libtw_{layer}.a", member], cwd=folder, check=True)

    def test_constants_are_left_alone(self):
        self.compile("flow", 'static const char *const a[] = {"x"};\nstatic const int b[] = {1};\n'
                     "char f(int i);\nchar f(int i)\n{\n\treturn a[b[i]][i];\n}\n")
        self.assert_good("check-globals")

    def test_each_mutable_variable_is_found(self):
        self.compile("flow", 'static const char *a[] = {"x"};\nint b;\nstatic int c = 3;\n'
                     "static _Thread_local int d;\nint f(void);\nint f(void)\n{\n"
                     "\tstatic int e;\n\treturn *a[0]++ + c++ + d++ + e++;\n}\n")
        self.assert_bad("check-globals", "src/flow/x.c:3: a is mutable", "src/flow/x.c:4: b ",
                        "src/flow/x.c:5: c ", "src/flow/x.c:6: d ", "src/flow/x.c:10: e ")

    def test_command_line_may_keep_state(self):
        self.compile("cli", "int b;\n")
        self.assert_good("check-globals")

    def test_missing_build_is_a_skip_with_its_reason(self):
        done = self.run_tool("check-globals")
        self.assertEqual(done.returncode, 77)
        self.assertIn("build-test/ is not built", done.stdout)


class Format(Check):
    def test_badly_formatted_source_is_found(self):
        if not shutil.which("clang-format-16"):
            self.skipTest("clang-format-16 is not installed")
        shutil.copy(REPOSITORY / ".clang-format", self.top)
        self.assertEqual(self.run_tool("check-format").returncode, 0)
        self.write("src/base/x.c", HEAD + "int  x=1 ;\n")
        done = self.run_tool("check-format")
        self.assertNotIn(done.returncode, (0, 77))
        self.assertIn("src/base/x.c:3:", done.stderr)

    def test_missing_clang_format_is_a_skip_with_its_reason(self):
        (self.top / "bin").mkdir()
        for tool in ("sh", "dirname"):
            os.symlink(shutil.which(tool), self.top / "bin" / tool)
        done = self.run_tool("check-format", env={"PATH": str(self.top / "bin")})
        self.assertEqual(done.returncode, 77)
        self.assertIn("clang-format-16 is not installed", done.stdout)


class Catalogue(Check):
    def build(self, folder, text):
        self.write(f"{folder}/tcpwhy", f"#!/bin/sh\n[ \"$*\" = 'causes --markdown' ] || exit 2\n"
                                       f"printf '{text}'\n")
        (self.top / folder / "tcpwhy").chmod(0o755)

    def test_document_is_what_the_program_writes(self):
        self.build("build", "one\\ntwo\\n")
        self.write("docs/causes.md", "one\ntwo\n")
        self.assert_good("check-catalogue")
        self.write("docs/causes.md", "one\n2\n")
        self.assert_bad("check-catalogue", "docs/causes.md:2: not what")
        self.write("docs/causes.md", "one\n")
        self.assert_bad("check-catalogue", "docs/causes.md:2: not what")

    def test_missing_document_is_found_and_written(self):
        self.build("build-test", "one\\n")
        self.assert_bad("check-catalogue", "docs/causes.md:1: not what")
        (self.top / "docs").mkdir()
        self.assert_good("check-catalogue", "--write")
        self.assert_good("check-catalogue")

    def test_the_youngest_program_is_asked(self):
        self.build("build", "old\\n")
        os.utime(self.top / "build/tcpwhy", (1, 1))
        self.build("build-test", "new\\n")
        self.write("docs/causes.md", "new\n")
        self.assert_good("check-catalogue")

    def test_missing_program_is_a_skip_with_its_reason(self):
        done = self.run_tool("check-catalogue")
        self.assertEqual(done.returncode, 77)
        self.assertIn("is not built", done.stdout)


class Architecture(Check):
    def test_check_complains_until_write_was_run(self):
        self.assert_bad("architecture", "ARCHITECTURE.md:7: not in step", options=["--check"])
        self.assert_good("architecture", "--write")
        self.assert_good("architecture", "--check")
        self.assertIn("- [`a.h`](src/base/a.h): the lowest.\n- [`a.c`](src/base/a.c): how.\n",
                      (self.top / "ARCHITECTURE.md").read_text())

    def test_changed_purpose_line_is_found(self):
        self.assert_good("architecture", "--write")
        self.write("src/base/a.h", GOOD["src/base/a.h"].replace("the lowest", "the deepest"))
        self.assert_bad("architecture", "not in step", options=["--check"])

    def test_table_of_layers_keeps_the_order(self):
        self.assert_good("architecture", "--write")
        self.write("src/meson.build", GOOD["src/meson.build"].replace("'flow'", "'flow', 'tcp'"))
        self.assert_bad("architecture", "the table of layers is not", options=["--check"])


if __name__ == "__main__":
    tap.main()
