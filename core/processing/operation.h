// SPDX-License-Identifier: Apache-2.0
#pragma once

// An operation declares its parameters once, in describe(); from that come the command line's help, the form in the
// window and the checking of every recipe. To add one: a class in operations/, a line in operations/operations.cpp.

#include "core/base/json.h"
#include "core/base/stopsource.h"
#include "core/data/raster.h"
#include "core/data/recipe.h"
#include "core/processing/evaluator.h"
#include "core/processing/scenefacts.h"
#include "core/raster/cogspec.h"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace astra::processing {

/// What a parameter takes. In JSON: Choice, Text, Index, Expression and Date are strings, Number and Integer numbers
/// (or strings of them), Switch a boolean, Bands an array of strings, Areas a GeoJSON object.
enum class ParameterKind {
    Choice,
    Number,
    Integer,
    Text,
    Switch,
    Index, ///< a name of the index catalogue
    Expression, ///< a formula over band names
    Bands, ///< band names, in order
    Areas, ///< polygons with names; command line and window take a file of GeoJSON
    Date, ///< ISO 8601, UTC
};

/// One declared parameter, as people see it.
struct Parameter {
    QString name;
    QString text;
    Json fallback; ///< its default
    std::optional<double> minimum; ///< numbers only
    std::optional<double> maximum;
    QString unit;
    QStringList choices; ///< texts only; compared without regard to case
    ParameterKind kind = ParameterKind::Choice;
    bool required = false; ///< there is no default
    bool advanced = false; ///< folded away in the form
    QString when {}; ///< "method=best": accepted and shown only then
};

/// Binds an operation's members to their declarations. The members' values are the defaults. Each gives back its
/// declaration, to be marked required, advanced or conditional.
class Parameters
{
public:
    Parameter &choice(const QString &name, const QString &text, QString &value, const QStringList &choices);
    Parameter &number(const QString &name, const QString &text, double &value, double minimum, double maximum,
                      const QString &unit = {});
    Parameter &integer(const QString &name, const QString &text, int &value, int minimum, int maximum,
                       const QString &unit = {});
    Parameter &text(const QString &name, const QString &text, QString &value);
    Parameter &toggle(const QString &name, const QString &text, bool &value);
    Parameter &index(const QString &name, const QString &text, QString &value); ///< checked against indexCatalogue()
    Parameter &expression(const QString &name, const QString &text, QString &value); ///< checked to parse
    Parameter &bands(const QString &name, const QString &text, QStringList &value);
    Parameter &areas(const QString &name, const QString &text, std::vector<data::NamedArea> &value);
    Parameter &date(const QString &name, const QString &text, QDateTime &value);

    [[nodiscard]] std::vector<Parameter> declared() const;
    /// Checks every member of `given` and puts it where it belongs. Unknown names, wrong types, numbers out of range
    /// and required ones that are absent are errors that say what would be right.
    [[nodiscard]] Result<void> assign(const Json &given);

private:
    using Set = std::function<Result<void>(const Json &)>;
    using Get = std::function<Json()>;
    struct Bound {
        Parameter parameter;
        Set set;
        Get get;
    };
    Parameter &add(Parameter parameter, Set set, Get get);
    [[nodiscard]] const Bound *find(const QString &name) const;
    [[nodiscard]] bool applies(const Parameter &parameter) const; ///< its `when` holds
    std::deque<Bound> m_bound; ///< references stay good
};

/// One band of one scene, to be read tile by tile.
struct BandRead {
    int scene = 0;
    QString band; ///< common or native
    /// Nearest for classes and bit masks; else bilinear, unless the recipe says otherwise. The executor finds out.
    bool classes = false;
};
struct OutputBand {
    // Both stand in the file: the same in every language.
    QString name; ///< "NDVI"
    QString description; ///< "NDVI = (nir - red) / (nir + red)"
    QString unit {};
    double low = 0; ///< worth telling apart by colour
    double high = 0;
    QString ramp {}; ///< of render; empty: greys
    int copies = -1; ///< the place in Plan::reads whose values it holds as they are; −1: it is computed
};
/// One raster that comes out. The suffix "" is the file asked for; "_classes" stands beside it.
struct OutputFile {
    QString suffix {};
    raster::SampleType type = raster::SampleType::Float32;
    std::optional<double> nodata {}; ///< whole numbers only
    raster::OverviewMethod overviews = raster::OverviewMethod::Average;
    std::vector<OutputBand> bands {};
    std::vector<std::array<std::uint8_t, 4>> colours {}; ///< UInt8 with one band only: RGBA by value
    QStringList classes {}; ///< their names, by value
};
enum class Extent { FirstScene, Intersection, Union };

