// SPDX-License-Identifier: Apache-2.0
#include "core/data/geobox.h"

#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>

#include <memory>
#include <vector>

using namespace astra;

namespace {

struct Message {
    QString context;
    QString source;
    QString state; ///< the attribute `type`: "unfinished", "vanished", "obsolete"
    QStringList forms; ///< one, or the singular and the plural
    bool plural = false;

    [[nodiscard]] QString name() const { return context + u": " + source; }
};

void readTranslation(QXmlStreamReader &xml, Message &message)
{
    message.state = xml.attributes().value(QLatin1String("type")).toString();
    if (!message.plural) {
        message.forms = {xml.readElementText()};
        return;
    }
    while (xml.readNextStartElement())
        message.forms.append(xml.readElementText());
}

std::vector<Message> messagesOf(const QString &language)
{
    QFile file(QStringLiteral(ASTRA_SOURCE_DIR "/translations/astra_%1.ts").arg(language));
    std::vector<Message> messages;
    if (!file.open(QIODevice::ReadOnly))
        return messages;
    QXmlStreamReader xml(&file);
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == u"name")
            context = xml.readElementText();
        else if (xml.name() == u"message")
            messages.push_back({context, {}, {}, {}, xml.attributes().value(QLatin1String("numerus")) == u"yes"});
        else if (xml.name() == u"source")
            messages.back().source = xml.readElementText();
        else if (xml.name() == u"translation")
            readTranslation(xml, messages.back());
    }
    return xml.hasError() ? std::vector<Message>() : messages;
}

/// "%1", "%L2" and "%n" as often as they occur, in order of the alphabet.
QStringList placeholders(const QString &text)
{
    static const QRegularExpression pattern(QStringLiteral("%(?:n|L?[1-9])"));
    QStringList found;
    for (auto i = pattern.globalMatch(text); i.hasNext();)
        found.append(i.next().captured());
    found.sort();
    return found;
}

std::unique_ptr<QTranslator> loaded(const QString &language)
{
    auto translator = std::make_unique<QTranslator>();
    const bool ok = translator->load(QString(u"astra_" + language), QStringLiteral(":/astra/translations"));
    return ok ? std::move(translator) : nullptr;
}

} // namespace

class TestTranslations : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void complete_data() { languages(); }
    void complete()
    {
        QFETCH(QString, language);
        const auto messages = messagesOf(language);
        QVERIFY(!messages.empty());
        for (const Message &message : messages) {
            QVERIFY2(message.state.isEmpty(), qPrintable(QString(message.state + u" · " + message.name())));
            QVERIFY2(message.forms.size() == (message.plural ? 2 : 1), qPrintable(message.name()));
            for (const QString &form : message.forms) {
                QVERIFY2(!form.trimmed().isEmpty(), qPrintable(message.name()));
                QVERIFY2(placeholders(form) == placeholders(message.source), qPrintable(message.name()));
            }
        }
    }

    /// German has every sentence; English what its plurals need, and nothing else.
    void samePlurals()
    {
        QSet<QString> german;
        for (const Message &message : messagesOf(QStringLiteral("de"))) {
            if (message.plural)
                german.insert(message.name());
        }
        QSet<QString> english;
        for (const Message &message : messagesOf(QStringLiteral("en"))) {
            QVERIFY2(message.plural, qPrintable(message.name()));
            english.insert(message.name());
        }
        QVERIFY(!german.isEmpty());
        QCOMPARE(english, german);
    }

    /// A name in the middle of the code is no context: lupdate guessed, and at run time nobody finds the sentence.
    void contexts()
    {
        for (const Message &message : messagesOf(QStringLiteral("de"))) {
            QVERIFY2(message.context != u"Text" && message.context != u"QObject" && !message.context.isEmpty(),
                     qPrintable(message.name()));
        }
    }

    void germanSpeaks()
    {
        const auto translator = loaded(QStringLiteral("de"));
        QVERIFY(translator);
        QCoreApplication::installTranslator(translator.get());
        QCOMPARE(QCoreApplication::translate("Doors", "Try it offline"), QStringLiteral("Offline ausprobieren"));
        QCOMPARE(QCoreApplication::translate("UnderPointer", "%n scene(s) here", nullptr, 1),
                 QStringLiteral("1 Szene hier"));
        QCOMPARE(QCoreApplication::translate("UnderPointer", "%n scene(s) here", nullptr, 3),
                 QStringLiteral("3 Szenen hier"));
        const auto box = data::GeoBox::parse(QStringLiteral("somewhere"));
        QVERIFY(!box);
        QCOMPARE(box.error().message,
                 QStringLiteral("Ein Rechteck schreibt sich West,Süd,Ost,Nord: vier Zahlen in Grad."));
        QCoreApplication::removeTranslator(translator.get());
    }

    void englishCounts()
    {
        const auto translator = loaded(QStringLiteral("en"));
        QVERIFY(translator);
        QCoreApplication::installTranslator(translator.get());
        QCOMPARE(QCoreApplication::translate("UnderPointer", "%n scene(s) here", nullptr, 1),
                 QStringLiteral("1 scene here"));
        QCOMPARE(QCoreApplication::translate("astra::providers", "%n entries could not be read and are left out.",
                                             nullptr, 1),
                 QStringLiteral("1 entry could not be read and is left out."));
        QCOMPARE(QCoreApplication::translate("Doors", "Try it offline"), QStringLiteral("Try it offline"));
        QCoreApplication::removeTranslator(translator.get());
    }

private:
    static void languages()
    {
        QTest::addColumn<QString>("language");
        for (const char *language : {"de", "en"})
            QTest::newRow(language) << QString::fromLatin1(language);
    }
};

QTEST_GUILESS_MAIN(TestTranslations)
#include "tst_translations.moc"
