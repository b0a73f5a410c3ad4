// SPDX-License-Identifier: Apache-2.0
#include "tests/architecture/rules.h"

#include <QDirIterator>
#include <QSet>
#include <QTest>

using namespace astra::architecture;

namespace {

QString read(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QStringList layers()
{
    QStringList names;
    const QStringList lines = read(QStringLiteral(ASTRA_SOURCE_DIR "/core/LAYERS")).split(u'\n');
    for (const auto &line : lines) {
        if (!line.isEmpty() && !line.startsWith(u'#'))
            names.append(line.trimmed());
    }
    return names;
}

struct Sample {
    const char *rule;
    const char *path;
    const char *text; ///< without the licence line, which is put before it
};

// One file that breaks the rule, each beside another that does almost the same and may.
const std::vector<Sample> badSamples = {
    {"layer-order", "core/data/a.cpp", "#include \"core/net/httpclient.h\"\n"},
    {"layer-order", "core/base/a.cpp", "#include \"ui/map/camera.h\"\n"},
    {"layer-order", "core/data/a.cpp", "#include \"core/unheardof/a.h\"\n"},
    {"include-from-root", "core/data/a.cpp", "#include \"scene.h\"\n"},
    {"two-halves", "core/providers/a.cpp", "#include \"core/raster/dataset.h\"\n"},
    {"two-halves", "core/net/a.cpp", "#include \"core/render/style.h\"\n"},
    {"two-halves", "core/library/a.cpp", "#include \"core/processing/indices.h\"\n"},
    {"two-halves", "core/backends/astra/a.cpp", "#include \"core/processing/executor.h\"\n"},
    {"ui-allowed-list", "ui/map/a.cpp", "#include \"core/raster/dataset.h\"\n"},
    {"ui-allowed-list", "ui/map/a.cpp", "#include \"core/providers/provider.h\"\n"},
    {"modules-apart", "ui/map/a.cpp", "#include \"ui/search/a.h\"\n"},
    {"modules-apart", "ui/map/A.qml", "import QtQuick\nimport Astra.Search\n"},
    {"gdal-quarantine", "core/library/a.cpp", "#include <gdal_priv.h>\n"},
    {"gdal-quarantine", "ui/map/a.cpp", "#include <proj.h>\n"},
    {"network-quarantine", "core/providers/a.cpp", "QNetworkAccessManager m_manager;\n"},
    {"sql-quarantine", "core/providers/a.cpp", "#include <QSqlQuery>\n"},
    {"keychain-quarantine", "core/engine/a.cpp", "#include <qt6keychain/keychain.h>\n"},
    {"verified-always", "core/net/a.cpp", "reply->ignoreSslErrors();\n"},
    {"verified-always", "tests/core/net/a.cpp", "configuration.setPeerVerifyMode(QSslSocket::VerifyNone);\n"},
    {"verified-always", "core/raster/a.cpp", "CPLSetConfigOption(\"GDAL_HTTP_UNSAFESSL\", \"YES\");\n"},
    {"boost-quarantine", "core/net/a.cpp", "#include <boost/asio.hpp>\n"},
    {"core-without-gui", "core/render/a.cpp", "#include <QImage>\n"},
    {"core-without-gui", "core/jobs/a.h", "#pragma once\n#include <QQmlEngine>\n"},
    {"core-links-no-gui", "core/render/CMakeLists.txt", "astra_library(render LINK Qt6::Gui)\n"},
    {"future-edges", "core/net/a.cpp", "future.then(this, [] { });\n"},
    {"future-edges", "core/net/a.cpp", "QPromise<int> promise;\n"},
    {"future-edges", "tests/core/net/a.cpp", "#include <QFutureWatcher>\n"},
    {"future-cancel", "core/net/a.cpp", "m_future.cancel();\n"},
    {"future-cancel", "tests/core/net/a.cpp", "request.future()->cancel();\n"},
    {"no-sleep-in-tests", "tests/core/net/a.cpp", "QTest::qSleep(5);\n"},
    {"no-sleep-in-tests", "tests/core/net/a.cpp", "std::this_thread::sleep_for(5ms);\n"},
    {"no-sleep-in-tests", "tests/core/net/a.cpp", "QThread::msleep(5);\n"},
    {"no-machine-path", "core/net/a.cpp", "const auto path = \"/home/somebody/file\";\n"},
    {"no-machine-path", "docs/a.md", "see /root/notes\n"},
    {"nothing-unfinished", "core/net/a.cpp",
     "// TO"
     "DO: later\n"},
    {"no-context-property", "app/a.cpp", "context->setContextProperty(name, object);\n"},
    {"qml-without-services", "ui/map/A.qml", "property url home: \"https://example.org\"\n"},
    {"qml-without-services", "ui/map/A.qml", "const answer = JSON.parse(text)\n"},
    {"one-qml-singleton", "ui/map/A.qml", "pragma Singleton\n"},
    {"static-context", "core/net/a.cpp", "return QCoreApplication::translate(\"astra::net\", text);\n"},
    {"pragma-once", "core/net/a.h", "int a();\n"},
};

const std::vector<Sample> goodSamples = {
    {"layer-order", "core/net/a.cpp", "#include \"core/data/scene.h\"\n#include \"core/net/httpclient.h\"\n"},
    {"layer-order", "core/data/a.cpp", "// #include \"core/net/httpclient.h\"\n"},
    {"two-halves", "core/library/a.cpp", "#include \"core/raster/dataset.h\"\n"},
    {"two-halves", "core/backends/local/a.cpp", "#include \"core/processing/executor.h\"\n"},
    {"ui-allowed-list", "ui/map/a.cpp", "#include \"core/imagery/tileloader.h\"\n#include \"ui/types/types.h\"\n"},
    {"modules-apart", "ui/shell/a.cpp", "#include \"ui/search/a.h\"\n"},
    {"modules-apart", "ui/map/A.qml", "import Astra.Controls\n"},
    {"gdal-quarantine", "core/raster/a.cpp", "#include <gdal_priv.h>\n"},
    {"network-quarantine", "core/net/a.cpp", "QNetworkAccessManager m_manager;\n"},
    {"network-quarantine", "core/data/a.cpp", "/* unlike QNetworkAccessManager */\n"},
    {"verified-always", "core/net/a.cpp", "// never ignoreSslErrors\nconfiguration.addCaCertificates(trusted);\n"},
    {"future-edges", "core/base/async.h", "#pragma once\nfuture.then(f); QPromise<int> p;\n"},
    {"no-machine-path", "core/net/a.cpp", "const auto url = \"https://example.org/home/a\";\n"},
    {"qml-without-services", "ui/map/A.qml", "// see https://example.org\n"},
    {"static-context", "app/cli/a.cpp", "return QCoreApplication::translate(\"astra::cli\", text);\n"},
};

QSet<QString> rulesBroken(const Sample &sample)
{
    QSet<QString> broken;
    const QString text = QStringLiteral("// SPDX-License-Identifier: Apache-2.0\n") + QString::fromLatin1(sample.text);
    for (const auto &violation : check({QString::fromLatin1(sample.path), text}, layers()))
        broken.insert(violation.rule);
    return broken;
}

} // namespace

class TestArchitecture : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void layers_areTheRoomsOfCore();
    void tree_followsTheRules();
    void rules_findWhatBreaksThem();
    void rules_passWhatIsAllowed();
    void rules_eachHaveASample();
    void withoutComments_keepsStringsAndLines();
};

