// SPDX-License-Identifier: Apache-2.0
#include "core/server/ranges.h"
#include "core/server/target.h"
#include "tests/fuzz/fuzz.h"

using namespace astra;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray input = fuzz::bytes(data, size);
    if (const auto target = server::parseTarget(input)) {
        fuzz::require(target->path.startsWith(u'/') && !target->path.contains(QChar(0)));
        for (const auto &segment : target->path.split(u'/'))
            fuzz::require(segment != u".." && segment != u".");
    }
    const qint64 length = input.isEmpty() ? 0 : static_cast<unsigned char>(input[0]) * 1000LL;
    for (const auto &span : server::parseRange(input, length).spans)
        fuzz::require(span.offset >= 0 && span.length > 0 && span.offset + span.length <= length);
    return 0;
}
