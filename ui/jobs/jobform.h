// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <QObject>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <optional>

namespace astra::jobs {

/// The NDVI job about to be run: over what, with or without the cloud mask, and where.
class JobForm : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the shell")
    Q_PROPERTY(QString sceneTitle READ sceneTitle NOTIFY changed)
    Q_PROPERTY(bool wholeScene MEMBER m_wholeScene NOTIFY changed)
    Q_PROPERTY(bool hasArea READ hasArea NOTIFY changed)
    Q_PROPERTY(bool maskClouds MEMBER m_maskClouds NOTIFY changed)
    Q_PROPERTY(bool canMask READ canMask NOTIFY changed)
    Q_PROPERTY(QVariantList backends READ backends NOTIFY changed) ///< {id, title, obstacle}
    Q_PROPERTY(int backend MEMBER m_backend NOTIFY changed)
    Q_PROPERTY(bool keyNeeded READ keyNeeded NOTIFY changed)
    Q_PROPERTY(QString connection READ connection NOTIFY changed) ///< the account or service of the back-end's key
    Q_PROPERTY(QString obstacle READ obstacle NOTIFY changed) ///< why it cannot run now; empty: it can
    Q_PROPERTY(QString cost READ cost NOTIFY changed) ///< that somebody pays for the run; empty: it costs nothing
    Q_PROPERTY(QString folder READ folder NOTIFY changed)

public:
    explicit JobForm(QObject *parent = nullptr);

    void setEngine(std::shared_ptr<engine::Engine> engine);
    void setScene(const std::optional<data::Acquisition> &scene);
    void setArea(const data::GeoBox &area);

    [[nodiscard]] QString sceneTitle() const;
    [[nodiscard]] bool hasArea() const { return m_area.isValid(); }
    [[nodiscard]] bool canMask() const;
    [[nodiscard]] QVariantList backends() const;
    [[nodiscard]] bool keyNeeded() const;
    [[nodiscard]] QString connection() const;
    [[nodiscard]] QString obstacle() const;
    [[nodiscard]] QString cost() const;
    [[nodiscard]] QString folder() const;
    Q_INVOKABLE void run();

Q_SIGNALS:
    void changed();

private:
    void accountsChanged();
    [[nodiscard]] QString backendId() const;
    [[nodiscard]] QString newOutput() const;
    [[nodiscard]] data::JobRequest request() const;

    std::shared_ptr<engine::Engine> m_engine;
    std::optional<data::Acquisition> m_scene;
    data::GeoBox m_area {0, 0, 0, 0};
    bool m_wholeScene = false;
    bool m_maskClouds = true;
    int m_backend = 0;
    QVariantList m_told; ///< the back-ends, as of the last change that was told
};

} // namespace astra::jobs
