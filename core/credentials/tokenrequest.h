// SPDX-License-Identifier: Apache-2.0
#pragma once

// The requests of signing in: forms with secrets in them, and the public documents that say where they go.

#include "core/base/json.h"
#include "core/net/httpclient.h"

namespace astra::credentials {

using Form = QList<std::pair<QByteArray, QByteArray>>;

/// The client holds its authorizer, and so every session and sign-in there: none of them may hold the client.
using ClientRef = std::weak_ptr<net::HttpClient>;
/// Cancelled where the client has gone.
[[nodiscard]] Future<net::HttpResponse> sendBy(const ClientRef &client, net::HttpRequest request,
                                               const StopToken &stop);

/// https, or http to this computer where that is allowed; a host, no user, no fragment.
[[nodiscard]] bool isSafeEndpoint(const QUrl &url, bool loopback);

/// A public document. Refused answers, foreign ones (after a redirect to another host) and what is no JSON are errors;
/// none of them is Unauthorized.
[[nodiscard]] Future<Json> fetchDocument(const ClientRef &client, const QUrl &url, const QString &title,
                                         const StopToken &stop);
/// A refusal that says nothing of the credential (a proxy's, an overloaded service's): to be tried again later.
[[nodiscard]] Error passing(Error refusal);

/// A request with a secret in it or in its answer; not repeated, since what it hands over may be good only once.
[[nodiscard]] net::HttpRequest confidential(net::HttpRequest request);
[[nodiscard]] net::HttpRequest formRequest(const QUrl &url, const Form &form);

/// The answer's object. An error where the answer is none, or came from elsewhere than was asked.
[[nodiscard]] Result<Json> answerFrom(const net::HttpResponse &response, const QUrl &asked, const QString &title);

/// "Basic …", as RFC 7617 has it, without the word itself.
[[nodiscard]] Secret basicCredentials(const Secret &user, const Secret &password);

} // namespace astra::credentials
