// SPDX-License-Identifier: Apache-2.0
#pragma once

// Qt sends a request again by itself, whatever its method, when a connection ends before an answer has come (up to
// three times). What may be carried out only once is given a body that cannot be begun anew: then Qt reports an error.

#include <QIODevice>

#include <algorithm>
#include <cstring>

namespace astra::net {

/// A request's body that is read once. To be sent unbuffered, with its length announced.
class OnceBody : public QIODevice
{
public:
    OnceBody(QByteArray body, QObject *parent)
        : QIODevice(parent)
        , m_body(std::move(body))
    {
        open(ReadOnly | Unbuffered);
    }
    [[nodiscard]] bool isSequential() const override { return true; }
    [[nodiscard]] bool atEnd() const override { return m_at == m_body.size(); }
    [[nodiscard]] qint64 bytesAvailable() const override { return m_body.size() - m_at; }
    bool reset() override { return false; }

protected:
    qint64 readData(char *data, qint64 most) override
    {
        const qint64 size = std::min<qint64>(most, bytesAvailable());
        std::memcpy(data, m_body.constData() + m_at, static_cast<size_t>(size));
        m_at += size;
        return size;
    }
    qint64 writeData(const char * /*data*/, qint64 /*size*/) override { return -1; }

private:
    const QByteArray m_body;
    qint64 m_at = 0;
};

} // namespace astra::net
