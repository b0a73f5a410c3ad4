// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <memory>

namespace astra::cli {

enum Exit { Done = 0, Failed = 1, WrongUse = 2, Interrupted = 130 };

/// What every command has at hand: configuration, the engine, where to write, and whether Ctrl-C was pressed.
/// Needs a QCoreApplication for everything but writing.
class Context
{
public:
    Context(QString command, engine::EngineConfig config, bool verbose);
    ~Context();

    [[nodiscard]] const engine::EngineConfig &config() const { return m_config; }
    [[nodiscard]] bool verbose() const { return m_verbose; }
    /// From here on Ctrl-C and SIGTERM ask for a stop instead of ending the program; a second one ends it.
    void catchSignals();
    [[nodiscard]] StopToken stop() const { return m_stop.get_token(); }
    [[nodiscard]] bool interrupted() const { return m_stop.stop_requested(); }

    /// Turns the event loop until the future has settled or Ctrl-C was pressed: Cancelled then, at once, whatever may
    /// still come. For what takes no StopToken; what takes one is waited for with waitFor, so that it can clean up.
    template<typename T> [[nodiscard]] Result<T> wait(const Future<T> &future) const
    {
        if (!future.isFinished() && !interrupted()) {
            QEventLoop loop;
            deliver(future, &loop, [&loop](const Result<T> &) { loop.quit(); });
            const StopCallback stopped(stop(), [&loop] { loop.quit(); });
            loop.exec();
        }
        return future.result(); // Cancelled before it has settled
    }

    /// Made when first asked for, with the keys that are kept already read. Prints its warnings.
    [[nodiscard]] Result<std::shared_ptr<engine::Engine>> engine();

    void print(const QString &line) const; ///< standard output
    void print(const Json &document) const;
    void note(const QString &line) const; ///< standard error
    /// How far it is, on one line of standard error that is written over where that is a terminal.
    void progress(const QString &activity, double fraction);
    void endProgress();
    /// `astra: command: why` and the exit status: 130 after Ctrl-C, else 1.
    [[nodiscard]] int failed(const Error &error) const;
    [[nodiscard]] int failed(const QString &what, const Error &error) const;
    [[nodiscard]] int wrongUse(const QString &why) const; ///< the same with status 2

private:
    class Signals;
    const QString m_command;
    const engine::EngineConfig m_config;
    const bool m_verbose;
    StopSource m_stop;
    std::unique_ptr<Signals> m_signals;
    std::shared_ptr<engine::Engine> m_engine;
    QString m_progressLine;
};

/// One line of text: whatever came from outside, without line breaks and control characters.
[[nodiscard]] QString oneLine(const QString &text);

} // namespace astra::cli
