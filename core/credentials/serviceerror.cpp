// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/serviceerror.h"

#include "core/credentials/servicekind.h"
#include "core/net/patience.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <initializer_list>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::ServiceError)
};

constexpr qsizetype maxText = 300;

struct Strike {
    QRegularExpression what;
    QString with;
};

/// A service may quote back what it was given: its own words are shown without keys and without signed queries.
QString clean(QString text)
{
    const auto any = QRegularExpression::CaseInsensitiveOption;
    static const std::vector<Strike> strikes {
        {QRegularExpression(QStringLiteral("(https?://)[^\\s/?#@]+@"), any), QStringLiteral("\\1")},
        {QRegularExpression(QStringLiteral("(https?://[^\\s?]+)\\?\\S*"), any), QStringLiteral("\\1?…")},
        // What follows "Bearer" is a token, unless it is a word of a sentence about bearer tokens.
        {QRegularExpression(QStringLiteral("\\b(bearer)\\s+(?!(?:tokens?|keys?|headers?|scheme|auth[a-z]*|credentials?|"
                                           "is|was|must|or|and|required|missing)\\b)\\S+"),
                            any),
         QStringLiteral("\\1 …")},
        {QRegularExpression(QStringLiteral("(?<![A-Za-z0-9])(astra_|aw_)[\\w-]{8,}")), QStringLiteral("\\1…")},
        {QRegularExpression(QStringLiteral("(?<![A-Za-z0-9_])(ask-|am_|sk-|gsk_)[\\w-]{12,}")), QStringLiteral("\\1…")},
        {QRegularExpression(QStringLiteral("(?<![\\w-])eyJ[\\w-]{6,}(?:\\.[\\w-]*){0,2}")), QStringLiteral("…")},
        // name=value and "name":"value"
        {QRegularExpression(QStringLiteral("\\b([\\w-]*(?:token|secret|passw(?:or)?d|key|sig|signature|credential)"
                                           "[\\w-]*\"?(?:\\s*=\\s*|:(?=\\S)|:\\s?(?=\"))\"?)[^\\s\"&,;<>]{6,}"),
                            any),
         QStringLiteral("\\1…")},
        // An unbroken run with a digit in it, with whatever hangs on to it. Ids of scenes and requests have no such
        // run: theirs are broken by "_" and "-".
        {QRegularExpression(
             QStringLiteral("[\\w~+=-]*(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])[A-Za-z0-9]{20,}(?![A-Za-z0-9])[\\w~+=-]*")),
         QStringLiteral("…")},
    };
    text = text.left(4 * maxText).simplified();
    for (const auto &[what, with] : strikes)
        text.replace(what, with);
    return text.size() > maxText ? QString(text.left(maxText - 1) + u'…') : text;
}

/// The first of these members that is a text with something in it.
QString firstText(const Json &object, std::initializer_list<const char *> names)
{
    for (const char *name : names) {
        if (QString text = stringAt(object, name); !text.trimmed().isEmpty())
            return text;
    }
    return {};
}

/// "bbox.0" of ["bbox", 0], of ["query", "bbox", 0] or of "bbox.0".
QString place(const Json &issue)
{
    if (QString text = firstText(issue, {"path", "field", "loc", "parameter"}); !text.isEmpty())
        return text;
    const Json &path = member(issue, "path");
    const Json &steps = path.is_array() ? path : member(issue, "loc");
    QStringList names;
    if (steps.is_array()) {
        for (const Json &step : steps) {
            if (const auto name = asString(step))
                names << *name;
            else if (const auto index = asInteger(step))
                names << QString::number(*index);
        }
    }
    static const QStringList parts {QStringLiteral("body"), QStringLiteral("query"), QStringLiteral("path"),
                                    QStringLiteral("header")};
    if (names.size() > 1 && steps != path && parts.contains(names.front()))
        names.removeFirst();
    return names.join(u'.');
}

/// One entry of a list of validation findings: "bbox: expected string".
QString finding(const Json &issue)
{
    if (const auto text = asString(issue))
        return *text;
    const QString message = firstText(issue, {"message", "msg"});
    const QString at = place(issue);
    return at.isEmpty() || message.isEmpty() ? message : QString(at + u": " + message);
}

