// SPDX-License-Identifier: Apache-2.0
#include "ui/scene/looklistmodel.h"

#include <algorithm>

namespace astra::scene {

namespace {

using Look = engine::Engine::Look;

struct Domain {
    QString name;
    QString title;
};
/// In the order in which they are shown.
std::vector<Domain> domains()
{
    return {{QStringLiteral("own"), LookListModel::tr("Yours")},
            {QStringLiteral("composite"), LookListModel::tr("Composites")},
            {QStringLiteral("vegetation"), LookListModel::tr("Vegetation")},
            {QStringLiteral("water"), LookListModel::tr("Water")},
            {QStringLiteral("snow"), LookListModel::tr("Snow and ice")},
            {QStringLiteral("burn"), LookListModel::tr("Burnt areas")},
            {QStringLiteral("urban"), LookListModel::tr("Built-up land")},
            {QStringLiteral("soil"), LookListModel::tr("Soil")},
            {QStringLiteral("clouds"), LookListModel::tr("Clouds")},
            {QStringLiteral("radar"), LookListModel::tr("Radar")},
            {QStringLiteral("kernel"), LookListModel::tr("Kernels")}};
}

/// What has no domain of its own comes last.
std::ptrdiff_t placeOf(const Look &look, const std::vector<Domain> &known)
{
    return std::find_if(known.begin(), known.end(), [&](const Domain &domain) { return domain.name == look.domain; })
        - known.begin();
}

bool matches(const Look &look, const QStringList &words)
{
    const QString text = QStringList {titleOf(look), look.text, look.style.formula, look.style.bands.join(u' ')}.join(
        u'\n');
    return std::all_of(words.begin(), words.end(),
                       [&](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace

QString titleOf(const Look &look)
{
    if (look.style.id == u"true-color")
        return LookListModel::tr("True colour");
    if (look.style.id == u"color-infrared")
        return LookListModel::tr("Infrared");
    return look.title;
}

void LookListModel::setScene(const data::Acquisition *acquisition)
{
    m_all = acquisition ? engine::Engine::looks(acquisition) : std::vector<Look>();
    const auto known = domains();
    std::stable_sort(m_all.begin(), m_all.end(),
                     [&](const Look &a, const Look &b) { return placeOf(a, known) < placeOf(b, known); });
    sift();
}

void LookListModel::sift()
{
    const QStringList words = m_filter.split(u' ', Qt::SkipEmptyParts);
    beginResetModel();
    m_shown.clear();
    for (std::size_t i = 0; i < m_all.size(); ++i) {
        if (matches(m_all[i], words))
            m_shown.push_back(i);
    }
    endResetModel();
    Q_EMIT countChanged();
}

const Look *LookListModel::find(const QString &id) const
{
    const auto found = std::find_if(m_all.begin(), m_all.end(), [&](const Look &look) { return look.style.id == id; });
    return found == m_all.end() ? nullptr : &*found;
}

void LookListModel::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    Q_EMIT filterChanged();
    sift();
}

QString LookListModel::summary() const
{
    const auto usable = std::count_if(m_shown.begin(), m_shown.end(),
                                      [this](std::size_t place) { return m_all[place].obstacle.isEmpty(); });
    return m_shown.empty() ? tr("Nothing of that name.")
                           : tr("%1 of %2 can be drawn from this scene").arg(usable).arg(m_shown.size());
}

QString LookListModel::drawable(int row) const
{
    if (row < 0 || row >= count())
        return {};
    const Look &look = m_all[m_shown[static_cast<std::size_t>(row)]];
    return look.obstacle.isEmpty() ? look.style.id : QString();
}

QString LookListModel::headingOf(std::size_t row) const
{
    const auto known = domains();
    const auto placed = [&](std::size_t shown) { return placeOf(m_all[m_shown[shown]], known); };
    const auto place = static_cast<std::size_t>(placed(row));
    if (row > 0 && placed(row - 1) == placed(row))
        return {};
    return place < known.size() ? known[place].title : tr("Others");
}

int LookListModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : count(); }

QVariant LookListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Look &look = m_all[m_shown[static_cast<std::size_t>(index.row())]];
    switch (role) {
    case IdRole:
        return look.style.id;
    case Qt::DisplayRole:
    case TitleRole:
        return titleOf(look);
    case TextRole:
        return look.text;
    case FormulaRole:
        return look.style.formula.isEmpty() ? look.style.bands.join(QStringLiteral(", ")) : look.style.formula;
    case HeadingRole:
        return headingOf(static_cast<std::size_t>(index.row()));
    case ObstacleRole:
        return look.obstacle;
    case OwnRole:
        return look.removable;
    default:
        return {};
    }
}

QHash<int, QByteArray> LookListModel::roleNames() const
{
    return {{IdRole, "styleId"},      {TitleRole, "title"},       {TextRole, "text"}, {FormulaRole, "formula"},
            {HeadingRole, "heading"}, {ObstacleRole, "obstacle"}, {OwnRole, "own"}};
}

} // namespace astra::scene
