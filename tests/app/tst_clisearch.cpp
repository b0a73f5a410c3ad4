// SPDX-License-Identifier: Apache-2.0
// Federation on the command line, against the invented world over real HTTP.
#include "core/base/json.h"
#include "core/data/geobox.h"
#include "core/sandbox/sandbox.h"
#include "tests/app/program.h"

#include <QDir>
#include <QDirIterator>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

using namespace astra;
using test::Run;

class TestCliSearch : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void collections_sayWhatSourcesHold();
    void collections_canBeLookedThrough();
    void search_tellsCopies();
    void search_tellsTheFunnel();
    void search_saysWhyNothingIsLeft();
    void suggestions_runAsTheyStand();
    void failure_isNoAbsence();
    void limit_saysThatThereIsMore();
    void all_loadsEveryPage();
    void clearSky_putsTheClearestFirst();
    void scene_tellsCopiesAndRadiometry();
    void falseFlag_isSaid();
    void offsetOverride_isTheOtherVersion();
    void replay_isTheRecordedAnswer();
    void interrupt_whileWaiting();

private:
    /// Another world's faults, in place of none.
    void start(const QStringList &faults);
    [[nodiscard]] Run run(const QStringList &words) const
    {
        return test::runAstra(QStringList {u"--world"_qs, m_url} + words);
    }
    /// A search of the whole world and year.
    [[nodiscard]] Run search(const QStringList &words) const
    {
        return run(QStringList {u"search"_qs, u"--bbox="_qs + m_box} + words);
    }
    [[nodiscard]] static Json documentOf(const Run &run)
    {
        const auto json = parseJson(run.output);
        return json ? *json : Json();
    }
    [[nodiscard]] static Json providerOf(const Json &document, const char *id);
    [[nodiscard]] static Json featureOf(const Json &document, const char *key);
    QString file(const QString &name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    std::unique_ptr<sandbox::Sandbox> m_sandbox;
    QStringList m_faults {u"none yet"_qs};
    QString m_url;
    QString m_box;
};

void TestCliSearch::start(const QStringList &faults)
{
    if (faults == m_faults)
        return;
    m_faults = faults;
    sandbox::SandboxConfig config;
    config.cacheDir = file(u"world"_qs);
    config.size = 288;
    config.slowMs = 0;
    for (const QString &text : faults)
        config.faults.push_back(*sandbox::Fault::parse(text));
    m_sandbox.reset();
    auto started = sandbox::Sandbox::start(config);
    QVERIFY2(started, started ? "" : qPrintable(started.error().message));
    m_sandbox = std::move(*started);
    m_url = m_sandbox->url().toString(QUrl::StripTrailingSlash);
}

void TestCliSearch::initTestCase()
{
    start({});
    // The middle of the world that sandbox.h describes, in degrees; well within its smaller edition.
    m_box = u"-4.62,43.40,-4.61,43.41"_qs;
}

void TestCliSearch::init() { start({}); }

Json TestCliSearch::providerOf(const Json &document, const char *id)
{
    for (const auto *list : {&member(member(document, "context"), "providers"), &member(document, "providers")}) {
        if (!list->is_array())
            continue;
        for (const Json &entry : *list) {
            if (stringAt(entry, "id") == QLatin1String(id))
                return entry;
        }
    }
    return {};
}

/// The feature whose acquisition key holds the text.
Json TestCliSearch::featureOf(const Json &document, const char *key)
{
    for (const Json &feature : member(document, "features")) {
        if (stringAt(member(feature, "properties"), "astra:acquisition").contains(QLatin1String(key)))
            return feature;
    }
    return {};
}

void TestCliSearch::collections_sayWhatSourcesHold()
{
    const auto ran = run({u"providers"_qs, u"--collections"_qs, u"--json"_qs});
    QVERIFY2(ran.status == 0, ran.messages.constData());
    const Json document = documentOf(ran);
    QCOMPARE(member(document, "providers").size(), 6U);
    const Json coast = providerOf(document, "sandbox-coast");
    QCOMPARE(member(coast, "collections").size(), 2U);
    const Json &first = coast["collections"][0];
    QCOMPARE(stringAt(first, "id"), u"sentinel-2-l2a"_qs);
    QCOMPARE(asStringList(member(first, "platforms")),
             (QStringList {u"sentinel-2a"_qs, u"sentinel-2b"_qs, u"sentinel-2c"_qs}));
    QCOMPARE(numberAt(first, "gsd"), 10.0);
    QCOMPARE(stringAt(first, "license"), u"CC0-1.0"_qs);
    QCOMPARE(stringAt(first, "access"), u"public"_qs);
    QCOMPARE(first["datetime"][0], Json("2025-01-17T11:25:21Z"));
    QVERIFY(first["datetime"][1].is_null());
    QCOMPARE(stringAt(providerOf(document, "sandbox-signed")["collections"][0], "access"), u"signed"_qs);
    QCOMPARE(stringAt(providerOf(document, "sandbox-space")["collections"][0], "access"), u"login"_qs);
    QCOMPARE(stringAt(providerOf(document, "sandbox-survey")["collections"][0], "access"), u"login"_qs);
}

