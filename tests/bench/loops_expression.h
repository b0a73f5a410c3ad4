// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace loops {

struct Bands {
    const float *blue = nullptr;
    const float *green = nullptr;
    const float *red = nullptr;
    const float *nir = nullptr;
    const float *swir16 = nullptr;
};
struct Raw {
    const std::uint16_t *nir = nullptr;
    const std::uint16_t *red = nullptr;
};
using Loop = void (*)(const Bands &bands, float *out, std::size_t count);

struct Loops {
    Loop ndvi;
    Loop ndgi;
    Loop gemi;
    Loop evi;
    Loop ibi;
    Loop choice;
    Loop kndvi;
    void (*rawNdvi)(const Raw &bands, float *out, std::size_t count);
};
namespace product {
const Loops &all();
}
namespace native {
const Loops &all();
}

} // namespace loops
