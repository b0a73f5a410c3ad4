// SPDX-License-Identifier: Apache-2.0
#include "app/cli/faultoption.h"

#include "app/cli/say.h"

namespace astra::cli {

Option faultOption()
{
    return {QStringLiteral("--fault"), QStringLiteral("C=KIND"),
            say("what a catalogue of the sandbox does wrong; see below; can be given several times"), true};
}

Result<std::vector<sandbox::Fault>> faultsFrom(const Arguments &arguments)
{
    std::vector<sandbox::Fault> faults;
    for (const auto &text : arguments.values(QStringLiteral("--fault"))) {
        const auto fault = sandbox::Fault::parse(text);
        if (!fault)
            return fail(ErrorCode::InvalidInput, say("--fault: %1").arg(fault.error().message));
        faults.push_back(*fault);
    }
    return faults;
}

QString faultHelp()
{
    QString text = say("Catalogues: %1\nFaults:").arg(sandbox::faultyCatalogues().join(QStringLiteral(", "))) + u'\n';
    for (const auto &info : sandbox::faultKinds())
        text += QStringLiteral("  %1  %2\n").arg(QLatin1String(info.name), -18).arg(say(info.text));
    return text;
}

} // namespace astra::cli
