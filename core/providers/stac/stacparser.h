// SPDX-License-Identifier: Apache-2.0
#pragma once

// From what a STAC API or file says to our values. Pure: no network, no state; never throws, whatever comes in.

#include "core/base/json.h"
#include "core/data/scene.h"
#include "core/providers/definition.h"

namespace astra::providers::stac {

/// Whose Item it is and how its files are had.
struct ParseContext {
    QString provider = QStringLiteral("local");
    QUrl base; ///< of the document: relative hrefs start here
    QString attribution;
    QString license;
    bool invented = false; ///< by the definition; an answer to a test key adds to it
    std::vector<AssetRule> assets;
    QMap<QString, QStringList> families; ///< tells the product of a collection; may be empty
    bool packed = false; ///< the scenes of a page come packed, each as soon as it is read: a page needs little memory

    [[nodiscard]] static ParseContext of(const Definition &definition, const QUrl &base);
};

/// One STAC Item, 1.0 or 1.1. Needs an id; everything else may be missing or of a wrong type and is then absent.
[[nodiscard]] Result<data::Scene> parseItem(const Json &item, const ParseContext &context);
/// The same with what was made of the places of the items before. Moves its base.
class AddressReader;
[[nodiscard]] Result<data::Scene> parseItem(const Json &item, const ParseContext &context, AddressReader &addresses);

/// One answer of a search.
struct ParsedPage {
    std::vector<data::Scene> scenes;
    int count = 0; ///< items in the answer, read or not
    std::optional<int> matched;
    QStringList notes; ///< items that could not be read
    int unreadable = 0; ///< entries that are no scene that could be shown
    /// rel=next, unresolved; an absent href means none.
    struct Next {
        QByteArray method = "GET";
        QString href;
        Json body; ///< null: not given
        bool merge = false;
    };
    std::optional<Next> next;
    QString lastId; ///< of the last entry
};
/// The link to the next page among an answer's links.
[[nodiscard]] std::optional<ParsedPage::Next> nextLink(const Json &links);
[[nodiscard]] Result<ParsedPage> parsePage(const Json &page, const ParseContext &context);
/// From the text itself, item by item: a page of megabytes is never in memory as a tree.
[[nodiscard]] Result<ParsedPage> parsePage(const QByteArray &text, const ParseContext &context);

} // namespace astra::providers::stac
