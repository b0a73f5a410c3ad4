// SPDX-License-Identifier: Apache-2.0
#include "ui/scene/metadatamodel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLocale>

#include <algorithm>

namespace astra::scene {

namespace {

constexpr qsizetype longestShown = 2000; ///< a geometry may have a million characters; all of it can be copied

QString plain(const Json &value)
{
    return value.is_string() ? asString(value).value_or(QString()) : QString::fromUtf8(toText(value));
}

bool isPlain(const Json &value) { return !value.is_structured() || value.empty(); }

void flatten(const Json &value, const QString &name, std::vector<MetadataModel::Entry> &entries)
{
    if (static_cast<int>(entries.size()) >= MetadataModel::mostRows)
        return;
    const bool listOfValues = value.is_array() && std::all_of(value.begin(), value.end(), isPlain);
    if (listOfValues) {
        QStringList parts;
        for (const auto &part : value)
            parts.append(plain(part));
        entries.push_back({name, parts.join(QStringLiteral(", "))});
    } else if (isPlain(value) || name.endsWith(u".coordinates") || name.endsWith(u"geometry")) {
        entries.push_back({name, plain(value)});
    } else if (value.is_object()) {
        for (const auto &[key, part] : value.items())
            flatten(part,
                    name.isEmpty() ? QString::fromStdString(key) : QString(name + u'.' + QString::fromStdString(key)),
                    entries);
    } else {
        for (std::size_t i = 0; i < value.size(); ++i)
            flatten(value[i], QString(name + u'[' + QString::number(i) + u']'), entries);
    }
}

} // namespace

MetadataModel::~MetadataModel() { m_stop.request_stop(); }

std::vector<MetadataModel::Entry> MetadataModel::flattened(const Json &json)
{
    std::vector<Entry> entries;
    if (json.is_structured() && !json.empty())
        flatten(json, {}, entries);
    // What people look for first: the properties, then the rest, the long list of files last.
    const auto rank = [](const Entry &entry) {
        return entry.name.startsWith(u"properties.") ? 0 : entry.name.startsWith(u"assets.") ? 2 : 1;
    };
    std::stable_sort(entries.begin(), entries.end(), [&](const Entry &a, const Entry &b) { return rank(a) < rank(b); });
    return entries;
}

void MetadataModel::setSource(Ask ask)
{
    m_stop.request_stop();
    m_stop = StopSource();
    beginResetModel();
    m_ask = std::move(ask);
    m_state = State::Idle;
    m_error.clear();
    m_all.clear();
    m_shown.clear();
    endResetModel();
    Q_EMIT stateChanged();
}

void MetadataModel::load()
{
    if (!m_ask || m_state != State::Idle)
        return;
    m_state = State::Loading;
    Q_EMIT stateChanged();
    deliver(m_ask(m_stop.get_token()), this, [this, stop = m_stop.get_token()](const Result<Json> &item) {
        if (stop.stop_requested())
            return;
        m_state = item ? State::Loaded : State::Failed;
        m_error = item ? QString() : item.error().message;
        m_all = item ? flattened(*item) : std::vector<Entry> {};
        pass();
    });
}

void MetadataModel::retry()
{
    if (m_state == State::Failed)
        m_state = State::Idle;
    m_error.clear();
    load();
}

void MetadataModel::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    pass();
}

void MetadataModel::pass()
{
    const QStringList words = m_filter.split(u' ', Qt::SkipEmptyParts);
    beginResetModel();
    m_shown.clear();
    for (std::size_t i = 0; i < m_all.size(); ++i) {
        const Entry &entry = m_all[i];
        if (std::all_of(words.begin(), words.end(), [&](const QString &word) {
                return entry.name.contains(word, Qt::CaseInsensitive)
                    || entry.value.contains(word, Qt::CaseInsensitive);
            }))
            m_shown.push_back(static_cast<int>(i));
    }
    endResetModel();
    Q_EMIT stateChanged();
}

QString MetadataModel::summary() const
{
    if (m_state != State::Loaded)
        return {};
    const int all = static_cast<int>(m_all.size());
    const QString text = m_filter.trimmed().isEmpty() ? tr("%n value(s)", nullptr, all)
                                                      : tr("%1 of %n value(s)", nullptr, all).arg(count());
    return all < mostRows ? text : tr("%1; the rest of it is left out").arg(text);
}

void MetadataModel::copy(int row) const
{
    QStringList lines;
    for (int i = 0; i < count(); ++i) {
        const Entry &entry = m_all[static_cast<std::size_t>(m_shown[static_cast<std::size_t>(i)])];
        if (i == row)
            lines = {entry.value};
        else if (row < 0)
            lines.append(QString(entry.name + u'\t' + entry.value));
    }
    if (!lines.isEmpty())
        QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

int MetadataModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : count(); }

QVariant MetadataModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Entry &entry = m_all[static_cast<std::size_t>(m_shown[static_cast<std::size_t>(index.row())])];
    switch (role) {
    case Qt::DisplayRole:
    case NameRole:
        return entry.name;
    case ValueRole:
        return entry.value.size() > longestShown ? QString(entry.value.left(longestShown) + u'…') : entry.value;
    default:
        return {};
    }
}

QHash<int, QByteArray> MetadataModel::roleNames() const { return {{NameRole, "name"}, {ValueRole, "value"}}; }

} // namespace astra::scene
