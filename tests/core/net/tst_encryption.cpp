// SPDX-License-Identifier: Apache-2.0
// Encrypted hosts: who is trusted, and that nothing leads from them to one that is not encrypted.
#include "core/net/httpclient.h"
#include "core/net/trust.h"
#include "tests/support/canary.h"
#include "tests/support/certificate.h"
#include "tests/support/faultserver.h"

#include <QNetworkProxy>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslServer>
#include <QSslSocket>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QtTest>

using namespace astra;
using namespace astra::net;
using namespace std::chrono_literals;
using test::FaultServer;
using test::Reply;

namespace {

const QByteArray certificate = test::certificate();
const QByteArray privateKey = "-----BEGIN EC PRIVATE KEY-----\n"
                              "MHcCAQEEIIZAAQAnCEw/+Ed5TPHKI52H0wHYAq/2c5MXLbnfddhkoAoGCCqGSM49\n"
                              "AwEHoUQDQgAEMUTsvhh8Yo2n0dGs3js+m4AqD9xrVGZNFoNdG8hWMdpJmX+Meek+\n"
                              "d481P99DCk0iebYdXjWU9oKRO7EIqH0CaQ==\n"
                              "-----END EC PRIVATE KEY-----\n";

bool write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

/// An encrypted host: one answer for each path, in the test's own thread.
class EncryptedHost
{
public:
    EncryptedHost()
    {
        QSslConfiguration configuration;
        configuration.setLocalCertificate(QSslCertificate(certificate));
        configuration.setPrivateKey(QSslKey(privateKey, QSsl::Ec));
        m_server.setSslConfiguration(configuration);
        QObject::connect(&m_server, &QTcpServer::pendingConnectionAvailable, &m_server, [this] {
            while (auto *socket = m_server.nextPendingConnection()) {
                QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket] { read(socket); });
                QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            }
        });
        if (!m_server.listen(QHostAddress::LocalHost))
            qFatal("the encrypted host does not listen");
    }
    [[nodiscard]] QUrl url(const QString &host, const QString &path) const
    {
        return QUrl(QStringLiteral("https://%1:%2%3").arg(host).arg(m_server.serverPort()).arg(path));
    }
    [[nodiscard]] quint16 port() const { return m_server.serverPort(); }

    QHash<QByteArray, QByteArray> redirects; ///< path: where to
    QByteArrayList asked; ///< whole heads

private:
    void read(QTcpSocket *socket)
    {
        if (!socket->peek(1 << 16).contains("\r\n\r\n"))
            return;
        const QByteArray head = socket->readAll();
        asked.append(head);
        const QByteArray to = redirects.value(head.split(' ').value(1));
        socket->write(to.isEmpty() ? QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
                                   : "HTTP/1.1 302 Found\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n");
    }
    QSslServer m_server;
};

/// A proxy that connects those who log in as me:s@cret to one port of this machine, whatever host they name.
class TunnelProxy
{
public:
    explicit TunnelProxy(quint16 target)
        : m_target(target)
    {
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] {
            while (auto *client = m_server.nextPendingConnection()) {
                QObject::connect(client, &QTcpSocket::readyRead, client, [this, client] { read(client); });
                QObject::connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
            }
        });
        if (!m_server.listen(QHostAddress::LocalHost))
            qFatal("the proxy does not listen");
    }
    [[nodiscard]] QByteArray url(const QByteArray &login) const
    {
        return "http://" + login + "127.0.0.1:" + QByteArray::number(m_server.serverPort());
    }
    QByteArrayList asked;
    int refused = 0;

private:
    void read(QTcpSocket *client)
    {
        if (auto *target = client->findChild<QTcpSocket *>()) {
            target->write(client->readAll());
            return;
        }
        if (!client->peek(1 << 16).contains("\r\n\r\n"))
            return;
        const QByteArray head = client->readAll();
        asked.append(head.left(head.indexOf('\r')));
        const QByteArray login = "\r\nProxy-Authorization: Basic " + QByteArray("me:s@cret").toBase64() + "\r\n";
        if (!head.contains(login)) {
            ++refused;
            client->write("HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                          "Content-Length: 0\r\n\r\n");
            return;
        }
        auto *target = new QTcpSocket(client);
        target->setProxy(QNetworkProxy::NoProxy);
        QObject::connect(target, &QTcpSocket::connected, client,
                         [client] { client->write("HTTP/1.1 200 Connected\r\n\r\n"); });
        QObject::connect(target, &QTcpSocket::readyRead, client,
                         [client, target] { client->write(target->readAll()); });
        QObject::connect(target, &QTcpSocket::disconnected, client, &QTcpSocket::disconnectFromHost);
        target->connectToHost(QHostAddress(QHostAddress::LocalHost), m_target);
    }
    quint16 m_target;
    QTcpServer m_server;
};

} // namespace

