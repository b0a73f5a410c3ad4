// SPDX-License-Identifier: Apache-2.0
#include "core/raster/bytefiles.h"

#include <QCoreApplication>

#include <cpl_vsi.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

// GDAL's callbacks get the path without it.
constexpr QByteArrayView prefix = "/vsiastra/";
// Without this buffer opening a COG takes nine small reads and its tile index a hundred; with it, one each.
constexpr size_t bufferBytes = 65536;
constexpr size_t bufferCacheBytes = 16UL << 20;

struct Entry {
    std::shared_ptr<ByteSource> source;
    std::mutex mutex;
    std::optional<Error> error; // guarded by mutex
};

struct Table {
    std::mutex mutex;
    std::map<QByteArray, std::shared_ptr<Entry>> entries; // guarded by mutex
    std::atomic<quint64> next {1};
};

Table &table()
{
    static Table instance;
    return instance;
}

std::shared_ptr<Entry> find(const QByteArray &path)
{
    const std::lock_guard lock(table().mutex);
    const auto found = table().entries.find(path);
    return found == table().entries.end() ? nullptr : found->second;
}

struct OpenFile {
    std::shared_ptr<Entry> entry;
    vsi_l_offset position = 0;
    bool end = false;
};

OpenFile *of(void *file) { return static_cast<OpenFile *>(file); }

/// Fewer bytes than asked for become an error here, never zeros further up.
std::optional<std::vector<QByteArray>> fetch(OpenFile *file, const std::vector<ByteRange> &ranges)
{
    auto answer = file->entry->source->read(ranges);
    if (answer) {
        bool whole = answer->size() == ranges.size();
        for (size_t i = 0; whole && i < ranges.size(); ++i) {
            const quint64 size = file->entry->source->size();
            const quint64 offset = std::min(ranges[i].offset, size);
            const quint64 expected = std::min(ranges[i].length, size - offset);
            whole = static_cast<quint64>((*answer)[i].size()) == expected;
        }
        if (whole)
            return std::move(*answer);
        answer = fail(ErrorCode::Network, Text::tr("Fewer bytes came than were asked for."), {}, true);
    }
    const std::lock_guard lock(file->entry->mutex);
    if (!file->entry->error)
        file->entry->error = answer.error();
    return std::nullopt;
}

void *openFile(void *, const char *path, const char *access)
{
    if (std::strchr(access, 'w') || std::strchr(access, 'a') || std::strchr(access, '+'))
        return nullptr;
    auto entry = find(QByteArray(path));
    return entry ? new OpenFile {std::move(entry)} : nullptr;
}

int statFile(void *, const char *path, VSIStatBufL *status, int)
{
    const auto entry = find(QByteArray(path));
    if (!entry)
        return -1;
    std::memset(status, 0, sizeof(*status));
    status->st_mode = S_IFREG;
    status->st_size = static_cast<decltype(status->st_size)>(entry->source->size());
    return 0;
}

vsi_l_offset tell(void *file) { return of(file)->position; }

int seek(void *file, vsi_l_offset offset, int whence)
{
    if (whence == SEEK_SET)
        of(file)->position = offset;
    else if (whence == SEEK_CUR)
        of(file)->position += offset;
    else
        of(file)->position = of(file)->entry->source->size() + offset;
    of(file)->end = false;
    return 0;
}

size_t readFile(void *file, void *buffer, size_t size, size_t count)
{
    const quint64 wanted = static_cast<quint64>(size) * count;
    if (wanted == 0)
        return 0;
    const quint64 total = of(file)->entry->source->size();
    if (of(file)->position >= total) {
        of(file)->end = true;
        return 0;
    }
    const quint64 length = std::min<quint64>(wanted, total - of(file)->position);
    const auto bytes = fetch(of(file), {ByteRange {of(file)->position, length}});
    if (!bytes)
        return 0;
    std::memcpy(buffer, bytes->front().constData(), length);
    of(file)->position += length;
    of(file)->end = length < wanted;
    return length / size;
}

int readRanges(void *file, int count, void **buffers, const vsi_l_offset *offsets, const size_t *sizes)
{
    std::vector<ByteRange> ranges;
    ranges.reserve(static_cast<size_t>(count));
    for (int i = 0; i < count; ++i)
        ranges.push_back({offsets[i], sizes[i]});
    const auto bytes = fetch(of(file), ranges);
    if (!bytes)
        return -1;
    for (size_t i = 0; i < ranges.size(); ++i) {
        if (static_cast<quint64>((*bytes)[i].size()) != ranges[i].length)
            return -1; // a range past the end: the file is cut short
        std::memcpy(buffers[i], (*bytes)[i].constData(), ranges[i].length);
    }
    return 0;
}

int atEnd(void *file) { return of(file)->end; }

int closeFile(void *file)
{
    delete of(file);
    return 0;
}

} // namespace

void installByteFiles()
{
    auto *callbacks = VSIAllocFilesystemPluginCallbacksStruct();
    callbacks->open = openFile;
    callbacks->stat = statFile;
    callbacks->tell = tell;
    callbacks->seek = seek;
    callbacks->read = readFile;
    callbacks->read_multi_range = readRanges;
    callbacks->eof = atEnd;
    callbacks->close = closeFile;
    callbacks->nBufferSize = bufferBytes;
    callbacks->nCacheSize = bufferCacheBytes;
    VSIInstallPluginHandler(prefix.data(), callbacks);
    VSIFreeFilesystemPluginCallbacksStruct(callbacks);
}

ByteFile::ByteFile(std::shared_ptr<ByteSource> source, const QString &fileName)
    : m_source(std::move(source))
{
    QByteArray name;
    const QString end = fileName.right(80);
    for (const QChar c : end)
        name += c.isLetterOrNumber() || c == u'.' || c == u'_' || c == u'-' ? c.toLatin1() : '_';
    m_path = prefix.toByteArray() + QByteArray::number(table().next++) + '/' + name;
    auto entry = std::make_shared<Entry>();
    entry->source = m_source;
    const std::lock_guard lock(table().mutex);
    table().entries.emplace(m_path.mid(prefix.size()), std::move(entry));
}

ByteFile::~ByteFile()
{
    const std::lock_guard lock(table().mutex);
    table().entries.erase(m_path.mid(prefix.size()));
}

std::optional<Error> ByteFile::takeError()
{
    const auto entry = find(m_path.mid(prefix.size()));
    if (!entry)
        return std::nullopt;
    const std::lock_guard lock(entry->mutex);
    return std::exchange(entry->error, std::nullopt);
}

} // namespace astra::raster
