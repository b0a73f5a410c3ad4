// SPDX-License-Identifier: Apache-2.0
// The form of every operation, made from its declaration, in both languages and both themes: the pictures are kept in
// build/…/pictures to be looked at, and no text may be cut or lie over another.
#include "core/engine/engine.h"
#include "ui/jobs/jobform.h"
#include "ui/jobs/joblistmodel.h"

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
Q_IMPORT_QML_PLUGIN(Astra_JobsPlugin)

using namespace astra;

class TestAnalysePictures : public QObject
{
    Q_OBJECT

private:
    QDir m_pictures {QStringLiteral(ASTRA_BINARY_DIR "/pictures")};

    [[nodiscard]] static data::Acquisition scene(const QDate &day)
    {
        data::Scene scene;
        scene.provider = QStringLiteral("plots");
        scene.id = u"S2B_32TQM_%1_0_L2A"_qs.arg(day.toString(QStringLiteral("yyyyMMdd")));
        scene.platform = QStringLiteral("sentinel-2b");
        scene.datetime = day.startOfDay(Qt::UTC);
        for (const auto *name : {"blue", "green", "red", "nir", "swir16", "swir22", "scl"}) {
            data::Asset band;
            band.key = QString::fromLatin1(name);
            band.href = QUrl::fromLocalFile(u"/nowhere/%1.tif"_qs.arg(band.key));
            band.mediaType = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
            band.bands = {{band.key, band.key, 10.0}};
            scene.assets.push_back(band);
        }
        return {{scene}};
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_pictures.mkpath(QStringLiteral(".")));
        QQuickStyle::setStyle(QStringLiteral("Basic"));
    }
    void cleanup() { QLocale::setDefault(QLocale::c()); }

    void forms_areWhole_data()
    {
        QTest::addColumn<QString>("language");
        QTest::newRow("English") << QStringLiteral("en");
        QTest::newRow("German") << QStringLiteral("de");
    }
    void forms_areWhole()
    {
        QFETCH(const QString, language);
        QLocale::setDefault(QLocale(language));
        QTranslator words;
        QVERIFY(words.load(QStringLiteral(":/astra/translations/astra_") + language));
        QVERIFY(QCoreApplication::installTranslator(&words));

        const QTemporaryDir dir;
        engine::EngineConfig config;
        config.configDir = dir.filePath(QStringLiteral("config"));
        config.dataDir = dir.filePath(QStringLiteral("data"));
        config.cacheDir = dir.filePath(QStringLiteral("cache"));
        config.keychain = false;
        auto engine = waitFor(engine::Engine::create(config));
        QVERIFY2(engine, engine ? "" : qPrintable(engine.error().message));
        jobs::JobForm form;
        jobs::JobListModel list;
        form.setEngine(*engine);
        list.setEngine(*engine);
        form.scenes()->add(scene({2024, 6, 20}));
        form.scenes()->add(scene({2025, 6, 30}));

        QQuickView view;
        view.engine()->addImportPath(QStringLiteral("qrc:/qt/qml"));
        view.setInitialProperties({{QStringLiteral("form"), QVariant::fromValue(&form)},
                                   {QStringLiteral("jobs"), QVariant::fromValue(&list)}});
        view.setSource(QUrl::fromLocalFile(QStringLiteral(ASTRA_SOURCE_DIR "/tests/ui/jobs/analysepictures.qml")));
        QVERIFY(view.rootObject());
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QStringList faults;
        for (const auto &operation : form.operations()) {
            const QString name = operation.toMap()[QStringLiteral("name")].toString();
            form.setOperation(name);
            for (const bool dark : {true, false}) {
                const QString file = u"analyse-%1-%2-%3.png"_qs.arg(name, language, dark ? u"dark" : u"light");
                view.rootObject()->setProperty("dark", dark);
                std::ignore = view.grabWindow(); // layouts settle with the first frame
                QVERIFY2(view.grabWindow().save(m_pictures.filePath(file)), qPrintable(file));
                QVariant found;
                QVERIFY(QMetaObject::invokeMethod(view.rootObject(), "faults", Q_RETURN_ARG(QVariant, found)));
                for (const auto &fault : found.toStringList())
                    faults << QString(file + u": " + fault);
            }
        }
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
        QCoreApplication::removeTranslator(&words);
        form.setEngine(nullptr);
        list.setEngine(nullptr);
    }
};

QTEST_MAIN(TestAnalysePictures)
#include "tst_analysepictures.moc"
