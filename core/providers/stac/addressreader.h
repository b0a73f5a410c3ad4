// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/providers/stac/stacparser.h"

#include <string>
#include <string_view>

namespace astra::providers::stac {

/// Makes addresses of hrefs, and applies the provider's rules: who may read there, and where a bucket is public under
/// another address. The files of a page lie in a few places: each is looked at once.
class AddressReader
{
public:
    /// @param context must outlive the reader @param base relative hrefs start here
    AddressReader(const ParseContext &context, QUrl base);

    /// Relative hrefs start here from now on.
    void startAt(QUrl base) { m_base = std::move(base); }

    /// An empty href in the answer: none can be made of it, or none that may be followed.
    /// @param requesterPays what the item says of the bucket
    [[nodiscard]] data::Alternate read(const std::string &href, bool requesterPays);

private:
    struct Rule {
        const AssetRule *rule;
        QString path; ///< how the paths begin that it is for
    };
    struct Place {
        std::string start; ///< "https://host"
        QUrl url;
        std::vector<Rule> rules;
    };
    [[nodiscard]] const Place *placeOf(const std::string &href);
    [[nodiscard]] QUrl resolved(const std::string &href) const;
    [[nodiscard]] std::vector<Rule> rulesFor(const QUrl &url) const;

    const ParseContext &m_context;
    QUrl m_base;
    std::vector<Place> m_places;
};

} // namespace astra::providers::stac
