// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything that catalogues do wrong, on demand: what Astra makes of it can be seen and tested without waiting for it
// to happen.

#include "core/base/result.h"
#include "core/server/server.h"

#include <QMap>

#include <span>
#include <vector>

namespace astra::sandbox {

enum class FaultKind {
    Slow,
    Hang,
    Error500,
    TooBig502,
    Unavailable503,
    Busy429,
    Busy429Date,
    Html,
    Empty,
    Truncated,
    Reset,
    Gzip,
    WrongTypes,
    CloudText,
    NoCloud,
    IgnoreFilter,
    Loop,
    Repeat,
    NoNext,
    Downgrade,
    Partial,
    ExpiredSignature,
    DeadPixels,
};

struct FaultInfo {
    /// Where it can happen: anywhere, where answers have pages, at the ASTRA service, where files are signed.
    enum class Where { Any, Pages, Astra, Signatures };
    FaultKind kind {};
    const char *name = "";
    const char *text = ""; ///< for a person who chooses
    Where where = Where::Any;
};
[[nodiscard]] std::span<const FaultInfo> faultKinds();
/// The catalogues that can have one: "coast", … "astra".
[[nodiscard]] QStringList faultyCatalogues();

struct Fault {
    QString catalogue; ///< "sandbox-coast"
    FaultKind kind {};
    /// "coast=slow" or "sandbox-coast=slow". The error says what would be right.
    [[nodiscard]] static Result<Fault> parse(const QString &text);
};

/// The faults of one sandbox, and how often each has struck. Used from the server's thread alone.
class Faults
{
public:
    Faults(std::vector<Fault> faults, int slowMs)
        : m_faults(std::move(faults))
        , m_slowMs(slowMs)
    {
    }
    [[nodiscard]] bool has(const QString &catalogue, FaultKind kind) const;
    /// What the catalogue reads in place of what was sent.
    void changeRequest(const QString &catalogue, server::Request &request) const;
    /// What is said without asking the catalogue at all.
    [[nodiscard]] std::optional<server::Response> instead(const QString &catalogue);
    /// What becomes of the catalogue's answer on its way out. @param asked the request as it was sent
    void changeResponse(const QString &catalogue, const server::Request &asked, server::Response &response) const;
    /// How many seconds a new signature is good for: the first of every two of a container is over already, although
    /// it is said to be good.
    [[nodiscard]] int signatureSeconds(const QString &container, int seconds);

private:
    [[nodiscard]] bool isSound(const QString &catalogue) const;
    [[nodiscard]] server::Response busy(const QString &catalogue, bool asDate) const;

    std::vector<Fault> m_faults;
    int m_slowMs = 0;
    QMap<QString, int> m_asked; ///< what was refused once in two, and how often it was asked for
};

/// A gzip file of it.
[[nodiscard]] QByteArray gzipped(const QByteArray &bytes);

} // namespace astra::sandbox