QString findings(const Json &issues)
{
    QStringList texts;
    if (issues.is_array()) {
        for (const Json &issue : issues) {
            if (const QString text = finding(issue); !text.isEmpty() && texts.size() < 5)
                texts << text;
        }
    }
    return texts.join(u"; ");
}

/// Codes are written as INVALID_API_KEY, invalid_api_key or InvalidApiKey.
QString plainCode(const QString &code)
{
    QString plain = code.toLower();
    plain.removeIf([](QChar c) { return c == u'_' || c == u'-' || c == u'.' || c == u' '; });
    return plain;
}

/// A name for programs, not a sentence.
bool isCode(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^[A-Za-z][A-Za-z0-9]*(?:[_.-][A-Za-z0-9]+)+\\z"));
    return text.size() <= 60 && form.match(text).hasMatch();
}

QString safeCode(const QString &code) { return code.size() <= 60 && clean(code) == code ? code : QString(); }

/// A request's id is told as it is, so it must not be something else.
QString safeId(const QString &id)
{
    static const QRegularExpression form(QStringLiteral("^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}\\z"));
    static const QRegularExpression key(QStringLiteral("astra_|aw_|ask-|am_|eyJ"));
    return form.match(id).hasMatch() && !id.contains(key) ? id : QString();
}

/// The text of <name> in a small XML document, as object stores answer.
QString element(const QByteArray &xml, const char *name)
{
    const QByteArray text = xml.left(16 << 10);
    const QByteArray tag = QByteArray(name) + '>';
    const QByteArray opening = '<' + tag;
    const auto before = text.indexOf(opening);
    const auto end = before < 0 ? -1 : text.indexOf('<', before + opening.size());
    if (end < 0 || !QByteArrayView(text).sliced(end).startsWith(QByteArray("</" + tag)))
        return {};
    return QString::fromUtf8(text.sliced(before + opening.size(), end - before - opening.size()));
}

void readJson(const Json &json, ServiceFault &fault)
{
    const Json &error = member(json, "error");
    const Json &detail = member(json, "detail");
    fault.requestId = firstText(error, {"request_id", "requestId"});
    if (fault.requestId.isEmpty())
        fault.requestId = firstText(json, {"request_id", "requestId"});
    if (error.is_object()) {
        fault.code = stringAt(error, "code");
        fault.message = faultMessage(error);
        return;
    }
    if (detail.is_object()) {
        fault.code = stringAt(detail, "code");
        fault.message = faultMessage(detail);
        return;
    }
    fault.code = stringAt(json, "code");
    if (!fault.code.isEmpty() && fault.requestId.isEmpty())
        fault.requestId = stringAt(json, "id");
    QString words = firstText(json, {"message", "error_description", "description", "detail", "msg"});
    if (const auto text = asString(error); text && fault.code.isEmpty() && isCode(*text)) {
        fault.code = *text;
    } else if (text && !text->trimmed().isEmpty() && fault.code.isEmpty() && words.isEmpty()) {
        words = *text;
    } else if (text && fault.code.isEmpty() && !text->trimmed().isEmpty()) {
        // {"error": "unauthorized", "message": "…"}: beside a message even a single word is a code.
        (text->contains(u' ') ? words : fault.code) = *text;
    }
    for (const Json *issues : {&error, &detail, &member(json, "errors")})
        words = words.isEmpty() ? findings(*issues) : words;
    fault.message = clean(words.isEmpty() ? fault.code : words);
}

enum class Fault {
    Missing, ///< not there
    Key, ///< not signed in, or with a wrong key
    Again, ///< was signed in
    Plan, ///< the plan does not include it
    Rights, ///< the key may not do it
    Pay, ///< no plan, or one that is not paid
    Spent, ///< credits or quota are used up
    Slow, ///< too many requests
    Late, ///< took too long
    Conflict,
    Unusable, ///< understood, but it makes no sense
    Absent, ///< the service does not do it, or not yet
    Trouble,
    Request, ///< anything else about the request
};

