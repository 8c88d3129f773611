// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

#include <QEvent>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QStyleHints>

namespace trainyard {
namespace {

bool isDark(const QPalette& palette) {
  return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

/// The desktop's own wish, before our palette is set; TRAINYARD_THEME=dark|light stands in for it.
bool desktopIsDark() {
  const QString named = qEnvironmentVariable("TRAINYARD_THEME");
  if (named == u"dark" || named == u"light") return named == u"dark";
  return isDark(QGuiApplication::palette());
}

/// The desktop's font; where it has none of its own (a bare X server), Inter if it is installed.
QString bodyFamily() {
  static const QString family = [] {
    const QString own = QGuiApplication::font().family();
    const bool generic = own.isEmpty() || own.startsWith(QLatin1String("Sans")) || own.startsWith(QLatin1String("DejaVu"));
    return generic && QFontDatabase::hasFamily(QStringLiteral("Inter")) ? QStringLiteral("Inter") : own;
  }();
  return family;
}

QFont sized(int pixels, QFont::Weight weight = QFont::Normal) {
  QFont font(bodyFamily());
  font.setPixelSize(pixels);
  font.setWeight(weight);
  return font;
}

}  // namespace

Theme::Theme(ThemeChoice choice, QObject* parent) : QObject(parent), m_choice(choice), m_systemDark(desktopIsDark()) {}

const Tokens& Theme::tokens() const {
  const bool dark = m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && m_systemDark);
  return dark ? darkTokens() : lightTokens();
}

void Theme::setChoice(ThemeChoice choice) {
  if (m_choice == choice) return;
  m_choice = choice;
  Q_EMIT changed();
}

QPalette Theme::palette() const {
  const Tokens& t = tokens();
  QPalette palette;
  palette.setColor(QPalette::Window, t.background);
  palette.setColor(QPalette::WindowText, t.text);
  palette.setColor(QPalette::Base, t.surface);
  palette.setColor(QPalette::AlternateBase, t.background);
  palette.setColor(QPalette::Text, t.text);
  palette.setColor(QPalette::Button, t.surface);
  palette.setColor(QPalette::ButtonText, t.text);
  palette.setColor(QPalette::ToolTipBase, t.raised);
  palette.setColor(QPalette::ToolTipText, t.text);
  palette.setColor(QPalette::PlaceholderText, t.muted);
  palette.setColor(QPalette::Highlight, t.accent);
  palette.setColor(QPalette::HighlightedText, t.accentText);
  palette.setColor(QPalette::Link, t.accent);
  palette.setColor(QPalette::Mid, t.line);
  for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
    palette.setColor(QPalette::Disabled, role, t.faint);
  return palette;
}

bool Theme::motion() const { return qEnvironmentVariableIntValue("TRAINYARD_REDUCED_MOTION") == 0; }

int Theme::duration(int ms) const { return motion() ? ms : 0; }

bool Theme::eventFilter(QObject* watched, QEvent* event) {
  // Qt sends this when the desktop changes its colours; our own palette is set by the application object and has
  // its mark, so that it is not mistaken for the desktop's.
  if (event->type() == QEvent::ThemeChange || event->type() == QEvent::ApplicationPaletteChange) {
    const QPalette present = QGuiApplication::palette();
    const bool ours = present.color(QPalette::Window) == tokens().background;
    if (!ours && isDark(present) != m_systemDark) {
      m_systemDark = isDark(present);
      if (m_choice == ThemeChoice::System) Q_EMIT changed();
    }
  }
  return QObject::eventFilter(watched, event);
}

QFont fontFor(TextRole role) {
  switch (role) {
    case TextRole::Body: return sized(13);
    case TextRole::Secondary: return sized(12);
    case TextRole::Small: return sized(11);
    case TextRole::Title: return sized(18, QFont::DemiBold);
    case TextRole::PageTitle: return sized(20, QFont::DemiBold);
    case TextRole::Figure: return sized(19, QFont::DemiBold);
    case TextRole::Strong: return sized(13, QFont::DemiBold);
    case TextRole::Mono: {
      QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
      font.setPixelSize(12);
      return font;
    }
  }
  return sized(13);
}

}  // namespace trainyard
