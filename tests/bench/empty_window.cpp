// SPDX-License-Identifier: GPL-3.0-or-later
// The floor of start_bench.py: what Qt itself takes to show a window of the same size.
#include <QApplication>
#include <QMainWindow>

int main(int argc, char** argv) {
  const QApplication application(argc, argv);
  QMainWindow window;
  window.resize(1280, 800);
  window.show();
  return QApplication::exec();
}
