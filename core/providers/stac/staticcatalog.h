// SPDX-License-Identifier: Apache-2.0
#pragma once

// A catalogue without a service: files that name each other. Pure: what one file holds, and which others to read.

#include "core/data/provider.h"
#include "core/data/searchquery.h"
#include "core/providers/definition.h"
#include "core/providers/stac/stacparser.h"

#include <QSet>

#include <deque>

namespace astra::providers::stac {

/// A file to read, and how many links lead down to it.
struct Step {
    QUrl url;
    int depth = 0;
};

/// What one file of a static catalogue holds.
struct StaticDocument {
    std::vector<data::Scene> scenes;
    std::optional<data::CollectionInfo> collection;
    std::vector<QUrl> catalogs; ///< further catalogues and collections
    std::vector<QUrl> items; ///< further Items and Item collections
    std::vector<QUrl> pages; ///< where this one goes on
    int unreadable = 0;
    int refused = 0; ///< links that may not be followed
};
/// A Catalog, a Collection, an Item or an Item collection. What cannot hold an answer is not gone into.
/// @param at where the file lies @param invented it was answered to a test key
[[nodiscard]] Result<StaticDocument> parseDocument(const Json &json, const QUrl &at, const Definition &definition,
                                                   const data::SearchQuery &query, bool invented = false);
/// Whether a file may be read because the one at `from` names it: a catalogue on the network must not lead into this
/// machine, nor from a secure address to an insecure one.
[[nodiscard]] bool mayFollow(const QUrl &from, const QUrl &to);

/// The way through a catalogue, breadth first: each file once, and not without end.
class StaticWalk
{
public:
    explicit StaticWalk(const QUrl &start);
    /// Goes on where `cursor` ended.
    static StaticWalk from(const Json &cursor);
    [[nodiscard]] Json toCursor() const;

    /// The next files to read, at most `count`.
    [[nodiscard]] std::vector<Step> take(int count);
    /// What is to come of a file that was read.
    void add(const Step &from, const StaticDocument &document, bool withItems);
    [[nodiscard]] bool atEnd() const { return m_queue.empty(); }
    [[nodiscard]] bool leftOut() const { return m_leftOut; } ///< there was more than is read of one catalogue

private:
    StaticWalk() = default;
    void enqueue(const QUrl &url, int depth);

    std::deque<Step> m_queue;
    QSet<QString> m_seen;
    bool m_leftOut = false;
};

} // namespace astra::providers::stac
