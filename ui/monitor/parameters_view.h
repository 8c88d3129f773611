// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableWidget>

#include "core/jobs/job.h"

namespace trainyard {

/// Everything that the job was asked to do and what became of it, as name and value; a row without a value begins a section. Rows can be copied.
class ParametersView final : public QTableWidget {
  Q_OBJECT
 public:
  explicit ParametersView(QWidget* parent = nullptr);
  void show(const Job& job);

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QList<KeyValue> m_rows;
};

[[nodiscard]] QList<KeyValue> parameterRows(const Job& job);

}  // namespace trainyard