class TestEncryption : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void extraCa_isTrusted();
    void caDir_isTrusted();
    void caDir_strangeFilesDoNoHarm();
    void authority_comesAndGoesWhileItRuns();
    void authority_leavesWhatIsUnderWay();
    void stranger_isSentNothing();
    void otherName_isSentNothing();
    void redirect_toUnencryptedIsRefused();
    void redirect_toEncryptedIsFollowed();
    void tunnel_withLogin();
    void tunnel_withoutLoginIsSaid();

private:
    [[nodiscard]] static std::shared_ptr<HttpClient> make(const QByteArray &extraCa = certificate,
                                                          const QString &caDir = {});
    [[nodiscard]] Result<HttpResponse> ask(const std::shared_ptr<HttpClient> &client, const QString &path,
                                           const QString &host = QStringLiteral("localhost")) const;
    std::unique_ptr<EncryptedHost> m_host;
};

void TestEncryption::init()
{
    QVERIFY(QSslSocket::supportsSsl());
    m_host = std::make_unique<EncryptedHost>();
}

void TestEncryption::cleanup()
{
    qunsetenv("https_proxy");
    m_host.reset();
}

std::shared_ptr<HttpClient> TestEncryption::make(const QByteArray &extraCa, const QString &caDir)
{
    ClientConfig config;
    config.backoff = 1ms;
    config.extraCa = extraCa;
    config.caDir = caDir;
    return HttpClient::create(config);
}

Result<HttpResponse> TestEncryption::ask(const std::shared_ptr<HttpClient> &client, const QString &path,
                                         const QString &host) const
{
    HttpRequest request;
    request.url = m_host->url(host, path);
    request.headers = {{"Authorization", "Bearer " + test::canaryText()}};
    return waitFor(client->send(request));
}

void TestEncryption::extraCa_isTrusted()
{
    const auto answer = ask(make(), QStringLiteral("/a"));
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->body, QByteArray("secret"));
    QVERIFY(m_host->asked.constFirst().contains(test::canaryText()));
}

void TestEncryption::caDir_isTrusted()
{
    const QTemporaryDir dir;
    QVERIFY(write(dir.filePath(QStringLiteral("field.pem")), "Notes before it\n" + certificate));
    const auto answer = ask(make({}, dir.path()), QStringLiteral("/a"));
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->body, QByteArray("secret"));
    // Trusted is who the certificate names, not everyone who has it.
    QVERIFY(!ask(make({}, dir.path()), QStringLiteral("/a"), QStringLiteral("127.0.0.1")));
}

void TestEncryption::caDir_strangeFilesDoNoHarm()
{
    const QTemporaryDir dir;
    QVERIFY(write(dir.filePath(QStringLiteral("0.pem")), "no certificate"));
    QVERIFY(write(dir.filePath(QStringLiteral("1.pem")), privateKey));
    QVERIFY(write(dir.filePath(QStringLiteral("2.pem")), QByteArray(2 << 20, 'a')));
    QVERIFY(write(dir.filePath(QStringLiteral("3.crt")), certificate));
    QVERIFY(QDir(dir.path()).mkdir(QStringLiteral("4.pem")));
    for (int i = 0; i < 3; ++i) {
        const QString file = dir.filePath(QStringLiteral("%1.pem").arg(i));
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QRegularExpression::escape(file)));
    }
    QVERIFY(!ask(make({}, dir.path()), QStringLiteral("/a"))); // a .crt is not looked at
    QVERIFY(m_host->asked.isEmpty());
    for (int i = 0; i < 3; ++i) {
        const QString file = dir.filePath(QStringLiteral("%1.pem").arg(i));
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QRegularExpression::escape(file)));
    }
    QVERIFY(write(dir.filePath(QStringLiteral("5.pem")), certificate));
    QVERIFY(ask(make({}, dir.path()), QStringLiteral("/a")));
    QVERIFY(!ask(make({}, dir.filePath(QStringLiteral("absent"))), QStringLiteral("/a")));
}

void TestEncryption::authority_comesAndGoesWhileItRuns()
{
    const QTemporaryDir dir;
    const QString file = dir.filePath(QStringLiteral("field.crt"));
    QVERIFY(write(file, certificate));
    const QString folder = dir.filePath(QStringLiteral("ca"));
    const auto client = make({}, folder);
    for (int i = 0; i < 2; ++i) {
        QVERIFY(!ask(client, QStringLiteral("/a")));
        const auto added = addAuthority(file, folder);
        QVERIFY2(added, added ? "" : qPrintable(added.error().message));
        client->readTrust();
        const auto answer = ask(client, QStringLiteral("/a"));
        QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
        QCOMPARE(answer->body, QByteArray("secret"));
        // Its connection is kept by the host; nothing more is sent on it.
        QVERIFY(removeAuthority(added->file, folder));
        client->readTrust();
        QVERIFY(!ask(client, QStringLiteral("/a")));
        QCOMPARE(m_host->asked.size(), i + 1);
    }
}

