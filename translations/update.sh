#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Brings the translations up to date with the source: new sentences come in unfinished, gone ones go.
# The command line (app/main.cpp, app/cli) stays English: scripts read it.
set -eu
cd "$(dirname "$0")/.."
kept="QT_TRANSLATE_NOOP+=ASTRA_PHRASE" # core/base/phrases.h
lupdate=$(command -v lupdate6 || echo /usr/lib/qt6/bin/lupdate)
"$lupdate" -silent -tr-function-alias "$kept" -I . -no-obsolete -locations none core ui app/gui.cpp -ts translations/astra_de.ts
"$lupdate" -silent -tr-function-alias "$kept" -I . -no-obsolete -locations none -pluralonly core ui app/gui.cpp -ts translations/astra_en.ts
