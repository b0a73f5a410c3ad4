// SPDX-License-Identifier: Apache-2.0

// The list of operations. A new one is one line here.

#include "core/processing/operation.h"
#include "core/processing/operations/index.h"

#include <QCoreApplication>

#include <array>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

template<typename T> std::unique_ptr<Operation> make() { return std::make_unique<T>(); }

struct Entry {
    QString name;
    QString text;
    std::unique_ptr<Operation> (*make)();
    Json preset; ///< a shorthand: these parameters are given already
    QString shorthandFor;
};

std::vector<Entry> registry()
{
    return {
        {QStringLiteral("index"),
         Text::tr("A spectral index, from the bands of one scene"),
         make<IndexOperation>,
         {},
         {}},
        {QStringLiteral("ndvi"),
         Text::tr("The vegetation index NDVI"),
         make<IndexOperation>,
         {{"index", "NDVI"}},
         QStringLiteral("index --index NDVI")},
    };
}

} // namespace

std::vector<OperationInfo> operations()
{
    std::vector<OperationInfo> list;
    for (const auto &entry : registry()) {
        Parameters parameters;
        entry.make()->describe(parameters);
        auto declared = parameters.declared();
        std::erase_if(declared, [&](const Parameter &p) { return entry.preset.contains(toStd(p.name)); });
        list.push_back({entry.name, entry.text, std::move(declared), entry.shorthandFor});
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
        auto operation = entry.make();
        Parameters declared;
        operation->describe(declared);
        if (auto ok = declared.assign(parameters); !ok)
            return fail(std::move(ok.error()));
        if (auto ok = declared.assign(entry.preset); !ok)
            return fail(std::move(ok.error()));
        return operation;
    }
    return fail(ErrorCode::InvalidInput,
                Text::tr("There is no operation “%1”; there are: %2.").arg(name, names.join(QStringLiteral(", "))));
}

} // namespace astra::processing
