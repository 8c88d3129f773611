#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""app -> ui -> core, never upward, and the habits that a compiler does not see. Argument: the repository's root."""
import pathlib
import re
import sys

from sources import ROOMS, blanked, files, line_of

# (where, what, why); `where` is a regular expression on the path from the root.
INCLUDES = [
    (r"^core/", r"<Q(Widget|Application|MainWindow|Dialog|Painter|Pixmap|Image|Color|Font|Icon|Chart|Label|Layout|GuiApplication)|"
                r"<Qt(Gui|Widgets|Charts)/", "core includes Gui, Widgets or Charts"),
    (r"^core/", r'"(ui|app)/', "core includes ui or app"),
    (r"^ui/", r'"app/', "ui includes app"),
    (r"^ui/", r'"core/storage/', "ui includes core/storage"),
    (r"^core/(?!storage/|readers/(sqlite_file|database_source|mlflow_database_source|trackio_source)\.)", r"<QSql|<QtSql/",
     "SQL outside core/storage and the readers of foreign databases"),
    (r"^core/base/", r'"core/(?!base/|jobs/job_draft\.h)', "base includes another room"),
    (r"^core/(jobs|metrics)/", r'<Q(Timer|Process|Thread)|"core/(storage|readers|simulation)/', "jobs and metrics know no timer, process or storage"),
    (r"^core/simulation/", r'<Q(Timer|DateTime|Sql)|"core/(storage|runners|readers)/', "the simulator is pure"),
    (r"^core/readers/", r'"core/(storage|runners)/', "readers know no runner and no storage"),
    (r"^core/storage/", r'"core/(runners|readers|simulation)/', "storage knows no runner"),
]
WORDS = [
    (r".", r"\binstance\(\)", "a singleton"),
    (r".", r"\bsender\(\)", "sender()"),
    (r"^(?!ui/toasts/desktop_notifier\.cpp)", r"\b(SIGNAL|SLOT)\(", "string-based connection"),  # QtDBus has no other
    (r".", r"\bprocessEvents\b", "processEvents"),
    (r".", r"\bqApp\b", "qApp"),
    (r"^core/", r"\bthrow\b", "throw in core"),
    (r"^core/", r"\.at\(", ".at( in core"),
    (r"^(app|core|ui)/", r"\bQSqlDatabase\s+m_", "a QSqlDatabase as a member"),
]
TEST_WORDS = [
    (r"\bQ(VERIFY|COMPARE|FAIL)2?\(", "a QTest macro in a Catch2 case: a failing one passes"),
    (r"QThread::m?sleep|std::this_thread::sleep|\busleep\(|QTest::q(Sleep|Wait)\((?!0\))", "a sleep in a test"),
]
MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
RESULT = re.compile(r"^[ \t]*(?!using|return|\[\[nodiscard)(?:virtual |static |inline )*Result<[^;=]*?>\s+\w+\(", re.M)


def check_source(path, text, complain):
    code = blanked(text)
    with_strings = blanked(text, keep_strings=True)
    for where, what, why in INCLUDES:
        if re.search(where, path):
            for match in re.finditer(r"#include ([<\"][^>\"]+[>\"])", with_strings):
                if re.search(what, match.group(1)):
                    complain(path, line_of(text, match.start()), f"{why}: {match.group(1)}")
    for where, what, why in WORDS:
        if re.search(where, path):
            for match in re.finditer(what, code):
                complain(path, line_of(text, match.start()), why)
    if path.endswith(".h"):
        if "#pragma once" not in text:
            complain(path, 1, "no #pragma once")
        for match in RESULT.finditer(code):
            complain(path, line_of(text, match.start()), "returns a Result without [[nodiscard]]")


def check_any(path, text, complain):
    if "SPDX-License-Identifier: GPL-3.0-or-later" not in text[:300]:
        complain(path, 1, "no SPDX line")
    for match in MARKS.finditer(text):
        complain(path, line_of(text, match.start()), "unfinished work: " + match.group(0))


def check(root):
    found = []
    def complain(path, line, why):
        found.append(f"{path}:{line}: {why}")
    root = pathlib.Path(root)
    for file in files(root, ROOMS):
        path, text = str(file.relative_to(root)), file.read_text()
        check_source(path, text, complain)
        check_any(path, text, complain)
    for file in files(root, ("tests",)):
        path, text = str(file.relative_to(root)), file.read_text()
        check_any(path, text, complain)
        code = blanked(text)
        for what, why in TEST_WORDS:
            for match in re.finditer(what, code):
                complain(path, line_of(text, match.start()), why)
    return found


if __name__ == "__main__":
    complaints = check(sys.argv[1])
    print("\n".join(complaints) if complaints else "layers: nothing to complain of")
    sys.exit(1 if complaints else 0)
