// SPDX-License-Identifier: Apache-2.0
#include "core/backends/local/formats.h"

#include "core/data/partpath.h"
#include "core/raster/export.h"
#include "core/render/style.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

namespace astra::backends {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::backends)
};

raster::Format formatOf(const data::Recipe &recipe)
{
    return recipe.format == u"png" ? raster::Format::Png
        : recipe.format == u"jpeg" ? raster::Format::Jpeg
                                   : raster::Format::GeoTiff;
}

/// In the colours that its bands are declared with; without any, from the darkest to the brightest.
raster::Picturing picturingOf(const processing::OutputFile &file)
{
    raster::Picturing picturing;
    const std::size_t drawn = file.bands.size() < 3 ? 1 : 3;
    for (std::size_t i = 0; i < std::min(drawn, file.bands.size()); ++i)
        picturing.ranges.emplace_back(file.bands[i].low, file.bands[i].high);
    const render::Ramp *ramp = drawn == 1 ? render::ramp(file.bands.front().ramp) : nullptr;
    if (ramp)
        picturing.ramp = ramp->stops;
    return picturing;
}

} // namespace

bool wantsExport(const data::Recipe &recipe, const processing::Plan &plan)
{
    return !plan.files.empty() && !recipe.format.isEmpty() && recipe.format != u"cog";
}

Result<data::JobResult> exported(const data::JobRequest &request, const processing::Plan &plan, data::JobResult done,
                                 const StopToken &stop)
{
    const QString interim = QFileInfo(done.output).completeBaseName();
    QStringList made;
    std::optional<Error> failure;
    for (const auto &path : QStringList {done.output} + done.files) {
        const QString suffix = QFileInfo(path).completeBaseName().mid(interim.size());
        const auto of = std::ranges::find(plan.files, suffix, &processing::OutputFile::suffix);
        const bool isRaster = of != plan.files.end();
        const QString final = suffix.isEmpty()
            ? request.output
            : data::fileBeside(request.output, suffix, isRaster ? QString() : QFileInfo(path).suffix());
        if (!failure && isRaster) {
            const bool isDurable = !request.id.isEmpty(); // as its COGs are
            if (auto ok = raster::exportCog(path, final, formatOf(request.recipe), picturingOf(*of), stop, isDurable);
                !ok)
                failure = ok.error();
        } else if (!failure) {
            QFile::remove(final);
            if (!QFile::rename(path, final))
                failure = Error {ErrorCode::Storage, Text::tr("%1 could not be given its name.").arg(final), final,
                                 false};
        }
        if (!failure)
            made << final;
        QFile::remove(path);
    }
    if (failure) {
        for (const auto &path : made)
            QFile::remove(path);
        return fail(*failure);
    }
    done.output = request.output;
    done.files = made.mid(1);
    return done;
}

} // namespace astra::backends
