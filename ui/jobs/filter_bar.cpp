// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/filter_bar.h"

#include <QButtonGroup>
#include <QPainter>

#include "core/base/format.h"

namespace trainyard {
namespace {

constexpr int pillHeight = 24;
constexpr int countGap = 5;

QFont textFont() {
  QFont font = fontFor(TextRole::Secondary);
  font.setWeight(QFont::Medium);
  return font;
}

QFont countFont() {
  QFont font = fontFor(TextRole::Secondary);
  font.setWeight(QFont::DemiBold);
  return font;
}

}  // namespace

FilterPill::FilterPill(Theme& theme, const QString& text, QWidget* parent) : QAbstractButton(parent), m_theme(theme) {
  setText(text);
  setCheckable(true);
  setFocusPolicy(Qt::TabFocus);
  setCursor(Qt::PointingHandCursor);
  setCount(0);
  connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void FilterPill::setCount(int count) {
  m_count = count;
  setAccessibleName(tr("%1, %2 jobs").arg(text()).arg(count));
  updateGeometry();
  update();
}

void FilterPill::setTight(bool tight) {
  m_tight = tight;
  update();
}

QSize FilterPill::sizeHint() const {
  const int words = QFontMetrics(textFont()).horizontalAdvance(text());
  const int number = QFontMetrics(countFont()).horizontalAdvance(countText(m_count));
  return {words + countGap + number + (m_tight ? 10 : 16), pillHeight};
}

void FilterPill::paintEvent(QPaintEvent*) {
  const Tokens& tokens = m_theme.tokens();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
  if (isChecked() || underMouse()) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(isChecked() ? tokens.accentSoft : tokens.greyGround);
    painter.drawRoundedRect(box, pillHeight / 2.0, pillHeight / 2.0);
  }
  if (hasFocus()) {
    painter.setPen(tokens.accent);
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(box, pillHeight / 2.0, pillHeight / 2.0);
  }
  const int words = QFontMetrics(textFont()).horizontalAdvance(text());
  const int number = QFontMetrics(countFont()).horizontalAdvance(countText(m_count));
  const int left = (width() - words - countGap - number) / 2;
  painter.setPen(isChecked() ? tokens.accent : tokens.muted);
  painter.setFont(textFont());
  painter.drawText(QRect(left, 0, words + 1, height()), Qt::AlignVCenter | Qt::AlignLeft, text());
  painter.setFont(countFont());
  painter.drawText(QRect(left + words + countGap, 0, number + 1, height()), Qt::AlignVCenter | Qt::AlignLeft, countText(m_count));
}

FilterBar::FilterBar(Theme& theme, QWidget* parent) : QWidget(parent) {
  setFixedHeight(pillHeight + 2);
  const QStringList names{tr("All"), tr("Running"), tr("Queued"), tr("Complete"), tr("Failed")};
  auto* group = new QButtonGroup(this);
  for (int i = 0; i < filters; ++i) {
    auto* pill = new FilterPill(theme, names[i], this);
    pill->setObjectName(QStringLiteral("filter%1").arg(i));
    pill->setToolTip(tr("%1 (Ctrl+%2)").arg(names[i]).arg(i + 1));
    group->addButton(pill, i);
    m_pills[size_t(i)] = pill;
  }
  m_pills[0]->setChecked(true);
  connect(group, &QButtonGroup::idToggled, this, [this](int index, bool on) {
    if (!on || index == m_chosen) return;
    m_chosen = index;
    Q_EMIT chosenChanged(index);
  });
}

void FilterBar::setCounts(const std::array<int, filters>& counts) {
  for (size_t i = 0; i < counts.size(); ++i) m_pills[i]->setCount(counts[i]);
  arrange();
}

void FilterBar::choose(int index) { m_pills[size_t(std::clamp(index, 0, filters - 1))]->setChecked(true); }

void FilterBar::resizeEvent(QResizeEvent*) { arrange(); }

/// Side by side; tighter where there is little room, and what still does not fit is left out from the right.
void FilterBar::arrange() {
  for (const bool tight : {false, true}) {
    int x = 0;
    for (FilterPill* pill : m_pills) {
      pill->setTight(tight);
      const QSize size = pill->sizeHint();
      pill->setGeometry(x, 1, size.width(), size.height());
      pill->setVisible(x + size.width() <= width() + 2);
      x += size.width() + (tight ? 0 : 2);
    }
    if (x - 2 <= width()) return;
  }
}

}  // namespace trainyard
