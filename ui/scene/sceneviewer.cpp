// SPDX-License-Identifier: Apache-2.0
#include "ui/scene/sceneviewer.h"

#include "core/base/phrases.h"
#include "core/data/offsetoverride.h"
#include "ui/scene/scenefacts.h"
#include "ui/types/words.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace astra::scene {

namespace {

QString colorText(int red, int green, int blue)
{
    return QStringLiteral("#%1%2%3")
        .arg(red, 2, 16, QLatin1Char('0'))
        .arg(green, 2, 16, QLatin1Char('0'))
        .arg(blue, 2, 16, QLatin1Char('0'));
}

/// Of classes that have names: those of a table without any mean nothing to anybody.
QVariantMap legendOf(const std::vector<render::PaletteEntry> &palette, const QString &title, const QString &note)
{
    QVariantList classes;
    const auto add = [&classes](const QString &name, const QString &color) {
        classes.append(QVariantMap {{QStringLiteral("name"), name}, {QStringLiteral("color"), color}});
    };
    for (const auto &[colour, name] : palette) {
        if (!name.isEmpty())
            add(name, colorText(colour[0], colour[1], colour[2]));
    }
    if (classes.isEmpty())
        return {};
    add(SceneViewer::tr("No data"), QStringLiteral("transparent"));
    return {{QStringLiteral("title"), title}, {QStringLiteral("classes"), classes}, {QStringLiteral("note"), note}};
}

} // namespace

QString placeText(double longitude, double latitude)
{
    return SceneViewer::tr("%1° %2 %3° %4")
        .arg(QLocale().toString(std::abs(latitude), 'f', 4), latitude < 0 ? SceneViewer::tr("S") : SceneViewer::tr("N"),
             QLocale().toString(std::abs(longitude), 'f', 4),
             longitude < 0 ? SceneViewer::tr("W") : SceneViewer::tr("E"));
}

SceneViewer::SceneViewer(QObject *parent)
    : QObject(parent)
{
    connect(this, &SceneViewer::styleChanged, this, &SceneViewer::legendChanged);
    connect(this, &SceneViewer::statusChanged, this, [this] {
        const auto status = m_tiles ? m_tiles->status() : imagery::TileLoader::Status {};
        const auto style = drawn();
        const bool other = status.range != m_range || style != m_drawn || status.blank != m_blank;
        m_range = status.range;
        m_drawn = style;
        m_blank = status.blank;
        if (other)
            Q_EMIT legendChanged();
    });
}

SceneViewer::~SceneViewer() { m_pixelStop.request_stop(); }

void SceneViewer::setEngine(std::shared_ptr<engine::Engine> engine)
{
    clear();
    m_overrides.clear();
    if (m_engine)
        m_engine->disconnect(this);
    m_engine = std::move(engine);
    if (m_engine) {
        connect(m_engine.get(), &engine::Engine::indicesChanged, this, &SceneViewer::looksChanged);
        connect(m_engine.get(), &engine::Engine::accountsChanged, this, [this] {
            const auto missing = m_missingKeys;
            if (!findMissingKeys())
                return;
            Q_EMIT keysChanged();
            if (m_missingKeys.size() < missing.size() && !m_error.isEmpty())
                load();
        });
    }
}

/// Of what its files need, that which has no key here but takes one. What the pixels need comes first.
bool SceneViewer::findMissingKeys()
{
    QStringList found;
    const auto accounts = m_engine && m_acquisition ? m_engine->accounts() : std::vector<data::Account> {};
    const auto missing = [&](const QString &connection) {
        bool taken = false;
        for (const auto &account : accounts) {
            if (account.id != connection && account.service != connection)
                continue;
            if (account.place != data::Account::Place::None)
                return false;
            taken = true;
        }
        return taken;
    };
    const auto look = [&](bool pixels) {
        for (const auto &asset : m_acquisition->best().assets) {
            if (asset.isRaster() == pixels && data::needsAccount(asset.access) && !asset.connection.isEmpty()
                && !found.contains(asset.connection) && missing(asset.connection))
                found.append(asset.connection);
        }
    };
    if (!accounts.empty()) {
        look(true);
        look(false);
    }
    std::swap(found, m_missingKeys);
    return found != m_missingKeys;
}

