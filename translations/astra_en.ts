<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>FindPanel</name>
    <message numerus="yes">
        <source>Analyse %n picked scene(s)</source>
        <translation>
            <numerusform>Analyse %n picked scene</numerusform>
            <numerusform>Analyse %n picked scenes</numerusform>
        </translation>
    </message>
</context>
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
    <name>PickedScenes</name>
    <message numerus="yes">
        <source>%n scene(s) picked</source>
        <translation>
            <numerusform>%n scene picked</numerusform>
            <numerusform>%n scenes picked</numerusform>
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
    <name>astra::Accounts</name>
    <message numerus="yes">
        <source>It ends in %n minute(s).</source>
        <translation>
            <numerusform>It ends in %n minute.</numerusform>
            <numerusform>It ends in %n minutes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>This key has been here for %n day(s). A new one every three months limits what a lost one can do.</source>
        <translation>
            <numerusform>This key has been here for %n day. A new one every three months limits what a lost one can do.</numerusform>
            <numerusform>This key has been here for %n days. A new one every three months limits what a lost one can do.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It has not been used for %n day(s). A key that nobody needs is best revoked.</source>
        <translation>
            <numerusform>It has not been used for %n day. A key that nobody needs is best revoked.</numerusform>
            <numerusform>It has not been used for %n days. A key that nobody needs is best revoked.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::backends</name>
    <message numerus="yes">
        <source>exactly %n scenes</source>
        <translation>
            <numerusform>exactly %n scene</numerusform>
            <numerusform>exactly %n scenes</numerusform>
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
    <name>astra::jobs::JobForm</name>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>reads about %1 in %n request(s)</source>
        <translation>
            <numerusform>reads about %1 in %n request</numerusform>
            <numerusform>reads about %1 in %n requests</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Run %1 on %n scenes</source>
        <translation>
            <numerusform>Run %1 on %n scene</numerusform>
            <numerusform>Run %1 on %n scenes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It takes %n scenes. Pick them in the list of “Find”, or add the one shown.</source>
        <translation>
            <numerusform>It takes %n scene. Pick it in the list of “Find”, or add the one shown.</numerusform>
            <numerusform>It takes %n scenes. Pick them in the list of “Find”, or add the one shown.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It takes %n scenes or more. Pick them in the list of “Find”, or add the one shown.</source>
        <translation>
            <numerusform>It takes %n scene or more. Pick them in the list of “Find”, or add the one shown.</numerusform>
            <numerusform>It takes %n scenes or more. Pick them in the list of “Find”, or add the one shown.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It takes %n scenes at most.</source>
        <translation>
            <numerusform>It takes %n scene at most.</numerusform>
            <numerusform>It takes %n scenes at most.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scenes</source>
        <translation>
            <numerusform>%n scene</numerusform>
            <numerusform>%n scenes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 · %n area(s)</source>
        <translation>
            <numerusform>%1 · %n area</numerusform>
            <numerusform>%1 · %n areas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::jobs::JobListModel</name>
    <message numerus="yes">
        <source>%n read(s) had to be repeated.</source>
        <translation>
            <numerusform>%n read had to be repeated.</numerusform>
            <numerusform>%n reads had to be repeated.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::jobs::ParameterModel</name>
    <message numerus="yes">
        <source>%1 · %n area(s)</source>
        <translation>
            <numerusform>%1 · %n area</numerusform>
            <numerusform>%1 · %n areas</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::net</name>
    <message numerus="yes">
        <source>%n files are trusted already, and no more are read. Remove one first.</source>
        <translation>
            <numerusform>%n file is trusted already, and no more are read. Remove it first.</numerusform>
            <numerusform>%n files are trusted already, and no more are read. Remove one first.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::processing</name>
    <message numerus="yes">
        <source>None of the %n areas holds the centre of a pixel of the scene (%1).</source>
        <translation>
            <numerusform>The %n area does not hold the centre of a pixel of the scene (%1).</numerusform>
            <numerusform>None of the %n areas holds the centre of a pixel of the scene (%1).</numerusform>
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
    <message numerus="yes">
        <source>%n scenes have no footprint and are left out.</source>
        <translation>
            <numerusform>%n scene has no footprint and is left out.</numerusform>
            <numerusform>%n scenes have no footprint and are left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scenes list no files.</source>
        <translation>
            <numerusform>%n scene lists no files.</numerusform>
            <numerusform>%n scenes list no files.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n links lead where this catalogue may not send us and are not followed.</source>
        <translation>
            <numerusform>%n link leads where this catalogue may not send us and is not followed.</numerusform>
            <numerusform>%n links lead where this catalogue may not send us and are not followed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scene(s)</source>
        <translation>
            <numerusform>%n scene</numerusform>
            <numerusform>%n scenes</numerusform>
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
    <name>astra::scene::MetadataModel</name>
    <message numerus="yes">
        <source>%n value(s)</source>
        <translation>
            <numerusform>%n value</numerusform>
            <numerusform>%n values</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n value(s)</source>
        <translation>
            <numerusform>%1 of %n value</numerusform>
            <numerusform>%1 of %n values</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::search</name>
    <message numerus="yes">
        <source>%n scene(s)</source>
        <translation>
            <numerusform>%n scene</numerusform>
            <numerusform>%n scenes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n acquisition(s)</source>
        <translation>
            <numerusform>%n acquisition</numerusform>
            <numerusform>%n acquisitions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n copies, %1 versions</source>
        <translation>
            <numerusform>%n copy, %1 versions</numerusform>
            <numerusform>%n copies, %1 versions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n copies</source>
        <translation>
            <numerusform>%n copy</numerusform>
            <numerusform>%n copies</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n copies: %1</source>
        <translation>
            <numerusform>%n copy: %1</numerusform>
            <numerusform>%n copies: %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::settings::CollectionsModel</name>
    <message numerus="yes">
        <source>%n collection(s)</source>
        <translation>
            <numerusform>%n collection</numerusform>
            <numerusform>%n collections</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n collection(s) match</source>
        <translation>
            <numerusform>%1 of %n collection matches</numerusform>
            <numerusform>%1 of %n collections match</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n source(s) still loading</source>
        <translation>
            <numerusform>%n source still loading</numerusform>
            <numerusform>%n sources still loading</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n collection(s)</source>
        <translation>
            <numerusform>%1 of %n collection</numerusform>
            <numerusform>%1 of %n collections</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::shell::Shell</name>
    <message numerus="yes">
        <source>%1 of %n scene(s)</source>
        <translation>
            <numerusform>%1 of %n scene</numerusform>
            <numerusform>%1 of %n scenes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>A job takes %n scenes at most.</source>
        <translation>
            <numerusform>A job takes %n scene at most.</numerusform>
            <numerusform>A job takes %n scenes at most.</numerusform>
        </translation>
    </message>
</context>
</TS>
