// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include <QRandomGenerator>

#include "core/jobs/job_draft.h"

using namespace trainyard;

namespace {

KeyValue pair(const char* key, const char* value) { return {QString::fromUtf8(key), QString::fromUtf8(value)}; }

QString refusal(const QString& text) {
  const auto pairs = parsePairs(text);
  return pairs ? QString() : pairs.error().message;
}

}  // namespace

TEST_CASE("nothing but space holds no pair", "[pairs]") {
  for (const char* text : {"", "   ", "\n\n", " ; ;\n "}) {
    INFO(text);
    CHECK(parsePairs(QString::fromLatin1(text)).value().isEmpty());
  }
}

TEST_CASE("only the first equals sign divides a pair", "[pairs]") {
  CHECK(parsePairs(QStringLiteral("flags=--a=1 --b=2")).value() == QList<KeyValue>{pair("flags", "--a=1 --b=2")});
}

TEST_CASE("lines of Windows end like other lines", "[pairs]") {
  CHECK(parsePairs(QStringLiteral("a=1\r\nb=2\r\n")).value() == QList<KeyValue>{pair("a", "1"), pair("b", "2")});
}

TEST_CASE("a value in quotes keeps its semicolons and spaces", "[pairs]") {
  CHECK(parsePairs(QStringLiteral(R"(path = "/a;/b"; note="two  spaces"   c=3)")).value() ==
        QList<KeyValue>{pair("path", "/a;/b"), pair("note", "two  spaces"), pair("c", "3")});
  CHECK(parsePairs(QStringLiteral(R"(say="a \"b\" \\ c")")).value() == QList<KeyValue>{pair("say", R"(a "b" \ c)")});
  CHECK(parsePairs(QStringLiteral(R"(empty="")")).value() == QList<KeyValue>{pair("empty", "")});
}

TEST_CASE("a quotation mark that encloses no whole value is a character like any other", "[pairs]") {
  CHECK(parsePairs(QStringLiteral(R"(size=5"; x=1)")).value() == QList<KeyValue>{pair("size", "5\""), pair("x", "1")});
  CHECK(parsePairs(QStringLiteral(R"(open="a; x=1)")).value() == QList<KeyValue>{pair("open", "\"a"), pair("x", "1")});
  CHECK(parsePairs(QStringLiteral(R"(part="a" b)")).value() == QList<KeyValue>{pair("part", "\"a\" b")});
  CHECK(parsePairs(QStringLiteral(R"(end="a\")")).value() == QList<KeyValue>{pair("end", R"("a\")")});
}

TEST_CASE("values that need quotes are written with them and read back", "[pairs]") {
  const QList<KeyValue> pairs{pair("a", "x;y"),  pair("b", "two  spaces"), pair("c", "\"quoted\""), pair("d", " edges "),
                              pair("e", R"(\)"), pair("f", ""),            pair("g", "a = b"),      pair("h", R"("\";)"),
                              pair("i", "plain"), pair("j", "学習;Übung"),  pair("k", "\"")};
  CHECK(parsePairs(pairsText(pairs)).value() == pairs);
  CHECK(pairsText({pair("i", "plain words")}) == QStringLiteral("i = plain words"));
}

TEST_CASE("a refused pair says what is wrong with it", "[pairs]") {
  CHECK(refusal(QStringLiteral("a=1\nlonely")) == QStringLiteral("Write “lonely” as key = value"));
  CHECK(refusal(QStringLiteral("=3")) == QStringLiteral("Write “=3” as key = value"));
  CHECK(refusal(QStringLiteral("lr=1; lr=2")) == QStringLiteral("“lr” is given twice"));
  CHECK(refusal(QStringLiteral("a=1\tb=2")) == QStringLiteral("“a” must not hold control characters"));
  CHECK(refusal(QStringLiteral("a=1").append(QChar(u'\0'))) == QStringLiteral("“a” must not hold control characters"));
}

TEST_CASE("keys, values and their number are bounded", "[pairs]") {
  const auto one = [](int key, int value) { return QString(key, u'k') + u'=' + QString(value, u'v'); };
  CHECK(parsePairs(one(100, 1000)).has_value());
  CHECK(refusal(one(101, 1)) == QStringLiteral("“%1…” is longer than 100 characters").arg(QString(40, u'k')));
  CHECK(refusal(one(1, 1001)) == QStringLiteral("The value of “k” is longer than 1,000 characters"));
  QStringList lines;
  for (int i = 0; i < 200; ++i) lines << QStringLiteral("k%1=1").arg(i);
  CHECK(parsePairs(lines.join(u'\n')).value().size() == 200);
  lines << QStringLiteral("last=1");
  CHECK(refusal(lines.join(u'\n')) == QStringLiteral("At most 200 pairs"));
}

TEST_CASE("whatever is typed is refused, or its pairs are written and read back the same", "[pairs]") {
  static const QString letters = QStringLiteral("ab=== ;\n\t\r\"\"\\\\ü");
  QRandomGenerator random(11);
  int accepted = 0;
  for (int round = 0; round < 5'000; ++round) {
    QString text;
    for (int left = random.bounded(24); left > 0; --left) text += letters[random.bounded(int(letters.size()))];
    const auto pairs = parsePairs(text);
    if (!pairs) continue;
    accepted += pairs->isEmpty() ? 0 : 1;
    const auto again = parsePairs(pairsText(*pairs));
    INFO(text.toStdString());
    REQUIRE(again);
    CHECK(*again == *pairs);
  }
  CHECK(accepted > 100);
}
