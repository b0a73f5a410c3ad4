// SPDX-License-Identifier: Apache-2.0
#include "app/cli/secretinput.h"

#include "app/cli/say.h"

#include <QEventLoop>
#include <QSocketNotifier>

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <optional>

namespace astra::cli {

namespace {

constexpr qsizetype maxLine = 16 << 10;

/// The terminal without echo, as long as this lives.
class Silence
{
public:
    Silence()
    {
        termios now {};
        if (::tcgetattr(STDIN_FILENO, &now) != 0)
            return;
        m_before = now;
        now.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &now);
    }
    ~Silence()
    {
        if (!m_before)
            return;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &*m_before);
        std::fputc('\n', stderr);
    }
    Silence(const Silence &) = delete;
    Silence &operator=(const Silence &) = delete;

private:
    std::optional<termios> m_before;
};

} // namespace

Result<Secret> readSecret(Context &context, const QString &prompt, bool hidden)
{
    const bool typed = ::isatty(STDIN_FILENO) != 0;
    std::optional<Silence> silence;
    if (typed) {
        std::fputs(QString(oneLine(prompt) + QStringLiteral(": ")).toUtf8().constData(), stderr);
        std::fflush(stderr);
        if (hidden)
            silence.emplace();
    }
    QByteArray line;
    bool ended = false;
    QEventLoop loop;
    // Byte by byte: what follows the line is for whoever reads next.
    const auto take = [&] {
        char byte = 0;
        const auto count = ::read(STDIN_FILENO, &byte, 1);
        ended = count <= 0 || byte == '\n' || line.size() >= maxLine;
        if (count > 0 && byte != '\n')
            line += byte;
        if (ended)
            loop.quit();
    };
    QSocketNotifier notifier(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&notifier, &QSocketNotifier::activated, &loop, take);
    const StopCallback stopped(context.stop(), [&loop] { loop.quit(); });
    if (!ended && !context.interrupted())
        loop.exec();
    if (context.interrupted())
        return fail(ErrorCode::Cancelled, say("stopped"));
    const QByteArray text = line.trimmed();
    if (text.isEmpty() || line.size() >= maxLine)
        return fail(ErrorCode::InvalidInput,
                    text.isEmpty() ? say("nothing was entered") : say("that is longer than any key"));
    return Secret(text);
}

} // namespace astra::cli
