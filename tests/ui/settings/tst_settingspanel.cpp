// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/settings/fieldlab.h"
#include "ui/settings/accounts.h"
#include "ui/settings/authoritiesmodel.h"
#include "ui/settings/sourcesmodel.h"

#include <QAccessible>
#include <QQmlContext>
#include <QQmlEngine>
#include <QtQml/qqmlextensionplugin.h>
#include <QtQuickTest>

Q_IMPORT_QML_PLUGIN(Astra_TypesPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Astra_SettingsPlugin)

using namespace astra;

/// The settings of an engine of their own, with a service on this computer.
class Stage : public QObject
{
    Q_OBJECT
    Q_PROPERTY(astra::settings::Accounts *accounts MEMBER m_accounts CONSTANT)
    Q_PROPERTY(astra::settings::SourcesModel *sources MEMBER m_sources CONSTANT)
    Q_PROPERTY(astra::settings::AuthoritiesModel *authorities MEMBER m_authorities CONSTANT)
    Q_PROPERTY(QString key READ key CONSTANT)
public:
    explicit Stage(QObject *parent)
        : QObject(parent)
        , m_accounts(new settings::Accounts(this))
        , m_sources(new settings::SourcesModel(this))
        , m_authorities(new settings::AuthoritiesModel(this))
    {
    }
    /// A new engine, and a lab that knows its first key only.
    Q_INVOKABLE void begin()
    {
        m_lab.reset();
        m_dir = std::make_unique<QTemporaryDir>();
        const auto engine = testing::labEngine(m_lab, *m_dir);
        m_accounts->setEngine(engine);
        m_sources->setEngine(engine);
        m_authorities->setEngine(engine);
    }
    /// A certificate that signs itself; its holder is "Astra test".
    Q_INVOKABLE void writeCertificate(const QString &name) const
    {
        QFile file(m_dir->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(test::certificate()) <= 0)
            qFatal("cannot write %s", qPrintable(name));
    }
    Q_INVOKABLE [[nodiscard]] QUrl file(const QString &name) const
    {
        return QUrl::fromLocalFile(m_dir->filePath(name));
    }
    Q_INVOKABLE void takeOnly(const QString &prefix) { m_lab.takeOnly(prefix.toLatin1()); }
    Q_INVOKABLE [[nodiscard]] int asked() const { return static_cast<int>(m_lab.server().requests().size()); }
    Q_INVOKABLE [[nodiscard]] bool revoked(const QString &id) const { return m_lab.key(id).revoked; }
    /// What assistive technology is told of a field: "name|password|value".
    Q_INVOKABLE [[nodiscard]] QString heard(QObject *item) const
    {
        QAccessibleInterface *const told = QAccessible::queryAccessibleInterface(item);
        return told ? QString(told->text(QAccessible::Name) + (told->state().passwordEdit ? u"|password" : u"|"))
                    : QString();
    }
    [[nodiscard]] QString key() const { return QString::fromLatin1(testing::FieldLab::mainKey()); }

private:
    testing::FieldLab m_lab;
    std::unique_ptr<QTemporaryDir> m_dir;
    settings::Accounts *m_accounts;
    settings::SourcesModel *m_sources;
    settings::AuthoritiesModel *m_authorities;
};

class Setup : public QObject
{
    Q_OBJECT
public Q_SLOTS:
    void qmlEngineAvailable(QQmlEngine *engine)
    {
        engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
        engine->rootContext()->setContextProperty(QStringLiteral("stage"), new Stage(engine));
    }
};

QUICK_TEST_MAIN_WITH_SETUP(settingspanel, Setup)
#include "tst_settingspanel.moc"
