// SPDX-License-Identifier: Apache-2.0
#include "core/providers/acquisition.h"

#include "core/providers/overlap.h"

#include <QHash>

#include <algorithm>
#include <cstdlib>
#include <tuple>

namespace astra::providers {

namespace {

/// Whether `text` is written like `form`: 9 stands for a digit, A for a capital letter, # for either, anything else for
/// itself. Names are told apart for every item of every page: a regular expression takes a hundred times as long.
bool isLike(QStringView text, QStringView form)
{
    if (text.size() != form.size())
        return false;
    for (qsizetype i = 0; i < form.size(); ++i) {
        const char16_t c = text[i].unicode();
        const bool digit = c >= u'0' && c <= u'9';
        const bool letter = c >= u'A' && c <= u'Z';
        const char16_t wanted = form[i].unicode();
        const bool fits = wanted == u'9' ? digit
            : wanted == u'A'             ? letter
            : wanted == u'#'             ? digit || letter
                                         : c == wanted;
        if (!fits)
            return false;
    }
    return true;
}

bool startsLike(QStringView text, QStringView form) { return isLike(text.left(form.size()), form); }

/// S2B_MSIL2A_20200705T101559_(N0500_)R065_T32TMT_20230530T175912
struct Sentinel2Name {
    QStringView mission, level, start, baseline, tile;

    static std::optional<Sentinel2Name> of(QStringView name)
    {
        constexpr QStringView head = u"S2A_MSIL##_99999999T999999_";
        if (!startsLike(name, head) || name[2] > u'D')
            return std::nullopt;
        Sentinel2Name parts {name.left(3), name.mid(7, 3), name.mid(11, 15), {}, {}};
        QStringView rest = name.mid(head.size());
        if (startsLike(rest, u"N9999_")) {
            parts.baseline = rest.mid(1, 4);
            rest = rest.mid(6);
        }
        if (!startsLike(rest, u"R999_T99AAA_99999999T999999"))
            return std::nullopt;
        parts.tile = rest.mid(6, 5);
        return parts.level == u"L1C" || parts.level == u"L2A" ? std::optional(parts) : std::nullopt;
    }
};

/// LC08_L2SP_028030_20200114_(20200824_)02_T1(_SR)
struct LandsatName {
    QStringView sensor, level, pathRow, date, collection, half;

