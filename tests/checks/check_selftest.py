#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks can fail: each is shown small trees, good and bad."""
import pathlib
import sys
import tempfile

import check_layers
import check_sizes

SPDX = "// SPDX-License-Identifier: GPL-3.0-or-later\n"


def tree(files):
    root = pathlib.Path(tempfile.mkdtemp())
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(SPDX + text)
    return root


BAD_LAYERS = {
    "a Gui include in core": {"core/base/a.cpp": "#include <QWidget>\n"},
    "a qualified Widgets include": {"core/base/a.cpp": "#include <QtWidgets/QWidget>\n"},
    "SQL in ui": {"core/jobs/a.cpp": "#include <QSqlQuery>\n"},
    "storage in ui": {"ui/a.cpp": '#include "core/storage/storage.h"\n'},
    "upward": {"core/a.cpp": '#include "ui/main_window.h"\n'},
    "a timer in jobs": {"core/jobs/a.cpp": "#include <QTimer>\n"},
    "singleton": {"ui/a.cpp": "auto* a = QCoreApplication::instance();\n"},
    "throw": {"core/a.cpp": "void f() { throw 1; }\n"},
    "at": {"core/a.cpp": "int f(List l) { return l.at(0); }\n"},
    "a Result that may be ignored": {"core/a.h": "#pragma once\nResult<void> f();\n"},
    "no pragma": {"core/a.h": "int f();\n"},
    "a mark": {"core/a.cpp": "// TO" + "DO: later\n"},
    "QTest macro": {"tests/core/a.cpp": "TEST_CASE(\"x\") { QVER" + "IFY(false); }\n"},
}
GOOD_LAYERS = {"core/a.h": "#pragma once\n[[nodiscard]] Result<void> f();\n", "core/a.cpp": 'const char* s = "qApp throw";  // qApp\n'}


def body(lines):
    return "{\n" + "  int a = 0;\n" * (lines - 2) + "}\n"


def main():
    failures = []
    for name, files in BAD_LAYERS.items():
        if not check_layers.check(tree(files)):
            failures.append(f"layers let pass: {name}")
    if check_layers.check(tree(GOOD_LAYERS)):
        failures.append("layers complain of a good tree")
    quiet = lambda *_: None
    for name, files in {
        "a long function": {"core/a.cpp": "namespace n {\nvoid f(int a) " + body(61) + "}\n"},
        "a long constructor": {"core/a.cpp": "A::A(int a)\n    : m_a(a), m_b{a} " + body(41)},
        "a long file": {"core/a.cpp": "int a;\n" * 401},
    }.items():
        if not check_sizes.check(tree(files), quiet):
            failures.append(f"sizes let pass: {name}")
    good = {"core/a.cpp": "class A {\n" + "  int a;\n" * 100 + "};\nvoid A::f() " + body(59) + "A::A() " + body(38)}
    if check_sizes.check(tree(good), quiet):
        failures.append("sizes complain of a good tree")
    print("\n".join(failures) or "the checks can fail")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
