// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/empty_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/theme/hint_button.h"

namespace trainyard {
namespace {

/// A falling loss and a rising accuracy.
class Emblem final : public QWidget {
 public:
  Emblem(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setFixedSize(146, 80);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QPolygonF loss{{{4, 6}, {18, 34}, {32, 30}, {48, 52}, {64, 48}, {82, 62}, {102, 60}, {122, 68}, {142, 68}}};
    const QPolygonF accuracy{{{4, 74}, {18, 52}, {40, 40}, {64, 24}, {88, 18}, {114, 12}, {142, 10}}};
    const Tokens& tokens = m_theme.tokens();
    for (const auto& [line, color] : {std::pair{loss, tokens.loss}, std::pair{accuracy, tokens.accuracy}}) {
      painter.setPen(QPen(color, 3, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
      painter.drawPolyline(line);
    }
  }

 private:
  Theme& m_theme;
};

}  // namespace

EmptyPage::EmptyPage(Theme& theme, QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("emptyPage"));
  auto* title = new QLabel(tr("No training jobs yet"), this);
  title->setFont(fontFor(TextRole::PageTitle));
  auto* text = new QLabel(tr("Queue a run and watch its loss and accuracy live, or bring in the runs\nthat you already have."), this);
  text->setProperty("role", "muted");
  text->setAlignment(Qt::AlignCenter);
  auto* drop = new QLabel(tr("or drop a log folder anywhere in this window"), this);
  drop->setProperty("role", "muted");
  auto* layout = new QVBoxLayout(this);
  layout->addStretch();
  layout->addWidget(new Emblem(theme, this), 0, Qt::AlignHCenter);
  layout->addSpacing(20);
  layout->addWidget(title, 0, Qt::AlignHCenter);
  layout->addSpacing(6);
  layout->addWidget(text, 0, Qt::AlignHCenter);
  layout->addSpacing(16);
  layout->addLayout(makeButtons(theme));
  layout->addSpacing(10);
  layout->addWidget(drop, 0, Qt::AlignHCenter);
  layout->addStretch();
}

QLayout* EmptyPage::makeButtons(Theme& theme) {
  auto* add = new HintButton(theme, tr("New job"), this);
  add->setObjectName(QStringLiteral("emptyNewJob"));
  add->setKind("primary");
  auto* import = new HintButton(theme, tr("Import runs…"), this);
  import->setObjectName(QStringLiteral("emptyImport"));
  auto* demo = new HintButton(theme, tr("Show me a demo"), this);
  demo->setObjectName(QStringLiteral("demoButton"));
  connect(add, &QPushButton::clicked, this, &EmptyPage::newJobRequested);
  connect(import, &QPushButton::clicked, this, &EmptyPage::importRequested);
  connect(demo, &QPushButton::clicked, this, &EmptyPage::demoRequested);
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addStretch();
  for (QWidget* button : {add, import, demo}) row->addWidget(button);
  row->addStretch();
  return row;
}

}  // namespace trainyard
