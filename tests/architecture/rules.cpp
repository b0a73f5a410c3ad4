// SPDX-License-Identifier: Apache-2.0
#include "tests/architecture/rules.h"

#include <QRegularExpression>

namespace astra::architecture {

namespace {

using Regex = QRegularExpression;

/// What may not stand in the files whose path matches `where`, save those that match `except`.
struct WordRule {
    QString id;
    Regex where;
    Regex except;
    Regex word;
    QString reason;
    bool comments = false; ///< comments are searched too
};

Regex regex(const char *pattern) { return Regex(QString::fromLatin1(pattern)); }
Regex nowhere() { return regex("(?!)"); }

const char *const ours = "^(core|ui|app|tests)/.*\\.(cpp|h)$";
const char *const product = "^(core|ui|app)/.*\\.(cpp|h)$";

std::vector<WordRule> makeWordRules()
{
    std::vector<WordRule> rules;
    const auto add = [&rules](const char *id, const char *where, Regex except, const char *word, const char *reason,
                              bool comments = false) {
        rules.push_back({QString::fromLatin1(id), regex(where), std::move(except), regex(word),
                         QString::fromLatin1(reason), comments});
    };
    add("gdal-quarantine", product, regex("^core/(raster|processing)/"),
        "#include\\s*<(gdal|ogr|cpl_|vrtdataset|proj)[^>]*>", "GDAL and PROJ stay in core/raster, core/processing");
    add("network-quarantine", product, regex("^core/net/"), "\\bQNetwork(AccessManager|Reply|Request)\\b",
        "QNetworkAccessManager stays in core/net");
    add("sql-quarantine", product, regex("^core/(library|jobs|gateway|base/database)"), "#include\\s*<(QSql|sqlite3)",
        "SQL stays in library, jobs and gateway, through base/database.h");
    add("keychain-quarantine", product, regex("^core/credentials/"), "#include\\s*<(qt6)?keychain",
        "QtKeychain stays in core/credentials");
    add("verified-always", ours, nowhere(), "ignoreSslErrors|\\bVerifyNone\\b|\\bQueryPeer\\b|UNSAFESSL|SSL_VERIFY",
        "no switch anywhere turns the check of certificates off");
    add("boost-quarantine", product, regex("^core/server/"), "#include\\s*<boost/", "Boost stays in core/server");
    add("core-without-gui", "^core/.*\\.(cpp|h)$", nowhere(),
        "#include\\s*<(QtGui|QtQml|QtQuick|QtWidgets|QQml|QQuick|QGui|QImage|QColor|QPainter|QPixmap|QWindow|"
        "QJSEngine|"
        "QWidget|QApplication|QFont|QSG)",
        "core never uses Qt Gui, Qml or Quick");
    add("core-links-no-gui", "^core/.*CMakeLists\\.txt$", nowhere(), "Qt6::(Gui|Qml|Quick|Widgets|Svg)",
        "core never links Qt Gui, Qml or Quick");
    add("future-edges", ours, regex("^core/base/async\\.h$"),
        "\\bQ(Promise|Future|FutureWatcher)\\b|\\bQtConcurrent\\b|\\.then\\s*\\(|whenSettled",
        "asynchronous is Future<T> of base/async.h: use Settler, chain, deliver");
    add("future-cancel", ours, nowhere(), "[fF]uture\\w*(\\(\\))?(\\.|->)cancel\\s*\\(",
        "cancelling is a StopToken argument");
    add("no-sleep-in-tests", "^tests/.*\\.(cpp|h)$", nowhere(),
        "\\bq(S)leep\\b|QThread::[mu]?sleep\\b|this_thread::sleep|\\bu(s)leep\\s*\\(|nanosleep\\s*\\(",
        "a test waits for a thing to happen, never for time to pass");
    add("no-machine-path", "\\.(cpp|h|qml|cmake|txt|json|sh|py|md|js)$|^\\.ci/", regex("^tests/data/"),
        "(?<![\\w.:/})*-])/(home|root|work|Users)/[\\w.]", "no path of one machine stands in the tree", true);
    add("nothing-unfinished", "\\.(cpp|h|qml|cmake|txt|sh|py|js)$", regex("^(tests/data|resources)/"),
        "\\b(TO(DO)|FIX(ME)|XX(X))\\b", "nothing is left for later in the text", true);
    add("no-context-property", "^(ui|app)/.*\\.(cpp|h)$", nowhere(),
        "setContextProperty|setContextObject|\\bqmlRegister\\w+\\s*(<|\\()",
        "QML gets what it needs by required properties and declarative registration");
    add("qml-without-services", "^ui/.*\\.qml$", nowhere(),
        "XMLHttpRequest|\\bJSON\\.|(?<!hint: )[\"']https?://|[\"']file:",
        "QML holds layout, binding and navigation: no URL, no JSON, no file path");
    add("static-context", "^(core|ui)/.*\\.(cpp|h)$", regex("^core/base/phrases\\.cpp$"),
        "QCoreApplication::translate\\s*\\(",
        "lupdate loses the context behind a helper: struct Text { Q_DECLARE_TR_FUNCTIONS(astra::room) }");
    add("one-qml-singleton", "^ui/.*\\.qml$", regex("/Theme\\.qml$"), "^\\s*pragma\\s+Singleton",
        "the only QML singleton is Theme");
    return rules;
}

const std::vector<WordRule> &wordRules()
{
    static const std::vector<WordRule> rules = makeWordRules();
    return rules;
}

const QStringList &handles()
{
    static const QStringList list = {QStringLiteral("core/providers/searchsession.h"),
                                     QStringLiteral("core/jobs/job.h"), QStringLiteral("core/imagery/tileloader.h")};
    return list;
}

QString part(const QString &path, int index) { return path.section(u'/', index, index); }

/// Why a room of core may not include another one that stands before it; empty: it may.
QString closedDoor(const QString &path, const QString &room, const QString &other)
{
    static const QStringList pixels = {QStringLiteral("raster"), QStringLiteral("render"),
                                       QStringLiteral("processing")};
    static const QStringList services = {QStringLiteral("net"), QStringLiteral("server"), QStringLiteral("credentials"),
                                         QStringLiteral("providers"), QStringLiteral("jobs")};
    if (!pixels.contains(other))
        return {};
    if (services.contains(room))
        return QStringLiteral("%1 knows services and no pixel arithmetic").arg(room);
    const bool metadataOnly = room == u"library"
        || (room == u"backends" && path.count(u'/') > 2 && !path.startsWith(u"core/backends/local/"));
    if (metadataOnly && other != u"raster")
        return QStringLiteral("here raster may be used to read a file's metadata, nothing more");
    return {};
}

/// (rule, reason) where `path` may not include `target`; empty where it may.
std::pair<QString, QString> forbiddenInclude(const QString &path, const QString &target, const QStringList &layers)
{
    const QString top = part(path, 0);
    const QString room = part(path, 1);
    const QString otherTop = part(target, 0);
    const QString other = part(target, 1);
    static const QStringList tops = {QStringLiteral("core"), QStringLiteral("ui"), QStringLiteral("app"),
                                     QStringLiteral("tests")};
    if (!tops.contains(otherTop))
        return {QStringLiteral("include-from-root"), QStringLiteral("includes are written from the root")};
    if (top == u"core") {
        if (otherTop != u"core")
            return {QStringLiteral("layer-order"), QStringLiteral("core includes only core")};
        if (layers.indexOf(other) < 0 || layers.indexOf(other) > layers.indexOf(room))
            return {QStringLiteral("layer-order"),
                    QStringLiteral("%1 does not stand before %2 in core/LAYERS").arg(other, room)};
        const QString reason = closedDoor(path, room, other);
        return reason.isEmpty() ? std::pair<QString, QString>() : std::pair(QStringLiteral("two-halves"), reason);
    }
    if (top == u"ui" && otherTop == u"core") {
        static const QStringList open = {QStringLiteral("base"), QStringLiteral("data"), QStringLiteral("render"),
                                         QStringLiteral("engine")};
        if (!open.contains(other) && !handles().contains(target))
            return {QStringLiteral("ui-allowed-list"),
                    QStringLiteral("ui sees base, data, render, engine and the three handles only")};
    } else if (top == u"ui" && otherTop == u"ui") {
        const bool shared = other == u"types" || other == u"controls";
        if (other != room && !shared && room != u"shell")
            return {QStringLiteral("modules-apart"), QStringLiteral("ui modules do not include each other")};
    } else if (top == u"ui") {
        return {QStringLiteral("ui-allowed-list"), QStringLiteral("ui includes only ui and core")};
    }
    if (top == u"app" && otherTop == u"tests")
        return {QStringLiteral("ui-allowed-list"), QStringLiteral("the program does not include its tests")};
    return {};
}

void checkIncludes(const File &file, const QString &code, const QStringList &layers, std::vector<Violation> &found)
{
    static const Regex include(QStringLiteral("^\\s*#\\s*include\\s*\"([^\"]+)\""));
    const QStringList lines = code.split(u'\n');
    for (int i = 0; i < lines.size(); ++i) {
        const auto match = include.match(lines[i]);
        if (!match.hasMatch())
            continue;
        const QString target = match.captured(1);
        if (target.endsWith(u".moc"))
            continue;
        const auto [rule, reason] = forbiddenInclude(file.path, target, layers);
        if (!rule.isEmpty())
            found.push_back({rule, file.path, i + 1, reason});
    }
}

void checkQmlImports(const File &file, const QString &code, std::vector<Violation> &found)
{
    static const Regex import(QStringLiteral("^\\s*import\\s+Astra\\.(\\w+)"));
    const QString own = part(file.path, 1);
    const QStringList lines = code.split(u'\n');
    for (int i = 0; i < lines.size(); ++i) {
        const auto match = import.match(lines[i]);
        if (!match.hasMatch() || own == u"shell")
            continue;
        const QString module = match.captured(1).toLower();
        if (module != own && module != u"types" && module != u"controls")
            found.push_back({QStringLiteral("modules-apart"), file.path, i + 1,
                             QStringLiteral("QML modules do not import each other")});
    }
}

void checkWords(const File &file, const QString &code, std::vector<Violation> &found)
{
    for (const auto &rule : wordRules()) {
        if (!rule.where.match(file.path).hasMatch() || rule.except.match(file.path).hasMatch())
            continue;
        const QStringList lines = (rule.comments ? file.text : code).split(u'\n');
        for (int i = 0; i < lines.size(); ++i) {
            if (rule.word.match(lines[i]).hasMatch())
                found.push_back({rule.id, file.path, i + 1, rule.reason});
        }
    }
}

void checkHead(const File &file, std::vector<Violation> &found)
{
    static const Regex needsLicence(QStringLiteral("\\.(cpp|h|qml|cmake|sh|py)$|CMakeLists\\.txt$"));
    if (needsLicence.match(file.path).hasMatch()
        && !file.text.section(u'\n', 0, 1).contains(u"SPDX-License-Identifier: Apache-2.0"))
        found.push_back({QStringLiteral("licence-line"), file.path, 1, QStringLiteral("the SPDX line is missing")});
    if (file.path.endsWith(u".h") && !file.text.contains(u"#pragma once"))
        found.push_back({QStringLiteral("pragma-once"), file.path, 1, QStringLiteral("#pragma once is missing")});
}

} // namespace

QStringList ruleIds()
{
    QStringList ids;
    for (const auto &rule : wordRules())
        ids.append(rule.id);
    for (const char *id : {"include-from-root", "layer-order", "two-halves", "ui-allowed-list", "modules-apart",
                           "licence-line", "pragma-once"})
        ids.append(QString::fromLatin1(id));
    return ids;
}

QString withoutComments(const QString &text)
{
    enum class In { Code, String, Line, Comment };
    In in = In::Code;
    QChar quote;
    QString code;
    code.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        const QChar next = i + 1 < text.size() ? text[i + 1] : QChar();
        if (in == In::Code && c == u'/' && (next == u'/' || next == u'*')) {
            in = next == u'/' ? In::Line : In::Comment;
            ++i;
        } else if (in == In::Comment && c == u'*' && next == u'/') {
            in = In::Code;
            ++i;
        } else if (c == u'\n') {
            // A line ends every state but the block comment: a digit separator or apostrophe costs one line at most.
            if (in != In::Comment)
                in = In::Code;
            code.append(c);
        } else if (in == In::Code || in == In::String) {
            code.append(c);
            if (in == In::String && c == u'\\' && next != u'\n') {
                code.append(next);
                ++i;
            } else if (in == In::String && c == quote) {
                in = In::Code;
            } else if (in == In::Code && (c == u'"' || c == u'\'')) {
                in = In::String;
                quote = c;
            }
        }
    }
    return code;
}

std::vector<Violation> check(const File &file, const QStringList &layers)
{
    std::vector<Violation> found;
    // These files spell out what is forbidden.
    if (file.path.startsWith(u"tests/architecture/"))
        return found;
    const QString code = withoutComments(file.text);
    if (file.path.endsWith(u".cpp") || file.path.endsWith(u".h"))
        checkIncludes(file, code, layers, found);
    if (file.path.startsWith(u"ui/") && file.path.endsWith(u".qml"))
        checkQmlImports(file, code, found);
    checkWords(file, code, found);
    checkHead(file, found);
    return found;
}

} // namespace astra::architecture