Fault kindOf(int status, const ServiceFault &words)
{
    const QString code = plainCode(words.code);
    const auto isOne = [&code](std::initializer_list<const char16_t *> codes) {
        return std::any_of(codes.begin(), codes.end(), [&](const char16_t *one) { return code == QStringView(one); });
    };
    if (isOne({u"scenenotfound", u"notfound"}) || status == 404 || status == 410)
        return Fault::Missing;
    if (isOne({u"creditsexhausted", u"outofcredits", u"quotaexceeded", u"creditlimitreached", u"overagedisabled",
               u"spendcapreached"}))
        return Fault::Spent;
    if (isOne({u"tokeninvalid", u"invalidgrant", u"expiredtoken", u"tokenexpired"}))
        return Fault::Again;
    if (status == 401
        || isOne({u"unauthorized", u"authenticationrequired", u"authenticationschemeinvalid", u"credentialsinvalid",
                  u"invalidapikey", u"missingapikey", u"missingbearer", u"invalidclient", u"invalidaccesskeyid",
                  u"signaturedoesnotmatch"}))
        return Fault::Key;
    if (status == 402)
        return Fault::Pay;
    if (status == 403 || code == u"forbidden")
        return code == u"forbidden" ? Fault::Plan : Fault::Rights;
    if (status == 429 || isOne({u"ratelimited", u"ratelimit", u"ratelimitexceeded"}))
        return Fault::Slow;
    if (status == 408 || status == 504)
        return Fault::Late;
    if (status == 409)
        return Fault::Conflict;
    if (status == 422)
        return Fault::Unusable;
    if (status == 501)
        return Fault::Absent;
    if (status < 500)
        return Fault::Request;
    // The upstream catalogue's 404 comes through as a 500 that quotes it.
    static const QRegularExpression notFound(QStringLiteral("\\b404\\b"));
    return notFound.match(words.message).hasMatch() ? Fault::Missing : Fault::Trouble;
}

ErrorCode codeOf(Fault fault)
{
    switch (fault) {
    case Fault::Missing:
        return ErrorCode::NotFound;
    case Fault::Key:
    case Fault::Again:
    case Fault::Plan:
    case Fault::Rights:
    case Fault::Pay:
        return ErrorCode::Unauthorized;
    case Fault::Spent:
    case Fault::Slow:
        return ErrorCode::RateLimited;
    case Fault::Late:
        return ErrorCode::Timeout;
    case Fault::Absent:
        return ErrorCode::Unsupported;
    case Fault::Trouble:
        return ErrorCode::Network;
    case Fault::Conflict:
    case Fault::Unusable:
    case Fault::Request:
        break;
    }
    return ErrorCode::InvalidInput;
}

QString slowDown(const net::HttpResponse &response, const QString &title)
{
    const auto now = net::hostTime(response.headers, QDateTime::currentDateTimeUtc());
    const auto wait = net::retryAfter(response.header("Retry-After"), now);
    const qint64 seconds = wait ? (wait->count() + 999) / 1000 : 0;
    if (seconds <= 0)
        return Text::tr("%1 asks to slow down; try again in a while").arg(title);
    return seconds < 120 ? Text::tr("%1 asks to slow down; try again in %2 s").arg(title).arg(seconds)
                         : Text::tr("%1 asks to slow down; try again in %2 min").arg(title).arg((seconds + 59) / 60);
}