void SceneViewer::show(const data::Acquisition &acquisition, const QString &styleId)
{
    m_acquisition = acquisition;
    for (auto &copy : m_acquisition->copies)
        copy.offsetOverride = m_overrides.value(copy.qualifiedId(), copy.offsetOverride);
    const QString wanted = !styleId.isEmpty() ? styleId
        : m_style.id.isEmpty()                ? QStringLiteral("true-color")
                                              : m_style.id;
    const bool mask = m_style.maskClouds;
    const auto style = engine::Engine::styleNamed(wanted);
    m_style = style && engine::Engine::canDraw(acquisition, *style) ? *style
                                                                    : engine::Engine::defaultStyle(acquisition);
    m_style.maskClouds = mask && canMask();
    m_ownStyle = engine::Engine::styleNamed(m_style.id) ? std::nullopt : std::optional(m_style);
    showAgain();
}

void SceneViewer::load()
{
    m_error.clear();
    Q_EMIT tilesChanged(nullptr);
    m_tiles.reset();
    if (m_engine && m_acquisition && !asksBeforePaying()) {
        m_tiles = m_engine->tiles(*m_acquisition, m_style);
        connect(m_tiles.get(), &imagery::TileLoader::statusChanged, this, &SceneViewer::statusChanged);
        connect(m_tiles.get(), &imagery::TileLoader::failed, this, [this](const Error &error) {
            m_error = types::withTitles(error.message, m_engine->providers());
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
    showAgain();
}

void SceneViewer::retry() { load(); }

void SceneViewer::payToRead()
{
    if (m_acquisition)
        m_paidFor.insert(m_acquisition->best().qualifiedId());
    load();
    Q_EMIT keysChanged();
}

/// With an account that pays, a look costs: nobody spends by a look at a list.
bool SceneViewer::asksBeforePaying() const
{
    return m_acquisition && data::pixelAccess(m_acquisition->best()) == data::Access::Paid && takesKey()
        && m_missingKeys.isEmpty() && !m_paidFor.contains(m_acquisition->best().qualifiedId());
}

/// Whether an account here can open its pixels.
bool SceneViewer::takesKey() const
{
    const auto &assets = m_acquisition->best().assets;
    return std::any_of(assets.begin(), assets.end(), [](const data::Asset &asset) {
        return asset.isRaster() && data::needsAccount(asset.access) && !asset.connection.isEmpty();
    });
}

void SceneViewer::inspect(double longitude, double latitude)
{
    if (!m_engine || !m_acquisition || asksBeforePaying())
        return;
    m_pixelStop.request_stop();
    m_pixelStop = StopSource();
    m_pixelPlace = placeText(longitude, latitude);
    m_pixel = {fact(tr("Reading the pixel…"), QString())};
    Q_EMIT pixelChanged();
    deliver(m_engine->valuesAt(*m_acquisition, m_style, longitude, latitude, m_pixelStop.get_token()), this,
            [this](const Result<engine::Engine::PointValues> &values) {
                if (!values && values.error().code == ErrorCode::Cancelled)
                    return;
                m_pixel.clear();
                if (!values) {
                    m_pixel.append(fact(values.error().message, QString()));
                } else {
                    for (const auto &value : values->values) {
                        const QString text = value.value ? number(*value.value, value.name.isEmpty() ? 4 : 0)
                                                         : tr("no data");
                        m_pixel.append(
                            fact(value.band, value.name.isEmpty() ? text : tr("%1: %2").arg(text, value.name)));
                    }
                    for (const auto &note : values->notes)
                        m_pixel.append(fact(astra::shown(note), QString()));
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
    return m_acquisition ? sceneFacts(m_acquisition->best(), [this](const QString &id) { return providerTitle(id); })
                         : QVariantList();
}

QVariantList SceneViewer::copies() const
{
    if (!m_acquisition)
        return {};
    const auto status = m_tiles ? m_tiles->status() : imagery::TileLoader::Status {};
    QVariantList list;
    for (const auto &copy : m_acquisition->copies) {
        QVariantMap entry = copyFacts(copy);
        entry.insert(QStringLiteral("provider"), providerTitle(copy.provider));
        entry.insert(QStringLiteral("used"),
                     status.copyId.isEmpty() ? copy.provider == status.copy : copy.qualifiedId() == status.copyId);
        list.append(entry);
    }
    return list;
}

void SceneViewer::useCopy(int row)
{
    if (row == 0)
        return load(); // it was asked first, and another took over: asked once more
    if (!m_acquisition || row < 0 || row >= static_cast<int>(m_acquisition->copies.size()))
        return;
    auto &copies = m_acquisition->copies;
    std::rotate(copies.begin(), copies.begin() + row, copies.begin() + row + 1);
    showAgain();
}

void SceneViewer::overrideOffset(const QString &word)
{
    const auto value = data::overrideNamed(word);
    if (!m_acquisition || !value)
        return;
    const QString used = m_tiles ? m_tiles->status().copyId : QString();
    const QString id = used.isEmpty() ? m_acquisition->best().qualifiedId() : used;
    m_overrides.insert(id, *value);
    m_acquisition = data::withOverride(std::move(*m_acquisition), *value, id);
    showAgain();
}

/// The same scene from other pixels, or from the same ones read otherwise.
void SceneViewer::showAgain()
{
    m_pixel.clear();
    m_pixelPlace.clear();
    findMissingKeys();
    Q_EMIT keysChanged();
    load();
    tellScene();
}

void SceneViewer::tellScene()
{
    m_assets.setScene(m_acquisition ? &m_acquisition->best() : nullptr);
    m_looks.setScene(m_acquisition ? &*m_acquisition : nullptr);
    MetadataModel::Ask ask;
    if (m_acquisition && m_engine) {
        ask = [engine = m_engine, scene = m_acquisition->best()](StopToken stop) {
            if (scene.provider != u"local")
                return engine->rawItem(scene.qualifiedId(), std::move(stop));
            // A file without an Item of its own is told as we understand it.
            return scene.self.isLocalFile() ? engine->rawItem(scene.self.toLocalFile(), std::move(stop))
                                            : ready<Json>(data::toStacItem(scene));
        };
    }
    m_metadata.setSource(std::move(ask));
    Q_EMIT sceneChanged();
    Q_EMIT stylesChanged();
    Q_EMIT styleChanged();
    Q_EMIT pixelChanged();
}

QString SceneViewer::attribution() const { return m_acquisition ? m_acquisition->best().attribution : QString(); }

bool SceneViewer::invented() const { return m_acquisition && m_acquisition->best().invented; }

QString SceneViewer::access() const
{
    if (!m_acquisition)
        return {};
    const data::Scene &scene = m_acquisition->best();
    if (asksBeforePaying())
        return tr("Whoever reads the pixels of this scene at %1 pays for it: your account there is charged for what is "
                  "read.")
            .arg(providerTitle(scene.provider));
    // With the key the pixels are tried like any others.
    if (takesKey() && m_missingKeys.isEmpty() && m_engine)
        return {};
    if (m_missingKeys.isEmpty())
        return accessSentence(scene, providerTitle(scene.provider));
    // One house may have several doors: the login of a catalogue does not open the bucket that holds its pixels.
    const auto accounts = m_engine->accounts();
    const auto service = std::ranges::find(accounts, m_missingKeys.constFirst(), &data::Account::service);
    return accessSentence(scene, service == accounts.end() ? providerTitle(scene.provider) : service->title, true);
}

QVariantList SceneViewer::styles() const
{
    static const QStringList atHand {
        QStringLiteral("true-color"), QStringLiteral("color-infrared"), QStringLiteral("ndvi"), QStringLiteral("ndwi"),
        QStringLiteral("mndwi"),      QStringLiteral("ndmi"),           QStringLiteral("ndsi"), QStringLiteral("nbr"),
        QStringLiteral("ndbi")};
    QVariantList list;
    if (!m_acquisition)
        return list;
    const auto add = [&list](const QString &id, const QString &title, const QString &obstacle) {
        list.append(QVariantMap {{QStringLiteral("id"), id},
                                 {QStringLiteral("title"), title},
                                 {QStringLiteral("available"), obstacle.isEmpty()},
                                 {QStringLiteral("obstacle"), obstacle}});
    };
    if (m_ownStyle) {
        const QString file = m_ownStyle->id.startsWith(u"asset:") ? m_ownStyle->id.mid(6) : QString();
        add(m_ownStyle->id, file.isEmpty() ? tr("As it is") : tr("File %1").arg(file), {});
    }
    for (const auto &id : atHand) {
        if (const auto *look = m_looks.find(id))
            add(id, titleOf(*look), look->obstacle);
    }
    for (const auto &look : m_looks.all()) {
        const bool chosen = look.style.id == m_style.id;
        if (!atHand.contains(look.style.id) && (chosen || look.domain == u"own"))
            add(look.style.id, titleOf(look), look.obstacle);
    }
    if (keepable())
        add(m_style.id, m_style.index.isEmpty() ? m_style.bands.join(QStringLiteral(", ")) : tr("Formula"), {});
    return list;
}

void SceneViewer::setStyleId(const QString &id)
{
    const auto style = m_ownStyle && m_ownStyle->id == id ? m_ownStyle : engine::Engine::styleNamed(id);
    if (!style || id == m_style.id)
        return;
    const bool mask = m_style.maskClouds;
    m_style = *style;
    m_style.maskClouds = mask;
    m_error.clear();
    if (m_tiles)
        m_tiles->setStyle(m_style);
    m_pixel.clear();
    // Who asked for it may be one of the list: that is made anew later.
    QMetaObject::invokeMethod(this, &SceneViewer::stylesChanged, Qt::QueuedConnection);
    Q_EMIT styleChanged();
    Q_EMIT statusChanged();
    Q_EMIT pixelChanged();
}

QStringList SceneViewer::bands() const
{
    return m_acquisition ? engine::Engine::bandsOf(*m_acquisition) : QStringList();
}

bool SceneViewer::keepable() const { return m_style.id.startsWith(u"formula:") || m_style.id.startsWith(u"bands:"); }

QVariantMap SceneViewer::problemOf(const QString &formula) const
{
    const auto problem = m_acquisition ? engine::Engine::formulaProblem(formula, *m_acquisition) : std::nullopt;
    if (!problem)
        return {};
    return {{QStringLiteral("message"), problem->message},
            {QStringLiteral("at"), problem->at},
            {QStringLiteral("length"), problem->length}};
}

void SceneViewer::drawFormula(const QString &formula)
{
    if (problemOf(formula).isEmpty())
        setStyleId(QStringLiteral("formula:") + formula);
}

void SceneViewer::drawBands(const QStringList &bands) { setStyleId(QStringLiteral("bands:") + bands.join(u',')); }

void SceneViewer::keep(const QString &name)
{
    if (!m_engine || !keepable())
        return;
    if (m_style.index.isEmpty()) {
        deliver(m_engine->keepLook(name, m_style.bands), this,
                [this, name](const Result<void> &done) { kept(done, QStringLiteral("own:") + name); });
        return;
    }
    processing::Index index;
    index.name = name;
    index.formula = m_style.formula;
    index.ramp = m_style.ramp;
    // Where the colours were while it was named is where they stay: the same look on the next scene.
    index.low = m_range ? m_range->first : 0;
    index.high = m_range ? m_range->second : 0;
    deliver(m_engine->keepIndex(index), this, [this, name](const Result<void> &done) { kept(done, name); });
}

void SceneViewer::kept(const Result<void> &done, const QString &styleId)
{
    m_keepError = done ? QString() : done.error().message;
    Q_EMIT keepErrorChanged();
    if (done) {
        looksChanged();
        setStyleId(styleId);
    }
}

void SceneViewer::forget(const QString &id)
{
    const auto *look = m_looks.find(id);
    if (!m_engine || !look)
        return;
    const bool isLook = look->style.index.isEmpty();
    deliver(isLook ? m_engine->removeLook(look->title) : m_engine->removeIndex(look->style.index), this,
            [this](const Result<void> &done) {
                m_keepError = done ? QString() : done.error().message;
                Q_EMIT keepErrorChanged();
            });
}

void SceneViewer::looksChanged()
{
    m_looks.setScene(m_acquisition ? &*m_acquisition : nullptr);
    Q_EMIT stylesChanged();
}

void SceneViewer::drawAsset(const QString &key)
{
    if (!m_acquisition)
        return;
    const auto style = engine::Engine::assetStyle(*m_acquisition, key);
    if (style) {
        m_style = *style;
        m_ownStyle = *style;
        m_pixel.clear();
        load();
        Q_EMIT stylesChanged();
        Q_EMIT styleChanged();
        Q_EMIT pixelChanged();
    } else {
        m_error = style.error().message;
        Q_EMIT statusChanged();
    }
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
    if (!m_tiles || !m_error.isEmpty())
        return {};
    const auto status = m_tiles->status();
    if (status.wanted == 0 || status.ready >= status.wanted)
        return {};
    return tr("Reading overviews: %1 of %2 tiles, %3")
        .arg(status.ready)
        .arg(status.wanted)
        .arg(QLocale().formattedDataSize(status.bytes, 1, QLocale::DataSizeTraditionalFormat));
}

render::Style SceneViewer::drawn() const { return m_tiles ? m_tiles->status().drawn : m_style; }

bool SceneViewer::holdsIndex() const
{
    const render::Style style = drawn();
    if (!m_acquisition || style.index.isEmpty() || style.index == style.formula)
        return false;
    if (style.asStands)
        return true;
    const auto band = data::findBand(m_acquisition->best(), style.index);
    return band && band->band.name == style.index;
}

QString SceneViewer::radiometry() const
{
    if (const render::Style style = drawn(); holdsIndex()) {
        return style.asStands ? tr("%1: numbers and colours as the file has them.").arg(style.index)
                              : tr("%1 as it was computed; the file says how.").arg(style.index);
    }
    return m_tiles ? astra::shown(m_tiles->status().radiometry) : QString();
}

QString SceneViewer::quantity() const { return m_tiles && !holdsIndex() ? m_tiles->status().quantity : QString(); }

QString SceneViewer::warning() const
{
    return m_tiles && !holdsIndex() ? astra::shown(m_tiles->status().warning) : QString();
}

bool SceneViewer::mayOverride() const { return m_tiles && !holdsIndex() && m_tiles->status().mayOverride; }

QString SceneViewer::offsetOverride() const
{
    return m_tiles ? data::overrideName(m_tiles->status().offsetOverride) : QString();
}

QStringList SceneViewer::notes() const
{
    QStringList notes = m_tiles ? astra::shown(m_tiles->status().notes) : QStringList();
    if (!m_acquisition)
        return notes;
    std::vector<data::ProviderInfo> sources;
    sources.reserve(m_acquisition->copies.size());
    for (const auto &copy : m_acquisition->copies) {
        auto &source = sources.emplace_back();
        source.id = copy.provider;
        source.title = providerTitle(copy.provider);
    }
    for (auto &note : notes)
        note = types::withTitles(std::move(note), sources);
    return notes;
}

QString SceneViewer::blank() const
{
    return m_tiles ? imagery::blankSentence(m_tiles->status().blank, drawn().index) : QString();
}

bool SceneViewer::masked() const { return m_tiles && m_tiles->status().blank == imagery::Blank::Masked; }

QVariantMap SceneViewer::legend() const
{
    const render::Style style = drawn();
    if (!m_acquisition)
        return {};
    if (style.index.isEmpty())
        return blank().isEmpty() ? QVariantMap() : QVariantMap {{QStringLiteral("title"), tr("Nothing to see here")}};
    const QString note = style.asStands ? tr("as the file says")
        : holdsIndex()                  ? tr("as computed")
        : style.maskClouds              ? tr("clouds and shadows left out")
                                        : tr("clouds not left out");
    const QString title = style.index == style.formula ? tr("Formula") : style.index;
    if (!style.palette.empty())
        return legendOf(style.palette, title, note);
    const render::Ramp *ramp = render::ramp(style.ramp);
    if (!ramp)
        return {};
    QVariantList colors;
    for (const auto &stop : ramp->stops)
        colors.append(colorText(stop[0], stop[1], stop[2]));
    const auto end = [this, &style](double fixed, double stretched) {
        if (!style.stretch)
            return number(fixed, 1);
        return m_range ? QLocale().toString(stretched, 'g', 3) : QStringLiteral("…");
    };
    const auto range = m_range.value_or(std::pair(0.0, 0.0));
    return {{QStringLiteral("title"), title},
            {QStringLiteral("low"), end(style.low, range.first)},
            {QStringLiteral("high"), end(style.high, range.second)},
            {QStringLiteral("colors"), colors},
            {QStringLiteral("note"), note}};
}

} // namespace astra::scene
