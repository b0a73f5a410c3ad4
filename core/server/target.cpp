// SPDX-License-Identifier: Apache-2.0
#include "core/server/target.h"

#include <QStringConverter>
#include <QStringList>

namespace astra::server {

namespace {

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<QByteArray> decoded(const QByteArray &raw)
{
    QByteArray out;
    out.reserve(raw.size());
    for (qsizetype i = 0; i < raw.size(); ++i) {
        if (raw[i] != '%') {
            out.append(raw[i]);
            continue;
        }
        const int high = i + 2 < raw.size() ? hexDigit(raw[i + 1]) : -1;
        const int low = i + 2 < raw.size() ? hexDigit(raw[i + 2]) : -1;
        if (high < 0 || low < 0)
            return std::nullopt;
        out.append(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return out;
}

} // namespace

std::optional<Target> parseTarget(const QByteArray &target)
{
    QByteArray rest = target;
    // The absolute form, as a proxy would send it.
    for (const char *scheme : {"http://", "https://"}) {
        if (rest.startsWith(scheme)) {
            const auto slash = rest.indexOf('/', static_cast<qsizetype>(qstrlen(scheme)));
            rest = slash < 0 ? QByteArray("/") : rest.mid(slash);
        }
    }
    if (!rest.startsWith('/'))
        return std::nullopt;

    Target result;
    const auto question = rest.indexOf('?');
    result.rawPath = question < 0 ? rest : rest.left(question);
    if (question >= 0)
        result.query = QUrlQuery(QString::fromUtf8(rest.mid(question + 1)));

    const auto bytes = decoded(result.rawPath);
    if (!bytes)
        return std::nullopt;
    QStringDecoder utf8(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString path = utf8(*bytes);
    if (utf8.hasError())
        return std::nullopt;

    QStringList kept;
    const auto segments = path.split(u'/', Qt::SkipEmptyParts);
    for (const auto &segment : segments) {
        for (const QChar c : segment) {
            if (c.unicode() < 0x20 || c.unicode() == 0x7f || c == u'\\')
                return std::nullopt;
        }
        if (segment == QLatin1String(".."))
            return std::nullopt;
        if (segment != QLatin1String("."))
            kept.append(segment);
    }
    result.path = u'/' + kept.join(u'/');
    return result;
}

} // namespace astra::server