/// What an operation reads and writes for certain scenes.
struct Plan {
    std::vector<BandRead> reads;
    std::vector<OutputFile> files; ///< none: tables are all that comes out
    Extent extent = Extent::FirstScene;
    QStringList warnings {}; ///< known before anything is read: another orbit, season, sensor, baseline
    bool masksItself = false; ///< the operation wants to see the masks; else masked pixels are NaN in its bands
    std::optional<data::GeoBox> within {}; ///< nothing outside is asked for: the grid reaches no farther
    QStringList tables {}; ///< names of those that sumUp() gives, where they stand beside files as NAME_<table>.csv
};

/// One tile, or a strip of one. In bands: physical values, NaN without data, by Plan::reads.
struct TileInput {
    data::Grid window;
    std::vector<data::Block> bands;
    std::vector<std::shared_ptr<const data::Block>> masks; ///< by scene: 1 masked, 0 not, NaN unknown; null: no mask
    StopToken stop {};
    /// The same as `bands`, as an evaluator takes it: raw numbers with their rule where nothing was resampled. Only for
    /// an operation that takesSources(); its `bands` are empty.
    std::vector<Source> sources {};
};
struct TileOutput {
    std::vector<std::vector<data::Block>> files {}; ///< by Plan::files, by band; sizes of the window
    QByteArray tally {}; ///< what sumUp() wants of this tile; little-endian, self-describing
};

struct Table {
    QString name; ///< "areas"
    QStringList columns; ///< with units: "area_ha"
    std::vector<std::vector<Json>> rows;
    [[nodiscard]] Json toJson() const; ///< {name, columns, rows}
};
struct Summary {
    std::vector<Table> tables {};
    QStringList notes {};
};

/// For what has to be known of the pixels before the tiles: the grid, and reads of small parts.
struct Preparation {
    data::Grid grid;
    std::function<Result<data::Block>(int read, const data::Grid &window)> read; ///< by Plan::reads, masked
    StopToken stop {};
};

/// Once planned and prepared, a pure function of tiles: their order and shape change nothing.
class Operation
{
public:
    virtual ~Operation() = default;
    virtual void describe(Parameters &parameters) = 0;
    /// How many scenes it takes: least, most.
    [[nodiscard]] virtual std::pair<int, int> scenes() const { return {1, 1}; }
    /// What it reads and writes; the error says which scene lacks which band. Opens nothing.
    [[nodiscard]] virtual Result<Plan> plan(const std::vector<SceneFacts> &scenes) = 0;
    /// Whether tile() wants TileInput::sources: for operations that are one formula a pixel.
    [[nodiscard]] virtual bool takesSources() const { return false; }
    /// Once, after plan() and before the first tile; I/O thread. @return notes
    [[nodiscard]] virtual Result<QStringList> prepare(const Preparation &preparation);
    /// Whether tile() has anything to say of this part of the grid: else it is neither read nor computed. For plans
    /// without files only; after prepare().
    [[nodiscard]] virtual bool wants(const data::Grid &window) const;
    /// CPU pool, many at a time.
    [[nodiscard]] virtual TileOutput tile(const TileInput &input) const = 0;
    /// @param tallies in the order of tiles (and of strips within one), whatever the order of work
    [[nodiscard]] virtual Summary sumUp(const std::vector<QByteArray> &tallies) const;
    /// The summary as GeoJSON, for operations over areas; null: there is no such thing.
    [[nodiscard]] virtual Json toGeoJson(const Summary &summary) const;
};

struct OperationInfo {
    QString name;
    QString text;
    std::vector<Parameter> parameters;
    QString shorthandFor; ///< "index --index NDVI" for `ndvi`; empty for an operation of its own
    int fewestScenes = 1;
    int mostScenes = 1;
    bool writesRaster = true; ///< false: tables only (CSV)
    QString title {}; ///< two or three words: "Spectral index"
};
/// All of them, shorthands after what they stand for.
[[nodiscard]] std::vector<OperationInfo> operations();
/// An operation by name with its parameters checked and assigned.
[[nodiscard]] Result<std::unique_ptr<Operation>> makeOperation(const QString &name, const Json &parameters);

} // namespace astra::processing
