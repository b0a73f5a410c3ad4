// SPDX-License-Identifier: Apache-2.0
// Every page of the accounts, in both languages and both themes, against services that behave as their contracts say:
// the pictures are kept in build/…/pictures to be looked at, and no text may be cut or lie over another.
#include "core/engine/engine.h"
#include "tests/support/canary.h"
#include "tests/support/services/astraos.h"
#include "tests/support/services/astromesh.h"
#include "tests/support/services/astroway.h"
#include "tests/support/services/pixxel.h"
#include "tests/ui/settings/fieldlab.h"
#include "ui/settings/accounts.h"
#include "ui/settings/authoritiesmodel.h"
#include "ui/settings/sourcesmodel.h"

#include <QDir>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickStyle>
#include <QQuickView>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QtQml/qqmlextensionplugin.h>

#include <tuple>

Q_IMPORT_QML_PLUGIN(Astra_TypesPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Astra_SettingsPlugin)

using namespace astra;

class TestAccountPictures : public QObject
{
    Q_OBJECT

private:
    QDir m_pictures {QStringLiteral(ASTRA_BINARY_DIR "/pictures")};
    const test::AstraOs m_astraOs {test::AstraOs::Form::Documented};
    const test::AstraOs m_server {test::AstraOs::Form::Own};
    const test::Pixxel m_pixxel {test::Pixxel::Form::Bearer};
    const test::AstroWay m_astroWay;
    const test::Astromesh m_astromesh;
    const testing::FieldLab m_lab;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<settings::Accounts> m_accounts;
    std::unique_ptr<settings::SourcesModel> m_sources;
    std::unique_ptr<settings::AuthoritiesModel> m_authorities;
    std::unique_ptr<QQuickView> m_view;
    QString m_language;
    QStringList m_faults;

    [[nodiscard]] engine::EngineConfig config() const
    {
        engine::EngineConfig config;
        config.configDir = m_dir->filePath(QStringLiteral("config"));
        config.dataDir = m_dir->filePath(QStringLiteral("data"));
        config.cacheDir = m_dir->filePath(QStringLiteral("cache"));
        config.keychain = false;
        return config;
    }

    template<typename... Arguments> void turn(const char *method, const Arguments &...arguments)
    {
        if (!QMetaObject::invokeMethod(m_view->rootObject(), method,
                                       QArgument<Arguments>(QMetaType::fromType<Arguments>().name(), arguments)...))
            m_faults << QString(u"there is no " + QString::fromLatin1(method));
    }

    /// One picture in each theme.
    void take(const QString &page)
    {
        for (const bool dark : {true, false}) {
            const QString name = QStringLiteral("%1-%2-%3.png").arg(page, m_language, dark ? u"dark" : u"light");
            m_view->rootObject()->setProperty("dark", dark);
            std::ignore = m_view->grabWindow(); // layouts settle with the first frame
            const QImage picture = m_view->grabWindow();
            QVERIFY2(picture.save(m_pictures.filePath(name)), qPrintable(name));
            QVariant faults;
            QVERIFY(QMetaObject::invokeMethod(m_view->rootObject(), "faults", Q_RETURN_ARG(QVariant, faults)));
            for (const auto &fault : faults.toStringList())
                m_faults << QString(name + u": " + fault);
        }
    }