    static std::optional<LandsatName> of(QStringView name)
    {
        constexpr QStringView head = u"LA09_L###_999999_99999999_";
        if (!startsLike(name, head) || !QStringView(u"COTEM").contains(name[1]))
            return std::nullopt;
        LandsatName parts {name.left(4), name.mid(5, 4), name.mid(10, 6), name.mid(17, 8), {}, {}};
        QStringView rest = name.mid(head.size());
        if (startsLike(rest, u"99999999_"))
            rest = rest.mid(9);
        if (rest.endsWith(u"_SR") || rest.endsWith(u"_ST")) {
            parts.half = rest.last(2);
            rest.chop(3);
        }
        parts.collection = rest.left(2);
        return isLike(rest, u"99_T1") || isLike(rest, u"99_T2") || isLike(rest, u"99_RT") ? std::optional(parts)
                                                                                          : std::nullopt;
    }
};

/// S1A_IW_GRDH_1SDV_20200705T053454_20200705T053519_033317_03DC40(_1234)(_COG): the part that all catalogues keep.
QStringView sentinel1Name(QStringView name)
{
    constexpr QStringView form = u"S1A_##_###_9A##_99999999T999999_99999999T999999_999999_######";
    // The third field has a fourth place: H, M, F or an underscore.
    if (name.size() < form.size() + 1)
        return {};
    const QString plain = name.left(10).toString() + name.mid(11, form.size() - 10).toString();
    const QStringView tail = name.mid(form.size() + 1);
    const bool known = tail.isEmpty() || tail == u"_COG" || isLike(tail, u"_####") || isLike(tail, u"_####_COG");
    return known && isLike(plain, form) ? name.left(form.size() + 1) : QStringView();
}

/// vt_m_4307308_nw_18_030_20230622(_20231113): the second date is that of publication.
QStringView naipName(QStringView name)
{
    const auto start = name.indexOf(u"m_");
    if (start != 0 && !(start == 3 && name[2] == u'_'))
        return {};
    const auto tile = name.mid(start);
    if (!startsLike(tile, u"m_9999999_") || tile.size() < 14 || tile[12] != u'_')
        return {};
    if (isLike(name.last(9), u"_99999999") && isLike(name.chopped(9).last(9), u"_99999999"))
        return name.chopped(9);
    return isLike(name.last(9), u"_99999999") ? name : QStringView();
}

/// GS2B_20200705T101559_017394_N05.00
bool isDatatake(QStringView name) { return isLike(name, u"GS2A_99999999T999999_999999_N99.99") && name[3] <= u'D'; }

QString tileName(QStringView tile)
{
    if (tile.startsWith(u"MGRS-"))
        tile = tile.mid(5);
    else if (tile.startsWith(u'T'))
        tile = tile.mid(1);
    if (isLike(tile, u"9AAA"))
        return QString(u'0' + tile.toString());
    return isLike(tile, u"99AAA") ? tile.toString() : QString();
}

QString joined(std::initializer_list<QStringView> parts)
{
    QString key;
    for (const auto part : parts) {
        if (!key.isEmpty())
            key += u'|';
        key += part;
    }
    return key;
}

QString keyOfName(QStringView name)
{
    // The relative orbit follows from mission and start, and not every catalogue tells it: it stays out.
    if (const auto scene = Sentinel2Name::of(name))
        return joined({scene->mission, scene->start, scene->tile, scene->level});
    if (const auto scene = LandsatName::of(name)) {
        // MSS of Landsat 1 to 3 counts paths and rows in the older grid.
        const bool older = scene->sensor >= u"LM01" && scene->sensor <= u"LM03";
        return joined(
            {scene->sensor, older ? u"1" : u"2", scene->pathRow, scene->date, scene->collection, scene->level.left(2)});
    }
    if (const auto scene = sentinel1Name(name); !scene.isEmpty())
        return joined({u"S1", scene});
    if (const auto scene = naipName(name); !scene.isEmpty())
        return joined({u"NAIP", scene});
    return name.startsWith(u"Copernicus_DSM_") ? joined({u"DEM", name}) : QString();
}

/// The half that a Landsat item is at USGS, and what both halves are called; empty where it is whole.
std::pair<QString, QString> landsatHalf(const data::Scene &scene)
{
    const auto name = LandsatName::of(scene.id);
    if (!name)
        return {};
    if (!name->half.isEmpty())
        return {scene.id.chopped(3), name->half.toString()};
    // The items that lie beside the files have one id for both halves.
    for (const auto *half : {u"sr", u"st"}) {
        if (scene.collection.endsWith(QString(u'-' + QStringView(half).toString())))
            return {scene.id, QStringView(half).toString().toUpper()};
    }
    return {};
}

/// One baseline made twice is one product, unless each covers a part: then two ground stations took turns.
bool sameGround(const data::Scene &a, const data::Scene &b)
{
    if (a.baseline.isEmpty() || a.baseline != b.baseline || a.footprint.empty() || b.footprint.empty())
        return true;
    return overlapOf(a.footprint, b.footprint).ofSmaller() >= 0.9;
}

bool belong(const data::Scene &a, const data::Scene &b)
{
    if (!a.acquisition.isEmpty() && a.acquisition == b.acquisition)
        return sameGround(a, b);
    return looksSame(a, b);
}

bool fits(const data::Acquisition &part, const data::Scene &scene)
{
    const auto &copies = part.copies;
    const bool sameName = !scene.acquisition.isEmpty() && !isNamed(scene)
        && std::any_of(copies.begin(), copies.end(),
                       [&](const auto &copy) { return copy.acquisition == scene.acquisition; });
    return sameName || std::all_of(copies.begin(), copies.end(), [&](const auto &copy) { return belong(copy, scene); });
}

/// An order of scenes that depends on nothing but them.
bool before(const data::Scene &a, const data::Scene &b)
{
    const auto corner = [](const data::Scene &scene) {
        return scene.bbox ? std::pair(scene.bbox->west, scene.bbox->south) : std::pair(0.0, 0.0);
    };
    const auto time = [](const data::Scene &scene) {
        return scene.datetime.isValid() ? scene.datetime.toMSecsSinceEpoch() : 0;
    };
    return std::tuple(b.baseline, corner(a), time(a), a.provider, a.collection, a.id)
        < std::tuple(a.baseline, corner(b), time(b), b.provider, b.collection, b.id);
}

} // namespace

QString acquisitionKey(const ProductNames &names, const QString &family)
{
    for (const auto *name : {&names.productUri, &names.id}) {
        QString key = keyOfName(*name);
        if (!key.isEmpty())
            return key;
    }
    const QString tile = tileName(names.tile);
    if (!tile.isEmpty() && family.startsWith(u"sentinel-2-") && isDatatake(names.datatake)) {
        const QStringView datatake = names.datatake;
        return joined({datatake.mid(1, 3), datatake.mid(5, 15), tile, family.endsWith(u"l1c") ? u"L1C" : u"L2A"});
    }
    return family.isEmpty() || names.id.isEmpty() ? QString() : joined({family, names.id});
}

QString baselineOf(const ProductNames &names)
{
    for (const auto *name : {&names.productUri, &names.id}) {
        const auto scene = Sentinel2Name::of(*name);
        if (scene && !scene->baseline.isEmpty())
            return QString(scene->baseline.left(2).toString() + u'.' + scene->baseline.mid(2).toString());
    }
    return isDatatake(names.datatake) ? names.datatake.last(5) : QString();
}

bool areHalves(const data::Scene &a, const data::Scene &b)
{
    if (a.provider != b.provider || a.id.size() != b.id.size())
        return false;
    const auto [stem, half] = landsatHalf(a);
    const auto [otherStem, otherHalf] = landsatHalf(b);
    return !stem.isEmpty() && stem == otherStem && half != otherHalf;
}

void joinHalves(data::Scene &scene, const data::Scene &other)
{
    if (landsatHalf(scene).second == u"ST") {
        // Reflectance gives the scene its name: everyone who looks for red finds it under that id.
        auto whole = other;
        whole.assets.insert(whole.assets.end(), scene.assets.begin(), scene.assets.end());
        scene = std::move(whole);
    } else {
        scene.assets.insert(scene.assets.end(), other.assets.begin(), other.assets.end());
    }
    // Quality bands are in both halves.
    std::vector<data::Asset> once;
    for (auto &asset : scene.assets) {
        if (std::none_of(once.begin(), once.end(), [&](const auto &kept) { return kept.key == asset.key; }))
            once.push_back(std::move(asset));
    }
    scene.assets = std::move(once);
}

bool isNamed(const data::Scene &scene)
{
    const QString &key = scene.acquisition;
    return !key.isEmpty()
        && !(key.endsWith(scene.id) && key.chopped(scene.id.size()).endsWith(u'|') && keyOfName(scene.id).isEmpty());
}

bool looksSame(const data::Scene &a, const data::Scene &b)
{
    if (a.platform.isEmpty() || a.platform != b.platform || a.instrument != b.instrument)
        return false;
    if (a.provider == b.provider || (!a.product.isEmpty() && !b.product.isEmpty() && a.product != b.product))
        return false;
    if (!a.datetime.isValid() || !b.datetime.isValid() || std::abs(a.datetime.msecsTo(b.datetime)) > 1000)
        return false;
    // Boxes tell most pairs apart at a glance.
    if (!a.bbox || !b.bbox || !a.bbox->intersects(*b.bbox))
        return false;
    return overlapOf(a.footprint, b.footprint).ofBoth() > 0.95;
}

std::vector<data::Acquisition> acquisitionsOf(std::vector<data::Scene> scenes)
{
    std::vector<data::Acquisition> parts;
    if (scenes.size() > 1)
        std::sort(scenes.begin(), scenes.end(), before);
    for (auto &scene : scenes) {
        const auto part = std::find_if(parts.begin(), parts.end(),
                                       [&](const data::Acquisition &known) { return fits(known, scene); });
        if (part != parts.end())
            part->copies.push_back(std::move(scene));
        else
            parts.push_back({{std::move(scene)}});
    }
    // Copies go by one key; parts of a tile share it and are told apart by a number.
    QHash<QString, int> uses;
    for (auto &part : parts) {
        QString key = part.key();
        const int use = ++uses[key];
        if (part.copies.size() == 1 && part.best().acquisition.isEmpty() && use == 1)
            continue;
        if (use > 1)
            key += QString(u'~' + QString::number(use));
        for (auto &copy : part.copies)
            copy.acquisition = key;
    }
    return parts;
}

} // namespace astra::providers
