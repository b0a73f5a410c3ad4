// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/authoritiesmodel.h"

#include "ui/settings/accountwords.h"

#include <QDesktopServices>
#include <QLocale>

namespace astra::settings {

namespace {

QString namesText(const data::Authority &authority)
{
    constexpr int shown = 3; // a bundle may hold hundreds
    const QString first = authority.names.mid(0, shown).join(QStringLiteral(", "));
    return authority.names.size() <= shown
        ? first
        : AuthoritiesModel::tr("%1 and %2 more").arg(first, QLocale().toString(authority.names.size() - shown));
}

} // namespace

void AuthoritiesModel::setEngine(std::shared_ptr<engine::Engine> engine)
{
    startOver(m_rows);
    m_engine = std::move(engine);
    Q_EMIT changed();
}

void AuthoritiesModel::load()
{
    if (m_engine && !busy()) {
        ask(m_engine->authorities(),
            [this](const Result<std::vector<data::Authority>> &files) { take(m_rows, *files); });
    }
}

void AuthoritiesModel::add(const QUrl &file)
{
    if (!m_engine || busy() || !file.isLocalFile())
        return;
    change(m_engine->addAuthority(file.toLocalFile()), [this](const Result<data::Authority> &added) {
        m_message = tr("Trusted from now on: %1.").arg(namesText(*added));
        load();
    });
}

void AuthoritiesModel::remove(int row)
{
    if (!m_engine || busy() || !holds(row))
        return;
    const data::Authority authority = m_rows[static_cast<std::size_t>(row)];
    change(m_engine->removeAuthority(authority.file), [this, authority](const Result<void> &) {
        m_message = tr("No longer trusted: %1.").arg(namesText(authority));
        load();
    });
}

void AuthoritiesModel::openFolder() const
{
    if (m_engine)
        QDesktopServices::openUrl(QUrl::fromLocalFile(folder()));
}

QVariant AuthoritiesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto &authority = m_rows[static_cast<std::size_t>(index.row())];
    const QDateTime now = QDateTime::currentDateTimeUtc();
    switch (role) {
    case Qt::DisplayRole:
    case FileRole:
        return authority.file;
    case NamesRole:
        return namesText(authority);
    case EndsRole:
        return endText(authority.expires, now);
    case EndedRole:
        return authority.expires.isValid() && authority.expires <= now;
    default:
        return {};
    }
}

QHash<int, QByteArray> AuthoritiesModel::roleNames() const
{
    return {{FileRole, "file"}, {NamesRole, "names"}, {EndsRole, "ends"}, {EndedRole, "ended"}};
}

} // namespace astra::settings
