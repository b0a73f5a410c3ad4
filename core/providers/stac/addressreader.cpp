// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/addressreader.h"

#include <QUrlQuery>

#include <algorithm>
#include <array>

namespace astra::providers::stac {

namespace {

constexpr std::size_t maxPlaces = 16;

/// Characters that mean themselves in a path: no escapes, no query, nothing that a URL would be normalised for.
constexpr std::array<bool, 256> plainCharacters()
{
    std::array<bool, 256> plain {};
    for (int c = 0; c < 128; ++c)
        plain[static_cast<std::size_t>(c)] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    for (const char c : std::string_view("-._~!$&'()*+,;=:@/"))
        plain[static_cast<unsigned char>(c)] = true;
    return plain;
}

bool isPlain(std::string_view text)
{
    static constexpr auto plain = plainCharacters();
    return std::all_of(text.begin(), text.end(), [](char c) { return plain[static_cast<unsigned char>(c)]; });
}

/// An address with a signature in it lasts an hour and is a secret: no value of ours holds one.
bool dropSignature(QUrl &href)
{
    static const QStringList names {QStringLiteral("sig"), QStringLiteral("signature"),
                                    QStringLiteral("x-amz-signature"), QStringLiteral("x-goog-signature")};
    if (!href.hasQuery())
        return false;
    const auto items = QUrlQuery(href).queryItems();
    const bool isSigned = std::any_of(items.begin(), items.end(),
                                      [](const auto &item) { return names.contains(item.first.toLower()); });
    if (isSigned)
        href.setQuery(QString());
    return isSigned;
}

bool isBucket(const QUrl &href) { return href.scheme() == u"s3" || href.scheme() == u"gs"; }

} // namespace

AddressReader::AddressReader(const ParseContext &context, QUrl base)
    : m_context(context)
    , m_base(std::move(base))
{
}

data::Alternate AddressReader::read(const std::string &href, bool requesterPays)
{
    data::Alternate address;
    const Place *place = placeOf(href);
    std::vector<Rule> own;
    if (place) {
        address.href = place->url;
        const std::string_view path = std::string_view(href).substr(place->start.size());
        address.href.setPath(QString::fromLatin1(path.data(), static_cast<qsizetype>(path.size())), QUrl::TolerantMode);
    } else {
        address.href = resolved(href);
        own = rulesFor(address.href);
    }
    // A catalogue on the network must not point into this machine's files.
    const bool remote = !m_base.isEmpty() && !m_base.isLocalFile();
    if (address.href.isEmpty() || (remote && address.href.isLocalFile())) {
        address.href.clear();
        return address;
    }
    const bool wasSigned = !place && dropSignature(address.href);
    const auto &rules = place ? place->rules : own;
    const auto found = std::find_if(rules.begin(), rules.end(),
                                    [&](const Rule &rule) { return address.href.path().startsWith(rule.path); });
    if (found != rules.end()) {
        address.access = found->rule->access;
        address.connection = found->rule->connection;
        if (!found->rule->rewrite.isEmpty()) {
            const QString whole = address.href.toString(QUrl::FullyEncoded);
            address.href = QUrl(QString(found->rule->rewrite + whole.mid(found->rule->match.size())));
        }
    } else if (isBucket(address.href)) {
        // A bucket that no rule opens needs an account of its owner's.
        address.access = data::Access::Login;
    }
    if (requesterPays && isBucket(address.href))
        address.access = data::Access::Paid;
    if (wasSigned && address.access == data::Access::Public)
        address.access = data::Access::Login;
    return address;
}

const AddressReader::Place *AddressReader::placeOf(const std::string &href)
{
    const auto host = href.find("://");
    const auto path = host == std::string::npos || host == 0 ? host : href.find_first_of("/?#", host + 3);
    if (path == std::string::npos || path == host + 3 || href[path] != '/'
        || !isPlain(std::string_view(href).substr(path)))
        return nullptr;
    const std::string_view start = std::string_view(href).substr(0, path);
    const auto known = std::find_if(m_places.begin(), m_places.end(),
                                    [&](const Place &place) { return place.start == start; });
    if (known != m_places.end())
        return &*known;
    if (m_places.size() == maxPlaces || start.find('@') != std::string_view::npos)
        return nullptr;
    const QUrl url(QString::fromUtf8(start.data(), static_cast<qsizetype>(start.size())), QUrl::TolerantMode);
    if (!url.isValid() || url.host().isEmpty())
        return nullptr;
    m_places.push_back({std::string(start), url, rulesFor(url)});
    return &m_places.back();
}

QUrl AddressReader::resolved(const std::string &href) const
{
    const QUrl url(QString::fromStdString(href), QUrl::TolerantMode);
    if (!url.isValid() || url.isEmpty() || !url.userInfo().isEmpty())
        return {};
    return url.isRelative() ? (m_base.isEmpty() ? QUrl() : m_base.resolved(url)) : url;
}

std::vector<AddressReader::Rule> AddressReader::rulesFor(const QUrl &url) const
{
    std::vector<Rule> rules;
    for (const auto &rule : m_context.assets) {
        if (auto path = rule.pathAt(url))
            rules.push_back({&rule, std::move(*path)});
    }
    return rules;
}

} // namespace astra::providers::stac
