#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A function has at most 60 lines, a .cpp 400, a constructor 40. Prints the largest of each. Argument: the root."""
import pathlib
import re
import sys

from sources import ROOMS, blanked, files, line_of

FUNCTION_CAP, FILE_CAP, CONSTRUCTOR_CAP = 60, 400, 40
HEAD = re.compile(r"(?P<name>~?[A-Za-z_][\w:~]*|operator[^\s(]+)\s*\($")
NOT_FUNCTIONS = {"if", "for", "while", "switch", "catch", "return", "constexpr", "sizeof", "decltype", "alignas", "noexcept"}


def statements(code):
    """(head, begin, end) for each braced block that is not inside a function."""
    depth_stack, head_start, i = [], 0, 0
    while i < len(code):
        c = code[i]
        if c == "{":
            head = code[head_start:i]
            inside = any(kind == "function" for kind, *_ in depth_stack)
            kind = "other" if inside else classify(head)
            depth_stack.append((kind, head.strip(), head_start + len(head) - len(head.lstrip())))
            if kind == "initializer":  # of a member in a constructor's list: the head goes on
                depth_stack[-1] = (kind, "", head_start)
            else:
                head_start = i + 1
        elif c == "}" and depth_stack:
            kind, head, begin = depth_stack.pop()
            if kind == "function":
                yield head, begin, i
            if kind != "initializer":
                head_start = i + 1
        elif c in ";" and not (depth_stack and depth_stack[-1][0] == "initializer"):
            head_start = i + 1
        elif c == "#" and code[head_start:i].strip() == "":
            i = code.find("\n", i)
            if i < 0:
                return
            head_start = i + 1
        i += 1


def classify(head):
    text = re.sub(r"\b(public|private|protected|Q_SIGNALS|signals)\s*:(?!:)", "", head).strip()
    if re.search(r"\b(namespace|class|struct|enum|union)\b[^()]*$", text) or "=" in text.split("(")[0]:
        return "other"
    if "(" not in text:
        return "other"
    tail = text[text.index("("):]
    if re.search(r"\)\s*:\s", tail) and re.search(r"[\w>]$", text):
        return "initializer"  # m_member{...
    return "function"


def name_of(head):
    text = head.split("(")[0].strip()
    return text.split()[-1].lstrip("*&") if text.split() else ""


def is_constructor(name):
    parts = name.split("::")
    return len(parts) >= 2 and parts[-1] == parts[-2]


def check(root, out=print):
    root = pathlib.Path(root)
    functions, sizes, found = [], [], []
    for file in files(root, ROOMS):
        text = file.read_text()
        path = str(file.relative_to(root))
        if file.suffix == ".cpp":
            sizes.append((text.count("\n"), path))
        code = blanked(text)
        for head, begin, end in statements(code):
            name = name_of(head)
            if name and name not in NOT_FUNCTIONS:
                functions.append((line_of(text, end) - line_of(text, begin) + 1, name, f"{path}:{line_of(text, begin)}"))
    constructors = [f for f in functions if is_constructor(f[1])]
    for label, rows, cap in (("functions", functions, FUNCTION_CAP), ("constructors", constructors, CONSTRUCTOR_CAP)):
        rows.sort(reverse=True)
        lengths = sorted(r[0] for r in rows) or [0]
        out(f"{len(rows)} {label}, median {lengths[len(lengths) // 2]} lines, p90 {lengths[len(lengths) * 9 // 10]}, cap {cap}")
        for lines, name, where in rows[:10]:
            out(f"  {lines:4} {name}  {where}")
        found += [f"{where}: {name} has {lines} lines, the cap is {cap}" for lines, name, where in rows if lines > cap]
    sizes.sort(reverse=True)
    lengths = sorted(s[0] for s in sizes) or [0]
    out(f"{len(sizes)} .cpp files, median {lengths[len(lengths) // 2]} lines, p90 {lengths[len(lengths) * 9 // 10]}, cap {FILE_CAP}")
    for lines, path in sizes[:10]:
        out(f"  {lines:4} {path}")
    found += [f"{path}:1: {lines} lines, the cap is {FILE_CAP}" for lines, path in sizes if lines > FILE_CAP]
    return found


if __name__ == "__main__":
    complaints = check(sys.argv[1])
    print("\n".join(complaints) if complaints else "sizes: all within the caps")
    sys.exit(1 if complaints else 0)
