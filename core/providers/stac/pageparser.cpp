// SPDX-License-Identifier: Apache-2.0
#include "core/data/packedassets.h"
#include "core/providers/stac/addressreader.h"
#include "core/providers/stac/itemstream.h"
#include "core/providers/stac/stacparser.h"

#include <QCoreApplication>

namespace astra::providers::stac {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

std::optional<int> matchedOf(const Json &page)
{
    for (const auto &value :
         {asInteger(member(page, "numberMatched")), asInteger(member(member(page, "context"), "matched"))}) {
        if (value && *value >= 0)
            return static_cast<int>(std::min<qint64>(*value, std::numeric_limits<int>::max()));
    }
    return std::nullopt;
}

/// A page in the making: its items one by one, then what stands around them.
class PageBuilder
{
public:
    explicit PageBuilder(const ParseContext &context)
        : m_context(context)
        , m_addresses(context, context.base)
    {
    }

    void add(const Json &feature)
    {
        ++m_page.count;
        m_page.lastId = stringAt(feature, "id");
        auto scene = parseItem(feature, m_context, m_addresses);
        if (!scene) {
            ++m_unreadable;
            return;
        }
        if (scene->footprint.empty()) {
            ++m_nowhere;
            return;
        }
        m_withoutFiles += scene->assets.empty() ? 1 : 0;
        if (m_context.packed)
            m_packer.pack(*scene);
        m_page.scenes.push_back(std::move(*scene));
    }

    [[nodiscard]] ParsedPage finish(const Json &around)
    {
        m_page.matched = matchedOf(around);
        m_page.next = nextLink(member(around, "links"));
        m_page.unreadable = m_unreadable + m_nowhere;
        if (m_unreadable > 0)
            m_page.notes.append(Text::tr("%n entries could not be read and are left out.", nullptr, m_unreadable));
        if (m_nowhere > 0)
            m_page.notes.append(Text::tr("%n scenes have no footprint and are left out.", nullptr, m_nowhere));
        if (m_withoutFiles > 0)
            m_page.notes.append(Text::tr("%n scenes list no files.", nullptr, m_withoutFiles));
        return std::move(m_page);
    }

private:
    const ParseContext &m_context;
    AddressReader m_addresses;
    data::AssetPacker m_packer;
    ParsedPage m_page;
    int m_unreadable = 0;
    int m_nowhere = 0;
    int m_withoutFiles = 0;
};

tl::unexpected<Error> noPage(const Json &answer, const ParseContext &context)
{
    const QString said = stringAt(answer, "description", stringAt(answer, "message", stringAt(answer, "detail")));
    return fail(ErrorCode::InvalidInput,
                said.isEmpty() ? Text::tr("The answer is no list of scenes.")
                               : Text::tr("The answer is no list of scenes: %1").arg(said.left(300)),
                context.provider);
}

} // namespace

std::optional<ParsedPage::Next> nextLink(const Json &links)
{
    if (!links.is_array())
        return std::nullopt;
    for (const auto &link : links) {
        if (stringAt(link, "rel") != u"next")
            continue;
        ParsedPage::Next next;
        next.href = stringAt(link, "href");
        next.method = stringAt(link, "method", QStringLiteral("GET")).toUpper().toLatin1();
        next.body = member(link, "body").is_object() ? member(link, "body") : Json();
        next.merge = asBool(member(link, "merge")).value_or(false);
        if (!next.href.isEmpty() && (next.method == "GET" || next.method == "POST"))
            return next;
    }
    return std::nullopt;
}

Result<ParsedPage> parsePage(const Json &page, const ParseContext &context)
{
    const Json &features = member(page, "features");
    if (!features.is_array())
        return noPage(page, context);
    PageBuilder builder(context);
    for (const auto &feature : features)
        builder.add(feature);
    return builder.finish(page);
}

Result<ParsedPage> parsePage(const QByteArray &text, const ParseContext &context)
{
    PageBuilder builder(context);
    ItemStream stream([&](const Json &feature) { builder.add(feature); });
    if (!Json::sax_parse(text.begin(), text.end(), &stream)) {
        // What is odd about it is found out in peace.
        const auto json = parseJson(text, context.provider);
        return json ? parsePage(*json, context) : Result<ParsedPage>(fail(json.error()));
    }
    if (!stream.hadItems())
        return noPage(stream.around(), context);
    return builder.finish(stream.around());
}

} // namespace astra::providers::stac
