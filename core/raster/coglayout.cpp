// SPDX-License-Identifier: Apache-2.0
#include "core/raster/coglayout.h"

#include "core/raster/tilecodec.h"

#include <algorithm>
#include <cstring>

namespace astra::raster {

namespace {

enum Type : std::uint16_t { Ascii = 2, Short = 3, Long = 4, Long8 = 16 };

constexpr std::uint64_t classicLimit = 4'000'000'000; // TIFF's 32-bit offsets, with room to spare
constexpr std::uint16_t nodataTag = 42113;
constexpr int deflateScheme = 8;
constexpr int zstdScheme = 50000;

template<typename T> void put(QByteArray &bytes, T value)
{
    bytes.append(reinterpret_cast<const char *>(&value), sizeof(T)); // little-endian: tilecodec.cpp asserts it
}

template<typename T> TiffTag tagOf(std::uint16_t tag, Type type, const std::vector<T> &values)
{
    TiffTag t {tag, type, values.size(), {}};
    for (const T value : values)
        put(t.bytes, value);
    return t;
}
TiffTag shortTag(std::uint16_t tag, int value)
{
    return tagOf<std::uint16_t>(tag, Short, {static_cast<std::uint16_t>(value)});
}
TiffTag longTag(std::uint16_t tag, int value)
{
    return tagOf<std::uint32_t>(tag, Long, {static_cast<std::uint32_t>(value)});
}

TiffTag shortTags(std::uint16_t tag, int value, int count)
{
    return tagOf(tag, Short,
                 std::vector<std::uint16_t>(static_cast<std::size_t>(count), static_cast<std::uint16_t>(value)));
}

int sampleFormatOf(SampleType type) { return type == SampleType::Float32 ? 3 : type == SampleType::Int16 ? 2 : 1; }

/// All reds, all greens, all blues, of 16 bits; TIFF's tables know no transparency.
TiffTag colourMap(const CogSpec &spec)
{
    std::vector<std::uint16_t> values(std::size_t(3) * 256, 0);
    for (std::size_t i = 0; i < spec.colours.size(); ++i) {
        for (std::size_t channel = 0; channel < 3; ++channel)
            values[channel * 256 + i] = static_cast<std::uint16_t>(257 * spec.colours[i].at(channel));
    }
    return tagOf(320, Short, values);
}

QByteArray ghost()
{
    // The blank at the end is where an editor that breaks the promise writes "YES" over "NO".
    const QByteArray promise = "LAYOUT=IFDS_BEFORE_DATA\n"
                               "BLOCK_ORDER=ROW_MAJOR\n"
                               "BLOCK_LEADER=SIZE_AS_UINT4\n"
                               "BLOCK_TRAILER=LAST_4_BYTES_REPEATED\n"
                               "KNOWN_INCOMPATIBLE_EDITION=NO\n ";
    const QByteArray size = QByteArray::number(promise.size()).rightJustified(6, '0');
    return "GDAL_STRUCTURAL_METADATA_SIZE=" + size + " bytes\n" + promise;
}

QByteArray header(bool big)
{
    QByteArray bytes = "II";
    if (big) {
        put<std::uint16_t>(bytes, 43);
        put<std::uint16_t>(bytes, 8);
        put<std::uint16_t>(bytes, 0);
        put<std::uint64_t>(bytes, 0);
    } else {
        put<std::uint16_t>(bytes, 42);
        put<std::uint32_t>(bytes, 0);
    }
    bytes += ghost();
    if (bytes.size() % 2)
        bytes += '\0';
    const auto first = static_cast<std::uint64_t>(bytes.size());
    std::memcpy(bytes.data() + (big ? 8 : 4), &first, big ? 8 : 4);
    return bytes;
}

std::vector<TiffTag> imageTags(const CogImage &image, bool overview, const CogSpec &spec, bool big,
                               const std::vector<std::uint64_t> &offsets, const std::vector<TiffTag> &more)
{
    const int bands = spec.bandCount();
    std::vector<TiffTag> tags {
        longTag(254, overview ? 1 : 0),
        longTag(256, image.width),
        longTag(257, image.height),
        shortTags(258, 8 * bytesPerSample(spec.type), bands),
        shortTag(259, spec.codec == Codec::Zstd ? zstdScheme : deflateScheme),
        shortTag(262, spec.colours.empty() ? 1 : 3), // black is zero, or a table of colours
        shortTag(277, bands),
        shortTag(284, 1), // bands interleaved
        shortTag(317, predictorOf(spec.type)),
        shortTag(322, tileSide),
        shortTag(323, tileSide),
        big ? tagOf(324, Long8, offsets) : tagOf(324, Long, std::vector<std::uint32_t>(offsets.begin(), offsets.end())),
        tagOf(325, Long, image.tileBytes),
        shortTags(339, sampleFormatOf(spec.type), bands),
    };
    if (!spec.colours.empty())
        tags.push_back(colourMap(spec));
    if (bands > 1)
        tags.push_back(shortTags(338, 0, bands - 1)); // more samples than grey needs, of no stated meaning
    for (const auto &tag : more) {
        if (!overview || tag.tag == nodataTag)
            tags.push_back(tag);
    }
    std::sort(tags.begin(), tags.end(), [](const TiffTag &a, const TiffTag &b) { return a.tag < b.tag; });
    return tags;
}

/// Appends one directory and, behind it, the values that do not fit into it.
void appendDirectory(QByteArray &bytes, const std::vector<TiffTag> &tags, bool big, bool last)
{
    const qsizetype inlineBytes = big ? 8 : 4;
    const qsizetype entryBytes = big ? 20 : 12;
    const qsizetype directoryBytes = (big ? 8 : 2) + entryBytes * static_cast<qsizetype>(tags.size()) + inlineBytes;
    const auto putWord = [&](QByteArray &to, std::uint64_t value) {
        if (big)
            put<std::uint64_t>(to, value);
        else
            put<std::uint32_t>(to, static_cast<std::uint32_t>(value));
    };
    QByteArray directory;
    QByteArray values;
    if (big)
        put<std::uint64_t>(directory, tags.size());
    else
        put<std::uint16_t>(directory, static_cast<std::uint16_t>(tags.size()));
    for (const auto &tag : tags) {
        put(directory, tag.tag);
        put(directory, tag.type);
        putWord(directory, tag.count);
        if (tag.bytes.size() <= inlineBytes) {
            directory += tag.bytes.leftJustified(inlineBytes, '\0');
        } else {
            putWord(directory, static_cast<std::uint64_t>(bytes.size() + directoryBytes + values.size()));
            values += tag.bytes;
            values.append(values.size() % 8 ? 8 - values.size() % 8 : 0, '\0');
        }
    }
    const auto next = static_cast<std::uint64_t>(bytes.size() + directoryBytes + values.size());
    putWord(directory, last ? 0 : next + next % 2);
    bytes += directory;
    bytes += values;
    if (bytes.size() % 2)
        bytes += '\0';
}

QByteArray headFor(const std::vector<CogImage> &images, const CogSpec &spec, const std::vector<TiffTag> &tags, bool big,
                   const std::vector<std::vector<std::uint64_t>> &offsets)
{
    QByteArray bytes = header(big);
    for (std::size_t i = 0; i < images.size(); ++i) {
        appendDirectory(bytes, imageTags(images[i], i > 0, spec, big, offsets[i], tags), big, i + 1 == images.size());
    }
    return bytes;
}

} // namespace

CogLayout layOut(const std::vector<CogImage> &images, const CogSpec &spec, const std::vector<TiffTag> &tags)
{
    std::vector<std::vector<std::uint64_t>> offsets;
    std::uint64_t total = 0;
    for (const auto &image : images) {
        offsets.emplace_back(image.tileBytes.size(), 0);
        for (const auto bytes : image.tileBytes)
            total += bytes + leaderBytes + trailerBytes + 16; // 16: its two index entries
    }
    CogLayout layout;
    layout.big = spec.bigTiff || total > classicLimit;
    // The head's size does not depend on the numbers in it: once to measure it, once for good.
    auto position = static_cast<std::uint64_t>(headFor(images, spec, tags, layout.big, offsets).size());
    for (std::size_t i = images.size(); i-- > 0;) {
        for (std::size_t tile = 0; tile < images[i].tileBytes.size(); ++tile) {
            offsets[i][tile] = position + leaderBytes;
            position += leaderBytes + images[i].tileBytes[tile] + trailerBytes;
        }
    }
    layout.head = headFor(images, spec, tags, layout.big, offsets);
    return layout;
}

} // namespace astra::raster
