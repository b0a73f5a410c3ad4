// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sentences that are kept: in the files of a result, in the job store. There they stand in English, whatever the
// language of the window, so that the same input makes the same bytes; where people read them they are translated.

#include <QString>
#include <QStringList>

#include <algorithm>
#include <cstddef>

namespace astra {

namespace detail {

template<std::size_t size> struct Literal {
    char text[size] {};
    // NOLINTNEXTLINE(google-explicit-constructor): a literal becomes a template's argument
    consteval Literal(const char (&of)[size]) { std::copy_n(of, size, text); }
};

/// Lets shown() know the sentence. @return true
bool know(const char *context, const char *sentence);

/// Known before main(), so that a sentence that another run of the program kept is translated, too.
template<Literal context, Literal sentence> struct Phrase {
    inline static const bool isKnown = know(context.text, sentence.text);
    static QString english() { return isKnown ? QString::fromUtf8(sentence.text) : QString(); }
};

} // namespace detail

/// The sentence in English, its places (%1 …) to be filled; `context` is that of its translation. Places are filled
/// with names, numbers and other such sentences, never with what tr() gave. (lupdate knows this name: update.sh.)
#define ASTRA_PHRASE(context, sentence) (::astra::detail::Phrase<context, sentence>::english())

/// What was kept, in the language of the window. Names in front of ": " and lists are looked through; what nobody here
/// has said stays as it is.
[[nodiscard]] QString shown(const QString &kept);
[[nodiscard]] QStringList shown(const QStringList &kept);

} // namespace astra
