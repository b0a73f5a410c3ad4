// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/services/loopback.h"

namespace astra::test {

/// The ASTRA API as far as accounts go: search behind a key, processing behind a plan, keys. Under /api.
class AstraOs final : public Loopback
{
public:
    enum class Form {
        Code, ///< the public service as its code behaves: errors are texts, no limits, keys by session only
        Documented, ///< the same service as its documentation has it: nested errors, limits and their headers
        Own, ///< a server of our own: as documented, and keys are managed with a key whose scope is "keys"
    };
    explicit AstraOs(Form form = Form::Code);
    ~AstraOs() override { close(); }

    [[nodiscard]] QByteArray key() const { return m_key; } ///< live, without the scope "keys"
    [[nodiscard]] QByteArray testKey() const { return m_testKey; }
    [[nodiscard]] QByteArray managerKey() const { return m_managerKey; } ///< of a server of our own: with every scope
    void setPlan(const QString &plan); ///< "free", "pro" (as it begins)
    void setPerMinute(int requests);
    void revoke(const QByteArray &key);
    [[nodiscard]] bool accepts(const QByteArray &key) const;

protected:
    server::Response answer(const server::Request &request) override;

private:
    [[nodiscard]] server::Response problem(int status, const char *code, const char *message) const;
    [[nodiscard]] server::Response api(const server::Request &request, HeldKey *key);
    [[nodiscard]] server::Response keys(const server::Request &request, const HeldKey *key);
    [[nodiscard]] server::Response created(const server::Request &request);
    [[nodiscard]] server::Response rolled(HeldKey &old);
    [[nodiscard]] Json shown(const HeldKey &key, bool whole) const;
    HeldKey &make(bool test, const QString &label, const QStringList &scopes);

    const Form m_form;
    HeldKeys m_keys;
    Meter m_meter;
    QString m_plan = QStringLiteral("pro");
    int m_perMinute = 120;
    QByteArray m_key;
    QByteArray m_testKey;
    QByteArray m_managerKey;
};

} // namespace astra::test
