// SPDX-License-Identifier: Apache-2.0
#pragma once

// What goes to an ASTRA service and what comes back, as pure functions: every spelling that its documentation, its
// client packages and its server code know is read, and both forms of a request are sent at once.

#include "core/base/json.h"
#include "core/data/job.h"

#include <QUrl>

namespace astra::backends {

/// A job as the service tells of it.
struct AstraJob {
    enum class Status { Queued, Running, Done, Failed };
    QString id; ///< opaque; at most 64 characters
    Status status = Status::Queued;
    QString poll; ///< as sent: mostly a path
    QString result; ///< Done: where the raster is, as sent; may be empty
    QString failure; ///< Failed: the service's own words; may be empty
    bool masksClouds = false; ///< it repeats the mask that was asked for: it knows what that is
};

/// Reads the answer to a submission or a poll. The error is a sentence without the service's name.
[[nodiscard]] Result<AstraJob> parseAstraJob(const Json &json);

/// Where to ask for the job next: its own poll address where that stays at the service's host, else the documented one.
/// @param api the root of the API @param answered where the last answer came from, after redirects
[[nodiscard]] QUrl pollAddress(const AstraJob &job, const QUrl &api, const QUrl &answered);

/// Where the result is: https, or the same host as the service. Empty for anything else.
[[nodiscard]] QUrl resultAddress(const AstraJob &job, const QUrl &api);

/// What to submit: nothing but identities and parameters. The error says what ASTRA services do not do.
/// @param scene the id that the service itself gave to its copy
[[nodiscard]] Result<Json> astraRequest(const data::Recipe &recipe, const QString &scene, const QString &title);

} // namespace astra::backends
