// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/astraerror.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::AstraError)
};

constexpr qsizetype maxText = 300;

/// A service may quote back what it was given: its own words are shown without keys and without signed queries.
QString clean(QString text)
{
    static const QRegularExpression keys(QStringLiteral("astra_[A-Za-z0-9_-]{8,}"));
    static const QRegularExpression bearer(QStringLiteral("(bearer)\\s+\\S+"),
                                           QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression queries(QStringLiteral("(https?://[^\\s?]+)\\?\\S*"));
    text = text.left(4 * maxText).simplified();
    text.replace(keys, QStringLiteral("astra_…"));
    text.replace(bearer, QStringLiteral("\\1 …"));
    text.replace(queries, QStringLiteral("\\1?…"));
    return text.size() > maxText ? QString(text.left(maxText - 1) + u'…') : text;
}

/// One entry of a list of validation findings: "bbox: expected string".
QString finding(const Json &issue)
{
    if (const auto text = asString(issue))
        return *text;
    QStringList path;
    const Json &steps = member(issue, "path");
    if (steps.is_array()) {
        for (const Json &step : steps) {
            if (const auto name = asString(step))
                path << *name;
            else if (const auto index = asInteger(step))
                path << QString::number(*index);
        }
    }
    const QString message = stringAt(issue, "message");
    return path.isEmpty() || message.isEmpty() ? message : QString(path.join(u'.') + u": " + message);
}

struct Said {
    QString code; ///< "VALIDATION_ERROR", where given
    QString message;
    bool page = false; ///< a web page instead of an answer
};

Said said(const net::HttpResponse &response)
{
    const QByteArray start = response.body.left(512).trimmed();
    if (start.startsWith('<') || response.header("Content-Type").toLower().startsWith("text/html"))
        return {{}, {}, true};
    const auto json = parseJson(response.body);
    if (!json) // plain words, or nothing
        return {
            {}, start.startsWith('{') || start.startsWith('[') ? QString() : clean(QString::fromUtf8(start)), false};
    const Json &error = member(*json, "error");
    Said result {stringAt(error, "code"), astraMessage(error), false};
    if (result.message.isEmpty())
        result.message = clean(stringAt(*json, "message"));
    return result;
}

ErrorCode codeOf(int status, const Said &words)
{
    if (words.code == u"SCENE_NOT_FOUND" || words.code == u"NOT_FOUND" || status == 404 || status == 410)
        return ErrorCode::NotFound;
    if (status == 401 || status == 403 || words.code == u"UNAUTHORIZED" || words.code == u"FORBIDDEN")
        return ErrorCode::Unauthorized;
    if (status == 429 || words.code == u"RATE_LIMITED")
        return ErrorCode::RateLimited;
    if (status == 408 || status == 504)
        return ErrorCode::Timeout;
    // The upstream catalogue's 404 comes through as a 500 that quotes it.
    static const QRegularExpression notFound(QStringLiteral("\\b404\\b"));
    if (status >= 500)
        return notFound.match(words.message).hasMatch() ? ErrorCode::NotFound : ErrorCode::Network;
    return ErrorCode::InvalidInput;
}

QString opening(ErrorCode code, int status, const QString &title)
{
    switch (code) {
    case ErrorCode::Unauthorized:
        return status == 403 ? Text::tr("%1 accepts the key, but its plan does not include this").arg(title)
                             : Text::tr("%1 asks for a valid key").arg(title);
    case ErrorCode::NotFound:
        return Text::tr("%1 does not have what was asked for").arg(title);
    case ErrorCode::RateLimited:
        return Text::tr("%1 asks to slow down; try again in a while").arg(title);
    case ErrorCode::Timeout:
        return Text::tr("%1 took too long").arg(title);
    case ErrorCode::InvalidInput:
        return Text::tr("%1 did not accept the request").arg(title);
    default:
        return Text::tr("%1 is in trouble (HTTP %2)").arg(title).arg(status);
    }
}

} // namespace

QString astraMessage(const Json &error)
{
    if (const auto text = asString(error))
        return clean(*text);
    if (error.is_array()) {
        QStringList findings;
        for (const Json &issue : error) {
            if (const QString text = finding(issue); !text.isEmpty() && findings.size() < 5)
                findings << text;
        }
        return clean(findings.join(u"; "));
    }
    const QString message = stringAt(error, "message");
    const QString parameter = stringAt(member(error, "details"), "parameter");
    if (!parameter.isEmpty() && !message.contains(parameter))
        return clean(QString(parameter + u": " + message));
    return clean(message.isEmpty() ? stringAt(error, "code") : message);
}

Error astraError(const net::HttpResponse &response, const QString &title)
{
    const Said words = said(response);
    const ErrorCode code = codeOf(response.status, words);
    const QString what = opening(code, response.status, title);
    const QString sentence = words.page
        ? Text::tr("%1: it answered with a web page (HTTP %2).").arg(what, QString::number(response.status))
        : words.message.isEmpty() ? Text::tr("%1.").arg(what)
                                  : Text::tr("%1: %2").arg(what, words.message);
    const bool retryable = code == ErrorCode::RateLimited || code == ErrorCode::Timeout || code == ErrorCode::Network;
    return {code, sentence, title, retryable};
}

} // namespace astra::credentials