void TestArchitecture::layers_areTheRoomsOfCore()
{
    // A room that the list does not know, or a name without a room, would escape every other rule.
    const QStringList listed = layers();
    QVERIFY(listed.size() >= 2);
    QCOMPARE(listed.first(), QStringLiteral("base"));
    const QStringList rooms
        = QDir(QStringLiteral(ASTRA_SOURCE_DIR "/core")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    QCOMPARE(QSet<QString>(rooms.begin(), rooms.end()), QSet<QString>(listed.begin(), listed.end()));
    for (const auto &room : rooms) {
        QVERIFY2(QFile::exists(QStringLiteral(ASTRA_SOURCE_DIR "/core/%1/CMakeLists.txt").arg(room)), qPrintable(room));
    }
}

void TestArchitecture::tree_followsTheRules()
{
    const QDir root(QStringLiteral(ASTRA_SOURCE_DIR));
    const QStringList names = layers();
    QStringList report;
    int files = 0;
    for (const char *folder :
         {"core", "ui", "app", "tests", "resources", "translations", "packaging", "cmake", "docs"}) {
        QDirIterator walk(root.filePath(QString::fromLatin1(folder)), QDir::Files, QDirIterator::Subdirectories);
        while (walk.hasNext()) {
            const QString path = walk.next();
            static const QRegularExpression text(QStringLiteral("\\.(cpp|h|qml|cmake|txt|sh|py|js|md)$"));
            if (!text.match(path).hasMatch())
                continue;
            ++files;
            for (const auto &found : check({root.relativeFilePath(path), read(path)}, names)) {
                report.append(QStringLiteral("%1:%2: %3 (%4)")
                                  .arg(found.path, QString::number(found.line), found.reason, found.rule));
            }
        }
    }
    QVERIFY2(files > 50, "the walk did not find the tree");
    QVERIFY2(report.isEmpty(), qPrintable(u'\n' + report.join(u'\n')));
}

void TestArchitecture::rules_findWhatBreaksThem()
{
    for (const auto &sample : badSamples) {
        QVERIFY2(rulesBroken(sample).contains(QString::fromLatin1(sample.rule)),
                 qPrintable(QStringLiteral("%1 does not see: %2")
                                .arg(QString::fromLatin1(sample.rule), QString::fromLatin1(sample.text))));
    }
    QCOMPARE(check({QStringLiteral("core/net/a.cpp"), QStringLiteral("int a;\n")}, layers()).front().rule,
             QStringLiteral("licence-line"));
}

void TestArchitecture::rules_passWhatIsAllowed()
{
    for (const auto &sample : goodSamples)
        QVERIFY2(rulesBroken(sample).isEmpty(), sample.text);
}

void TestArchitecture::rules_eachHaveASample()
{
    QSet<QString> shown = {QStringLiteral("licence-line")};
    for (const auto &sample : badSamples)
        shown.insert(QString::fromLatin1(sample.rule));
    const QStringList ids = ruleIds();
    for (const auto &id : ids)
        QVERIFY2(shown.contains(id), qPrintable(id));
}

void TestArchitecture::withoutComments_keepsStringsAndLines()
{
    QCOMPARE(withoutComments(QStringLiteral("a // b\nc /* d\ne */ f \"// g\" '\"' // h")),
             QStringLiteral("a \nc \n f \"// g\" '\"' "));
}

QTEST_GUILESS_MAIN(TestArchitecture)
#include "tst_architecture.moc"
