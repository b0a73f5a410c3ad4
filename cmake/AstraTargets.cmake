# SPDX-License-Identifier: Apache-2.0
# The three ways a folder becomes a target. A folder's sources are the files in it: nothing to list, nothing to forget.

# Warnings are errors, and Qt's convenient but slow or ambiguous forms are off for all our code.
add_library(astra_flags INTERFACE)
target_compile_options(astra_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wunused $<$<CXX_COMPILER_ID:GNU>:-Werror>)
if(CMAKE_BUILD_TYPE STREQUAL "Debug" AND NOT ASTRA_SANITIZE)
  target_compile_options(astra_flags INTERFACE -g1)
endif()
target_compile_definitions(astra_flags INTERFACE
  QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING QT_NO_CAST_FROM_BYTEARRAY QT_NO_KEYWORDS
  QT_NO_FOREACH QT_NO_JAVA_STYLE_ITERATORS QT_USE_QSTRINGBUILDER QT_STRICT_ITERATORS
  QT_DISABLE_DEPRECATED_BEFORE=0x060400)
target_include_directories(astra_flags INTERFACE ${PROJECT_SOURCE_DIR})
if(ASTRA_SANITIZE)
  add_compile_options(-fsanitize=${ASTRA_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1 -O1)
  add_link_options(-fsanitize=${ASTRA_SANITIZE})
  if(ASTRA_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio fences memory in a way that GCC says TSan cannot follow.
    add_compile_options(-Wno-tsan)
  endif()
  # Half of the time would go into reading the same headers again. Sanitizer builds alone read them once: in the others
  # a file that forgets an include must not compile.
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled.cpp CONTENT "// Only its headers matter.\n")
  add_library(astra_precompiled OBJECT ${CMAKE_BINARY_DIR}/precompiled.cpp)
  set_target_properties(astra_precompiled PROPERTIES AUTOMOC OFF)
  target_link_libraries(astra_precompiled PRIVATE astra_flags Qt6::Core nlohmann_json::nlohmann_json tl::expected)
  target_precompile_headers(astra_precompiled PRIVATE
    <algorithm> <array> <atomic> <chrono> <cmath> <functional> <map> <memory> <mutex> <optional> <thread> <vector>
    <nlohmann/json.hpp> <tl/expected.hpp>
    <QCoreApplication> <QDateTime> <QDir> <QFile> <QFileInfo> <QFuture> <QFutureWatcher> <QHash> <QPointF> <QPromise>
    <QRegularExpression> <QStringList> <QThreadPool> <QTimer> <QUrl> <QUrlQuery> <QVariant>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess) # without it ccache would keep nothing
  endif()
endif()

# Lets a target of a sanitizer build use what is precompiled.
function(astra_use_precompiled target)
  if(ASTRA_SANITIZE)
    target_precompile_headers(${target} REUSE_FROM astra_precompiled)
  endif()
endfunction()

# The ordered list of core's folders: a folder may use only what stands before it.
file(STRINGS ${PROJECT_SOURCE_DIR}/core/LAYERS ASTRA_LAYERS REGEX "^[a-z]")

# astra_library(<folder> [DEPENDS <folder>…] [LINK <public>…] [LINK_PRIVATE <private>…] [METATYPES])
#   core/<folder> as the static library astra_<folder>. Refuses a dependency that LAYERS puts later.
function(astra_library name)
  cmake_parse_arguments(ARG "METATYPES" "" "DEPENDS;LINK;LINK_PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp *.h)
  add_library(astra_${name} STATIC ${sources})
  list(FIND ASTRA_LAYERS ${name} own)
  if(own EQUAL -1)
    message(FATAL_ERROR "core/${name} is not in core/LAYERS")
  endif()
  foreach(dependency IN LISTS ARG_DEPENDS)
    list(FIND ASTRA_LAYERS ${dependency} other)
    if(other EQUAL -1 OR NOT other LESS own)
      message(FATAL_ERROR "core/${name} may not use core/${dependency}: it is not before it in core/LAYERS")
    endif()
    target_link_libraries(astra_${name} PUBLIC astra_${dependency})
  endforeach()
  target_link_libraries(astra_${name} PUBLIC astra_flags Qt6::Core ${ARG_LINK} PRIVATE ${ARG_LINK_PRIVATE})
  astra_use_precompiled(astra_${name})
  if(ARG_METATYPES)
    # Without these qmllint would know no property of core's types.
    qt_extract_metatypes(astra_${name})
  endif()
endfunction()

# astra_qml_module(<folder> URI <uri> [DEPENDS <ui folder>…] [LINK <target>…])
#   ui/<folder> as the QML module <uri>: every .qml, .cpp and .h in it. Theme.qml is a singleton.
function(astra_qml_module name)
  cmake_parse_arguments(ARG "" "URI" "DEPENDS;LINK" ${ARGN})
  file(GLOB qml CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.qml)
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.cpp *.h)
  if("Theme.qml" IN_LIST qml)
    set_source_files_properties(Theme.qml PROPERTIES QT_QML_SINGLETON_TYPE TRUE)
  endif()
  string(REPLACE "." "/" path ${ARG_URI})
  # Named in the module, so that qmllint finds the C++ types of one module in the properties of another.
  set(modules)
  foreach(dependency IN LISTS ARG_DEPENDS)
    get_target_property(uri astra_ui_${dependency} QT_QML_MODULE_URI)
    list(APPEND modules ${uri})
  endforeach()
  qt_add_library(astra_ui_${name} STATIC)
  qt_add_qml_module(astra_ui_${name}
    URI ${ARG_URI} VERSION 1.0 RESOURCE_PREFIX /qt/qml
    OUTPUT_DIRECTORY ${QT_QML_OUTPUT_DIRECTORY}/${path}
    QML_FILES ${qml} SOURCES ${sources}
    DEPENDENCIES QtQuick ${modules})
  # What qmlcachegen writes shadows its own names: not ours to mend.
  foreach(file IN LISTS qml)
    cmake_path(GET file STEM stem)
    set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/.rcc/qmlcache/astra_ui_${name}_${stem}_qml.cpp
      PROPERTIES COMPILE_OPTIONS "-Wno-shadow")
  endforeach()
  target_include_directories(astra_ui_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(astra_ui_${name} PUBLIC astra_flags Qt6::Quick ${ARG_LINK})
  foreach(dependency IN LISTS ARG_DEPENDS)
    target_link_libraries(astra_ui_${name} PUBLIC astra_ui_${dependency})
  endforeach()
endfunction()

# ASTRA_TESTS_LEFT_OUT: names of tests that this build does without.
# astra_test(<name> SOURCES <file>… [LINK <target>…] [LABEL unit|ui|e2e] [TIMEOUT s] [ENVIRONMENT K=V…] [RESOURCE <lock>…])
function(astra_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;LINK;ENVIRONMENT;RESOURCE" ${ARGN})
  if(name IN_LIST ASTRA_TESTS_LEFT_OUT)
    return()
  endif()
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  if(ASTRA_SANITIZE)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 5")
  endif()
  qt_add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE astra_flags Qt6::Test ${ARG_LINK})
  astra_use_precompiled(${name})
  target_compile_definitions(${name} PRIVATE ASTRA_SOURCE_DIR="${PROJECT_SOURCE_DIR}" ASTRA_BINARY_DIR="${PROJECT_BINARY_DIR}")
  # A test runs once for each build: the time to optimise it would never come back.
  if(NOT ASTRA_SANITIZE)
    target_compile_options(${name} PRIVATE -O0)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;${ARG_ENVIRONMENT}")
  if(ARG_RESOURCE)
    set_tests_properties(${name} PROPERTIES RESOURCE_LOCK "${ARG_RESOURCE}")
  endif()
endfunction()