void TestCliSearch::collections_canBeLookedThrough()
{
    const auto ran = run({u"providers"_qs, u"--collections"_qs, u"--filter"_qs, u"TEMPERATURE landsat"_qs});
    QVERIFY2(ran.status == 0, ran.messages.constData());
    QVERIFY(ran.output.contains("landsat-c2l2-st") && !ran.output.contains("sentinel-2-l2a"));
    const auto one = run({u"providers"_qs, u"--collections"_qs, u"--provider"_qs, u"sandbox-survey"_qs, u"--json"_qs});
    QCOMPARE(member(documentOf(one), "providers").size(), 1U);
    QCOMPARE(run({u"providers"_qs, u"--provider"_qs, u"nobody"_qs}).status, 2);
    start({u"coast=html"_qs});
    const auto broken = run({u"providers"_qs, u"--collections"_qs, u"--json"_qs});
    QCOMPARE(broken.status, 0); // the others have answered
    QVERIFY(member(providerOf(documentOf(broken), "sandbox-coast"), "error").is_object());
    QCOMPARE(run({u"providers"_qs, u"--collections"_qs, u"--provider"_qs, u"sandbox-coast"_qs}).status, 1);
}

void TestCliSearch::search_tellsCopies()
{
    const auto ran = search({u"--json"_qs});
    QVERIFY2(ran.status == 0, ran.messages.constData());
    const Json document = documentOf(ran);
    const Json whole = featureOf(document, "20250924");
    const Json &copies = member(member(whole, "properties"), "astra:copies");
    QCOMPARE(copies.size(), 4U); // the fifth wants a key
    QStringList holders;
    for (const Json &copy : copies)
        holders << stringAt(copy, "provider") + u' ' + stringAt(copy, "access");
    QCOMPARE(QSet<QString>(holders.begin(), holders.end()),
             (QSet<QString> {u"sandbox-coast public"_qs, u"sandbox-archive public"_qs, u"sandbox-signed signed"_qs,
                             u"sandbox-space login"_qs}));
    QCOMPARE(stringAt(copies[0], "baseline"), u"05.11"_qs);
    QVERIFY(stringAt(copies[0], "processed").startsWith(u"2025-09-24T15:28:37"));
    QCOMPARE(asBool(member(copies[3], "readable")), false); // who can be read stands first

    const Json members = featureOf(document, "20250502");
    QCOMPARE(member(member(members, "properties"), "astra:copies").size(), 1U);
    QCOMPARE(asBool(member(member(members, "properties")["astra:copies"][0], "readable")), false);
    QVERIFY(member(members, "assets").contains("red") && member(members, "assets").contains("lwir11")); // one scene
}

void TestCliSearch::search_tellsTheFunnel()
{
    const auto ran = search({u"--cloud-cover-lt"_qs, u"5"_qs, u"--collections"_qs, u"sentinel-2-l2a"_qs, u"--json"_qs});
    QVERIFY2(ran.status == 0, ran.messages.constData());
    const Json document = documentOf(ran);
    const Json coast = providerOf(document, "sandbox-coast");
    const Json &funnel = member(coast, "funnel");
    QCOMPARE(numberAt(funnel, "area"), numberAt(funnel, "dates"));
    const double inLimit = *numberAt(funnel, "cloud");
    QCOMPARE(inLimit + *numberAt(member(funnel, "set_aside"), "cloudier"), *numberAt(funnel, "area"));
    QCOMPARE(numberAt(funnel, "shown"), inLimit);
    QVERIFY(inLimit > 0 && inLimit < *numberAt(funnel, "area"));
    QCOMPARE(member(funnel, "at_least").size(), 0U);
    QCOMPARE(asBool(member(funnel, "counted")), true);
    QCOMPARE(asBool(member(coast, "cut_short")), false);
    QVERIFY(member(coast, "silent").is_array());
    QVERIFY(member(member(document, "context"), "suggestions").is_array());
    const auto lines = search({u"--cloud-cover-lt"_qs, u"5"_qs, u"--collections"_qs, u"sentinel-2-l2a"_qs});
    QVERIFY(lines.messages.contains("set aside") && lines.messages.contains(" cloudier"));
    for (const auto &line : lines.output.trimmed().split('\n'))
        QVERIFY2(line.contains("invented data"), line.constData());
}

