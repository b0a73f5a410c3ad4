// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "ui/scene/assetlistmodel.h"
#include "ui/scene/looklistmodel.h"
#include "ui/scene/metadatamodel.h"

#include <QHash>
#include <QObject>
#include <QSet>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <optional>

namespace astra::scene {

/// The scene being looked at: what it is, how it is drawn, and the numbers under the pointer.
class SceneViewer : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the shell")
    Q_PROPERTY(QString key READ key NOTIFY sceneChanged) ///< empty: none chosen
    Q_PROPERTY(QString title READ title NOTIFY sceneChanged)
    Q_PROPERTY(QVariantList facts READ facts NOTIFY sceneChanged) ///< {label, value}
    Q_PROPERTY(QVariantList copies READ copies NOTIFY statusChanged) ///< {provider, id, detail, access, used}
    Q_PROPERTY(astra::scene::AssetListModel *assets READ assets CONSTANT)
    Q_PROPERTY(astra::scene::MetadataModel *metadata READ metadata CONSTANT)
    Q_PROPERTY(QString attribution READ attribution NOTIFY sceneChanged)
    Q_PROPERTY(bool invented READ invented NOTIFY sceneChanged)
    Q_PROPERTY(bool asksBeforePaying READ asksBeforePaying NOTIFY keysChanged)
    Q_PROPERTY(QString access READ access NOTIFY keysChanged) ///< what stands before the pixels, or empty
    Q_PROPERTY(QStringList missingKeys READ missingKeys NOTIFY keysChanged) ///< connections that its files wait for
    /// Those at hand, a person's own among them, as {id, title, available, obstacle}; `looks` has all.
    Q_PROPERTY(QVariantList styles READ styles NOTIFY stylesChanged)
    Q_PROPERTY(astra::scene::LookListModel *looks READ looks CONSTANT)
    Q_PROPERTY(QStringList bands READ bands NOTIFY sceneChanged) ///< names for formulas and composites
    Q_PROPERTY(bool keepable READ keepable NOTIFY styleChanged) ///< a formula or bands as typed: can be named and kept
    Q_PROPERTY(QString keepError READ keepError NOTIFY keepErrorChanged)
    Q_PROPERTY(QString styleId READ styleId WRITE setStyleId NOTIFY styleChanged)
    Q_PROPERTY(bool maskClouds READ maskClouds WRITE setMaskClouds NOTIFY styleChanged)
    Q_PROPERTY(bool canMask READ canMask NOTIFY sceneChanged)
    Q_PROPERTY(bool shown READ shown NOTIFY statusChanged) ///< pixels are on the map
    Q_PROPERTY(double loaded READ loaded NOTIFY statusChanged) ///< share of the tiles in view, 0…1
    Q_PROPERTY(QString loadingText READ loadingText NOTIFY statusChanged)
    Q_PROPERTY(QString radiometry READ radiometry NOTIFY statusChanged)
    Q_PROPERTY(QString quantity READ quantity NOTIFY statusChanged)
    Q_PROPERTY(QString warning READ warning NOTIFY statusChanged) ///< what the pixels say against the rule
    Q_PROPERTY(bool mayOverride READ mayOverride NOTIFY statusChanged)
    Q_PROPERTY(QString offsetOverride READ offsetOverride NOTIFY statusChanged) ///< "", "apply" or "leave"
    Q_PROPERTY(QStringList notes READ notes NOTIFY statusChanged)
    Q_PROPERTY(QString error READ error NOTIFY statusChanged)
    Q_PROPERTY(QString blank READ blank NOTIFY statusChanged) ///< why nothing is to be seen; empty: something is
    Q_PROPERTY(bool masked READ masked NOTIFY statusChanged) ///< ... and without the mask something would be
    /// {title, low, high, colors, note}, or of classes {title, classes: [{name, color}], note}, what has no data last;
    /// of composites {title} where there is nothing to be seen, else empty.
    Q_PROPERTY(QVariantMap legend READ legend NOTIFY legendChanged)
    Q_PROPERTY(QVariantList pixel READ pixel NOTIFY pixelChanged) ///< {band, value}
    Q_PROPERTY(QString pixelPlace READ pixelPlace NOTIFY pixelChanged)

public:
    explicit SceneViewer(QObject *parent = nullptr);
    ~SceneViewer() override;

