// SPDX-License-Identifier: Apache-2.0
#include "tests/support/services/pixxel.h"

namespace astra::test {

namespace {
server::Response problem(int status, const char *code, const char *message)
{
    return jsonResponse({{"error", {{"code", code}, {"message", message}, {"details", nullptr}}}}, status);
}
} // namespace

Pixxel::Pixxel(Form form)
    : m_form(form)
    , m_key(m_keys.make({}, 48, {}, clock()).key) // no prefix: what its keys look like is not published
    , m_otherKey(m_keys.make({}, 48, {}, clock()).key)
{
    open();
}

void Pixxel::setForm(Form form)
{
    const std::lock_guard lock(m_mutex);
    m_form = form;
}

void Pixxel::revoke(const QByteArray &key)
{
    const std::lock_guard lock(m_mutex);
    if (HeldKey *held = m_keys.find(key, clock()))
        held->revoked = clock();
}

server::Response Pixxel::answer(const server::Request &request)
{
    if (request.path == u"/ping")
        return server::Response::text(QStringLiteral("pong"));
    // A service account's key in another form is just a wrong key; the newer service tells a wrong form apart.
    const QByteArray header = request.header("Authorization");
    if (m_form == Form::Bearer && !header.isEmpty() && !header.startsWith("Bearer "))
        return problem(401, "UNAUTHENTICATED", "The authorization header is malformed");
    if (m_keys.find(m_form == Form::Bare ? header : bearerOf(request), clock()) == nullptr)
        return problem(403, "FORBIDDEN", "Access denied");
    if (request.path == u"/v0/archives/collections")
        return jsonResponse({{"collections", {{{"id", "pixxel-td2"}, {"type", "Collection"}}}}});
    if (request.path == u"/v0/archives/search" && request.method == "POST")
        return jsonResponse({{"type", "FeatureCollection"}, {"features", Json::array()}});
    if (request.path == u"/v0/projects")
        return jsonResponse({{"count", 1}, {"projects", {{{"id", "p1"}, {"title", "Fields"}}}}});
    return problem(404, "NOT_FOUND", "There is nothing here");
}

} // namespace astra::test
