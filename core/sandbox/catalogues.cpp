// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/catalogues.h"

#include <algorithm>

namespace astra::sandbox {

namespace {
QDate dayOf(const WorldScene &scene) { return scene.pass.time().date(); }
/// One catalogue alone has it, in two granules.
bool isParted(const WorldScene &scene) { return dayOf(scene) == QDate(2025, 2, 21); }
/// Nobody but the survey has it, behind its login.
bool isForMembers(const WorldScene &scene) { return dayOf(scene) == QDate(2025, 5, 2); }
bool wasMadeAgain(const WorldScene &scene) { return dayOf(scene) == QDate(2025, 5, 17); }

/// What lies on one side of a meridian.
data::Ring clipped(const data::Ring &ring, double longitude, bool west)
{
    const auto inside = [&](QPointF p) { return west ? p.x() <= longitude : p.x() >= longitude; };
    data::Ring part;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const QPointF from = ring[i];
        const QPointF to = ring[(i + 1) % ring.size()];
        if (inside(from))
            part.push_back(from);
        if (inside(from) != inside(to)) {
            const double share = (longitude - from.x()) / (to.x() - from.x());
            part.emplace_back(longitude, from.y() + share * (to.y() - from.y()));
        }
    }
    return part;
}

bool holds(Manner manner, const WorldScene &scene)
{
    if (isForMembers(scene))
        return manner == Manner::Survey;
    if (isParted(scene))
        return manner == Manner::Coast;
    const QDate date = dayOf(scene);
    switch (manner) {
    case Manner::Coast: // one that the others have is not there yet
        return date != QDate(2025, 3, 23);
    case Manner::Signed:
        return date != QDate(2025, 8, 10);
    case Manner::Archive:
        return date >= QDate(2025, 3, 1) && date != QDate(2025, 7, 16);
    case Manner::Space: // only what has a new baseline
        return scene.pass.offset() > 0;
    case Manner::Survey:
        return isLandsat(scene);
    }
    return false;
}

std::vector<Edition> editionsOf(Manner manner, const WorldScene &scene)
{
    if (manner == Manner::Survey)
        return {Edition::Reflectance, Edition::Temperature};
    if (isParted(scene))
        return {Edition::WestGranule, Edition::EastGranule};
    if (manner == Manner::Coast && wasMadeAgain(scene))
        return {Edition::Again, Edition::Whole};
    return {Edition::Whole};
}
} // namespace

bool isLandsat(const WorldScene &scene) { return scene.pass.sensor == Sensor::Landsat; }

QString Listing::baseline() const
{
    return edition == Edition::Again ? QStringLiteral("05.11") : QString::fromLatin1(scene->pass.baseline);
}

QDateTime Listing::processed() const
{
    const QDateTime made = scene->pass.processedTime();
    if (edition == Edition::Again)
        return made.addDays(16).addSecs(2716);
    return edition == Edition::EastGranule ? made.addSecs(251) : made;
}

QString Listing::product() const
{
    QString name = scene->pass.id();
    if (isLandsat(*scene))
        return name;
    return name.left(27) + u'N' + baseline().remove(u'.') + name.mid(32, 13)
        + processed().toString(u"yyyyMMdd'T'HHmmss");
}

data::Ring Listing::footprint() const
{
    if (edition != Edition::WestGranule && edition != Edition::EastGranule)
        return scene->footprint;
    const auto box = data::boundsOf({scene->footprint});
    if (!box)
        return scene->footprint;
    // Neighbouring granules share a strip.
    const bool west = edition == Edition::WestGranule;
    return clipped(scene->footprint, box->center().x() + box->width() * (west ? 0.03 : -0.03), west);
}

QString mannerPath(Manner manner)
{
    switch (manner) {
    case Manner::Coast:
        return QStringLiteral("coast");
    case Manner::Signed:
        return QStringLiteral("signed");
    case Manner::Archive:
        return QStringLiteral("archive");
    case Manner::Space:
        return QStringLiteral("space");
    case Manner::Survey:
        break;
    }
    return QStringLiteral("survey");
}

QString providerId(Manner manner) { return u"sandbox-" + mannerPath(manner); }

QStringList collectionsOf(Manner manner)
{
    const QString sentinel = QStringLiteral("sentinel-2-l2a");
    switch (manner) {
    case Manner::Coast:
    case Manner::Signed:
        return {sentinel, QStringLiteral("landsat-c2-l2")};
    case Manner::Archive:
        return {sentinel, QStringLiteral("landsat-c2l2-sr")};
    case Manner::Space:
        return {sentinel};
    case Manner::Survey:
        break;
    }
    return {QStringLiteral("landsat-c2l2-sr"), QStringLiteral("landsat-c2l2-st")};
}

std::vector<Listing> listingsOf(Manner manner, const World &world)
{
    std::vector<Listing> listings;
    for (auto scene = world.scenes().rbegin(); scene != world.scenes().rend(); ++scene) {
        if (!holds(manner, *scene))
            continue;
        for (const Edition edition : editionsOf(manner, *scene))
            listings.push_back({&*scene, edition});
    }
    return listings;
}

bool astraHolds(const WorldScene &scene) { return !isForMembers(scene) && !isParted(scene); }

QString familyOf(const WorldScene &scene)
{
    return isLandsat(scene) ? QStringLiteral("landsat-c2-l2") : QStringLiteral("sentinel-2-l2a");
}

QString collectionOf(Manner manner, const Listing &listing)
{
    const QStringList ids = collectionsOf(manner);
    if (manner == Manner::Survey)
        return ids.at(listing.edition == Edition::Temperature ? 1 : 0);
    return ids.at(isLandsat(*listing.scene) ? 1 : 0);
}

QString itemId(Manner manner, const Listing &listing)
{
    const QString name = listing.product();
    if (isLandsat(*listing.scene)) {
        if (manner == Manner::Archive || manner == Manner::Survey)
            return name + (listing.edition == Edition::Temperature ? u"_ST" : u"_SR");
        return name.left(25) + name.mid(34); // without the day it was processed
    }
    if (manner == Manner::Coast) {
        const bool second = listing.edition == Edition::Again || listing.edition == Edition::EastGranule;
        return QStringLiteral("%1_%2_%3_%4_L2A")
            .arg(QLatin1String(listing.scene->pass.mission), QLatin1String(tileName),
                 listing.scene->pass.time().toString(u"yyyyMMdd"), second ? u"1" : u"0");
    }
    return manner == Manner::Signed ? name.left(27) + name.mid(33) : name; // older than the N… part of the name
}

} // namespace astra::sandbox
