// SPDX-License-Identifier: Apache-2.0
#include "core/providers/definition.h"

#include "core/data/sensor.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace astra::providers {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

tl::unexpected<Error> wrong(const QString &where, const QString &id, const QString &why)
{
    return fail(ErrorCode::InvalidInput,
                id.isEmpty() ? Text::tr("%1: an entry is left out: %2").arg(where, why)
                             : Text::tr("%1: “%2” is left out: %3").arg(where, id, why),
                id);
}

std::optional<data::Access> accessFrom(const QString &name)
{
    if (name.isEmpty() || name == u"public")
        return data::Access::Public;
    if (name == u"signed")
        return data::Access::Signed;
    if (name == u"login")
        return data::Access::Login;
    if (name == u"paid")
        return data::Access::Paid;
    return std::nullopt;
}

bool isWebUrl(const QUrl &url)
{
    return url.isValid() && (url.scheme() == u"https" || url.scheme() == u"http") && !url.host().isEmpty()
        && url.userInfo().isEmpty();
}

bool isFileUrl(const QUrl &url) { return url.isLocalFile() && url.host().isEmpty() && url.path().size() > 1; }

/// A member of the wrong type is a mistake someone wants to hear of, not a value that is absent.
QString firstWrongType(const Json &json)
{
    const auto bad = [&](const char *key, auto is) { return json.contains(key) && !is(json.at(key)); };
    const auto isText = [](const Json &value) { return value.is_string(); };
    const auto isObject = [](const Json &value) { return value.is_object(); };
    for (const auto *key : {"title", "protocol", "url", "attribution", "license"}) {
        if (bad(key, isText))
            return QString::fromLatin1(key);
    }
    for (const auto *key : {"enabled", "invented", "processing"}) {
        if (bad(key, [](const Json &value) { return value.is_boolean(); }))
            return QString::fromLatin1(key);
    }
    for (const auto *key : {"families", "search", "limits", "collections"}) {
        if (bad(key, isObject))
            return QString::fromLatin1(key);
    }
    if (bad("assets", [](const Json &value) { return value.is_array(); }))
        return QStringLiteral("assets");
    if (bad("connection", [](const Json &value) { return value.is_string() || value.is_object() || value.is_null(); }))
        return QStringLiteral("connection");
    return {};
}

Result<std::vector<AssetRule>> rulesFrom(const Json &array, const QString &where, const QString &id)
{
    std::vector<AssetRule> rules;
    for (const auto &entry : array) {
        AssetRule rule;
        rule.match = stringAt(entry, "match");
        rule.connection = stringAt(entry, "connection");
        rule.rewrite = stringAt(entry, "rewrite");
        const auto access = accessFrom(stringAt(entry, "access"));
        if (!access || !rule.match.contains(u"://"))
            return wrong(where, id, Text::tr("one of its “assets” has no “match” or an unknown “access”."));
        rule.access = *access;
        rules.push_back(std::move(rule));
    }
    return rules;
}

int boundedInt(const Json &object, const char *key, int least, int most, int fallback)
{
    const auto number = asInteger(member(object, key));
    return number ? static_cast<int>(std::clamp<qint64>(*number, least, most)) : fallback;
}

/// A service of signatures opens files: the catalogue itself is asked without.
bool signsFilesOnly(const Json &connection)
{
    const Json &ways = member(connection, "signIn");
    return ways.is_array() && !ways.empty()
        && std::all_of(ways.begin(), ways.end(), [](const Json &way) { return stringAt(way, "type") == u"sas"; });
}

QString accessInWords(const Definition &definition)
{
    bool login = definition.protocol == u"astra";
    bool signature = false;
    for (const auto &rule : definition.assets) {
        login |= data::needsAccount(rule.access);
        signature |= rule.access == data::Access::Signed;
    }
    if (!definition.apiConnection.isEmpty())
        return Text::tr("needs a key");
    if (signature)
        return Text::tr("open, signed for free");
    if (!login)
        return Text::tr("open");
    const bool some = std::any_of(definition.assets.begin(), definition.assets.end(),
                                  [](const AssetRule &rule) { return rule.access == data::Access::Public; });
    return some ? Text::tr("open; some need a login") : Text::tr("pixels need a login");
}

} // namespace

bool AssetRule::matches(const QUrl &href) const
{
    const auto start = pathAt(href);
    return start && href.path().startsWith(*start);
}

std::optional<QString> AssetRule::pathAt(const QUrl &address) const
{
    const auto schemeEnd = match.indexOf(u"://");
    if (schemeEnd < 0 || address.scheme() != QStringView(match).left(schemeEnd))
        return std::nullopt;
    const QString rest = match.mid(schemeEnd + 3);
    if (rest.isEmpty())
        return QString();
    const auto slash = rest.indexOf(u'/');
    const QString host = (slash < 0 ? rest : rest.left(slash)).toLower();
    const QString authority = address.port() < 0 ? address.host()
                                                 : QString(address.host() + u':' + QString::number(address.port()));
    // "*." stands for one or more labels, never for the domain alone.
    const bool sameHost = host.startsWith(u"*.")
        ? authority.endsWith(QStringView(host).mid(1)) && authority.size() > host.size() - 1
        : authority == host;
    return sameHost ? std::optional(slash < 0 ? QString() : rest.mid(slash)) : std::nullopt;
}