    void setEngine(std::shared_ptr<engine::Engine> engine);
    /// Chooses a scene, whose files are at hand, and begins to draw it, in the style asked for or the one in use.
    void show(const data::Acquisition &acquisition, const QString &styleId = {});
    Q_INVOKABLE void clear();
    [[nodiscard]] const std::optional<data::Acquisition> &acquisition() const { return m_acquisition; }
    [[nodiscard]] imagery::TileLoader *tiles() const { return m_tiles.get(); }
    /// Reads the numbers at a place, at full resolution.
    Q_INVOKABLE void inspect(double longitude, double latitude);
    Q_INVOKABLE void retry();
    Q_INVOKABLE void drawAsset(const QString &key); ///< one file as it stands; error() says why it cannot be
    /// What is wrong with a formula for this scene, as {message, at, length}; empty: nothing.
    Q_INVOKABLE [[nodiscard]] QVariantMap problemOf(const QString &formula) const;
    Q_INVOKABLE void drawFormula(const QString &formula);
    Q_INVOKABLE void drawBands(const QStringList &bands); ///< three, or one in grey
    /// Names what is drawn and keeps it; keepError() says why it cannot be.
    Q_INVOKABLE void keep(const QString &name);
    Q_INVOKABLE void forget(const QString &id); ///< one that is not shipped
    Q_INVOKABLE void useCopy(int row); ///< reads another copy of the acquisition first
    /// A person's word on the baseline offset of the copy in use, kept until the program ends. @param word as in
    /// offsetOverride
    Q_INVOKABLE void overrideOffset(const QString &word);

    [[nodiscard]] QString key() const;
    [[nodiscard]] QString title() const;
    [[nodiscard]] QVariantList facts() const;
    [[nodiscard]] QVariantList copies() const;
    [[nodiscard]] AssetListModel *assets() { return &m_assets; }
    [[nodiscard]] MetadataModel *metadata() { return &m_metadata; }
    [[nodiscard]] QString attribution() const;
    [[nodiscard]] bool invented() const;
    [[nodiscard]] QString access() const;
    [[nodiscard]] bool asksBeforePaying() const; ///< its pixels are read only once payToRead() was called
    Q_INVOKABLE void payToRead();
    [[nodiscard]] QStringList missingKeys() const { return m_missingKeys; }
    [[nodiscard]] QVariantList styles() const;
    [[nodiscard]] LookListModel *looks() { return &m_looks; }
    [[nodiscard]] QStringList bands() const;
    [[nodiscard]] bool keepable() const;
    [[nodiscard]] QString keepError() const { return m_keepError; }
    [[nodiscard]] QString styleId() const { return m_style.id; }
    void setStyleId(const QString &id);
    [[nodiscard]] bool maskClouds() const { return m_style.maskClouds; }
    void setMaskClouds(bool mask);
    [[nodiscard]] bool canMask() const;
    [[nodiscard]] bool shown() const { return m_tiles != nullptr; }
    [[nodiscard]] double loaded() const;
    [[nodiscard]] QString loadingText() const;
    [[nodiscard]] QString radiometry() const;
    [[nodiscard]] QString quantity() const;
    [[nodiscard]] QString warning() const;
    [[nodiscard]] bool mayOverride() const;
    [[nodiscard]] QString offsetOverride() const;
    [[nodiscard]] QStringList notes() const;
    [[nodiscard]] QString error() const { return m_error; }
    [[nodiscard]] QString blank() const;
    [[nodiscard]] bool masked() const;
    [[nodiscard]] QVariantMap legend() const;
    [[nodiscard]] QVariantList pixel() const { return m_pixel; }
    [[nodiscard]] QString pixelPlace() const { return m_pixelPlace; }

Q_SIGNALS:
    void sceneChanged();
    void stylesChanged();
    void styleChanged();
    void statusChanged();
    void keysChanged();
    void pixelChanged();
    void legendChanged();
    void keepErrorChanged();
    /// A new loader (or none): the map's layer takes it. The old one is gone after this.
    void tilesChanged(astra::imagery::TileLoader *tiles);

private:
    void load();
    void showAgain();
    void tellScene();
    void looksChanged(); ///< of the catalogue
    void kept(const Result<void> &done, const QString &styleId);
    bool findMissingKeys(); ///< @return whether they are others than before
    [[nodiscard]] QString providerTitle(const QString &id) const;
    [[nodiscard]] bool takesKey() const;
    [[nodiscard]] render::Style drawn() const; ///< m_style with what the files say of how they are drawn
    [[nodiscard]] bool holdsIndex() const; ///< its pixels are the index, or the classes, already

    std::shared_ptr<engine::Engine> m_engine;
    std::optional<data::Acquisition> m_acquisition;
    std::unique_ptr<imagery::TileLoader> m_tiles;
    render::Style m_style;
    std::optional<render::Style> m_ownStyle; ///< one that only this scene has: its file as it stands
    QString m_error;
    QStringList m_missingKeys;
    QSet<QString> m_paidFor; ///< qualified ids, until the program ends
    QVariantList m_pixel;
    QString m_pixelPlace;
    StopSource m_pixelStop;
    QHash<QString, data::OffsetOverride> m_overrides; ///< by qualified id
    QString m_keepError;
    std::optional<std::pair<double, double>> m_range; ///< of a stretched index, once known
    render::Style m_drawn; ///< what the legend was last made from
    imagery::Blank m_blank = imagery::Blank::None; ///< likewise
    AssetListModel m_assets;
    LookListModel m_looks;
    MetadataModel m_metadata;
};

/// "37.8104° N 122.4102° W"
[[nodiscard]] QString placeText(double longitude, double latitude);

} // namespace astra::scene
