// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/settings/fieldlab.h"
#include "ui/jobs/jobform.h"

#include <QSignalSpy>
#include <QTest>

using namespace astra;
using jobs::JobForm;
using testing::FieldLab;

/// A job that a service computes is not sent before there is a key for it.
class TestJobForm : public QObject
{
    Q_OBJECT

private:
    FieldLab m_lab;

    [[nodiscard]] static data::Acquisition scene()
    {
        data::Scene scene;
        scene.provider = QStringLiteral("plots");
        scene.id = QStringLiteral("plot-7-may");
        for (const auto *name : {"red", "nir"}) {
            data::Asset band;
            band.key = QString::fromLatin1(name);
            band.href = QUrl(u"https://example.org/%1.tif"_qs.arg(band.key));
            band.mediaType = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
            band.bands = {{band.key, band.key, 10.0}};
            scene.assets.push_back(band);
        }
        return {{scene}};
    }

private Q_SLOTS:
    void pixelsThatCost_areSaidToBeforeTheRun()
    {
        const QTemporaryDir dir;
        JobForm form;
        form.setEngine(testing::labEngine(m_lab, dir, Json::array({m_lab.computer()})));
        form.setScene(scene());
        QCOMPARE(form.cost(), QString());
        auto paid = scene();
        for (auto &asset : paid.copies.front().assets)
            asset.access = data::Access::Paid;
        form.setScene(paid);
        QVERIFY2(form.cost().contains(u"is charged for"), qPrintable(form.cost()));
        // What a service reads, it pays for.
        for (int i = 1; i < form.backends().size(); ++i) {
            QVERIFY(form.setProperty("backend", i));
            QCOMPARE(form.cost(), QString());
        }
        form.setEngine(nullptr);
        QCOMPARE(form.cost(), QString());
    }

    void withoutAKey_oneIsAskedFor()
    {
        const QTemporaryDir dir;
        const auto engine = testing::labEngine(m_lab, dir, Json::array({m_lab.computer()}));
        JobForm form;
        form.setEngine(engine);
        form.setScene(scene());
        int greenhouse = -1;
        for (int i = 0; i < form.backends().size(); ++i) {
            if (form.backends()[i].toMap()[QStringLiteral("id")].toString() == u"greenhouse")
                greenhouse = i;
        }
        QVERIFY(greenhouse > 0);
        // Here nothing is needed, and nobody is to be asked for it.
        QVERIFY(!form.keyNeeded());
        QCOMPARE(form.connection(), QString());

        QVERIFY(form.setProperty("backend", greenhouse));
        QVERIFY(form.keyNeeded());
        QCOMPARE(form.obstacle(), QStringLiteral("This service needs a key."));
        QCOMPARE(form.connection(), QStringLiteral("fieldlab"));
        form.run();
        QVERIFY(engine->jobs().empty());

        QSignalSpy changed(&form, &JobForm::changed);
        data::SignInRequest request;
        request.service = QStringLiteral("fieldlab");
        request.fields.insert(QStringLiteral("key"), Secret(FieldLab::mainKey()));
        QVERIFY(waitFor(engine->signIn(request)));
        QTRY_VERIFY(!form.keyNeeded());
        QTRY_VERIFY(changed.count() > 0);
        QVERIFY(form.obstacle() != u"This service needs a key.");
        // Its use changes the account, and nothing here.
        const auto told = changed.count();
        QVERIFY(waitFor(engine->testAccount(QStringLiteral("fieldlab"))));
        QCoreApplication::processEvents();
        QCOMPARE(changed.count(), told);
        QVERIFY(waitFor(engine->signOut(QStringLiteral("fieldlab"))));
        QTRY_VERIFY(form.keyNeeded());
        form.setEngine(nullptr);
    }
};

QTEST_GUILESS_MAIN(TestJobForm)
#include "tst_jobform.moc"
