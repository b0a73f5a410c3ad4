// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/formcheck.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::ServiceKind)
};

bool isText(const Json &value) { return value.is_string(); }

bool isPointer(const Json &value)
{
    const auto text = asString(value);
    return text && (text->isEmpty() || text->startsWith(u'/'));
}

bool isWords(const Json &value)
{
    if (!value.is_object())
        return value.is_string();
    return !value.empty() && std::all_of(value.begin(), value.end(), isText);
}

template<typename Is> bool isListOf(const Json &value, Is is)
{
    return value.is_array() && std::all_of(value.begin(), value.end(), is);
}

bool has(const Json &value, Member::Form form)
{
    switch (form) {
    case Member::Form::Text:
        return value.is_string();
    case Member::Form::Words:
        return isWords(value);
    case Member::Form::Flag:
        return value.is_boolean();
    case Member::Form::Texts:
        return isListOf(value, isText);
    case Member::Form::Pointers:
        return isPointer(value) || (isListOf(value, isPointer) && !value.empty());
    case Member::Form::Object:
        return value.is_object();
    case Member::Form::List:
        return value.is_array();
    case Member::Form::Any:
        break;
    }
    return true;
}

/// The first placeholder in any string of `json` that is not among those known.
QString strangePlaceholder(const Json &json, const QStringList &known)
{
    if (const auto text = asString(json)) {
        static const QRegularExpression braces(QStringLiteral("\\{([^{}]*)\\}"));
        for (auto all = braces.globalMatch(*text); all.hasNext();) {
            const QString name = all.next().captured(1);
            if (!known.contains(name))
                return QString(u'{' + name + u'}');
        }
        return {};
    }
    if (json.is_structured()) {
        for (const Json &value : json) {
            if (QString strange = strangePlaceholder(value, known); !strange.isEmpty())
                return strange;
        }
    }
    return {};
}

} // namespace

QString wrongForm(const Json &object, const QString &at, std::initializer_list<Member> members)
{
    if (!object.is_object())
        return Text::tr("its “%1” is not an object.").arg(at.chopped(at.endsWith(u'.') ? 1 : 0));
    for (const auto &[key, value] : object.items()) {
        const auto known = std::ranges::find_if(members, [&name = key](const Member &m) { return name == m.name; });
        const QString name = QString(at + QString::fromStdString(key).left(60));
        if (known == members.end())
            return Text::tr("its “%1” is not a member that is known here.").arg(name);
        if (!has(value, known->form))
            return Text::tr("its “%1” has the wrong type.").arg(name);
    }
    for (const Member &wanted : members) {
        if (wanted.needed && !object.contains(wanted.name))
            return Text::tr("it has no “%1”.").arg(QString(at + QLatin1String(wanted.name)));
    }
    return {};
}

QString wrongCall(const Json &call, const QString &at, const QStringList &placeholders, const QStringList &answers)
{
    using Form = Member::Form;
    const QString inside = QString(at + u'.');
    if (QString wrong = wrongForm(call, inside,
                                  {{"method"},
                                   {"path", Form::Text, true},
                                   {"query", Form::Object},
                                   {"body", Form::Object},
                                   {"answer", Form::Object},
                                   {"items", Form::Pointers},
                                   {"absent", Form::Texts}});
        !wrong.isEmpty())
        return wrong;
    static const QStringList methods {QStringLiteral("GET"), QStringLiteral("POST"), QStringLiteral("PUT"),
                                      QStringLiteral("PATCH"), QStringLiteral("DELETE")};
    if (call.contains("method") && !methods.contains(stringAt(call, "method")))
        return Text::tr("its “%1” is not GET, POST, PUT, PATCH or DELETE.").arg(QString(inside + u"method"));
    if (const Json &query = member(call, "query"); !std::all_of(query.begin(), query.end(), isText))
        return Text::tr("its “%1” has a member that is no text.").arg(QString(inside + u"query"));
    if (const QString strange = strangePlaceholder(call, placeholders); !strange.isEmpty())
        return Text::tr("its “%1” has the unknown placeholder “%2”.").arg(at, strange.left(60));
    for (const auto &[key, value] : member(call, "answer").items()) {
        const QString name = QString(inside + u"answer." + QString::fromStdString(key).left(60));
        if (!answers.contains(QString::fromStdString(key)))
            return Text::tr("its “%1” is not a member that is known here.").arg(name);
        const bool labels = key == "more" && value.is_object();
        if (labels ? !std::all_of(value.begin(), value.end(), [](const Json &one) { return has(one, Form::Pointers); })
                   : !has(value, Form::Pointers))
            return Text::tr("its “%1” is not a JSON pointer (“/data/id”).").arg(name);
    }
    return {};
}

bool isHeaderName(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^[A-Za-z0-9-]{1,64}\\z"));
    return form.match(text).hasMatch();
}

bool isThisMachine(const QString &host)
{
    static const QRegularExpression v4(QStringLiteral("^127(\\.[0-9]{1,3}){3}\\z"));
    return host == u"localhost" || host == u"::1" || v4.match(host).hasMatch();
}

Result<QUrl> secureAddress(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool secure = url.scheme() == u"https" || (url.scheme() == u"http" && isThisMachine(url.host().toLower()));
    if (!url.isValid() || url.host().isEmpty() || !url.userInfo().isEmpty() || !secure)
        return fail(ErrorCode::InvalidInput, Text::tr("“%1” is not an https address.").arg(text.left(200)));
    return url;
}

} // namespace astra::credentials