void TestCliSearch::search_saysWhyNothingIsLeft()
{
    const auto ran = search({u"--datetime"_qs, u"2024-01-01/2024-01-31"_qs});
    QCOMPARE(ran.status, 0);
    QVERIFY(ran.output.isEmpty());
    QVERIFY(ran.messages.contains("No scene was found."));
    for (const char *id : {"sandbox-coast", "sandbox-signed", "sandbox-archive", "sandbox-space", "sandbox-survey"})
        QVERIFY2(ran.messages.contains(id), id);
    QVERIFY(ran.messages.contains("astra search --world="));
}

void TestCliSearch::suggestions_runAsTheyStand()
{
    const auto ran = search({u"--datetime"_qs, u"2024-01-01/2024-01-31"_qs, u"--json"_qs});
    const Json document = documentOf(ran);
    QCOMPARE(member(document, "features").size(), 0U);
    const Json &suggestions = member(member(document, "context"), "suggestions");
    QVERIFY(!suggestions.empty());
    int found = 0;
    for (const Json &suggestion : suggestions) {
        QVERIFY(!stringAt(suggestion, "text").isEmpty());
        const QString command = stringAt(suggestion, "command");
        QVERIFY(command.startsWith(u"astra search "));
        QProcess shell;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"ASTRA_CONFIG_DIR"_qs, file(u"config"_qs));
        environment.insert(u"ASTRA_DATA_DIR"_qs, file(u"data"_qs));
        environment.insert(u"PATH"_qs, QFileInfo(test::programPath()).path() + u':' + environment.value(u"PATH"_qs));
        shell.setProcessEnvironment(environment);
        shell.start(u"/bin/sh"_qs, {u"-c"_qs, command});
        QVERIFY(shell.waitForFinished(60000));
        QCOMPARE(shell.exitCode(), 0);
        found += static_cast<int>(shell.readAllStandardOutput().count('\n'));
    }
    QVERIFY(found > 5);
}

void TestCliSearch::failure_isNoAbsence()
{
    start({u"coast=500"_qs, u"signed=500"_qs, u"archive=500"_qs, u"space=500"_qs});
    const QStringList question {u"--collections"_qs, u"sentinel-2-l2a"_qs};
    const auto ran = search(question + QStringList {u"--json"_qs});
    QCOMPARE(ran.status, 0); // the survey has answered that it holds none
    const Json document = documentOf(ran);
    QCOMPARE(stringAt(providerOf(document, "sandbox-coast"), "state"), u"failed"_qs);
    QVERIFY(member(member(providerOf(document, "sandbox-coast"), "funnel"), "area").is_null());
    QVERIFY(asStringList(member(document, "warnings")).filter(u"sandbox-coast"_qs).size() > 0);
    const auto lines = search(question);
    for (const auto &line : lines.messages.split('\n')) {
        if (line.startsWith("sandbox-coast"))
            QVERIFY2(line.simplified().size() > 25 && !line.contains("  0  "), line.constData());
    }
    start({u"coast=500"_qs});
    const auto alone = search({u"--providers"_qs, u"sandbox-coast"_qs});
    QCOMPARE(alone.status, 1);
    QVERIFY(alone.output.isEmpty());
}

void TestCliSearch::limit_saysThatThereIsMore()
{
    const auto ran = search({u"--limit"_qs, u"2"_qs});
    QCOMPARE(ran.status, 0);
    QCOMPARE(ran.output.count('\n'), 2);
    QVERIFY(ran.output.startsWith("sandbox-coast:S2B_30TUZ_20251024_0_L2A"));
    QVERIFY(ran.messages.contains("--all"));
}