    /// @return the account's id
    QString signIn(const QString &service, int way, const QVariantMap &values, const QString &label,
                   const QString &address = {})
    {
        auto *form = m_accounts->signIn();
        QString account;
        const auto heard = connect(form, &settings::SignInForm::signedIn, this,
                                   [&account](const QString &id) { account = id; });
        form->open(service);
        form->setWay(way);
        form->submit(values, label, address);
        if (!QTest::qWaitFor([&] { return !account.isEmpty() || (!form->busy() && !form->error().isEmpty()); }, 10000)
            || account.isEmpty())
            m_faults << QString(service + u": " + form->objection() + form->error());
        disconnect(heard);
        return account;
    }
    void settled()
    {
        auto *detail = m_accounts->detail();
        QVERIFY(QTest::qWaitFor(
            [detail] { return !detail->usageAsked() && !detail->keys()->busy() && !detail->providerKeys()->busy(); }));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_pictures.mkpath(QStringLiteral(".")));
        QQuickStyle::setStyle(QStringLiteral("Basic"));
    }
    void cleanup()
    {
        m_view.reset();
        m_sources.reset();
        m_authorities.reset();
        m_accounts.reset();
        QLocale::setDefault(QLocale::c());
    }

    void pages_areWhole_data()
    {
        QTest::addColumn<QString>("language");
        QTest::newRow("English") << QStringLiteral("en");
        QTest::newRow("German") << QStringLiteral("de");
    }
    void pages_areWhole()
    {
        QFETCH(const QString, language);
        m_language = language;
        m_faults.clear();
        QLocale::setDefault(QLocale(language));
        QTranslator words;
        QVERIFY(words.load(QStringLiteral(":/astra/translations/astra_") + language));
        QVERIFY(QCoreApplication::installTranslator(&words));

        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(test::pointHere(config().configDir, "astra-os", m_astraOs, QStringLiteral("/api")));
        QVERIFY(test::pointHere(config().configDir, "pixxel", m_pixxel, QStringLiteral("/v0")));
        QVERIFY(test::pointHere(config().configDir, "astroway", m_astroWay, QStringLiteral("/v1")));
        QVERIFY(test::pointHere(config().configDir, "astromesh", m_astromesh, QStringLiteral("/api/v1")));
        auto engine = waitFor(engine::Engine::create(config()));
        QVERIFY2(engine, engine ? "" : qPrintable(engine.error().message));
        m_accounts = std::make_unique<settings::Accounts>();
        m_sources = std::make_unique<settings::SourcesModel>();
        m_accounts->setEngine(*engine);
        m_sources->setEngine(*engine);
        m_authorities = std::make_unique<settings::AuthoritiesModel>();
        m_authorities->setEngine(*engine);
        m_view = std::make_unique<QQuickView>();
        m_view->engine()->addImportPath(QStringLiteral("qrc:/qt/qml"));
        m_view->setInitialProperties({{QStringLiteral("accounts"), QVariant::fromValue(m_accounts.get())},
                                      {QStringLiteral("sources"), QVariant::fromValue(m_sources.get())},
                                      {QStringLiteral("authorities"), QVariant::fromValue(m_authorities.get())}});
        m_view->setSource(
            QUrl::fromLocalFile(QStringLiteral(ASTRA_SOURCE_DIR "/tests/ui/settings/accountpictures.qml")));
        QVERIFY(m_view->rootObject());
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        QTRY_VERIFY(m_accounts->list()->rowCount() > 0 && !m_accounts->list()->keychainOpen());

        take(QStringLiteral("1-none-yet"));
        turn("showAdd");
        take(QStringLiteral("2-add"));
        for (const auto *service : {"astra-os", "pixxel", "cdse", "cdse-s3", "openeo", "astroway", "astromesh"}) {
            const QString id = QString::fromLatin1(service);
            turn("showSignIn", id);
            take(QStringLiteral("3-sign-in-") + id);
        }
        // What Pixxel says of a key that it does not know, with what can be done.
        const QString key = QStringLiteral("key");
        auto *form = m_accounts->signIn();
        turn("showSignIn", QStringLiteral("pixxel"));
        form->submit({{key, QString::fromLatin1(test::canaryText("", "unknown"))}}, {}, {});
        QTRY_VERIFY(!form->busy() && !form->error().isEmpty());
        take(QStringLiteral("4-refused"));

        const auto text = [](const QByteArray &bytes) { return QString::fromUtf8(bytes); };
        signIn(QStringLiteral("astra-os"), 0, {{key, text(m_astraOs.key())}}, QStringLiteral("laptop"));
        signIn(QStringLiteral("astra-os"), 0, {{key, text(m_astraOs.testKey())}}, QStringLiteral("trials"));
        signIn(QStringLiteral("pixxel"), 1, {{key, text(m_pixxel.key())}}, {});
        const QString own = signIn(QStringLiteral("astra-server"), 0, {{key, text(m_server.managerKey())}},
                                   QStringLiteral("field-box"), m_server.url().toString());
        const QString way = signIn(QStringLiteral("astroway"), 0, {{key, text(m_astroWay.key())}}, {});
        const QString mesh = signIn(QStringLiteral("astromesh"), 0,
                                    {{QStringLiteral("email"), QStringLiteral("ada@example.org")}}, {});
        QVERIFY2(m_faults.isEmpty(), qPrintable(m_faults.join(u'\n')));

        turn("showList", 0);
        turn("unfold");
        take(QStringLiteral("5-list"));
        turn("showList", 1);
        take(QStringLiteral("6-sources"));
        QFile certificate(m_dir->filePath(QStringLiteral("field.pem")));
        QVERIFY(certificate.open(QIODevice::WriteOnly) && certificate.write(test::certificate()) > 0);
        certificate.close();
        m_authorities->add(QUrl::fromLocalFile(certificate.fileName()));
        QTRY_COMPARE(m_authorities->rowCount(), 1);
        turn("showList", 2);
        QTRY_VERIFY(!m_authorities->busy());
        take(QStringLiteral("6-certificates"));
        for (const auto &[account, parts] : std::vector<std::pair<QString, QStringList>> {
                 {own, {QStringLiteral("account"), QStringLiteral("keys"), QStringLiteral("rotation")}},
                 {way, {QStringLiteral("account"), QStringLiteral("usage"), QStringLiteral("keys")}},
                 {mesh, {QStringLiteral("account"), QStringLiteral("usage"), QStringLiteral("providers")}},
             }) {
            for (const auto &part : parts) {
                turn("showAccount", account, part);
                settled();
                turn("unfold");
                take(QStringLiteral("7-%1-%2").arg(account, part));
            }
        }

        // A key just made and the use of one, then each step of a rotation.
        auto *keys = m_accounts->detail()->keys();
        turn("showAccount", own, QStringLiteral("keys"));
        settled();
        keys->create(QStringLiteral("ci-nightly"), false, {}, {}, false);
        QTRY_VERIFY(!keys->busy() && !keys->newKey().isEmpty());
        keys->askUsage(0);
        QTRY_VERIFY(!keys->busy());
        take(QStringLiteral("8-key-made"));
        auto *rotation = m_accounts->detail()->rotation();
        turn("showAccount", own, QStringLiteral("rotation"));
        rotation->make(QStringLiteral("field-box-v2"));
        QTRY_COMPARE(rotation->step(), settings::KeyRotation::Verify);
        QTRY_VERIFY(!rotation->busy());
        take(QStringLiteral("8-rotation-switched"));
        rotation->verify();
        QTRY_COMPARE(rotation->step(), settings::KeyRotation::Revoke);
        take(QStringLiteral("8-rotation-verified"));
        rotation->finish();
        QTRY_COMPARE(rotation->step(), settings::KeyRotation::Done);
        take(QStringLiteral("8-rotation-done"));
        // Which of the listed keys is the old one cannot be seen there, so it was not revoked, and is not said to be.
        QVERIFY(!rotation->left().isEmpty());
        const auto step = [](int number, const char *title) {
            return QCoreApplication::translate("RotationStep", "Step %1, done: %2")
                .arg(number)
                .arg(QCoreApplication::translate("RotationSteps", title));
        };
        QVariant told;
        QVERIFY(QMetaObject::invokeMethod(m_view->rootObject(), "told", Q_RETURN_ARG(QVariant, told)));
        QVERIFY(told.toStringList().contains(step(2, "See the new key work")));
        QVERIFY(!told.toStringList().contains(step(3, "Revoke the old key")));

        // A code that is to be typed in a browser.
        m_lab.define(config().configDir);
        auto other = waitFor(engine::Engine::create(config()));
        QVERIFY2(other, other ? "" : qPrintable(other.error().message));
        m_accounts->setEngine(*other);
        turn("showSignIn", QStringLiteral("portal"));
        form->submit({}, {}, {});
        QTRY_VERIFY(!form->promptUrl().isEmpty());
        take(QStringLiteral("9-browser"));
        form->cancel();
        QVERIFY2(m_faults.isEmpty(), qPrintable(m_faults.join(u'\n')));
    }
};

QTEST_MAIN(TestAccountPictures)
#include "tst_accountpictures.moc"