void TestEncryption::authority_leavesWhatIsUnderWay()
{
    FaultServer server;
    Reply late = test::text("there");
    late.delayMs = 150;
    server.on("/late", late);
    const auto client = make();
    HttpRequest request;
    request.url = server.url(QStringLiteral("/late"));
    request.retries = 0;
    const auto answer = client->send(request);
    QTRY_COMPARE(server.requests("/late"), 1);
    client->readTrust();
    client->readTrust();
    QVERIFY2(waitFor(answer), waitFor(answer) ? "" : qPrintable(waitFor(answer).error().message));
    QCOMPARE(waitFor(answer)->body, QByteArray("there"));
    QCOMPARE(server.requests("/late"), 1);
}

void TestEncryption::stranger_isSentNothing()
{
    for (const QByteArray &trusted : {QByteArray(), QByteArray("no certificate at all")}) {
        const auto answer = ask(make(trusted), QStringLiteral("/a"));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, ErrorCode::Network);
        QVERIFY(!answer.error().retryable);
        QVERIFY2(answer.error().message.contains(QStringLiteral("could not prove who it is")),
                 qPrintable(answer.error().message));
        // Who it is, and what to do.
        QVERIFY(answer.error().message.startsWith(QStringLiteral("localhost ")));
        QVERIFY(answer.error().message.contains(QStringLiteral(".pem")));
    }
    QVERIFY(m_host->asked.isEmpty());
}

void TestEncryption::otherName_isSentNothing()
{
    const auto answer = ask(make(), QStringLiteral("/a"), QStringLiteral("127.0.0.1"));
    QVERIFY(!answer);
    QVERIFY(m_host->asked.isEmpty());
}

void TestEncryption::redirect_toUnencryptedIsRefused()
{
    FaultServer open;
    open.on("/b", Reply {});
    m_host->redirects["/a"]
        = open.localhostUrl(QStringLiteral("/b?sig=") + QLatin1String(test::canaryText())).toEncoded();
    const auto answer = ask(make(), QStringLiteral("/a"));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Network);
    QVERIFY2(answer.error().message.contains(QStringLiteral("without encryption")), qPrintable(answer.error().message));
    QVERIFY(!answer.error().message.contains(QLatin1String(test::canaryMark)));
    QCOMPARE(open.requests(), 0);
}

void TestEncryption::redirect_toEncryptedIsFollowed()
{
    m_host->redirects["/a"] = "/b";
    const auto answer = ask(make(), QStringLiteral("/a"));
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->url.path(), QStringLiteral("/b"));
    QCOMPARE(m_host->asked.size(), 2);
}

void TestEncryption::tunnel_withLogin()
{
    const TunnelProxy proxy(m_host->port());
    qputenv("https_proxy", proxy.url("me:s%40cret@"));
    const auto client = make();
    for (int i = 0; i < 2; ++i) {
        const auto answer = ask(client, QStringLiteral("/a"), QStringLiteral("catalog.invalid"));
        QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
        QCOMPARE(answer->body, QByteArray("secret"));
    }
    QCOMPARE(proxy.asked.constFirst(), "CONNECT catalog.invalid:" + QByteArray::number(m_host->port()) + " HTTP/1.1");
    // The login ends at the proxy.
    for (const auto &head : std::as_const(m_host->asked))
        QVERIFY(!head.contains("Proxy-Authorization"));
    QCOMPARE(m_host->asked.size(), 2);
}

void TestEncryption::tunnel_withoutLoginIsSaid()
{
    const TunnelProxy proxy(m_host->port());
    for (const char *login : {"", "me:WRONG@"}) {
        qputenv("https_proxy", proxy.url(login));
        const auto answer = ask(make(), QStringLiteral("/a"), QStringLiteral("catalog.invalid"));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, ErrorCode::Unauthorized);
        QVERIFY2(answer.error().message.contains(QStringLiteral("proxy")), qPrintable(answer.error().message));
        QVERIFY(!answer.error().message.contains(QStringLiteral("WRONG")));
    }
    QVERIFY(proxy.refused > 0);
    QVERIFY(m_host->asked.isEmpty());
}

QTEST_GUILESS_MAIN(TestEncryption)
#include "tst_encryption.moc"
