// SPDX-License-Identifier: Apache-2.0
#include "core/data/packedassets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace astra::data {

namespace {

// A catalogue whose files have titles of their own shares nothing: what cannot be shared is not collected.
constexpr int maxShared = 4096;
/// An address is told from one of so many before it: a scene's files often lie on two hosts and in three folders in
/// turn.
constexpr std::size_t window = 8;

void putNumber(QByteArray &out, quint64 value)
{
    for (; value >= 0x80; value >>= 7U)
        out.append(static_cast<char>((value & 0x7fU) | 0x80U));
    out.append(static_cast<char>(value));
}

quint64 takeNumber(const QByteArray &in, qsizetype &at)
{
    quint64 value = 0;
    for (unsigned shift = 0; at < in.size() && shift < 64; shift += 7) {
        const auto byte = static_cast<quint8>(in[at++]);
        value |= static_cast<quint64>(byte & 0x7fU) << shift;
        if (byte < 0x80)
            break;
    }
    return value;
}

/// How far two texts are the same, told in strides: this is asked hundreds of times for every scene.
qsizetype sharedStart(const QByteArray &a, const QByteArray &b)
{
    constexpr qsizetype stride = 16;
    const auto size = std::min(a.size(), b.size());
    qsizetype same = 0;
    while (same + stride <= size && std::memcmp(a.constData() + same, b.constData() + same, stride) == 0)
        same += stride;
    return std::mismatch(a.cbegin() + same, a.cbegin() + size, b.cbegin() + same).first - a.cbegin();
}

/// The addresses met last, on both sides of the packing.
class Recent
{
public:
    [[nodiscard]] std::size_t size() const { return std::min(m_met, window); }
    /// @param back 0: the last one
    [[nodiscard]] const QByteArray &operator[](std::size_t back) const { return m_last[(m_met - 1 - back) % window]; }
    void push(QByteArray address) { m_last[m_met++ % window] = std::move(address); }

private:
    std::array<QByteArray, window> m_last;
    std::size_t m_met = 0;
};

/// Which of the last addresses it resembles, how far, and how it goes on.
void putAddress(QByteArray &out, Recent &recent, const QUrl &address)
{
    QByteArray text = address.toEncoded();
    std::size_t nearest = 0;
    qsizetype same = 0;
    for (std::size_t back = 0; back < recent.size(); ++back) {
        const auto start = sharedStart(recent[back], text);
        if (start > same) {
            same = start;
            nearest = back;
        }
    }
    putNumber(out, nearest);
    putNumber(out, static_cast<quint64>(same));
    putNumber(out, static_cast<quint64>(text.size() - same));
    out.append(text.constData() + same, text.size() - same);
    recent.push(std::move(text));
}

QUrl takeAddress(const QByteArray &in, qsizetype &at, Recent &recent)
{
    const auto nearest = static_cast<std::size_t>(takeNumber(in, at));
    const auto same = static_cast<qsizetype>(takeNumber(in, at));
    const auto more = static_cast<qsizetype>(takeNumber(in, at));
    QByteArray text = nearest < recent.size() ? recent[nearest].left(same) : QByteArray();
    text.append(in.mid(at, more));
    at += more;
    QUrl address = text.isEmpty() ? QUrl() : QUrl::fromEncoded(text);
    recent.push(std::move(text));
    return address;
}

/// Equal, and a nodata that is no number equals another.
bool alike(const Asset &a, const Asset &b)
{
    const auto isNan = [](const Asset &asset) {
        return asset.stated && asset.stated->nodata && std::isnan(*asset.stated->nodata);
    };
    if (!isNan(a) || !isNan(b))
        return a == b;
    Asset left = a;
    Asset right = b;
    left.stated->nodata.reset();
    right.stated->nodata.reset();
    return left == right;
}

/// Moves what stays to memory of its own: a scene was read amidst its files, and a few words that stay there would keep
/// whole pages of memory that held them.
void settle(Scene &scene)
{
    for (auto *text : {&scene.id, &scene.title, &scene.acquisition}) {
        if (!text->isEmpty())
            *text = QString(text->constData(), text->size());
    }
    scene.footprint = Rings(scene.footprint);
}

} // namespace

std::shared_ptr<const AssetPacker::Kinds> AssetPacker::shared(Kinds kinds)
{
    std::size_t hash = kinds.size();
    for (const auto &kind : kinds)
        hash = qHashMulti(hash, kind.key, kind.title, kind.alternates.size());
    for (auto [known, end] = m_kinds.equal_range(hash); known != end; ++known) {
        const Kinds &other = **known;
        if (std::equal(kinds.begin(), kinds.end(), other.begin(), other.end(), alike))
            return *known;
    }
    if (m_kinds.size() >= maxShared)
        m_kinds.clear();
    return *m_kinds.insert(hash, std::make_shared<const Kinds>(std::move(kinds)));
}

void AssetPacker::share(QString &text)
{
    if (text.isEmpty())
        return;
    if (m_texts.size() >= maxShared)
        m_texts.clear();
    text = *m_texts.insert(text);
}

void AssetPacker::pack(Scene &scene)
{
    if (scene.packed)
        return;
    auto packed = std::make_shared<PackedAssets>();
    packed->pixelAccess = pixelAccess(scene);
    packed->hasCog = hasCog(scene);
    Kinds kinds = std::move(scene.assets);
    scene.assets = {};
    kinds.shrink_to_fit();
    Recent recent;
    for (auto &kind : kinds) {
        putNumber(packed->rest, static_cast<quint64>(std::max<qint64>(kind.size, -1) + 1));
        putAddress(packed->rest, recent, kind.href);
        for (auto &alternate : kind.alternates) {
            putAddress(packed->rest, recent, alternate.href);
            alternate.href.clear();
        }
        kind.href.clear();
        kind.size = -1;
    }
    packed->rest.squeeze();
    packed->kinds = shared(std::move(kinds));
    packed->self = scene.self.toEncoded();
    scene.self.clear();
    scene.packed = std::move(packed);
    settle(scene);
    for (auto *text : {&scene.provider, &scene.collection, &scene.platform, &scene.product, &scene.baseline,
                       &scene.instrument, &scene.attribution, &scene.license})
        share(*text);
}

void unpack(Scene &scene)
{
    if (!scene.packed)
        return;
    const PackedAssets &packed = *scene.packed;
    scene.assets = *packed.kinds;
    Recent recent;
    qsizetype at = 0;
    for (auto &asset : scene.assets) {
        asset.size = static_cast<qint64>(takeNumber(packed.rest, at)) - 1;
        asset.href = takeAddress(packed.rest, at, recent);
        for (auto &alternate : asset.alternates)
            alternate.href = takeAddress(packed.rest, at, recent);
    }
    scene.self = packed.self.isEmpty() ? QUrl() : QUrl::fromEncoded(packed.self);
    scene.packed.reset();
}

Acquisition unpacked(Acquisition acquisition)
{
    for (auto &copy : acquisition.copies)
        unpack(copy);
    return acquisition;
}

} // namespace astra::data
