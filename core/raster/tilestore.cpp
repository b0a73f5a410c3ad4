// SPDX-License-Identifier: Apache-2.0
#include "core/raster/tilestore.h"

#include "core/raster/posixfile.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFile>

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <unordered_map>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

static_assert(std::endian::native == std::endian::little, "frames lie in the file as they lie in memory");

struct Header {
    std::array<char, 8> magic {'a', 's', 't', 'r', 'a', 't', 's', '1'};
    std::array<char, 32> plan {}; ///< its SHA-256
    quint32 sum = 0; ///< of all before
    quint32 owner = 0; ///< the process that has it, for a message; not part of the sum
};
static_assert(sizeof(Header) == 48);

struct Frame {
    static constexpr quint32 mark = 0x656c6974; ///< "tile"
    quint32 magic = mark;
    quint32 sum = 0; ///< of all behind it up to the tally
    quint16 file = 0;
    quint16 level = 0;
    quint32 index = 0;
    quint32 bytes = 0;
    quint32 bytesSum = 0;
    quint32 tally = 0;
    quint32 tallySum = 0;
};
static_assert(sizeof(Frame) == 32);

quint32 sumOf(const void *data, std::size_t size) { return libdeflate_crc32(0, data, size); }
quint32 sumOf(const Header &header) { return sumOf(&header, offsetof(Header, sum)); }
quint32 sumOf(const Frame &frame)
{
    constexpr auto from = offsetof(Frame, file);
    return sumOf(reinterpret_cast<const char *>(&frame) + from, sizeof(Frame) - from);
}

Header headerFor(const QByteArray &plan)
{
    Header header;
    const QByteArray hash = QCryptographicHash::hash(plan, QCryptographicHash::Sha256);
    std::copy_n(hash.cbegin(), header.plan.size(), header.plan.begin());
    header.sum = sumOf(header);
    header.owner = static_cast<quint32>(::getpid());
    return header;
}

struct Place {
    quint64 offset = 0; ///< of the tally; the bytes follow it
    quint32 tally = 0;
    quint32 bytes = 0;
    quint32 bytesSum = 0;
};

struct Hash {
    std::size_t operator()(TileStore::Key key) const
    {
        return std::hash<quint64>()(static_cast<quint64>(key.file) << 48 | static_cast<quint64>(key.level) << 32
                                    | key.index);
    }
};

/// The file from front to end through a window that grows to the largest frame.
class Forward
{
public:
    Forward(const PosixFile &file, quint64 size)
        : m_file(file)
        , m_size(size)
    {
    }
    /// `size` bytes at `offset`, which never goes back; null where the file ends before or cannot be read.
    [[nodiscard]] const char *at(quint64 offset, quint64 size)
    {
        if (size > m_size || offset > m_size - size)
            return nullptr;
        if (offset + size > m_from + m_held) {
            constexpr quint64 window = 4 << 20;
            m_held = std::min(std::max(size, window), m_size - offset);
            m_from = offset;
            if (m_buffer.size() < m_held)
                m_buffer.resize(m_held);
            if (!m_file.readAt(m_from, m_buffer.data(), m_held)) {
                m_held = 0;
                return nullptr;
            }
        }
        return m_buffer.data() + (offset - m_from);
    }

private:
    const PosixFile &m_file;
    quint64 m_size;
    std::vector<char> m_buffer;
    quint64 m_from = 0;
    quint64 m_held = 0;
};

class Store : public TileStore
{
public:
    Store(PosixFile file, QString path)
        : m_file(std::move(file))
        , m_path(std::move(path))
    {
    }
    [[nodiscard]] Result<void> takeUp(const QByteArray &plan, const StopToken &stop);

