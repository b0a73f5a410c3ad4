// SPDX-License-Identifier: Apache-2.0
#include "app/cli/context.h"

#include "app/cli/say.h"

#include <QSocketNotifier>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

namespace astra::cli {

namespace {

int signalPipe[2] = {-1, -1};

/// All that a signal handler may do: a byte into the pipe. The next signal of the kind ends the program.
void onSignal(int number)
{
    const int saved = errno;
    const char byte = 1;
    if (::write(signalPipe[1], &byte, 1) != 1) { } // A full pipe has said it already.
    ::signal(number, SIG_DFL);
    errno = saved;
}

void write(std::FILE *file, const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), file);
    std::fflush(file);
}

/// What came from outside cannot command a terminal: no control characters but line breaks and tabs.
QString harmless(QString text)
{
    for (QChar &character : text) {
        if (character.category() == QChar::Other_Control && character != u'\n' && character != u'\t')
            character = u' ';
    }
    return text;
}

} // namespace

class Context::Signals
{
public:
    explicit Signals(StopSource &stop)
    {
        if (::pipe2(signalPipe, O_CLOEXEC | O_NONBLOCK) != 0)
            return;
        m_notifier = std::make_unique<QSocketNotifier>(signalPipe[0], QSocketNotifier::Read);
        QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(), [this, &stop] {
            m_notifier->setEnabled(false);
            stop.request_stop();
        });
        ::signal(SIGINT, onSignal);
        ::signal(SIGTERM, onSignal);
    }
    ~Signals()
    {
        ::signal(SIGINT, SIG_DFL);
        ::signal(SIGTERM, SIG_DFL);
        m_notifier.reset();
        for (int &end : signalPipe) {
            if (end >= 0)
                ::close(end);
            end = -1;
        }
    }
    Signals(const Signals &) = delete;
    Signals &operator=(const Signals &) = delete;

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
};

Context::Context(QString command, engine::EngineConfig config, bool verbose)
    : m_command(std::move(command))
    , m_config(std::move(config))
    , m_verbose(verbose)
{
}

Context::~Context() = default;

void Context::catchSignals() { m_signals = std::make_unique<Signals>(m_stop); }

Result<std::shared_ptr<engine::Engine>> Context::engine()
{
    if (!m_engine) {
        auto made = wait(engine::Engine::create(m_config));
        if (!made)
            return fail(made.error());
        m_engine = *made;
        for (const auto &warning : m_engine->warnings())
            note(say("warning: %1").arg(oneLine(warning)));
    }
    return m_engine;
}

void Context::print(const QString &line) const { write(stdout, harmless(line) + u'\n'); }
void Context::print(const Json &document) const { write(stdout, QString::fromUtf8(toText(document, 2)) + u'\n'); }
void Context::note(const QString &line) const { write(stderr, harmless(line) + u'\n'); }

void Context::progress(const QString &activity, double fraction)
{
    QString line = oneLine(activity);
    if (fraction >= 0)
        line += QStringLiteral(" %1 %").arg(static_cast<int>(fraction * 100));
    if (line == m_progressLine)
        return;
    m_progressLine = line;
    static const bool terminal = ::isatty(STDERR_FILENO) != 0;
    if (terminal)
        write(stderr, QStringLiteral("\r\x1b[K") + line);
    else
        write(stderr, line + u'\n');
}

void Context::endProgress()
{
    if (!m_progressLine.isEmpty() && ::isatty(STDERR_FILENO) != 0)
        write(stderr, QStringLiteral("\n"));
    m_progressLine.clear();
}

int Context::failed(const Error &error) const { return failed(m_command, error); }

int Context::failed(const QString &what, const Error &error) const
{
    const QString why = interrupted() ? say("interrupted") : oneLine(error.message);
    note(QStringLiteral("astra: %1: %2").arg(what, why));
    return interrupted() ? Exit::Interrupted : Exit::Failed;
}

int Context::wrongUse(const QString &why) const
{
    note(QStringLiteral("astra: %1: %2").arg(m_command, oneLine(why)));
    return Exit::WrongUse;
}

QString oneLine(const QString &text)
{
    QString line = text;
    for (QChar &character : line) {
        if (character.category() == QChar::Other_Control)
            character = u' ';
    }
    return line.simplified();
}

} // namespace astra::cli
