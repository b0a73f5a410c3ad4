// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace astra::test {

/// The folder of recordings and rasters beside the checkout (`../shared/data`, or $ASTRA_SHARED_DATA); empty where
/// absent.
[[nodiscard]] QString sharedData();

} // namespace astra::test