QString opening(Fault fault, const net::HttpResponse &response, const QString &title)
{
    switch (fault) {
    case Fault::Missing:
        return Text::tr("%1 does not have what was asked for").arg(title);
    case Fault::Key:
        return Text::tr("%1 asks for a valid key").arg(title);
    case Fault::Again:
        return Text::tr("%1 asks to sign in again").arg(title);
    case Fault::Plan:
        return Text::tr("%1 accepts the key, but its plan does not include this").arg(title);
    case Fault::Rights:
        return Text::tr("%1 does not allow this with the key in use").arg(title);
    case Fault::Pay:
        return Text::tr("%1 asks for a plan that is paid and includes this").arg(title);
    case Fault::Spent:
        return Text::tr("The credits at %1 are used up").arg(title);
    case Fault::Slow:
        return slowDown(response, title);
    case Fault::Late:
        return Text::tr("%1 took too long").arg(title);
    case Fault::Conflict:
        return Text::tr("%1 says that this does not go together with what is there").arg(title);
    case Fault::Unusable:
        return Text::tr("%1 cannot use what was sent").arg(title);
    case Fault::Absent:
        return Text::tr("At %1 this is not available yet").arg(title);
    case Fault::Trouble:
        return Text::tr("%1 is in trouble (HTTP %2)").arg(title).arg(response.status);
    case Fault::Request:
        break;
    }
    return Text::tr("%1 did not accept the request").arg(title);
}

/// The definition's own words for this refusal; empty: it has none.
QString ownSentence(const ServiceFault &fault, const Json &sentences)
{
    if (!sentences.is_object())
        return {};
    const QString code = plainCode(fault.code);
    const Json *byStatus = nullptr;
    for (const auto &[key, sentence] : sentences.items()) {
        const QString name = QString::fromStdString(key);
        if (!code.isEmpty() && plainCode(name) == code)
            return localText(sentence);
        if (name == QString::number(fault.status))
            byStatus = &sentence;
    }
    return byStatus ? localText(*byStatus) : QString();
}

} // namespace

QString faultMessage(const Json &error)
{
    if (const auto text = asString(error))
        return clean(*text);
    if (error.is_array())
        return clean(findings(error));
    const QString message = firstText(error, {"message", "description", "msg"});
    const Json &details = member(error, "details");
    if (const QString parameter = stringAt(details, "parameter"); !parameter.isEmpty() && !message.contains(parameter))
        return clean(QString(parameter + u": " + message));
    if (const QString found = findings(details); !found.isEmpty())
        return clean(message.isEmpty() ? found : QString(message + u": " + found));
    return clean(message.isEmpty() ? stringAt(error, "code") : message);
}

ServiceFault readFault(const net::HttpResponse &response)
{
    ServiceFault fault;
    fault.status = response.status;
    const QByteArray start = response.body.left(512).trimmed();
    if (start.startsWith('<') && start.contains("<Error>")) {
        fault.code = element(response.body, "Code");
        fault.message = clean(element(response.body, "Message"));
        fault.requestId = element(response.body, "RequestId");
    } else if (start.startsWith('<') || response.header("Content-Type").toLower().startsWith("text/html")) {
        fault.page = true;
    } else if (const auto json = parseJson(response.body); json && json->is_structured()) {
        readJson(*json, fault);
    } else if (!start.startsWith('{') && !start.startsWith('[')) {
        fault.message = clean(QString::fromUtf8(start));
    }
    fault.code = safeCode(fault.code);
    if (fault.requestId.isEmpty())
        fault.requestId = QString::fromLatin1(response.header("X-Request-Id").trimmed());
    fault.requestId = safeId(fault.requestId);
    return fault;
}

Error serviceError(const net::HttpResponse &response, const QString &title, const Json &sentences)
{
    const ServiceFault words = readFault(response);
    const Fault fault = kindOf(response.status, words);
    QString sentence;
    if (const QString own = ownSentence(words, sentences); !own.isEmpty()) {
        const bool more = !words.message.isEmpty() && words.message != words.code;
        sentence = more ? Text::tr("%1 It says: %2").arg(own, words.message) : own;
    } else {
        const QString what = opening(fault, response, title);
        sentence = words.page
            ? Text::tr("%1: it answered with a web page (HTTP %2).").arg(what, QString::number(response.status))
            : words.message.isEmpty() ? Text::tr("%1.").arg(what)
                                      : Text::tr("%1: %2").arg(what, words.message);
    }
    if (!words.requestId.isEmpty())
        sentence = Text::tr("%1 (request %2)").arg(sentence, words.requestId);
    const ErrorCode code = codeOf(fault);
    const bool retryable = fault == Fault::Slow || fault == Fault::Late || fault == Fault::Trouble;
    return {code, sentence, title, retryable};
}

} // namespace astra::credentials
