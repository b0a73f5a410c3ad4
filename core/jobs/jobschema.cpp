// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/jobschema.h"

namespace astra::jobs {

// Times are ms: `created`, `finished` and `lease_wall` since 1970, `lease_mono` since the start of the computer.
// `writes` is the canonical path of `output`: one writer each; `claim` has all files of a job, the Item and what stands
// beside the result. `tries` counts runs since the last that got further. A request holds areas and a result tables, of
// tens of MB at times: they stand apart, so that lists do not read them and a lease that is renewed does not write
// them.
const std::vector<QByteArray> &jobSchema()
{
    static const std::vector<QByteArray> steps {R"(
CREATE TABLE job(
  id TEXT PRIMARY KEY,
  batch TEXT NOT NULL,
  priority INTEGER NOT NULL,
  created INTEGER NOT NULL,
  finished INTEGER,
  state TEXT NOT NULL CHECK(state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  backend TEXT NOT NULL,
  operation TEXT NOT NULL,
  title TEXT NOT NULL,
  output TEXT NOT NULL,
  writes TEXT NOT NULL,
  progress REAL NOT NULL DEFAULT 0,
  activity TEXT NOT NULL DEFAULT '',
  error TEXT,
  report TEXT,
  owner TEXT NOT NULL,
  epoch INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  lease_wall INTEGER NOT NULL,
  lease_mono INTEGER NOT NULL,
  cancel INTEGER NOT NULL DEFAULT 0,
  swept INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX one_writer ON job(writes) WHERE state IN ('queued', 'running');
CREATE TABLE claim(
  path TEXT NOT NULL,
  job TEXT NOT NULL REFERENCES job(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY(path, job)) WITHOUT ROWID;
CREATE INDEX by_job ON claim(job);
CREATE INDEX by_time ON job(created);
CREATE INDEX by_state ON job(state, swept);
CREATE TABLE request(job TEXT PRIMARY KEY REFERENCES job(id) ON DELETE CASCADE, text TEXT NOT NULL);
CREATE TABLE result(job TEXT PRIMARY KEY REFERENCES job(id) ON DELETE CASCADE, text TEXT NOT NULL);
CREATE TABLE measured(what TEXT PRIMARY KEY, amount REAL NOT NULL, seconds REAL NOT NULL);
)"};
    return steps;
}

} // namespace astra::jobs
