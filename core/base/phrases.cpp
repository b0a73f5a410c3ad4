// SPDX-License-Identifier: Apache-2.0
#include "core/base/phrases.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace astra {

namespace {

constexpr int deepest = 4; ///< sentences within sentences
constexpr qsizetype longest = 4000; ///< characters; what is longer is nothing that was said here

/// A sentence as its words and the numbers of the places between them: one number fewer than words.
struct Known {
    const char *context;
    const char *sentence;
    QStringList words;
    std::vector<int> places;

    Known(const char *in, const char *of)
        : context(in)
        , sentence(of)
    {
        static const QRegularExpression place(QStringLiteral("%([1-9])"));
        const QString text = QString::fromUtf8(of);
        qsizetype from = 0;
        for (auto i = place.globalMatch(text); i.hasNext();) {
            const auto match = i.next();
            words << text.mid(from, match.capturedStart() - from);
            places.push_back(match.capturedView(1).toInt());
            from = match.capturedEnd();
        }
        words << text.mid(from);
    }
    [[nodiscard]] qsizetype length() const { return words.join(QString()).size(); }

    /// What stands in the places, if it is this sentence.
    [[nodiscard]] std::optional<std::map<int, QString>> filled(const QString &text) const
    {
        if (places.empty())
            return text == words.front() ? std::optional(std::map<int, QString>()) : std::nullopt;
        if (text.size() < length() || !text.startsWith(words.front()) || !text.endsWith(words.back()))
            return std::nullopt;
        std::map<int, QString> values;
        qsizetype from = words.front().size();
        const qsizetype end = text.size() - words.back().size();
        for (std::size_t i = 0; i < places.size(); ++i) {
            const bool isLast = i + 1 == places.size();
            const QString &next = words[static_cast<qsizetype>(i) + 1];
            const qsizetype to = isLast ? end : text.indexOf(next, from);
            if (to < from || to > end)
                return std::nullopt;
            values[places[i]] = text.mid(from, to - from);
            from = to + next.size();
        }
        return values;
    }
};

/// All sentences, those with most words first: the most of a sentence is told from the least of another.
class Book
{
public:
    static Book &one()
    {
        static Book book;
        return book;
    }
    void add(Known phrase)
    {
        const std::lock_guard lock(m_mutex);
        const auto place = std::ranges::find_if(
            m_phrases, [length = phrase.length()](const Known &other) { return other.length() < length; });
        m_phrases.insert(place, std::move(phrase));
    }
    [[nodiscard]] QString shown(const QString &kept, int depth) const
    {
        if (depth > deepest || kept.size() > longest)
            return kept;
        if (const auto found = translated(kept, depth))
            return *found;
        for (const auto between : {QLatin1String(": "), QLatin1String(", ")}) {
            if (const qsizetype at = kept.indexOf(between); at >= 0)
                return shown(kept.left(at), depth + 1) + between + shown(kept.mid(at + between.size()), depth + 1);
        }
        return kept;
    }

private:
    [[nodiscard]] std::optional<QString> translated(const QString &kept, int depth) const
    {
        for (const auto &phrase : m_phrases) {
            const auto values = phrase.filled(kept);
            if (!values)
                continue;
            const Known said(nullptr,
                             QCoreApplication::translate(phrase.context, phrase.sentence).toUtf8().constData());
            QString text = said.words.front();
            for (std::size_t i = 0; i < said.places.size(); ++i) {
                const auto value = values->find(said.places[i]);
                text += value == values->end() ? QString() : shown(value->second, depth + 1);
                text += said.words[static_cast<qsizetype>(i) + 1];
            }
            return text;
        }
        return std::nullopt;
    }

    std::mutex m_mutex; ///< of those that add: all are there before anybody asks
    std::vector<Known> m_phrases;
};

} // namespace

bool detail::know(const char *context, const char *sentence)
{
    Book::one().add({context, sentence});
    return true;
}

QString shown(const QString &kept) { return Book::one().shown(kept, 0); }

QStringList shown(const QStringList &kept)
{
    QStringList all;
    all.reserve(kept.size());
    for (const auto &one : kept)
        all << shown(one);
    return all;
}

} // namespace astra
