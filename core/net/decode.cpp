// SPDX-License-Identifier: Apache-2.0
#include "core/net/decode.h"

#include <QCoreApplication>

#include <brotli/decode.h>
#include <zlib.h>

#include <array>
#include <memory>

namespace astra::net {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::net)
};

using Chunk = std::array<char, 65536>;

tl::unexpected<Error> tooLarge(const QString &host)
{
    return fail(ErrorCode::InvalidInput, Text::tr("The answer of %1 is too large once unpacked.").arg(host), host);
}

tl::unexpected<Error> damaged(const QString &host)
{
    return fail(ErrorCode::Network, Text::tr("The compressed answer of %1 is damaged. Try again.").arg(host), host,
                true);
}

/// @param windowBits 15 + 32: gzip or zlib, as the data says; -15: deflate without a frame
Result<QByteArray> inflated(const QByteArray &data, int windowBits, qint64 maxBytes, const QString &host)
{
    z_stream stream {};
    if (inflateInit2(&stream, windowBits) != Z_OK)
        return fail(ErrorCode::Internal, Text::tr("The decompressor could not be started."), host);
    const std::unique_ptr<z_stream, int (*)(z_streamp)> end(&stream, inflateEnd);
    // zlib never writes to its input; its type only predates const.
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(data.constData()));
    stream.avail_in = static_cast<uInt>(data.size());
    QByteArray out;
    auto chunk = std::make_unique<Chunk>();
    int state = Z_OK;
    while (state == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef *>(chunk->data());
        stream.avail_out = static_cast<uInt>(chunk->size());
        state = inflate(&stream, Z_NO_FLUSH);
        out.append(chunk->data(), static_cast<qsizetype>(chunk->size() - stream.avail_out));
        if (out.size() > maxBytes)
            return tooLarge(host);
    }
    return state == Z_STREAM_END ? Result<QByteArray>(out) : damaged(host);
}

Result<QByteArray> unbrotlied(const QByteArray &data, qint64 maxBytes, const QString &host)
{
    const std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState *)> decoder(
        BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), BrotliDecoderDestroyInstance);
    if (!decoder)
        return fail(ErrorCode::Internal, Text::tr("The decompressor could not be started."), host);
    auto left = static_cast<std::size_t>(data.size());
    const auto *in = reinterpret_cast<const uint8_t *>(data.constData());
    QByteArray out;
    auto chunk = std::make_unique<Chunk>();
    auto state = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    while (state == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
        auto *next = reinterpret_cast<uint8_t *>(chunk->data());
        std::size_t room = chunk->size();
        state = BrotliDecoderDecompressStream(decoder.get(), &left, &in, &room, &next, nullptr);
        out.append(chunk->data(), static_cast<qsizetype>(chunk->size() - room));
        if (out.size() > maxBytes)
            return tooLarge(host);
    }
    return state == BROTLI_DECODER_RESULT_SUCCESS ? Result<QByteArray>(out) : damaged(host);
}

} // namespace

QByteArray acceptedEncodings() { return "gzip, deflate, br"; }

Result<QByteArray> decoded(const QByteArray &body, const QByteArray &encoding, qint64 maxBytes, const QString &host)
{
    constexpr int gzipOrZlib = 15 + 32;
    const QByteArray name = encoding.trimmed().toLower();
    if (name.isEmpty() || name == "identity")
        return body;
    if (name == "gzip" || name == "x-gzip")
        return inflated(body, gzipOrZlib, maxBytes, host);
    if (name == "deflate") {
        // The standard wants zlib's frame; some hosts leave it out. Its first two bytes tell: method 8, divisible
        // by 31.
        const auto byte = [&body](int i) { return static_cast<unsigned>(static_cast<unsigned char>(body[i])); };
        const bool framed = body.size() > 1 && byte(0) % 16 == 8 && (byte(0) * 256 + byte(1)) % 31 == 0;
        return inflated(body, framed ? gzipOrZlib : -15, maxBytes, host);
    }
    if (name == "br")
        return unbrotlied(body, maxBytes, host);
    return fail(ErrorCode::Unsupported,
                Text::tr("%1 sent its answer compressed as “%2”, which was not asked for and cannot be read.")
                    .arg(host, QString::fromLatin1(name.left(20))),
                host);
}

} // namespace astra::net
