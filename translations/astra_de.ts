<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>AnalysePanel</name>
    <message>
        <source>NDVI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>(nir − red) / (nir + red), from reflectance, written as a Cloud-Optimized GeoTIFF.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Over</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the rectangle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the whole scene</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave out clouds and shadows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run NDVI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter a key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AreaFrame</name>
    <message>
        <source>%1 km²</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Doors</name>
    <message>
        <source>See the Earth from many catalogues at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draw a rectangle, look at what satellites saw there, and turn it into numbers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Real catalogues</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sentinel-2 and Landsat from Earth Search, Planetary Computer and others. No account is needed to begin; it needs the internet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try it offline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A small invented world on this computer, with its own catalogues and an ASTRA service. Made in a few seconds, the first time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Making the invented world: %1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a scene from this computer…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a scene from this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scenes (*.json *.tif *.tiff *.jp2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FindPanel</name>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobRow</name>
    <message>
        <source>%1 · %2 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show on the map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeyCard</name>
    <message>
        <source>%1, %2 (test key)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forget</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key for %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste the key here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test and keep</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sandbox made this key for you: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key goes to %1 and nowhere else.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LeftPanel</name>
    <message>
        <source>Find</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Analyse · %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Analyse</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>%1 from %2 to %3, %4</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LookPanel</name>
    <message>
        <source>This scene lacks a band for it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave out clouds and shadows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preview</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>Astra · sandbox, invented data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scene</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MapPane</name>
    <message>
        <source>Map</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Centre %1, %2. Arrow keys move, plus and minus zoom. %n footprint(s).</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>N</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>E</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>W</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Natural Earth · GeoNames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the whole world</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the area</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Message</name>
    <message>
        <source>Close this message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScaleBar</name>
    <message>
        <source>%1 km</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 m</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scale: the bar is %1 long</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SceneList</name>
    <message>
        <source>Scenes found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Load more</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScenePanel</name>
    <message>
        <source>Choose a scene in the list or on the map. What is known about it is shown here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invented data. This scene comes from the sandbox: nothing in it was measured.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixel at %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Click the picture on the map to read its numbers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the numbers are read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copies of this acquisition</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 (in use)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bands</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SceneRow</name>
    <message>
        <source>invented data</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SearchFields</name>
    <message>
        <source>Area · %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Area</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drawing…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draw area</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag a rectangle on the map, or click two corners</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>West</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>South</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>East</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>North</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Any cloud</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cloud &lt; %1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Most cloud, whole scene</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>any</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Product</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Per source</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsPanel</name>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No service here takes a key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Our catalogue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address of a STAC API</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SourceList</name>
    <message>
        <source>Sources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Searching: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) running</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) ended</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Sandbox · invented data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A STAC Item, a GeoTIFF or a result, from this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings: keys and sources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide the scene panel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the scene panel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a scene from this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scenes (*.json *.tif *.tiff *.jp2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>UnderPointer</name>
    <message>
        <source>Scenes at this place</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n scene(s) here</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Close this list</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::GeoBox</name>
    <message>
        <source>The rectangle needs four numbers.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The longitude %1 is outside −180…180.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The latitude %1 is outside −90…90.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The southern edge must lie below the northern one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The western and eastern edges are the same.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A rectangle is written west,south,east,north: four numbers in degrees.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is not a number of degrees.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::Json</name>
    <message>
        <source>The answer is nested too deeply to be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer is empty where JSON was expected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A web page came where JSON was expected: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The JSON is damaged or broke off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text came where JSON was expected: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is too large to be read as JSON.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::Recipe</name>
    <message>
        <source>The recipe names no operation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe&apos;s parameters are not a JSON object.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe&apos;s rectangle is not four numbers in range.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::TimeRange</name>
    <message>
        <source>“%1” is not a date. Write 2025-06-30, 2025-06-30T10:00:00Z, or an interval A/B, A/.. or ../B.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first date lies after the last one.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::backends</name>
    <message>
        <source>%1 takes one scene at a time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no name for the result&apos;s file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not know this scene: no copy of it was found there. Compute it here instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer does not say how the job stands.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The job&apos;s id is longer than %1 characters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not compute %2. Compute it here instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not mask clouds. Switch the cloud mask off, or compute here instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 delivered a web page where the result should be. Nothing was kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What %1 delivered is no usable raster: %2 Nothing was kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has no pixels, or too many.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The description of the result could not be written to %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A result without an input cannot be described.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::backends::AstraRun</name>
    <message>
        <source>The result could not be put in its place at %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Submitting to %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 gave an answer that is not one: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 gave an answer that cannot be used: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The job failed at %1, which does not say why.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The job failed at %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting at %1 (queued)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Computing at %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 took the job, but does not say where to ask for it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has not finished the job within %2 min. It may still be in its queue: try again later, or compute here instead.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not answer; asking again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 says the job is done, but names no result.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 says the job is done, but its result lies where it cannot be fetched safely.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Downloading from %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 says the result is ready, but it cannot be fetched: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Computed by %1, which did not say how it treated the pixels.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::cli</name>
    <message>
        <source>the window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its own invented world: no network, no account</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one file at most</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::credentials</name>
    <message>
        <source>%1 accepts the key, but its plan does not include this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 asks for a valid key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not have what was asked for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 asks to slow down; try again in a while</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 took too long</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not accept the request</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is in trouble (HTTP %2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>: it answered with a web page (HTTP %1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” is not an https address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection “%1” names no host that its key may go to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection “%1” takes a key, so its hosts are to be named one by one, without “*.”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection “%1” has a keyPattern that is not a regular expression (%2).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection “%1” has no “test” with a “path” at one of its hosts to try its key at.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection “%1” has no “token” address to fetch signatures from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sent no signature, but something else.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sent a signature that cannot be used.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::credentials::Connection</name>
    <message>
        <source>A connection has no usable id (small letters, digits, “-”, “.” and “_”).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection “%1” is of the unknown kind “%2”.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::credentials::Connections</name>
    <message>
        <source>There is no service “%1” that takes a key.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This does not look like a key of %1. Copy the whole key and paste it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no key for %1 yet.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::credentials::Connections::Private</name>
    <message>
        <source>%1 did not answer as that service does, so the key could not be tested. Is there a login page in between?</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::credentials::CredentialStore</name>
    <message>
        <source>The keychain did not answer in time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keychain could not be read: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keychain is locked, so a key kept there stays. Unlock it and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key could not be removed from the keychain: %1</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::credentials::Host</name>
    <message>
        <source>“%1” is not a host: only scheme, name and port belong there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” covers too many hosts.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::data::Sensor</name>
    <message>
        <source>A sensor needs a product and bands.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A band of %1 has no name.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::engine::Engine</name>
    <message>
        <source>There is no provider &quot;%1&quot;.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Real catalogues are not mixed with invented data.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not the address of a catalogue: it should begin with https://.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no back-end &quot;%1&quot; that computes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither a file nor a scene of a configured provider (%2).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not hold a JSON object.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>switched off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>needs a key</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::imagery</name>
    <message>
        <source>Read from %1: %2 did not deliver (%3)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::imagery::SceneTiles</name>
    <message>
        <source>raw values</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::jobs::JobForm</name>
    <message>
        <source>Choose a scene first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NDVI needs a red and a near-infrared band. This scene does not have both.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The rectangle lies outside this scene.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose where to compute.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>NDVI · %1 · %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::jobs::JobListModel</name>
    <message>
        <source>Waiting for its turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled. Nothing was left behind.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No valid pixel is left: clouds or no data everywhere.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean %1, from %2 to %3. %4 % of the pixels are valid.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::jobs::JobQueue</name>
    <message>
        <source>Waiting for its turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::map</name>
    <message>
        <source>The base map is damaged. Install Astra again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The base map is missing. Install Astra again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::net</name>
    <message>
        <source>%1 was changed at %2 while it was read. Open it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sent another part of %2 than the one asked for. Try again later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot send parts of a file, and %2 is %3 MB long. Download it to use it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sent %2 compressed as “%3”, which was not asked for: its parts cannot be trusted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sent a web page in place of %2. It may want a login first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 answered with status %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 answered with status %2: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The decompressor could not be started.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer of %1 is too large once unpacked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The compressed answer of %1 is damaged. Try again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::net::ByteSources</name>
    <message>
        <source>%1 at %2 is empty.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::net::Exchange</name>
    <message>
        <source>%1 is not a web address. Only http and https can be asked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Working offline: %1 was not asked. Go online to reach it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 wants to send %2 bytes where at most %3 are taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sent more than the %2 bytes that are taken.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 sent its answer compressed as “%2”, which was not asked for and cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 passes requests on in a circle. Check its address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 wants to go on without encryption, to %2. This was refused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer of %1 stopped half-way. Try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not answer within %2 s. Try again later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is overloaded (%2). Try again later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 could not be found. Check the network connection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 refused the connection. Check its address, or try again later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 could not prove who it is, so nothing was sent to it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 did not answer in time. Try again later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What %1 answered is not valid HTTP.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to %1 broke off. Try again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::net::HttpByteSource</name>
    <message>
        <source>%1 sent all of %2 where a part was asked for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A part of %1 is missing.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::net::HttpClient</name>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::processing</name>
    <message>
        <source>Clouds cannot be masked: the scene has neither a scene classification (SCL) nor a QA_PIXEL band.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No valid pixel is left after masking clouds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no valid pixel.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Much of the reflectance is below zero: the offset may have been removed from these pixels already, whatever the item says.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Vegetation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open water (McFeeters)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open water, built-up land suppressed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Moisture of vegetation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Snow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Burnt area</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Built-up land</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which spectral index to compute</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A spectral index, from the bands of one scene</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The vegetation index NDVI</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no operation “%1”; there are: %2.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::processing::Parameters</name>
    <message>
        <source>“%1” has to be one of: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“%1” has to be a number from %2 to %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An operation&apos;s parameters have to be names with values.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no parameter “%1”; there are: %2.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::providers</name>
    <message>
        <source>%1: an entry is left out: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: “%2” is left out: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one of its “assets” has no “match” or an unknown “access”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>needs a key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open; a free signature is fetched for you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open; some pixels need a login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>open to search; pixels need a login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 answers did not match the search and are left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not hold this product.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::providers::Definition</name>
    <message>
        <source>it is not an object.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its “id” must be lower-case letters, digits, dots and dashes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its “%1” has the wrong type.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its “url” is not a web address.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::providers::ProviderRegistry</name>
    <message>
        <source>The program&apos;s own catalogues</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 names no catalogue.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no list “providers” and is not used.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: “%2” is left out: its protocol “%3” is not known here.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::providers::SearchSession</name>
    <message>
        <source>%1 did not answer within %2 s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::providers::astra_os</name>
    <message>
        <source>%1 entries could not be read and are left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not available</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This service returns no more than %1 scenes at once. A shorter time or a smaller area shows the rest.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::providers::stac</name>
    <message>
        <source>item metadata</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The link to the next page leads from a secure address to an insecure one and is not followed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The link to the next page leads to another server (%1) and is not followed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer is full and names no next page: there may be more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The link to the next page leads in a circle and is not followed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An entry is not a STAC Item.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An Item without a usable id cannot be shown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer is no list of scenes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer is no list of scenes: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no footprint and is left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 lists no files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 entries could not be read and are left out.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::providers::stac::StacProvider</name>
    <message>
        <source>%1 has no scene “%2”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 answered with another scene than “%2”.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::raster</name>
    <message>
        <source>The pixels for %1 have the wrong size.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The area %1 does not touch the scene.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The area %1 cannot be drawn on the map.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The coordinate system %1 is not known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file&apos;s tags could not be made: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no picture to write.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This GDAL cannot write PNG.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture could not be made: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Landsat Collection 2 surface reflectance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Landsat Collection 2 surface temperature</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Harmonized Landsat Sentinel-2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::raster::CogWriter</name>
    <message>
        <source>There are no pixels to write.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More rows came than %1 has.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A strip of the wrong size came for %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not whole: rows are missing.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::raster::CogWriter::Private</name>
    <message>
        <source>A tile of %1 could not be made.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::raster::Dataset</name>
    <message>
        <source>There is no file %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a file on this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a raster file that can be read here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds no bands.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no band %2; it has %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no such overview.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A window outside %1 was asked for.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::raster::Dataset::Private</name>
    <message>
        <source>%1 could not be read: %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::raster::Info</name>
    <message>
        <source>%1 is placed by ground control points only; it has to be rectified first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no coordinate system, so its place is not known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not say where it lies.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is rotated or mirrored; it has to be rectified north-up first.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::raster::TempFile</name>
    <message>
        <source>%1 could not be written: %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::raster::Transform</name>
    <message>
        <source>There is no way from the coordinate system %1 to %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The area cannot be shown in the coordinate system %1.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::sandbox</name>
    <message>
        <source>The list of the invented world&apos;s files is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Could not create the folder %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Could not write %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::sandbox::World</name>
    <message>
        <source>The list of the invented world&apos;s files is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file of the invented world is damaged: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file of the invented world is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The invented world cannot be %1 pixels wide.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Could not create the folder %1.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::scene::SceneViewer</name>
    <message>
        <source>%1° %2 %3° %4</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>S</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>N</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>W</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>E</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the pixel…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no data</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Taken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>d MMM yyyy, HH:mm &apos;UTC&apos;</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Satellite</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Collection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cloud, whole scene</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not stated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pixel size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 m</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Processing baseline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coordinate system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Identifier</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>baseline %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pixels need a login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>signed for you, no account</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>needs a login</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pixels of this scene need a login at %1. They cannot be shown here yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>True colour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Infrared</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading overviews: %1 of %2 tiles, %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>clouds and shadows left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>clouds not left out</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::search::ProviderListModel</name>
    <message>
        <source>%1 of %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, more there</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n scene(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>asked, waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, slow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>slow, still waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, loading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::search::SceneListModel</name>
    <message>
        <source>d MMM yyyy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 UTC</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 % cloud</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cloud not stated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pixels need a login</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n copies: %1</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::search::SearchForm</name>
    <message>
        <source>%1 km²</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All imagery</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n acquisition(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>%1 · loaded %2 of %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 · loaded %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No source answered, so nothing can be said about this area. See above why, and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No scene matches here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n source(s) did not answer.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Allow more cloud, or widen the dates.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Widen the dates or the area.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draw a rectangle on the map, or type its edges.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch on at least one source.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::server</name>
    <message>
        <source>%1 is not an address to listen on. Give an IP address such as 127.0.0.1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port %1 of %2 cannot be used (%3). Choose another port, or stop the program that holds it.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::server::Connection</name>
    <message>
        <source>Too many connections. Try again in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The request&apos;s headers are too long.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The request&apos;s body is too large.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The request is malformed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::settings::AccountsModel</name>
    <message>
        <source>Keys are kept in the keychain of this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keychain of this computer is locked. Unlock it to use the keys in it; a key entered now stays in memory until Astra ends.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer has no keychain that Astra can reach. A key entered now stays in memory until Astra ends.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Asking %1…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key works.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key is gone from this computer. It is still valid at the service.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in the keychain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in memory until Astra ends</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no key</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>astra::shell::Shell</name>
    <message>
        <source>Only files and folders of this computer can be opened here.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>data</name>
    <message>
        <source>item metadata</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>item metadata; its offset is for reflectance only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>item metadata; it says that the offset is removed from the pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sentinel-2; no baseline is stated, so no offset is applied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>baseline %1: no offset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>baseline %1; the item says that the offset is removed from the pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>baseline %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>classes, as they stand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>display values, as they stand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the file&apos;s own tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>raw values; no rule is known for them</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
