// SPDX-License-Identifier: Apache-2.0
// OpenID Connect with a provider that others wrote (oidc-provider from npm, put into build/oidc by packaging/oidc.sh):
// a Node.js process of its own, and a browser that follows its pages.
#include "core/credentials/tokens.h"
#include "tests/support/canary.h"

#include <QFileInfo>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>
#include <QUrlQuery>

using namespace astra;
using namespace astra::credentials;

namespace {

const char *const folder = ASTRA_SOURCE_DIR "/build/oidc";

/// Follows redirects, keeps cookies, and sends the first form of every page with what a person would enter.
class Browser
{
public:
    /// Goes on until a page has no form. @return the last page
    QByteArray visit(QUrl url, const QMap<QString, QString> &entered)
    {
        QByteArray page;
        QByteArray form;
        for (int step = 0; step < 20; ++step) {
            QNetworkRequest request(url);
            request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
            request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/x-www-form-urlencoded"));
            QNetworkReply *reply = form.isEmpty() ? m_network.get(request) : m_network.post(request, form);
            QSignalSpy done(reply, &QNetworkReply::finished);
            if (!reply->isFinished() && !done.wait(10000))
                return "no answer";
            page = reply->readAll();
            form.clear();
            const QUrl next = reply->attribute(QNetworkRequest::RedirectionTargetAttribute).toUrl();
            reply->deleteLater();
            if (!next.isEmpty()) {
                url = url.resolved(next);
                continue;
            }
            form = filled(page, entered, url);
            if (form.isEmpty())
                return page;
        }
        return "a circle";
    }

private:
    static QString attribute(const QString &tag, const QString &name)
    {
        const QRegularExpression value(QStringLiteral("\\b%1=\"([^\"]*)\"").arg(name));
        return value.match(tag).captured(1).replace(QLatin1String("&amp;"), QLatin1String("&"));
    }
    static QByteArray filled(const QByteArray &page, const QMap<QString, QString> &entered, QUrl &url)
    {
        const QString html = QString::fromUtf8(page);
        const QRegularExpression form(QStringLiteral("<form[^>]*>.*?</form>"),
                                      QRegularExpression::DotMatchesEverythingOption);
        const QString found = form.match(html).captured(0);
        if (found.isEmpty())
            return {};
        const QString action = attribute(found, QStringLiteral("action"));
        if (!action.isEmpty())
            url = url.resolved(QUrl(action));
        QByteArray body;
        static const QRegularExpression input(QStringLiteral("<input[^>]*>"));
        for (auto match = input.globalMatch(found); match.hasNext();) {
            const QString tag = match.next().captured(0);
            const QString name = attribute(tag, QStringLiteral("name"));
            const QString value = entered.value(name, attribute(tag, QStringLiteral("value")));
            body += (body.isEmpty() ? "" : "&") + name.toLatin1() + '=' + QUrl::toPercentEncoding(value);
        }
        return body.isEmpty() ? QByteArray("go=1") : body;
    }

    QNetworkAccessManager m_network;
};

} // namespace

class OidcTest : public QObject
{
    Q_OBJECT

    QProcess m_provider;
    QUrl m_issuer;
    std::shared_ptr<net::HttpClient> m_http;
    const QByteArray m_secret = test::canaryText("robot:/%", "+ 1");
    const QMap<QString, QString> m_ada {{QStringLiteral("login"), QStringLiteral("ada")},
                                        {QStringLiteral("password"), QString::fromLatin1(test::canaryText("pw"))}};

    [[nodiscard]] TokenClient client(const char *flow, const Json &scopes) const
    {
        Json method {{"id", "login"},    {"type", "oidc"},
                     {"flow", flow},     {"title", "Login"},
                     {"scopes", scopes}, {"issuer", m_issuer.toString(QUrl::StripTrailingSlash).toStdString()}};
        if (std::string_view(flow) == "clientCredentials")
            method["fields"] = {{{"name", "client"}, {"label", "Client"}, {"secret", false}},
                                {{"name", "secret"}, {"label", "Secret"}}};
        else
            method["client"] = "astra-desktop";
        const auto kind = ServiceKind::fromJson({{"id", "example"},
                                                 {"title", "Example"},
                                                 {"group", "processing"},
                                                 {"about", "A service."},
                                                 {"hosts", {"https://api.example.org"}},
                                                 {"base", "https://api.example.org"},
                                                 {"signIn", {method}}});
        if (!kind)
            qFatal("%s", qPrintable(kind.error().message));
        return {m_http, *kind, kind->methods.front()};
    }
    /// Signs ada in.
    Result<Tokens> signedIn(const TokenClient &service)
    {
        std::optional<data::SignInPrompt> prompt;
        const auto tokens = service.signIn({}, [&prompt](const data::SignInPrompt &told) { prompt = told; });
        if (!QTest::qWaitFor([&] { return prompt.has_value() || tokens.isFinished(); }, 10000) || !prompt)
            return waitFor(tokens);
        m_page = Browser().visit(prompt->open, m_ada);
        return waitFor(tokens);
    }
    QByteArray m_page;

private Q_SLOTS:
    void initTestCase()
    {
        const QString node = QStandardPaths::findExecutable(QStringLiteral("node"));
        const QString modules = QLatin1String(folder) + QStringLiteral("/node_modules/oidc-provider");
        const bool here = !node.isEmpty() && QFileInfo::exists(modules);
        QVERIFY2(here || qEnvironmentVariable("ASTRA_OIDC") != u"required",
                 "oidc-provider or Node.js is missing: packaging/oidc.sh installs them");
        if (!here)
            QSKIP("oidc-provider is not installed; packaging/oidc.sh does that");
        m_provider.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_provider.start(node, {QStringLiteral(ASTRA_SOURCE_DIR "/tests/oidc/server.mjs"), QLatin1String(folder)});
        m_provider.write(m_secret + '\n');
        QTRY_VERIFY_WITH_TIMEOUT(m_provider.canReadLine() || m_provider.state() == QProcess::NotRunning, 30000);
        const QByteArray line = m_provider.readLine().trimmed();
        QVERIFY2(line.startsWith("listening "), line.constData());
        m_issuer = QUrl(QString::fromLatin1(line.mid(10)));
        QVERIFY(m_issuer.port() > 0);
    }
    void cleanupTestCase()
    {
        m_provider.closeWriteChannel();
        if (m_provider.state() != QProcess::NotRunning && !m_provider.waitForFinished(5000))
            m_provider.kill();
        m_provider.waitForFinished(5000);
    }
    void init() { m_http = net::HttpClient::create(); }

