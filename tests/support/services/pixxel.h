// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/services/loopback.h"

namespace astra::test {

/// The Pixxel API as far as keys go. Under /v0, but for /ping.
class Pixxel final : public Loopback
{
public:
    enum class Form {
        Bare, ///< the key of a service account, alone in the header
        Bearer, ///< a personal access token
    };
    explicit Pixxel(Form form = Form::Bare);
    ~Pixxel() override { close(); }

    [[nodiscard]] QByteArray key() const { return m_key; }
    [[nodiscard]] QByteArray otherKey() const { return m_otherKey; } ///< valid, too
    void setForm(Form form);
    void revoke(const QByteArray &key);

protected:
    server::Response answer(const server::Request &request) override;

private:
    Form m_form;
    HeldKeys m_keys;
    QByteArray m_key;
    QByteArray m_otherKey;
};

} // namespace astra::test
