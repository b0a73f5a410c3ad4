// SPDX-License-Identifier: Apache-2.0
#include "core/net/errortext.h"

#include "core/base/json.h"
#include "core/net/secrets.h"

#include <QRegularExpression>

namespace astra::net {

namespace {

constexpr qsizetype longestLooked = 16 << 10;
constexpr int mostNested = 4;

/// The sentence in {"description": …}, {"detail": [{"msg": …}]}, {"error": {"message": …}} and their kin.
QString sentence(const Json &json, int depth = 0)
{
    if (const auto text = asString(json))
        return *text;
    if (depth > mostNested)
        return {};
    if (json.is_array())
        return json.empty() ? QString() : sentence(json.front(), depth + 1);
    // "message" before "error": where both are there, the latter is a mere name.
    for (const char *key :
         {"description", "message", "detail", "msg", "error_description", "errors", "error", "title"}) {
        if (QString text = sentence(member(json, key), depth + 1); !text.trimmed().isEmpty())
            return text;
    }
    return {};
}

/// The text between <name> and </name>; empty where there is none.
QString element(const QString &page, QLatin1String name)
{
    const qsizetype start = page.indexOf(QString(u'<' + name), 0, Qt::CaseInsensitive);
    const qsizetype open = start < 0 ? -1 : page.indexOf(u'>', start);
    const qsizetype end = open < 0 ? -1 : page.indexOf(QString(u"</" + name), open, Qt::CaseInsensitive);
    return end < 0 ? QString() : page.mid(open + 1, end - open - 1);
}

QString plain(QString markup)
{
    static const QRegularExpression tags(QStringLiteral("<[^<>]*>"));
    markup.replace(tags, QStringLiteral(" "));
    for (const auto &[entity, character] : {std::pair("&lt;", "<"), std::pair("&gt;", ">"), std::pair("&quot;", "\""),
                                            std::pair("&#39;", "'"), std::pair("&nbsp;", " "), std::pair("&amp;", "&")})
        markup.replace(QLatin1String(entity), QLatin1String(character));
    return markup.simplified();
}

QString ofMarkup(const QString &page)
{
    // Amazon's and Azure's XML has a Message; a web page says it in its heading, or else in its title.
    for (const char *name : {"Message", "h1", "title", "body"}) {
        if (QString text = plain(element(page, QLatin1String(name))); !text.isEmpty())
            return text;
    }
    return plain(page);
}

} // namespace

QString errorText(const QByteArray &body)
{
    const QByteArray trimmed = body.left(longestLooked).trimmed();
    QString text = QString::fromUtf8(trimmed);
    if (trimmed.startsWith('{') || trimmed.startsWith('[')) {
        if (const auto json = parseJson(body)) {
            if (const QString said = sentence(*json); !said.trimmed().isEmpty())
                text = said;
        }
    }
    if (text.startsWith(u'<'))
        text = ofMarkup(text);
    return QString::fromUtf8(redacted(text.toUtf8())).simplified().left(300);
}

} // namespace astra::net