    void deviceCode()
    {
        const auto tokens = signedIn(client("device", {"openid", "offline_access", "email"}));
        QVERIFY2(tokens, qPrintable(tokens ? QString() : tokens.error().message + QString::fromUtf8(m_page)));
        QVERIFY(!tokens->access.isEmpty());
        QVERIFY(!tokens->refresh.isEmpty());
        QCOMPARE(tokens->who, QStringLiteral("ada@example.org"));
        const auto left = QDateTime::currentDateTimeUtc().secsTo(tokens->expires);
        QVERIFY2(left > 500 && left <= 600, qPrintable(QString::number(left)));
    }

    void browserAndRotation()
    {
        const TokenClient service = client("browser", {"openid", "offline_access", "email"});
        const auto first = signedIn(service);
        QVERIFY2(first, qPrintable(first ? QString() : first.error().message + QString::fromUtf8(m_page)));
        QVERIFY2(m_page.contains("signed in at Example"), m_page.constData());
        QCOMPARE(first->who, QStringLiteral("ada@example.org"));
        QVERIFY(!first->refresh.isEmpty());

        const auto second = waitFor(service.renew(*first, {}));
        QVERIFY2(second, qPrintable(second ? QString() : second.error().message));
        QVERIFY(!(second->access == first->access));
        QVERIFY(!(second->refresh == first->refresh));
        QVERIFY(waitFor(service.renew(*second, {})));

        // The first one once more, as a thief would: it ends them all.
        const auto reused = waitFor(service.renew(*first, {}));
        QVERIFY(!reused);
        QCOMPARE(reused.error().code, ErrorCode::Unauthorized);
        const auto ended = waitFor(service.renew(*second, {}));
        QVERIFY(!ended);
        QCOMPARE(ended.error().code, ErrorCode::Unauthorized);
    }

    void revoked()
    {
        const TokenClient service = client("device", {"openid", "offline_access"});
        const auto tokens = signedIn(service);
        QVERIFY2(tokens, qPrintable(tokens ? QString() : tokens.error().message));
        Tokens kept;
        kept.refresh = tokens->refresh;
        const auto session = std::make_shared<TokenSession>(service, kept, QMap<QString, Secret>(), nullptr);
        QVERIFY(waitFor(session->access(false)));
        QVERIFY(waitFor(service.signOut(session->tokens())));
        const auto refused = waitFor(session->access(true));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unauthorized);
        QVERIFY2(refused.error().message.contains(u"Sign in again"), qPrintable(refused.error().message));
        QVERIFY(session->ended());
    }

    void declined()
    {
        const TokenClient service = client("browser", {"openid"});
        std::optional<data::SignInPrompt> prompt;
        const auto tokens = service.signIn({}, [&prompt](const data::SignInPrompt &told) { prompt = told; });
        QVERIFY(QTest::qWaitFor([&] { return prompt.has_value(); }, 10000));
        // Asked not to bother the person, a provider that would have to says no by a redirect.
        QUrl silent = prompt->open;
        QUrlQuery query(silent);
        query.removeAllQueryItems(QStringLiteral("prompt"));
        query.addQueryItem(QStringLiteral("prompt"), QStringLiteral("none"));
        silent.setQuery(query);
        const QByteArray page = Browser().visit(silent, {});
        QVERIFY2(page.contains("Not signed in"), page.constData());
        const auto refused = waitFor(tokens);
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.contains(u"login_required"), qPrintable(refused.error().message));
    }

    void clientCredentials()
    {
        const TokenClient service = client("clientCredentials", {"data"});
        const auto fields = [](const QByteArray &secret) {
            return QMap<QString, Secret> {{QStringLiteral("client"), Secret("astra-robot")},
                                          {QStringLiteral("secret"), Secret(secret)}};
        };
        const auto tokens = waitFor(service.signIn(fields(m_secret), {}));
        QVERIFY2(tokens, qPrintable(tokens ? QString() : tokens.error().message));
        QVERIFY(!tokens->access.isEmpty());
        QVERIFY(tokens->refresh.isEmpty());
        const auto again = waitFor(service.renew(*tokens, fields(m_secret)));
        QVERIFY(again);
        QVERIFY(!(again->access == tokens->access));
        const auto refused = waitFor(service.signIn(fields(test::canaryText("wrong")), {}));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unauthorized);
    }
};

QTEST_GUILESS_MAIN(OidcTest)
#include "tst_oidc.moc"