Result<Definition> Definition::fromJson(const Json &json, const QString &where)
{
    static const QRegularExpression idForm(QStringLiteral("^[a-z0-9][a-z0-9._-]{0,63}\\z"));
    if (!json.is_object())
        return wrong(where, {}, Text::tr("it is not an object."));
    Definition d;
    d.id = stringAt(json, "id");
    if (!idForm.match(d.id).hasMatch())
        return wrong(where, d.id, Text::tr("its “id” must be lower-case letters, digits, dots and dashes."));
    if (const QString key = firstWrongType(json); !key.isEmpty())
        return wrong(where, d.id, Text::tr("its “%1” has the wrong type.").arg(key));
    d.title = stringAt(json, "title", d.id);
    d.protocol = stringAt(json, "protocol", d.protocol);
    QString address = stringAt(json, "url");
    while (address.endsWith(u'/'))
        address.chop(1);
    d.url = QUrl(address, QUrl::StrictMode);
    if (!isWebUrl(d.url) && !(d.protocol == u"static" && isFileUrl(d.url)))
        return wrong(where, d.id, Text::tr("its “url” is not a web address."));
    d.enabled = asBool(member(json, "enabled")).value_or(true);
    d.invented = asBool(member(json, "invented")).value_or(false);
    d.processing = asBool(member(json, "processing")).value_or(false);
    d.attribution = stringAt(json, "attribution");
    d.license = stringAt(json, "license");
    if (const Json &families = member(json, "families"); families.is_object()) {
        for (const auto &[family, ids] : families.items())
            d.families.insert(QString::fromStdString(family), asStringList(ids));
    }

    const Json &search = member(json, "search");
    if (const auto method = asString(member(search, "method")))
        d.get = method->toUpper() == u"GET";
    if (const auto cloud = asString(member(search, "cloudFilter")))
        d.cloudFilter = *cloud == u"query" ? CloudFilter::Query
            : *cloud == u"cql2"            ? CloudFilter::Cql2
                                           : CloudFilter::None;
    d.sort = asBool(member(search, "sort"));
    d.fields = asBool(member(search, "fields"));
    d.pageSize = boundedInt(search, "pageSize", 1, 1000, d.pageSize);
    d.requiresCollections = asBool(member(search, "requiresCollections")).value_or(false);
    const Json &limits = member(json, "limits");
    d.parallel = boundedInt(limits, "parallel", 1, 32, d.parallel);
    d.perSecond = std::clamp(numberAt(limits, "perSecond").value_or(0), 0.0, 1000.0);
    const double seconds = std::clamp(numberAt(json, "deadlineSeconds").value_or(35), 0.1, 600.0);
    d.deadline = std::chrono::milliseconds(static_cast<qint64>(seconds * 1000));

    auto rules = rulesFrom(member(json, "assets"), where, d.id);
    if (!rules)
        return fail(rules.error());
    d.assets = std::move(*rules);
    if (const Json &collections = member(json, "collections"); collections.is_object()) {
        for (const auto &[collection, hint] : collections.items()) {
            const auto access = accessFrom(stringAt(hint, "access"));
            if (!access)
                return wrong(where, d.id, Text::tr("one of its “collections” has an unknown “access”."));
            d.collectionAccess.insert(QString::fromStdString(collection), {*access, stringAt(hint, "connection")});
        }
    }
    d.connection = member(json, "connection");
    d.connectionId = asString(d.connection).value_or(stringAt(d.connection, "id"));
    if (!d.connection.is_null() && !idForm.match(d.connectionId).hasMatch())
        return wrong(where, d.id, Text::tr("its “connection” names no service."));
    if (!signsFilesOnly(d.connection))
        d.apiConnection = d.connectionId;
    return d;
}

data::ProviderInfo Definition::info() const
{
    data::ProviderInfo info;
    info.id = id;
    info.title = title;
    info.protocol = protocol;
    info.url = url;
    info.enabled = enabled;
    info.invented = invented;
    info.connection = connectionId;
    info.attribution = attribution;
    info.access = accessInWords(*this);
    info.families = families.keys();
    return info;
}

Definition::Collections Definition::collectionsFor(const QStringList &wanted) const
{
    Collections collections;
    if (wanted.isEmpty()) {
        for (const auto &ids : families)
            collections.ids += ids;
        return collections;
    }
    for (const auto &name : wanted) {
        if (families.contains(name))
            collections.ids += families.value(name);
        else if (families.isEmpty() || !data::sensorFor(name))
            collections.ids += name; // a catalogue's own id, or a catalogue that we know nothing of
    }
    collections.ids.removeDuplicates();
    collections.held = !collections.ids.isEmpty();
    return collections;
}

QString Definition::familyOf(const QString &collection) const
{
    for (auto family = families.begin(); family != families.end(); ++family) {
        if (family->contains(collection))
            return family.key();
    }
    return data::productOfCollection(collection);
}

} // namespace astra::providers
