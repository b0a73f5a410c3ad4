// SPDX-License-Identifier: Apache-2.0

// The list of operations. A new one is one line here.

#include "core/processing/operation.h"
#include "core/processing/operations/change.h"
#include "core/processing/operations/composite.h"
#include "core/processing/operations/convert.h"
#include "core/processing/operations/expression.h"
#include "core/processing/operations/index.h"
#include "core/processing/operations/timeseries.h"
#include "core/processing/operations/zonal.h"

#include <QCoreApplication>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

template<typename T> std::unique_ptr<Operation> make() { return std::make_unique<T>(); }

struct Entry {
    QString name;
    QString title; ///< in two or three words
    QString text;
    std::unique_ptr<Operation> (*make)();
    bool writesRaster = true;
    Json preset = Json::object(); ///< a shorthand: these parameters are given already
    QString shorthandFor {};
};

std::vector<Entry> registry()
{
    return {
        {QStringLiteral("index"), Text::tr("Spectral index"), Text::tr("A spectral index, from the bands of one scene"),
         make<IndexOperation>},
        {QStringLiteral("ndvi"),
         Text::tr("NDVI"),
         Text::tr("The vegetation index NDVI"),
         make<IndexOperation>,
         true,
         {{"index", "NDVI"}},
         QStringLiteral("index --index NDVI")},
        {QStringLiteral("expression"), Text::tr("Formula"), Text::tr("A formula over the bands of one scene"),
         make<ExpressionOperation>},
        {QStringLiteral("change"), Text::tr("Change"),
         Text::tr("What changed between two scenes: difference, classes and their areas"), make<ChangeOperation>},
        {QStringLiteral("composite"), Text::tr("Composite"),
         Text::tr("One picture out of many scenes: median, mean or best pixel"), make<CompositeOperation>},
        {QStringLiteral("zonal"), Text::tr("Statistics of areas"),
         Text::tr("Statistics of a value in each of many polygons"), make<ZonalOperation>, false},
        {QStringLiteral("timeseries"), Text::tr("Time series"),
         Text::tr("A value through the dates of many scenes, at a point or in polygons"), make<TimeseriesOperation>,
         false},
        {QStringLiteral("stack"), Text::tr("Stack of bands"), Text::tr("Bands of one or several scenes in one file"),
         make<StackOperation>},
        {QStringLiteral("convert"), Text::tr("Conversion"), Text::tr("Bands as another file: grid, format or codec"),
         make<ConvertOperation>},
    };
}

/// What was given, with what the shorthand stands for; the two must not contradict each other.
Result<Json> completed(const Json &given, const Entry &entry)
{
    Json all = given.is_null() ? Json::object() : given;
    if (!all.is_object() || entry.preset.empty())
        return all;
    for (const auto &[key, value] : entry.preset.items()) {
        if (all.contains(key) && all[key] != value) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("“%1” has no parameter “%2”: it stands for “%3”.")
                            .arg(entry.name, QString::fromStdString(key), entry.shorthandFor));
        }
        all[key] = value;
    }
    return all;
}

} // namespace

std::vector<OperationInfo> operations()
{
    std::vector<OperationInfo> list;
    for (const auto &entry : registry()) {
        Parameters parameters;
        const auto operation = entry.make();
        operation->describe(parameters);
        auto declared = parameters.declared();
        std::erase_if(declared, [&](const Parameter &p) { return entry.preset.contains(toStd(p.name)); });
        const auto [fewest, most] = operation->scenes();
        list.push_back({entry.name, entry.text, std::move(declared), entry.shorthandFor, fewest, most,
                        entry.writesRaster, entry.title});
    }
    return list;
}

Result<std::unique_ptr<Operation>> makeOperation(const QString &name, const Json &parameters)
{
    QStringList names;
    for (const auto &entry : registry()) {
        names.append(entry.name);
        if (entry.name != name)
            continue;
        const auto all = completed(parameters, entry);
        if (!all)
            return fail(all.error());
        auto operation = entry.make();
        Parameters declared;
        operation->describe(declared);
        if (auto ok = declared.assign(*all); !ok)
            return fail(std::move(ok.error()));
        return operation;
    }
    return fail(ErrorCode::InvalidInput,
                Text::tr("There is no operation “%1”; there are: %2.").arg(name, names.join(QStringLiteral(", "))));
}

} // namespace astra::processing
