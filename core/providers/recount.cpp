// SPDX-License-Identifier: Apache-2.0
#include "core/providers/recount.h"

#include <QPointer>
#include <QTimer>

namespace astra::providers {

Recount::Recount(QObject *parent)
    : QObject(parent)
{
}

Recount::~Recount() { stop(); }

void Recount::start(const std::vector<Question> &questions)
{
    stop();
    m_open = static_cast<int>(questions.size());
    for (const auto &question : questions)
        ask(question);
    if (questions.empty())
        Q_EMIT ended();
}

void Recount::stop()
{
    ++m_round;
    for (auto &source : m_stops)
        source.request_stop();
    m_stops.clear();
}

void Recount::ask(const Question &question)
{
    StopSource source;
    m_stops.push_back(source);
    const int round = m_round;
    auto *deadline = new QTimer(this);
    deadline->setSingleShot(true);
    // The provider may be one that does not hear the stop: it is not waited for.
    connect(deadline, &QTimer::timeout, this, [this, source, deadline, round]() mutable {
        deadline->deleteLater();
        source.request_stop();
        oneLess(round);
    });
    deadline->start(question.provider->limits().deadline);
    const QPointer<QTimer> running(deadline);
    deliver(question.provider->tally(question.query, source.get_token()), this,
            [this, running, round, index = question.index, of = question.of](const Result<Tally> &tally) {
                if (!running || !running->isActive())
                    return;
                delete running;
                if (round != m_round)
                    return;
                if (tally)
                    Q_EMIT answered(index, of, *tally);
                oneLess(round);
            });
}

void Recount::oneLess(int round)
{
    if (round == m_round && --m_open == 0)
        Q_EMIT ended();
}

} // namespace astra::providers
