// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/filter_bar.h"

#include <QButtonGroup>
#include <QPainter>

#include "core/base/format.h"

namespace trainyard {
namespace {

constexpr int pillHeight = 24;
constexpr int countGap = 5;
constexpr int rowGap = 2;

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

/// "940", "1.2k", "98k", "1.5M": never more than there are.
QString shortCount(int count) {
  if (count < 1'000) return countText(count);
  const bool isMany = count >= 1'000'000;
  const int tenths = count / (isMany ? 100'000 : 100);
  const QString unit = isMany ? QStringLiteral("M") : QStringLiteral("k");
  return (tenths < 100 ? QStringLiteral("%1.%2").arg(tenths / 10).arg(tenths % 10) : countText(tenths / 10)) + unit;
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

void FilterPill::setForm(Form form) {
  m_form = form;
  update();
}

QString FilterPill::count() const { return m_form == Form::Short ? shortCount(m_count) : countText(m_count); }

QSize FilterPill::sizeHint() const {
  const int words = QFontMetrics(textFont()).horizontalAdvance(text());
  const int number = QFontMetrics(countFont()).horizontalAdvance(count());
  const int around = m_form == Form::Roomy ? 16 : m_form == Form::Tight ? 10 : 6;
  return {words + countGap + number + around, pillHeight};
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
  const int number = QFontMetrics(countFont()).horizontalAdvance(count());
  const int left = (width() - words - countGap - number) / 2;
  painter.setPen(isChecked() ? tokens.accent : tokens.muted);
  painter.setFont(textFont());
  painter.drawText(QRect(left, 0, words + 1, height()), Qt::AlignVCenter | Qt::AlignLeft, text());
  painter.setFont(countFont());
  painter.drawText(QRect(left + words + countGap, 0, number + 1, height()), Qt::AlignVCenter | Qt::AlignLeft, count());
}

FilterBar::FilterBar(Theme& theme, QWidget* parent) : QWidget(parent) {
  setFixedHeight(pillHeight + rowGap);
  const QStringList names{tr("All"), tr("Running"), tr("Queued"), tr("Complete"), tr("Failed")};
  auto* group = new QButtonGroup(this);
  for (int i = 0; i < filters; ++i) {
    auto* pill = new FilterPill(theme, names[i], this);
    pill->setObjectName(QStringLiteral("filter%1").arg(i));
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
  for (size_t i = 0; i < counts.size(); ++i) {
    m_pills[i]->setCount(counts[i]);
    m_pills[i]->setToolTip(tr("%1: %2 (Ctrl+%3)").arg(m_pills[i]->text(), countText(counts[i])).arg(i + 1));
  }
  arrange();
}

void FilterBar::choose(int index) { m_pills[size_t(std::clamp(index, 0, filters - 1))]->setChecked(true); }

void FilterBar::resizeEvent(QResizeEvent*) { arrange(); }

/// Side by side; tighter and with shorter counts where there is little room, and in another row what still does not fit.
void FilterBar::arrange() {
  using Form = FilterPill::Form;
  for (const Form form : {Form::Roomy, Form::Tight, Form::Short}) {
    const int apart = form == Form::Roomy ? 2 : 0;
    QPoint at(0, 1);
    for (FilterPill* pill : m_pills) {
      pill->setForm(form);
      const QSize size = pill->sizeHint();
      if (at.x() > 0 && at.x() + size.width() > width() + 2) at = {0, at.y() + pillHeight + rowGap};
      pill->setGeometry(QRect(at, size));
      at.rx() += size.width() + apart;
    }
    if (form != Form::Short && at.y() > 1) continue;
    return setFixedHeight(at.y() + pillHeight + 1);
  }
}

}  // namespace trainyard
