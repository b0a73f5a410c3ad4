// SPDX-License-Identifier: Apache-2.0
#include "ui/scene/sceneviewer.h"

#include <QLocale>

#include <cmath>

namespace astra::scene {

namespace {

QVariantMap fact(const QString &label, const QString &value)
{
    return {{QStringLiteral("label"), label}, {QStringLiteral("value"), value}};
}

QString number(double value, int decimals) { return QLocale().toString(value, 'f', decimals).replace(u'-', u'−'); }

} // namespace

QString placeText(double longitude, double latitude)
{
    return SceneViewer::tr("%1° %2 %3° %4")
        .arg(QLocale().toString(std::abs(latitude), 'f', 4), latitude < 0 ? SceneViewer::tr("S") : SceneViewer::tr("N"),
             QLocale().toString(std::abs(longitude), 'f', 4),
             longitude < 0 ? SceneViewer::tr("W") : SceneViewer::tr("E"));
}

SceneViewer::~SceneViewer() { m_pixelStop.request_stop(); }

void SceneViewer::setEngine(std::shared_ptr<engine::Engine> engine)
{
    clear();
    m_engine = std::move(engine);
}

void SceneViewer::show(const data::Acquisition &acquisition, const QString &styleId)
{
    m_acquisition = acquisition;
    const QString wanted = !styleId.isEmpty() ? styleId
        : m_style.id.isEmpty()                ? QStringLiteral("true-color")
                                              : m_style.id;
    const bool mask = m_style.maskClouds;
    const auto style = render::styleNamed(wanted);
    m_style = style && engine::Engine::canDraw(acquisition, *style) ? *style
                                                                    : engine::Engine::defaultStyle(acquisition);
    m_style.maskClouds = mask && canMask();
    m_pixel.clear();
    m_pixelPlace.clear();
    load();
    Q_EMIT sceneChanged();
    Q_EMIT styleChanged();
    Q_EMIT pixelChanged();
}

void SceneViewer::load()
{
    m_error.clear();
    Q_EMIT tilesChanged(nullptr);
    m_tiles.reset();
    if (m_engine && m_acquisition) {
        m_tiles = m_engine->tiles(*m_acquisition, m_style);
        connect(m_tiles.get(), &imagery::TileLoader::statusChanged, this, &SceneViewer::statusChanged);
        connect(m_tiles.get(), &imagery::TileLoader::failed, this, [this](const Error &error) {
            m_error = error.message;
            Q_EMIT statusChanged();
        });
        Q_EMIT tilesChanged(m_tiles.get());
    }
    Q_EMIT statusChanged();
}

void SceneViewer::clear()
{
    m_pixelStop.request_stop();
    m_acquisition.reset();
    m_pixel.clear();
    m_pixelPlace.clear();
    load();
    Q_EMIT sceneChanged();
    Q_EMIT styleChanged();
    Q_EMIT pixelChanged();
}

void SceneViewer::retry() { load(); }

void SceneViewer::inspect(double longitude, double latitude)
{
    if (!m_engine || !m_acquisition)
        return;
    m_pixelStop.request_stop();
    m_pixelStop = StopSource();
    m_pixelPlace = placeText(longitude, latitude);
    m_pixel = {fact(tr("Reading the pixel…"), QString())};
    Q_EMIT pixelChanged();
    deliver(m_engine->valuesAt(*m_acquisition, m_style, longitude, latitude, m_pixelStop.get_token()), this,
            [this](const Result<std::vector<engine::Engine::PointValue>> &values) {
                if (!values && values.error().code == ErrorCode::Cancelled)
                    return;
                m_pixel.clear();
                if (!values) {
                    m_pixel.append(fact(values.error().message, QString()));
                } else {
                    for (const auto &value : *values)
                        m_pixel.append(fact(value.band, value.value ? number(*value.value, 4) : tr("no data")));
                }
                Q_EMIT pixelChanged();
            });
}

QString SceneViewer::key() const { return m_acquisition ? m_acquisition->key() : QString(); }

QString SceneViewer::title() const
{
    if (!m_acquisition)
        return {};
    const auto &scene = m_acquisition->best();
    return scene.title.isEmpty() ? scene.id : scene.title;
}

QString SceneViewer::providerTitle(const QString &id) const
{
    if (id == u"local")
        return tr("this computer");
    if (m_engine) {
        for (const auto &provider : m_engine->providers()) {
            if (provider.id == id)
                return provider.title;
        }
    }
    return id;
}

QVariantList SceneViewer::facts() const
{
    QVariantList list;
    if (!m_acquisition)
        return list;
    const auto &scene = m_acquisition->best();
    if (scene.datetime.isValid()) {
        list.append(fact(tr("Taken"), QLocale().toString(scene.datetime.toUTC(), tr("d MMM yyyy, HH:mm 'UTC'"))));
    }
    if (!scene.platform.isEmpty())
        list.append(fact(tr("Satellite"), scene.platform));
    list.append(fact(tr("From"), providerTitle(scene.provider)));
    if (!scene.collection.isEmpty())
        list.append(fact(tr("Collection"), scene.collection));
    list.append(fact(tr("Cloud, whole scene"),
                     scene.cloudCover ? tr("%1 %").arg(number(*scene.cloudCover, 1)) : tr("not stated")));
    if (scene.gsd)
        list.append(fact(tr("Pixel size"), tr("%1 m").arg(QLocale().toString(*scene.gsd))));
    if (!scene.baseline.isEmpty())
        list.append(fact(tr("Processing baseline"), scene.baseline));
    if (scene.epsg)
        list.append(fact(tr("Coordinate system"), QStringLiteral("EPSG:%1").arg(*scene.epsg)));
    list.append(fact(tr("Identifier"), scene.id));
    return list;
}

QVariantList SceneViewer::copies() const
{
    QVariantList list;
    if (!m_acquisition)
        return list;
    const QString used = m_tiles ? m_tiles->status().copy : QString();
    for (const auto &copy : m_acquisition->copies) {
        QStringList detail;
        if (!copy.baseline.isEmpty())
            detail.append(tr("baseline %1").arg(copy.baseline));
        if (data::needsAccount(data::pixelAccess(copy)))
            detail.append(tr("pixels need a login"));
        if (data::pixelAccess(copy) == data::Access::Signed)
            detail.append(tr("signed for you, no account"));
        list.append(QVariantMap {{QStringLiteral("provider"), providerTitle(copy.provider)},
                                 {QStringLiteral("id"), copy.id},
                                 {QStringLiteral("detail"), detail.join(QStringLiteral(" · "))},
                                 {QStringLiteral("used"), copy.provider == used}});
    }
    return list;
}

QVariantList SceneViewer::bands() const
{
    QVariantList list;
    if (!m_acquisition)
        return list;
    for (const auto &asset : m_acquisition->best().assets) {
        if (!asset.isRaster())
            continue;
        for (const auto &band : asset.bands) {
            QStringList detail;
            if (band.gsd)
                detail.append(tr("%1 m").arg(QLocale().toString(*band.gsd)));
            if (data::needsAccount(asset.access))
                detail.append(tr("needs a login"));
            list.append(QVariantMap {{QStringLiteral("name"), band.commonName.isEmpty() ? band.name : band.commonName},
                                     {QStringLiteral("key"), band.name},
                                     {QStringLiteral("detail"), detail.join(QStringLiteral(" · "))}});
        }
    }
    return list;
}

QString SceneViewer::attribution() const { return m_acquisition ? m_acquisition->best().attribution : QString(); }

bool SceneViewer::invented() const { return m_acquisition && m_acquisition->best().invented; }

QString SceneViewer::access() const
{
    if (!m_acquisition || !data::needsAccount(data::pixelAccess(m_acquisition->best())))
        return {};
    return tr("The pixels of this scene need a login at %1. They cannot be shown here yet.")
        .arg(providerTitle(m_acquisition->best().provider));
}

QVariantList SceneViewer::styles() const
{
    QVariantList list;
    if (!m_acquisition)
        return list;
    for (const auto &style : render::styles()) {
        QString title = style.index;
        if (style.id == u"true-color")
            title = tr("True colour");
        else if (style.id == u"color-infrared")
            title = tr("Infrared");
        list.append(QVariantMap {{QStringLiteral("id"), style.id},
                                 {QStringLiteral("title"), title},
                                 {QStringLiteral("available"), engine::Engine::canDraw(*m_acquisition, style)}});
    }
    if (!render::styleNamed(m_style.id)) {
        list.prepend(QVariantMap {{QStringLiteral("id"), m_style.id},
                                  {QStringLiteral("title"), tr("As it is")},
                                  {QStringLiteral("available"), true}});
    }
    return list;
}

void SceneViewer::setStyleId(const QString &id)
{
    const auto style = render::styleNamed(id);
    if (!style || id == m_style.id)
        return;
    const bool mask = m_style.maskClouds;
    m_style = *style;
    m_style.maskClouds = mask;
    m_error.clear();
    if (m_tiles)
        m_tiles->setStyle(m_style);
    m_pixel.clear();
    Q_EMIT styleChanged();
    Q_EMIT statusChanged();
    Q_EMIT pixelChanged();
}

void SceneViewer::setMaskClouds(bool mask)
{
    if (mask == m_style.maskClouds)
        return;
    m_style.maskClouds = mask;
    if (m_tiles)
        m_tiles->setStyle(m_style);
    Q_EMIT styleChanged();
}

bool SceneViewer::canMask() const
{
    return m_acquisition
        && (data::findBand(m_acquisition->best(), QStringLiteral("scl"))
            || data::findBand(m_acquisition->best(), QStringLiteral("qa_pixel")));
}

double SceneViewer::loaded() const
{
    if (!m_tiles)
        return 0;
    const auto status = m_tiles->status();
    return status.wanted > 0 ? static_cast<double>(status.ready) / status.wanted : 1;
}

QString SceneViewer::loadingText() const
{
    if (!m_tiles)
        return {};
    const auto status = m_tiles->status();
    if (status.wanted == 0 || status.ready >= status.wanted)
        return {};
    return tr("Reading overviews: %1 of %2 tiles, %3")
        .arg(status.ready)
        .arg(status.wanted)
        .arg(QLocale().formattedDataSize(status.bytes, 1, QLocale::DataSizeTraditionalFormat));
}

bool SceneViewer::holdsIndex() const
{
    return m_acquisition && !m_style.index.isEmpty() && data::findBand(m_acquisition->best(), m_style.index);
}

QString SceneViewer::radiometry() const
{
    if (holdsIndex())
        return tr("%1 as it was computed; the STAC Item beside the file says how.").arg(m_style.index);
    return m_tiles ? m_tiles->status().radiometry : QString();
}

QString SceneViewer::quantity() const { return m_tiles && !holdsIndex() ? m_tiles->status().quantity : QString(); }

QStringList SceneViewer::notes() const { return m_tiles ? m_tiles->status().notes : QStringList(); }

QVariantMap SceneViewer::legend() const
{
    const render::Ramp *ramp = m_acquisition && !m_style.index.isEmpty() ? render::ramp(m_style.ramp) : nullptr;
    if (!ramp)
        return {};
    QVariantList colors;
    for (const auto &stop : ramp->stops)
        colors.append(QStringLiteral("#%1%2%3")
                          .arg(stop[0], 2, 16, QLatin1Char('0'))
                          .arg(stop[1], 2, 16, QLatin1Char('0'))
                          .arg(stop[2], 2, 16, QLatin1Char('0')));
    return {{QStringLiteral("title"), m_style.index},
            {QStringLiteral("low"), number(m_style.low, 1)},
            {QStringLiteral("high"), number(m_style.high, 1)},
            {QStringLiteral("colors"), colors},
            {QStringLiteral("note"),
             holdsIndex()             ? tr("as computed")
                 : m_style.maskClouds ? tr("clouds and shadows left out")
                                      : tr("clouds not left out")}};
}

} // namespace astra::scene