    [[nodiscard]] bool has(Key key) const override
    {
        const std::shared_lock lock(m_mutex);
        return m_places.contains(key);
    }
    [[nodiscard]] std::vector<Key> kept() const override { return m_kept; }
    [[nodiscard]] Result<void> put(Key key, const QByteArray &bytes, const QByteArray &tally) override;
    [[nodiscard]] Result<QByteArray> bytes(Key key) const override;
    [[nodiscard]] Result<void> read(Key key, char *to) const override;
    [[nodiscard]] qint64 size(Key key) const override
    {
        const auto place = find(key);
        return place ? place->bytes : 0;
    }
    [[nodiscard]] QByteArray tally(Key key) const override;
    [[nodiscard]] Result<void> sync() override { return m_file.sync(); }
    void discard() override
    {
        if (!m_path.isEmpty())
            QFile::remove(m_path);
    }

private:
    [[nodiscard]] std::optional<Place> find(Key key) const
    {
        const std::shared_lock lock(m_mutex);
        const auto found = m_places.find(key);
        return found == m_places.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] Result<void> scan(quint64 size, const StopToken &stop);

    PosixFile m_file;
    QString m_path; ///< empty: it has no name
    std::vector<Key> m_kept;
    mutable std::shared_mutex m_mutex;
    std::unordered_map<Key, Place, Hash> m_places; // guarded by m_mutex
    std::mutex m_writing; // one frame at a time: a crash tears the last one and no other
    quint64 m_end = sizeof(Header); // guarded by m_writing
};

Result<void> Store::takeUp(const QByteArray &plan, const StopToken &stop)
{
    const auto size = m_file.size();
    if (!size)
        return fail(size.error());
    const Header wanted = headerFor(plan);
    Header found;
    const bool whole = *size >= sizeof found && m_file.readAt(0, reinterpret_cast<char *>(&found), sizeof found)
        && found.magic == wanted.magic && found.sum == sumOf(found);
    const bool same = whole && found.plan == wanted.plan;
    if (same) {
        if (auto ok = scan(*size, stop); !ok)
            return ok;
    }
    // Cut before the header is written: nothing of another plan may ever stand behind it.
    if (auto ok = m_file.truncate(same ? m_end : 0); !ok)
        return ok;
    return m_file.writeAt(0, reinterpret_cast<const char *>(&wanted), sizeof wanted);
}

Result<void> Store::scan(quint64 size, const StopToken &stop)
{
    Forward forward(m_file, size);
    while (const char *at = forward.at(m_end, sizeof(Frame))) {
        if (stop.stop_requested())
            return cancelled();
        Frame frame;
        std::memcpy(&frame, at, sizeof frame);
        if (frame.magic != Frame::mark || frame.sum != sumOf(frame))
            break;
        const quint64 payload = static_cast<quint64>(frame.tally) + frame.bytes;
        const char *content = forward.at(m_end + sizeof frame, payload);
        if (!content)
            break;
        if (sumOf(content, frame.tally) == frame.tallySum
            && sumOf(content + frame.tally, frame.bytes) == frame.bytesSum) {
            m_places[{frame.file, frame.level, frame.index}] = {m_end + sizeof frame, frame.tally, frame.bytes,
                                                                frame.bytesSum};
        }
        m_end += sizeof frame + payload;
    }
    m_kept.reserve(m_places.size());
    for (const auto &[key, place] : m_places)
        m_kept.push_back(key);
    std::sort(m_kept.begin(), m_kept.end());
    return {};
}

Result<void> Store::put(Key key, const QByteArray &bytes, const QByteArray &tally)
{
    Frame frame;
    frame.file = key.file;
    frame.level = key.level;
    frame.index = key.index;
    frame.bytes = static_cast<quint32>(bytes.size());
    frame.bytesSum = sumOf(bytes.constData(), frame.bytes);
    frame.tally = static_cast<quint32>(tally.size());
    frame.tallySum = sumOf(tally.constData(), frame.tally);
    frame.sum = sumOf(frame);
    std::array<iovec, 3> parts {iovec {&frame, sizeof frame},
                                iovec {const_cast<char *>(tally.constData()), frame.tally},
                                iovec {const_cast<char *>(bytes.constData()), frame.bytes}};
    const std::lock_guard writing(m_writing);
    const quint64 offset = m_end + sizeof frame;
    if (auto ok = m_file.writeAt(m_end, parts); !ok) {
        // Half a frame is cut off by the next open(); the next put() would write over it.
        [[maybe_unused]] const auto cut = m_file.truncate(m_end);
        return ok;
    }
    m_end = offset + frame.tally + frame.bytes;
    const std::lock_guard lock(m_mutex);
    m_places[key] = {offset, frame.tally, frame.bytes, frame.bytesSum};
    return {};
}