void TestCliSearch::all_loadsEveryPage()
{
    const auto ran = search({u"--limit"_qs, u"2"_qs, u"--all"_qs, u"--json"_qs});
    const auto whole = search({u"--json"_qs});
    QVERIFY2(ran.status == 0, ran.messages.constData());
    const auto keysOf = [](const Json &document) {
        QStringList keys;
        for (const Json &feature : member(document, "features"))
            keys << stringAt(member(feature, "properties"), "astra:acquisition") + u' ' + stringAt(feature, "id");
        return keys;
    };
    const Json document = documentOf(ran);
    const QStringList keys = keysOf(document);
    QCOMPARE(keys, keysOf(documentOf(whole)));
    QVERIFY(keys.size() >= 13);
    for (const Json &entry : member(member(document, "context"), "providers"))
        QCOMPARE(asBool(member(entry, "more")), false);
    start({u"coast=loop"_qs, u"signed=repeat"_qs});
    const auto odd = search({u"--limit"_qs, u"3"_qs, u"--all"_qs, u"--json"_qs});
    QVERIFY2(odd.status == 0, odd.messages.constData());
    QStringList seen = keysOf(documentOf(odd));
    // What the first page of the coast lacks is found elsewhere, save the two granules that it alone has.
    QCOMPARE(seen.size(), keys.size() - 2);
    QCOMPARE(seen.removeDuplicates(), 0);
    QCOMPARE(asBool(member(providerOf(documentOf(odd), "sandbox-coast"), "cut_short")), true);
}

void TestCliSearch::clearSky_putsTheClearestFirst()
{
    const auto ran = search({u"--clear-sky"_qs, u"--json"_qs});
    QVERIFY2(ran.status == 0, ran.messages.constData());
    const Json document = documentOf(ran);
    double last = 101;
    int known = 0;
    for (const Json &feature : member(document, "features")) {
        const Json &properties = member(feature, "properties");
        const double clear = numberAt(properties, "astra:clear").value_or(-1);
        QVERIFY(clear <= last);
        last = clear;
        known += clear >= 0 ? 1 : 0;
        QVERIFY(clear <= numberAt(properties, "astra:covered").value_or(-1) + 1e-9);
    }
    QVERIFY(known >= 10);
    // The sky of this pass is without a cloud, and the area lies within the world.
    const Json clear = featureOf(document, "20250417");
    QCOMPARE(numberAt(member(clear, "properties"), "astra:clear"), 100.0);
    QCOMPARE(numberAt(member(clear, "properties"), "astra:covered"), 100.0);
    // Nobody but members could look at this one.
    QVERIFY(member(member(featureOf(document, "20250502"), "properties"), "astra:clear").is_null());
    QVERIFY(asStringList(member(document, "warnings")).filter(u"20250502"_qs).size() == 1);
}

void TestCliSearch::scene_tellsCopiesAndRadiometry()
{
    const QString again = u"sandbox-coast:S2B_30TUZ_20250517_1_L2A"_qs;
    const auto ran = run({u"scene"_qs, again, u"--json"_qs});
    QVERIFY2(ran.status == 0, ran.messages.constData());
    const Json document = documentOf(ran);
    const Json &copies = member(member(document, "properties"), "astra:copies");
    QCOMPARE(copies.size(), 4U);
    QCOMPARE(stringAt(copies[0], "original_id"), u"S2B_30TUZ_20250517_1_L2A"_qs);
    QCOMPARE(stringAt(copies[0], "baseline"), u"05.11"_qs);
    for (std::size_t i = 1; i < copies.size(); ++i)
        QCOMPARE(stringAt(copies[i], "baseline"), u"03.01"_qs);
    const auto lines = run({u"scene"_qs, again});
    QVERIFY(lines.output.contains("0.0001") && lines.output.contains("radiometry"));
    QVERIFY(lines.output.contains("copies and versions"));
    const auto parted = run({u"scene"_qs, u"sandbox-coast:S2B_30TUZ_20250221_0_L2A"_qs, u"--json"_qs});
    QCOMPARE(member(member(documentOf(parted), "properties"), "astra:copies").size(), 2U);
}

/// The pixels say against the statement, and a person's word ends it.
void TestCliSearch::falseFlag_isSaid()
{
    const auto preview = [&](const char *id, const QStringList &words) {
        return documentOf(run(QStringList {u"preview"_qs, u"sandbox-coast:"_qs + QLatin1String(id), u"--size"_qs,
                                           u"64x64"_qs, u"--json"_qs, u"-o"_qs, file(u"flag.png"_qs)}
                              + words));
    };
    const Json claimed = preview("S2B_30TUZ_20250517_1_L2A", {});
    QVERIFY(stringAt(claimed, "warning").contains(u"offset"));
    const Json old = preview("S2B_30TUZ_20250517_0_L2A", {});
    QVERIFY(member(old, "warning").is_null() && member(old, "radiometry").is_string());
    const Json left = preview("S2B_30TUZ_20250517_1_L2A", {u"--offset-override"_qs, u"leave"_qs});
    QVERIFY(member(left, "warning").is_null() && member(left, "radiometry").is_string());
}

