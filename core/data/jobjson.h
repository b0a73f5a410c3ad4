// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a job store keeps of jobs beside their requests (job.h), as JSON and back.

#include "core/data/job.h"

namespace astra::data {

[[nodiscard]] Json toJson(const Estimate &estimate);
[[nodiscard]] Result<Estimate> estimateFromJson(const Json &json);
/// What ReadReport::toJson() makes.
[[nodiscard]] Result<ReadReport> readReportFromJson(const Json &json);
/// What Statistics::toJson() makes.
[[nodiscard]] Result<Statistics> statisticsFromJson(const Json &json);
[[nodiscard]] Json toJson(const JobResult &result);
[[nodiscard]] Result<JobResult> resultFromJson(const Json &json);

} // namespace astra::data
