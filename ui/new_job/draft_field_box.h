// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/jobs/job_draft.h"

class QLabel;

namespace trainyard {

/// One field of the dialog: label above, editor, and a line below for what is wrong with it (or a hint).
class DraftFieldBox final : public QWidget {
  Q_OBJECT
 public:
  enum class Editor { Line, Lines, Model, Choice };

  DraftFieldBox(DraftField field, const char* name, Editor editor, QWidget* parent = nullptr);

  /// Says so beside its label.
  void setOptional(bool optional);

  [[nodiscard]] DraftField field() const { return m_field; }
  [[nodiscard]] QString text() const;
  void setText(const QString& text);
  void setPlaceholder(const QString& text);
  /// For Editor::Choice: the values of text(), and what people read instead. The first is chosen when the text is none.
  void setChoices(const QList<std::pair<QString, QString>>& choices);
  /// Shown below while nothing is wrong.
  void setHint(const QString& hint);
  /// Shown below in red, with a red frame; an empty one clears.
  void setError(const QString& message);
  [[nodiscard]] QWidget* editor() const { return m_editor; }

 Q_SIGNALS:
  void edited();

 private:
  QWidget* makeEditor(Editor kind);
  void showNote();
  DraftField m_field;
  QLabel* m_label = nullptr;
  QWidget* m_editor = nullptr;
  QLabel* m_note = nullptr;
  QString m_hint;
  QString m_error;
};

}  // namespace trainyard
