// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/services/loopback.h"

namespace astra::test {

/// The Astromesh API as far as accounts go: logins, organisations, keys, provider keys, usage. Under /api/v1.
class Astromesh final : public Loopback
{
public:
    enum class Generation {
        Documented, ///< wrapped lists, flat errors, a day's token and no other; reads X-API-Key
        Server, ///< bare lists, {"detail"}, a quarter of an hour with a refresh token; reads tokens only
    };
    explicit Astromesh(Generation generation = Generation::Server);
    ~Astromesh() override { close(); }

    void setGeneration(Generation generation);
    void setTokenLife(int seconds); ///< of tokens from now on; 0: the generation's own
    void expireTokens(); ///< every access token given out so far
    void dropRefreshTokens(); ///< and every refresh token
    [[nodiscard]] QStringList organisations() const;
    [[nodiscard]] QByteArray providerKey(const QString &provider) const; ///< as it was sent; empty: none

protected:
    server::Response answer(const server::Request &request) override;

private:
    struct Organisation {
        QString email;
        HeldKeys keys;
        std::map<QString, std::pair<QByteArray, QDateTime>> providers;
        qint64 requests = 0;
    };
    [[nodiscard]] bool documented() const { return m_generation == Generation::Documented; }
    [[nodiscard]] server::Response problem(int status, const char *code, const char *message) const;
    [[nodiscard]] server::Response missing(const char *field) const;
    [[nodiscard]] server::Response login(const server::Request &request);
    [[nodiscard]] server::Response refresh(const server::Request &request);
    [[nodiscard]] server::Response organisation(const server::Request &request, const QString &slug,
                                                const QString &path);
    [[nodiscard]] server::Response keys(const server::Request &request, Organisation &organisation,
                                        const QString &path);
    [[nodiscard]] server::Response providers(const server::Request &request, Organisation &organisation,
                                             const QString &path);
    [[nodiscard]] server::Response usage(const server::Request &request, const Organisation &organisation) const;
    [[nodiscard]] Json tokens(const QString &slug, bool first);
    [[nodiscard]] QByteArray token(const QString &slug, const char *kind, int seconds);
    /// The organisation that a token of this kind is for; empty: not a valid one.
    [[nodiscard]] QString subject(const QByteArray &token, const char *kind) const;

    Generation m_generation;
    QByteArray m_secret;
    int m_life = 0;
    int m_serial = 0;
    int m_accessFrom = 0; ///< serial numbers before it are no longer valid
    int m_refreshFrom = 0;
    std::map<QString, Organisation> m_organisations; ///< by slug
};

} // namespace astra::test
