// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/jobs/job_draft.h"

class QComboBox;
class QLabel;

namespace trainyard {

/// One field of the dialog: label above, editor, and a line below for what is wrong with it (or a hint).
class DraftFieldBox final : public QWidget {
  Q_OBJECT
 public:
  /// Folder: a line with a Browse button. Job: a job's number, chosen by its name or typed.
  enum class Editor { Line, Lines, Model, Choice, Folder, Job };

  DraftFieldBox(DraftField field, const char* name, Editor editor, QWidget* parent = nullptr);

  /// Says so beside its label.
  void setOptional(bool optional);

  [[nodiscard]] DraftField field() const { return m_field; }
  [[nodiscard]] QString text() const;
  void setText(const QString& text);
  void setPlaceholder(const QString& text);
  /// For Choice and Job: the values of text(), and what people read instead, in the place of earlier ones. The first of a Choice
  /// is chosen when the text is none.
  void setChoices(const QList<std::pair<QString, QString>>& choices);
  /// Whether it is among the choices.
  [[nodiscard]] bool offers(const QString& value) const;
  /// Shown below while nothing is wrong.
  void setHint(const QString& hint);
  /// Shown below in red, with a red frame; an empty one clears.
  void setError(const QString& message);
  [[nodiscard]] QWidget* editor() const { return m_editor; }

 Q_SIGNALS:
  void edited();

 private:
  QWidget* makeEditor(Editor kind);
  QComboBox* makeJobs();
  QWidget* makeBrowse();
  void browse();
  void showNote();
  DraftField m_field;
  QLabel* m_label = nullptr;
  QWidget* m_editor = nullptr;
  QLabel* m_note = nullptr;
  QString m_hint;
  QString m_error;
};

}  // namespace trainyard