/// The version that claims an offset has the very pixels of the one without: left off, they give the same numbers.
void TestCliSearch::offsetOverride_isTheOtherVersion()
{
    const auto ndvi = [&](const char *id, const QStringList &words, const char *name) {
        const QString output = file(QString::fromLatin1(name));
        const auto ran = run(
            QStringList {u"process"_qs, u"ndvi"_qs, u"sandbox-coast:"_qs + QLatin1String(id), u"-o"_qs, output}
            + words);
        return ran.status == 0 ? test::readBand(output) : test::Pixels();
    };
    const auto old = ndvi("S2B_30TUZ_20250517_0_L2A", {}, "old.tif");
    const auto left = ndvi("S2B_30TUZ_20250517_1_L2A", {u"--offset-override"_qs, u"leave"_qs}, "left.tif");
    const auto applied = ndvi("S2B_30TUZ_20250517_1_L2A", {u"--offset-override"_qs, u"apply"_qs}, "applied.tif");
    QVERIFY(old.width > 0 && left.width == old.width && applied.width == old.width);
    std::size_t different = 0;
    for (std::size_t i = 0; i < old.values.size(); ++i) {
        QCOMPARE(left.valid(i), old.valid(i));
        if (old.valid(i)) {
            QVERIFY(std::abs(left.values[i] - old.values[i]) < 1e-6F);
            different += applied.valid(i) && std::abs(applied.values[i] - old.values[i]) > 0.01F ? 1 : 0;
        }
    }
    QVERIFY(different > old.values.size() / 2);
    const auto item = readJsonFile(file(u"left.json"_qs));
    QVERIFY(item);
    QCOMPARE(stringAt(member(member(*item, "properties"), "astra:inputs")[0], "offset_override"), u"leave"_qs);
}

void TestCliSearch::replay_isTheRecordedAnswer()
{
    const QString traffic = file(u"traffic"_qs);
    const QStringList question {u"search"_qs, u"--bbox="_qs + m_box, u"--clear-sky"_qs, u"--json"_qs};
    const auto recorded = run(QStringList {u"--record"_qs, traffic} + question);
    QVERIFY2(recorded.status == 0, recorded.messages.constData());
    QDirIterator files(traffic, QDir::Files, QDirIterator::Subdirectories);
    int count = 0;
    while (files.hasNext()) {
        QFile written(files.next());
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QByteArray bytes = written.readAll();
        static const QRegularExpression signature(u"sig=[0-9a-f]{16}"_qs);
        QVERIFY2(!signature.match(QString::fromLatin1(bytes)).hasMatch(), qPrintable(written.fileName()));
        ++count;
    }
    QVERIFY(count > 10);
    const QString url = m_url;
    m_sandbox.reset(); // nobody there any more
    m_faults = {u"none yet"_qs};
    const auto replayed = test::runAstra(QStringList {u"--world"_qs, url, u"--replay"_qs, traffic} + question);
    QVERIFY2(replayed.status == 0, replayed.messages.constData());
    const Json then = documentOf(recorded);
    const Json now = documentOf(replayed);
    QCOMPARE(member(now, "features").size(), member(then, "features").size());
    QCOMPARE(member(now, "features"), member(then, "features"));
}

void TestCliSearch::interrupt_whileWaiting()
{
    start({u"survey=hang"_qs});
    QProcess process;
    process.start(test::programPath(),
                  {u"--config"_qs, file(u"c"_qs), u"--data"_qs, file(u"d"_qs), u"--world"_qs, m_url, u"search"_qs,
                   u"--bbox="_qs + m_box});
    QVERIFY(process.waitForStarted());
    QByteArray said;
    process.setReadChannel(QProcess::StandardError);
    while (!said.contains("sandbox-survey") && process.waitForReadyRead(20000)) // it is called slow
        said += process.readAllStandardError();
    QVERIFY2(said.contains("sandbox-survey"), said.constData());
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(5000));
    QCOMPARE(process.exitCode(), 130);
}

QTEST_GUILESS_MAIN(TestCliSearch)
#include "tst_clisearch.moc"
