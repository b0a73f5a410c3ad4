// SPDX-License-Identifier: Apache-2.0

// All loopback services at once, until killed. Prints one JSON line: their URLs and keys that they accept.
// serviceworld [--config DIR] [--generation old|new]

#include "tests/support/services/astraos.h"
#include "tests/support/services/astromesh.h"
#include "tests/support/services/astroway.h"
#include "tests/support/services/pixxel.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <cstdio>

using namespace astra;
using namespace astra::test;

namespace {

std::string text(const QByteArray &bytes) { return bytes.toStdString(); }
std::string address(const Loopback &service, const QString &path = {}) { return toStd(service.url(path).toString()); }

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    QCommandLineParser options;
    const QCommandLineOption config(QStringLiteral("config"), QStringLiteral("point the kinds there here"),
                                    QStringLiteral("folder"));
    const QCommandLineOption generation(QStringLiteral("generation"), QStringLiteral("old or new"),
                                        QStringLiteral("which"), QStringLiteral("new"));
    options.addOptions({config, generation});
    options.process(app);
    const bool old = options.value(generation) == u"old";

    const AstraOs astraOs(AstraOs::Form::Documented);
    const AstraOs server(AstraOs::Form::Own);
    const Pixxel pixxel(old ? Pixxel::Form::Bare : Pixxel::Form::Bearer);
    const AstroWay astroWay(old ? AstroWay::Generation::Old : AstroWay::Generation::New);
    const Astromesh astromesh(old ? Astromesh::Generation::Documented : Astromesh::Generation::Server);

    if (const QString folder = options.value(config); !folder.isEmpty()) {
        const bool written = pointHere(folder, "astra-os", astraOs, QStringLiteral("/api"))
            && pointHere(folder, "pixxel", pixxel, QStringLiteral("/v0"))
            && pointHere(folder, "astroway", astroWay, QStringLiteral("/v1"))
            && pointHere(folder, "astromesh", astromesh, QStringLiteral("/api/v1"));
        if (!written) {
            std::fprintf(stderr, "serviceworld: cannot write into %s\n", qPrintable(folder));
            return 1;
        }
    }
    const Json services {
        {"astra-os", {{"url", address(astraOs)}, {"key", text(astraOs.key())}, {"testKey", text(astraOs.testKey())}}},
        {"astra-server",
         {{"url", address(server)},
          {"key", text(server.key())},
          {"testKey", text(server.testKey())},
          {"managerKey", text(server.managerKey())}}},
        {"pixxel", {{"url", address(pixxel)}, {"key", text(pixxel.key())}, {"otherKey", text(pixxel.otherKey())}}},
        {"astroway",
         {{"url", address(astroWay)},
          {"key", text(astroWay.key())},
          {"testKey", text(astroWay.testKey())},
          {"masterKey", text(astroWay.masterKey())}}},
        {"astromesh", {{"url", address(astromesh)}, {"email", "someone@example.org"}}},
    };
    std::printf("%s\n", toText(services).constData());
    std::fflush(stdout);
    return QCoreApplication::exec();
}
