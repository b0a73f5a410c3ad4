// SPDX-License-Identifier: Apache-2.0
#include "core/raster/tilestore.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

using namespace astra;
using namespace astra::raster;

namespace {

using Key = TileStore::Key;

QByteArray content(quint32 index) { return QByteArray(1000 + static_cast<int>(index) * 10, static_cast<char>(index)); }
QByteArray tallyOf(quint32 index) { return "tally " + QByteArray::number(index); }

} // namespace

class tst_TileStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void whatIsPut_isThereAgain()
    {
        {
            auto store = opened();
            QVERIFY(store->kept().empty());
            fill(*store, 5);
            QVERIFY(store->has({0, 0, 3}));
            QVERIFY(!store->has({0, 1, 3}));
            QVERIFY(store->kept().empty()); // as found by open()
            QCOMPARE(*store->bytes({0, 0, 3}), content(3));
            QVERIFY(store->sync());
        }
        const auto store = opened();
        QCOMPARE(store->kept().size(), size_t(5));
        for (quint32 i = 0; i < 5; ++i) {
            QVERIFY((store->kept()[i] == Key {0, 0, i}));
            QCOMPARE(*store->bytes({0, 0, i}), content(i));
            QCOMPARE(store->size({0, 0, i}), qint64(content(i).size()));
            QCOMPARE(store->tally({0, 0, i}), tallyOf(i));
        }
        QVERIFY(!store->bytes({0, 0, 5}));
        QCOMPARE(store->size({0, 0, 5}), 0);
        QVERIFY(store->tally({0, 0, 5}).isEmpty());
    }

    void keys_areToldApart()
    {
        {
            auto store = opened();
            QVERIFY(store->put({1, 2, 3}, "a", {}));
            QVERIFY(store->put({2, 1, 3}, "b", {}));
            QVERIFY(store->put({0, 0, 0}, {}, "only a tally"));
            QVERIFY(store->put({1, 2, 3}, "c", "again"));
        }
        const auto store = opened();
        QVERIFY((store->kept() == std::vector<Key> {{0, 0, 0}, {1, 2, 3}, {2, 1, 3}}));
        QCOMPARE(*store->bytes({1, 2, 3}), QByteArray("c"));
        QCOMPARE(store->tally({1, 2, 3}), QByteArray("again"));
        QCOMPARE(*store->bytes({2, 1, 3}), QByteArray("b"));
        QVERIFY(store->has({0, 0, 0}));
        QCOMPARE(*store->bytes({0, 0, 0}), QByteArray());
        QCOMPARE(store->tally({0, 0, 0}), QByteArray("only a tally"));
    }

    /// Cut at every byte of the last frame: all before it stay, and it can be put again.
    void tornEnd_isCutOff()
    {
        fill(*opened(), 3);
        const QByteArray whole = read();
        const auto lastFrame = whole.size() - 32 - tallyOf(2).size() - content(2).size();
        for (qsizetype length = lastFrame; length < whole.size(); length += length < lastFrame + 60 ? 1 : 97) {
            write(whole.left(length));
            {
                auto store = opened();
                QCOMPARE(store->kept().size(), size_t(2));
                QCOMPARE(QFile(path()).size(), lastFrame);
                QVERIFY(store->put({0, 0, 2}, content(2), tallyOf(2)));
            }
            QCOMPARE(opened()->kept().size(), size_t(3));
        }
    }

    void wrongSum_isAsIfItWereNotThere()
    {
        fill(*opened(), 3);
        QByteArray bytes = read();
        const auto inSecond = bytes.indexOf(content(1)) + 500;
        bytes[inSecond] = static_cast<char>(~bytes[inSecond]);
        write(bytes);
        {
            const auto store = opened();
            QVERIFY((store->kept() == std::vector<Key> {{0, 0, 0}, {0, 0, 2}}));
            QVERIFY(!store->has({0, 0, 1}));
            QCOMPARE(*store->bytes({0, 0, 2}), content(2));
            QVERIFY(store->put({0, 0, 1}, content(1), {}));
        }
        QCOMPARE(opened()->kept().size(), size_t(3));
    }

    void wrongSumOfATally_isAsIfItWereNotThere()
    {
        fill(*opened(), 3);
        QByteArray bytes = read();
        bytes[bytes.indexOf("tally 1")] = 'T';
        write(bytes);
        QVERIFY(!opened()->has({0, 0, 1}));
    }

    void aChangeWhileOpen_isAnErrorAndNotATile()
    {
        auto store = opened();
        fill(*store, 2);
        QFile file(path());
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.seek(read().indexOf(content(1)) + 3));
        QVERIFY(file.write("x") == 1);
        file.close();
        QCOMPARE(store->bytes({0, 0, 1}).error().code, ErrorCode::Storage);
        QVERIFY(store->bytes({0, 0, 0}));
    }

    void anotherPlan_startsAnew()
    {
        fill(*opened(), 3);
        {
            const auto store = TileStore::open(path(), "another plan");
            QVERIFY(store);
            QVERIFY((*store)->kept().empty());
            QVERIFY(QFile(path()).size() < 100);
        }
        QVERIFY(opened()->kept().empty()); // the first plan's are gone too
    }

    void damagedHeader_startsAnew()
    {
        fill(*opened(), 3);
        QByteArray bytes = read();
        bytes[20] = static_cast<char>(~bytes[20]);
        write(bytes);
        QVERIFY(opened()->kept().empty());
        write(QByteArray(300, '\0')); // what a power cut may leave
        QVERIFY(opened()->kept().empty());
    }

    void aForeignFile_isLeftAlone()
    {
        for (const QByteArray notes : {"precious notes that somebody wrote", "no"}) {
            write(notes);
            const auto store = TileStore::open(path(), "plan");
            QVERIFY(!store);
            QCOMPARE(store.error().code, ErrorCode::Storage);
            QCOMPARE(read(), notes);
        }
    }

    void stop_whileItIsTakenUp_leavesItAsItIs()
    {
        fill(*opened(), 4);
        const QByteArray bytes = read();
        StopSource source;
        source.request_stop();
        const auto store = TileStore::open(path(), "plan", source.get_token());
        QVERIFY(!store);
        QCOMPARE(store.error().code, ErrorCode::Cancelled);
        QCOMPARE(read(), bytes);
        QCOMPARE(opened()->kept().size(), size_t(4));
    }

    void oneProcessAtATime()
    {
        const auto store = opened();
        const auto second = TileStore::open(path(), "plan");
        QVERIFY(!second);
        QCOMPARE(second.error().code, ErrorCode::Storage);
        QVERIFY2(second.error().message.contains(QString::number(getpid())), qPrintable(second.error().message));
    }

    /// A process that dies with the store open lets go of it, and what it had put stays.
    void kill_keepsWhatWasPut()
    {
        int ready[2];
        QCOMPARE(pipe(ready), 0);
        const pid_t child = fork();
        if (child == 0) {
            const auto store = TileStore::open(path(), "plan");
            if (store) {
                fill(**store, 4);
                [[maybe_unused]] const auto told = ::write(ready[1], "x", 1);
            }
            while (true)
                pause();
        }
        char told = 0;
        QCOMPARE(::read(ready[0], &told, 1), ssize_t(1));
        QVERIFY(!TileStore::open(path(), "plan"));
        ::kill(child, SIGKILL);
        QCOMPARE(waitpid(child, nullptr, 0), child);
        QCOMPARE(opened()->kept().size(), size_t(4));
        ::close(ready[0]);
        ::close(ready[1]);
    }

    void fullDisk_isAStorageError_andNothingIsLost()
    {
        // A limit on file size stands in for the full disk: write() fails half-way in the same manner.
        std::signal(SIGXFSZ, SIG_IGN);
        auto store = opened();
        fill(*store, 2);
        rlimit before {};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        rlimit small = before;
        small.rlim_cur = 4000;
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto ok = store->put({0, 0, 7}, QByteArray(10000, 'z'), {});
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!ok);
        QCOMPARE(ok.error().code, ErrorCode::Storage);
        QVERIFY(!store->has({0, 0, 7}));
        QVERIFY(store->put({0, 0, 8}, content(8), {})); // there is room again
        store.reset();
        const auto again = opened();
        QVERIFY((again->kept() == std::vector<Key> {{0, 0, 0}, {0, 0, 1}, {0, 0, 8}}));
        QCOMPARE(*again->bytes({0, 0, 8}), content(8));
    }

    void discard_removesTheFile()
    {
        auto store = opened();
        fill(*store, 1);
        store->discard();
        QVERIFY(!QFile::exists(path()));
        store.reset();
        QVERIFY(opened()->kept().empty());
    }

    void folderThatIsNotThere_isAStorageError()
    {
        QCOMPARE(TileStore::open(QStringLiteral("/no/such/folder/x.part"), "plan").error().code, ErrorCode::Storage);
        QCOMPARE(TileStore::temporary(QStringLiteral("/no/such/folder/x.tif")).error().code, ErrorCode::Storage);
    }

    void temporary_hasNoName()
    {
        auto store = TileStore::temporary(path());
        QVERIFY(store);
        fill(**store, 3);
        QCOMPARE(*(*store)->bytes({0, 0, 2}), content(2));
        QVERIFY(QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
    }

    void manyThreads()
    {
        {
            auto store = opened();
            std::vector<std::thread> threads;
            threads.reserve(4);
            for (quint16 t = 0; t < 4; ++t) {
                threads.emplace_back([&store, t] {
                    for (quint32 i = 0; i < 200; ++i) {
                        if (!store->put({t, 0, i}, content(i), tallyOf(i)) || *store->bytes({t, 0, i}) != content(i))
                            qFatal("A tile did not come back.");
                    }
                });
            }
            for (auto &thread : threads)
                thread.join();
        }
        const auto store = opened();
        QCOMPARE(store->kept().size(), size_t(800));
        for (const auto key : store->kept())
            QCOMPARE(*store->bytes(key), content(key.index));
    }

    /// More tiles than any scene has: taking them up is reading the file once.
    void aMillionFrames_openQuickly()
    {
        constexpr quint32 million = 1'000'000;
        {
            auto store = opened();
            const QByteArray bytes(40, 'b');
            const QByteArray tally(8, 't');
            for (quint32 i = 0; i < million; ++i)
                QVERIFY(store->put({0, 0, i}, bytes, tally));
        }
        QElapsedTimer clock;
        clock.start();
        const auto store = opened();
        const auto took = clock.elapsed();
        QCOMPARE(store->kept().size(), size_t(million));
        QVERIFY2(took < 3000, qPrintable(QString::number(took)));
    }

private:
    QString path() const { return m_dir->filePath(QStringLiteral(".a.tif.part")); }
    std::unique_ptr<TileStore> opened() const
    {
        auto store = TileStore::open(path(), "plan");
        if (!store)
            qFatal("%s", qPrintable(store.error().message));
        return std::move(*store);
    }
    static void fill(TileStore &store, quint32 count)
    {
        for (quint32 i = 0; i < count; ++i) {
            if (!store.put({0, 0, i}, content(i), tallyOf(i)))
                qFatal("A tile could not be put.");
        }
    }
    QByteArray read() const
    {
        QFile file(path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QByteArray &bytes) const
    {
        QFile file(path());
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("The store's file cannot be written.");
    }
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(tst_TileStore)
#include "tst_tilestore.moc"