Result<void> Store::read(Key key, char *to) const
{
    const auto place = find(key);
    if (!place)
        return fail(ErrorCode::Internal, Text::tr("A tile that was not kept was asked for."), m_path);
    if (auto ok = m_file.readAt(place->offset + place->tally, to, place->bytes); !ok)
        return ok;
    if (sumOf(to, place->bytes) != place->bytesSum)
        return fail(ErrorCode::Storage, Text::tr("A tile that was kept on the disk has changed there."), m_path);
    return {};
}

Result<QByteArray> Store::bytes(Key key) const
{
    QByteArray bytes(static_cast<qsizetype>(size(key)), Qt::Uninitialized);
    if (auto ok = read(key, bytes.data()); !ok)
        return fail(std::move(ok.error()));
    return bytes;
}

QByteArray Store::tally(Key key) const
{
    const auto place = find(key);
    if (!place)
        return {};
    QByteArray tally(static_cast<qsizetype>(place->tally), Qt::Uninitialized);
    return m_file.readAt(place->offset, tally.data(), place->tally) ? tally : QByteArray();
}

/// Whether the name still leads to this file: whoever had it may have discarded it while we waited for the lock.
bool isAt(const PosixFile &file, const QString &path)
{
    struct stat own {
    };
    struct stat named {
    };
    return ::fstat(file.descriptor(), &own) == 0 && ::stat(QFile::encodeName(path).constData(), &named) == 0
        && own.st_ino == named.st_ino && own.st_dev == named.st_dev;
}

/// Whether it was never ours: nothing is written over such a file. Zeros are what a power cut may leave of ours.
bool isForeign(const PosixFile &file)
{
    decltype(Header::magic) magic {};
    const auto size = file.size();
    if (!size || *size == 0)
        return false;
    [[maybe_unused]] const auto read = file.readAt(0, magic.data(), std::min<quint64>(*size, magic.size()));
    return magic != Header().magic && magic != decltype(magic) {};
}

tl::unexpected<Error> heldByAnother(const PosixFile &file, const QString &path)
{
    Header header;
    const auto read = file.readAt(0, reinterpret_cast<char *>(&header), sizeof header);
    return fail(ErrorCode::Storage,
                Text::tr("%1 is being written by another process (%2).")
                    .arg(path, read ? QString::number(header.owner) : QStringLiteral("?")),
                path);
}

} // namespace

Result<std::unique_ptr<TileStore>> TileStore::open(const QString &path, const QByteArray &plan, const StopToken &stop)
{
    while (true) {
        auto file = PosixFile::open(path, O_RDWR | O_CREAT | O_NOFOLLOW);
        if (!file)
            return fail(std::move(file.error()));
        if (::flock(file->descriptor(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK)
                return heldByAnother(*file, path);
            return file->failure(errno);
        }
        if (!isAt(*file, path))
            continue;
        if (isForeign(*file))
            return fail(ErrorCode::Storage, Text::tr("%1 is there already and holds something else.").arg(path), path);
        auto store = std::make_unique<Store>(std::move(*file), path);
        if (auto ok = store->takeUp(plan, stop); !ok)
            return fail(std::move(ok.error()));
        return store;
    }
}

Result<std::unique_ptr<TileStore>> TileStore::temporary(const QString &path)
{
    auto file = PosixFile::nameless(path);
    if (!file)
        return fail(std::move(file.error()));
    return std::make_unique<Store>(std::move(*file), QString());
}

} // namespace astra::raster
