// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include "ui/overlays/card_overlay.h"

class QLabel;
class QLineEdit;

namespace trainyard {

class HintButton;

struct InputQuestion {
  QString title;
  QString label;  ///< above the field; its accessible name
  QString value;  ///< selected at first
  QString accept;  ///< the button's text: "Rename"
  /// What is wrong with a text, for below the field; nothing when it may be accepted.
  std::function<QString(const QString& text)> wrong;
  /// Called after the card was closed.
  std::function<void(const QString& text)> accepted;
};

/// A question with one field for its answer. Enter accepts, Escape cancels.
class InputCard final : public CardOverlay {
  Q_OBJECT
 public:
  InputCard(Theme& theme, QWidget* window);

  void ask(const InputQuestion& question);

 protected:
  [[nodiscard]] QWidget* firstFocus() const override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QLayout* makeButtons(Theme& theme);
  void validate();
  void accept();

  InputQuestion m_question;
  QLabel* m_title = nullptr;
  QLabel* m_label = nullptr;
  QLineEdit* m_field = nullptr;
  QLabel* m_message = nullptr;
  HintButton* m_accept = nullptr;
};

}  // namespace trainyard
