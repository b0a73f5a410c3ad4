<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>MapPane</name>
    <message numerus="yes">
        <source>Centre %1, %2. Arrow keys move, plus and minus zoom. %n footprint(s).</source>
        <translation>
            <numerusform>Centre %1, %2. Arrow keys move, plus and minus zoom. %n footprint.</numerusform>
            <numerusform>Centre %1, %2. Arrow keys move, plus and minus zoom. %n footprints.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SceneRow</name>
    <message numerus="yes">
        <source>%n copies</source>
        <translation>
            <numerusform>%n copy</numerusform>
            <numerusform>%n copies</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message numerus="yes">
        <source>%n job(s) running</source>
        <translation>
            <numerusform>%n job running</numerusform>
            <numerusform>%n jobs running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) ended</source>
        <translation>
            <numerusform>%n job ended</numerusform>
            <numerusform>%n jobs ended</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UnderPointer</name>
    <message numerus="yes">
        <source>%n scene(s) here</source>
        <translation>
            <numerusform>%n scene here</numerusform>
            <numerusform>%n scenes here</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::imagery</name>
    <message numerus="yes">
        <source>%1 should hold “%2” as band %3, but has only %n bands.</source>
        <translation>
            <numerusform>%1 should hold “%2” as band %3, but has only %n band.</numerusform>
            <numerusform>%1 should hold “%2” as band %3, but has only %n bands.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::providers</name>
    <message numerus="yes">
        <source>%n entries could not be read and are left out.</source>
        <translation>
            <numerusform>%n entry could not be read and is left out.</numerusform>
            <numerusform>%n entries could not be read and are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n answers did not match the search and are left out.</source>
        <translation>
            <numerusform>%n answer did not match the search and is left out.</numerusform>
            <numerusform>%n answers did not match the search and are left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::raster</name>
    <message numerus="yes">
        <source>%1 has no band %2; it has %n bands.</source>
        <translation>
            <numerusform>%1 has no band %2; it has %n band.</numerusform>
            <numerusform>%1 has no band %2; it has %n bands.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::search::ProviderListModel</name>
    <message numerus="yes">
        <source>%n scene(s)</source>
        <translation>
            <numerusform>%n scene</numerusform>
            <numerusform>%n scenes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::search::SceneListModel</name>
    <message numerus="yes">
        <source>%n copies: %1</source>
        <translation>
            <numerusform>%n copy: %1</numerusform>
            <numerusform>%n copies: %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::search::SearchForm</name>
    <message numerus="yes">
        <source>%n acquisition(s)</source>
        <translation>
            <numerusform>%n acquisition</numerusform>
            <numerusform>%n acquisitions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n source(s) did not answer.</source>
        <translation>
            <numerusform>%n source did not answer.</numerusform>
            <numerusform>%n sources did not answer.</numerusform>
        </translation>
    </message>
</context>
</TS>
