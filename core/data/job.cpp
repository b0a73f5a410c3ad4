// SPDX-License-Identifier: Apache-2.0
#include "core/data/job.h"

#include "core/data/jobjson.h"
#include "core/data/scenejson.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>

namespace astra::data {

namespace {

constexpr std::size_t mostInputs = 10000;
constexpr int priorityLimit = 10;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Job)
};

tl::unexpected<Error> damaged(const char *what)
{
    return fail(ErrorCode::InvalidInput,
                Text::tr("The record of a job is damaged (“%1”).").arg(QString::fromLatin1(what)));
}

/// A whole number from 0; 0 where it is absent or anything else.
qint64 countAt(const Json &json, const char *key)
{
    return std::max<qint64>(0, asInteger(member(json, key)).value_or(0));
}

int smallCountAt(const Json &json, const char *key)
{
    return static_cast<int>(std::min<qint64>(countAt(json, key), std::numeric_limits<int>::max()));
}

} // namespace

Json toJson(const JobRequest &request)
{
    Json inputs = Json::array();
    for (const auto &input : request.inputs)
        inputs.push_back(toJson(input));
    return {{"recipe", request.recipe.toJson()}, {"inputs", std::move(inputs)},   {"output", toStd(request.output)},
            {"backend", toStd(request.backend)}, {"title", toStd(request.title)}, {"id", toStd(request.id)},
            {"priority", request.priority}};
}

Result<JobRequest> requestFromJson(const Json &json)
{
    if (!json.is_object())
        return damaged("request");
    auto recipe = Recipe::fromJson(member(json, "recipe"));
    if (!recipe)
        return fail(recipe.error());
    JobRequest request;
    request.recipe = *std::move(recipe);
    const Json &inputs = listAt(json, "inputs");
    if (inputs.size() > mostInputs)
        return damaged("inputs");
    request.inputs.reserve(inputs.size());
    for (const auto &input : inputs) {
        auto acquisition = acquisitionFromJson(input);
        if (!acquisition)
            return fail(acquisition.error());
        request.inputs.push_back(*std::move(acquisition));
    }
    request.output = stringAt(json, "output");
    request.backend = stringAt(json, "backend");
    if (request.backend.isEmpty())
        return damaged("backend");
    request.title = stringAt(json, "title");
    request.id = stringAt(json, "id");
    const qint64 priority = asInteger(member(json, "priority")).value_or(0);
    request.priority = static_cast<int>(std::clamp<qint64>(priority, -priorityLimit, priorityLimit));
    return request;
}

Json toJson(const Estimate &estimate)
{
    return {{"bytes", estimate.bytes}, {"requests", estimate.requests},
            {"disk", estimate.disk},   {"seconds", estimate.seconds > 0 ? Json(estimate.seconds) : Json()},
            {"exact", estimate.exact}, {"warnings", astra::toJson(estimate.warnings)}};
}

Result<Estimate> estimateFromJson(const Json &json)
{
    if (!json.is_object())
        return damaged("estimate");
    return Estimate {countAt(json, "bytes"),
                     countAt(json, "requests"),
                     countAt(json, "disk"),
                     std::max(0.0, numberAt(json, "seconds").value_or(0)),
                     asBool(member(json, "exact")).value_or(false),
                     asStringList(member(json, "warnings"))};
}

Json ReadReport::toJson() const
{
    Json repeated = Json::array();
    for (const auto &retry : retries) {
        repeated.push_back({{"host", toStd(retry.host)},
                            {"why", toStd(retry.why)},
                            {"offset", retry.offset},
                            {"length", retry.length},
                            {"attempt", retry.attempt}});
    }
    return {{"windows", windows}, {"bytes", bytes}, {"requests", requests}, {"retries", std::move(repeated)}};
}

Result<ReadReport> readReportFromJson(const Json &json)
{
    if (!json.is_object())
        return damaged("reads");
    ReadReport report {countAt(json, "windows"), countAt(json, "bytes"), countAt(json, "requests"), {}};
    const Json &retries = listAt(json, "retries");
    report.retries.reserve(retries.size());
    for (const auto &retry : retries) {
        report.retries.push_back({stringAt(retry, "host"), stringAt(retry, "why"), countAt(retry, "offset"),
                                  countAt(retry, "length"), smallCountAt(retry, "attempt")});
    }
    return report;
}

Json Statistics::toJson() const
{
    if (valid == 0)
        return {{"valid", 0}, {"total", total}};
    return {{"minimum", minimum}, {"maximum", maximum}, {"mean", mean},
            {"stddev", stddev},   {"valid", valid},     {"total", total}};
}

Result<Statistics> statisticsFromJson(const Json &json)
{
    if (!json.is_object())
        return damaged("statistics");
    const auto number = [&](const char *key) { return numberAt(json, key).value_or(0); };
    return Statistics {countAt(json, "valid"), countAt(json, "total"), number("minimum"),
                       number("maximum"),      number("mean"),         number("stddev")};
}

Json toJson(const JobResult &result)
{
    return {{"output", toStd(result.output)},
            {"item", toStd(result.item)},
            {"statistics", result.statistics.toJson()},
            {"scene", toJson(result.scene)},
            {"notes", astra::toJson(result.notes)},
            {"files", astra::toJson(result.files)},
            {"tables", result.tables},
            {"reads", result.reads.toJson()},
            {"tiles_kept", result.tilesKept},
            {"tiles_computed", result.tilesComputed}};
}

Result<JobResult> resultFromJson(const Json &json)
{
    const auto statistics = statisticsFromJson(member(json, "statistics"));
    if (!statistics)
        return fail(statistics.error());
    auto scene = sceneFromJson(member(json, "scene"));
    if (!scene)
        return fail(scene.error());
    auto reads = readReportFromJson(member(json, "reads"));
    if (!reads)
        return fail(reads.error());
    return JobResult {stringAt(json, "output"),
                      stringAt(json, "item"),
                      *statistics,
                      *std::move(scene),
                      asStringList(member(json, "notes")),
                      asStringList(member(json, "files")),
                      listAt(json, "tables"),
                      *std::move(reads),
                      countAt(json, "tiles_kept"),
                      countAt(json, "tiles_computed")};
}

} // namespace astra::data
