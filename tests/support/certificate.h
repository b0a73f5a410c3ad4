// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

namespace astra::test {

/// Of "Astra test", for localhost and catalog.invalid, signed by itself, good until 2120; made for tests and good for
/// nothing else. Its key is tst_encryption's.
[[nodiscard]] inline QByteArray certificate()
{
    return "-----BEGIN CERTIFICATE-----\n"
           "MIIBdDCCARqgAwIBAgIBATAKBggqhkjOPQQDAjAVMRMwEQYDVQQDDApBc3RyYSB0\n"
           "ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAVMRMwEQYDVQQD\n"
           "DApBc3RyYSB0ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMUTsvhh8Yo2n\n"
           "0dGs3js+m4AqD9xrVGZNFoNdG8hWMdpJmX+Meek+d481P99DCk0iebYdXjWU9oKR\n"
           "O7EIqH0CaaNZMFcwJQYDVR0RBB4wHIIJbG9jYWxob3N0gg9jYXRhbG9nLmludmFs\n"
           "aWQwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUhylB3MPdLp1RxPRgYVIMkNWf\n"
           "qqswCgYIKoZIzj0EAwIDSAAwRQIgCv1MTPWNq97wACsIszA9wuG380fvvxL+Ip9I\n"
           "cVB91R8CIQDpatfrMzDM7G8aVN1WU1ynxula0sLtaoCwSdEiiPs+8g==\n"
           "-----END CERTIFICATE-----\n";
}

} // namespace astra::test
