// SPDX-License-Identifier: Apache-2.0
// Sentences that are kept in English and shown in the language of the window.
#include "core/base/phrases.h"

#include <QTest>
#include <QTranslator>

using namespace astra;

namespace {

/// Knows a few sentences, and turns the order of two places round.
class Other final : public QTranslator
{
public:
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char *context, const char *text, const char * /*which*/,
                                    int /*n*/) const override
    {
        if (qstrcmp(context, "test") != 0)
            return {};
        const QByteArrayView source(text);
        if (source == "%1 of %2 are there.")
            return QStringLiteral("Von %2 gibt es %1.");
        if (source == "baseline %1")
            return QStringLiteral("Baseline-Version %1");
        if (source == "%1: no offset")
            return QStringLiteral("%1: kein Versatz");
        if (source == "no rule")
            return QStringLiteral("keine Regel");
        return {};
    }
};

} // namespace

class TestPhrases : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void kept_isEnglishInEveryLanguage();
    void shown_translates_data();
    void shown_translates();
    void shown_withoutATranslator();
};

void TestPhrases::kept_isEnglishInEveryLanguage()
{
    Other other;
    QVERIFY(QCoreApplication::installTranslator(&other));
    QCOMPARE(ASTRA_PHRASE("test", "%1 of %2 are there.").arg(3).arg(5), QStringLiteral("3 of 5 are there."));
    QCOMPARE(ASTRA_PHRASE("test", "%1: no offset").arg(ASTRA_PHRASE("test", "baseline %1").arg(u"02.04")),
             QStringLiteral("baseline 02.04: no offset"));
    QCOMPARE(ASTRA_PHRASE("test", "no rule"), QStringLiteral("no rule"));
}

void TestPhrases::shown_translates_data()
{
    QTest::addColumn<QString>("kept");
    QTest::addColumn<QString>("wanted");
    const auto row = [](const char *kept, const char *wanted) {
        QTest::addRow("%.60s", kept) << QString::fromUtf8(kept) << QString::fromUtf8(wanted);
    };
    row("3 of 5 are there.", "Von 5 gibt es 3.");
    row("no rule", "keine Regel");
    row("baseline 05.11", "Baseline-Version 05.11");
    // One in the place of another, and names before it.
    row("baseline 02.04: no offset", "Baseline-Version 02.04: kein Versatz");
    row("red: DN × 0.0001 − 0.1: baseline 05.11", "red: DN × 0.0001 − 0.1: Baseline-Version 05.11");
    row("no rule, baseline 1", "keine Regel, Baseline-Version 1");
    // A place may hold what looks like one.
    row("baseline %2", "Baseline-Version %2");
    row("%2 of %1 are there.", "Von %1 gibt es %2.");
    // Nobody has said these here.
    row("no rules", "no rules");
    row("", "");
    row("of are there.", "of are there.");
}

void TestPhrases::shown_translates()
{
    QFETCH(QString, kept);
    QFETCH(QString, wanted);
    Other other;
    QVERIFY(QCoreApplication::installTranslator(&other));
    QCOMPARE(shown(kept), wanted);
    QCOMPARE(shown(QStringList {kept, kept}), (QStringList {wanted, wanted}));
    // However long: as it is, and soon.
    const QString endless = QStringLiteral(": ").repeated(100'000);
    QCOMPARE(shown(endless), endless);
}

void TestPhrases::shown_withoutATranslator()
{
    QCOMPARE(shown(QStringLiteral("red: 3 of 5 are there.")), QStringLiteral("red: 3 of 5 are there."));
}

QTEST_GUILESS_MAIN(TestPhrases)
#include "tst_phrases.moc"
