<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>AccountPage</name>
    <message>
        <source>Account</source>
        <translation>Konto</translation>
    </message>
    <message>
        <source>Usage</source>
        <translation>Nutzung</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Your name for it: the place where it is used</source>
        <translation>Eigener Name: der Ort, an dem es gebraucht wird</translation>
    </message>
    <message>
        <source>laptop</source>
        <translation>Laptop</translation>
    </message>
    <message>
        <source>Try the other form: %1</source>
        <translation>Andere Form: %1</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Neu anmelden …</translation>
    </message>
    <message>
        <source>Connect…</source>
        <translation>Verbinden …</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Use this one</source>
        <translation>Dieses verwenden</translation>
    </message>
    <message>
        <source>Copy key</source>
        <translation>Schlüssel kopieren</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>Abmelden</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Asking %1…</source>
        <translation>%1 wird gefragt …</translation>
    </message>
    <message>
        <source>As the service counts it; Astra&apos;s own count is under Account.</source>
        <translation>Wie der Dienst zählt; was Astra selbst zählt, steht unter Konto.</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>Erneut fragen</translation>
    </message>
    <message>
        <source>Rotate…</source>
        <translation>Wechseln …</translation>
    </message>
    <message>
        <source>On servers</source>
        <translation>Auf Servern</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the name %1</source>
        <translation>Den Namen %1 kopieren</translation>
    </message>
    <message>
        <source>Switch it on</source>
        <translation>Einschalten</translation>
    </message>
    <message>
        <source>Other keys</source>
        <translation>Andere Schlüssel</translation>
    </message>
    <message>
        <source>Put it into the keychain</source>
        <translation>In den Schlüsselbund legen</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <source>Test key: the answers are invented.</source>
        <translation>Testschlüssel: Die Antworten sind erfunden.</translation>
    </message>
    <message>
        <source>Stop telling me this, for any account</source>
        <translation>Das bei keinem Konto mehr sagen</translation>
    </message>
    <message>
        <source>The name of the environment variable that supplies this key where there is no keychain</source>
        <translation>Name der Umgebungsvariablen, aus der dieser Schlüssel kommt, wo es keinen Schlüsselbund gibt</translation>
    </message>
    <message>
        <source>Sign in another way…</source>
        <translation>Anders anmelden …</translation>
    </message>
    <message>
        <source>Marked as a secret; the clipboard is cleared after a minute</source>
        <translation>Als Geheimnis gekennzeichnet; die Zwischenablage wird nach einer Minute geleert</translation>
    </message>
    <message>
        <source>Remove this account? Its key, name and history are deleted from this computer. At the service the key stays valid until it is revoked there.</source>
        <translation>Dieses Konto entfernen? Schlüssel, Name und Verlauf werden auf diesem Computer gelöscht. Beim Dienst gilt der Schlüssel, bis er dort gesperrt wird.</translation>
    </message>
</context>
<context>
    <name>AccountsPage</name>
    <message>
        <source>Check again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <source>No service here takes an account.</source>
        <translation>Hier nimmt kein Dienst ein Konto.</translation>
    </message>
    <message>
        <source>Add a service…</source>
        <translation>Dienst hinzufügen …</translation>
    </message>
    <message>
        <source>What to tell me about keys</source>
        <translation>Was über Schlüssel gesagt wird</translation>
    </message>
</context>
<context>
    <name>AddServicePage</name>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen …</translation>
    </message>
    <message>
        <source>Add %1</source>
        <translation>%1 hinzufügen</translation>
    </message>
</context>
<context>
    <name>AnalysePanel</name>
    <message>
        <source>Leave out clouds and shadows</source>
        <translation>Wolken und Schatten auslassen</translation>
    </message>
    <message>
        <source>Compute</source>
        <translation>Berechnen</translation>
    </message>
    <message>
        <source>Enter a key</source>
        <translation>Schlüssel eingeben</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Fewer settings</source>
        <translation>Weniger Einstellungen</translation>
    </message>
    <message>
        <source>More settings</source>
        <translation>Mehr Einstellungen</translation>
    </message>
    <message>
        <source>Leave out snow and ice, too</source>
        <translation>Auch Schnee und Eis auslassen</translation>
    </message>
    <message>
        <source>And a margin around clouds of</source>
        <translation>Dazu ein Rand um Wolken</translation>
    </message>
    <message>
        <source>m</source>
        <translation>m</translation>
    </message>
    <message>
        <source>0 … 5000</source>
        <translation>0 … 5000</translation>
    </message>
    <message>
        <source>Write a</source>
        <translation>Schreiben als</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>Wo</translation>
    </message>
    <message>
        <source>Polygons that the job is over</source>
        <translation>Polygone, über die der Auftrag läuft</translation>
    </message>
    <message>
        <source>GeoJSON (*.geojson *.json)</source>
        <translation>GeoJSON (*.geojson *.json)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>In the coordinate system</source>
        <translation>Im Koordinatensystem</translation>
    </message>
    <message>
        <source>of the first scene, or EPSG:32632</source>
        <translation>der ersten Szene, oder EPSG:32632</translation>
    </message>
    <message>
        <source>With pixels of</source>
        <translation>Mit Pixeln von</translation>
    </message>
    <message>
        <source>the finest band&apos;s size</source>
        <translation>der Größe des feinsten Bands</translation>
    </message>
    <message>
        <source>Values between pixels</source>
        <translation>Werte zwischen Pixeln</translation>
    </message>
    <message>
        <source>Compressed with</source>
        <translation>Komprimiert mit</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>Gebiet</translation>
    </message>
</context>
<context>
    <name>AreaFrame</name>
    <message>
        <source>%1 km²</source>
        <translation>%1 km²</translation>
    </message>
</context>
<context>
    <name>AssetList</name>
    <message>
        <source>Files of this scene</source>
        <translation>Dateien dieser Szene</translation>
    </message>
    <message>
        <source>Drawn</source>
        <translation>Gezeigt</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Draw %1</source>
        <translation>%1 zeigen</translation>
    </message>
    <message>
        <source>%1 is drawn</source>
        <translation>%1 wird gezeigt</translation>
    </message>
    <message>
        <source>Connect…</source>
        <translation>Verbinden …</translation>
    </message>
    <message>
        <source>Connect the account that opens %1</source>
        <translation>Das Konto verbinden, das %1 öffnet</translation>
    </message>
</context>
<context>
    <name>BrowserPrompt</name>
    <message>
        <source>Open the page of %1 in a browser and type this code there:</source>
        <translation>Die Seite von %1 im Browser öffnen und dort diesen Code eingeben:</translation>
    </message>
    <message>
        <source>Code: %1</source>
        <translation>Code: %1</translation>
    </message>
    <message>
        <source>Copy the code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>Open the browser</source>
        <translation>Browser öffnen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Continue in your browser. Astra is waiting for its answer.</source>
        <translation>Bitte im Browser fortfahren. Astra wartet auf seine Antwort.</translation>
    </message>
</context>
<context>
    <name>CertificatesPage</name>
    <message>
        <source>Astra trusts the servers that this computer trusts. If a company&apos;s proxy or a server of your own presents a certificate that this computer does not know, add the certificate of whoever issued it. Add only one whose source you are sure of: its issuer can vouch for any server.</source>
        <translation>Astra traut den Servern, denen dieser Computer traut. Zeigt der Proxy einer Firma oder ein eigener Server ein Zertifikat, das dieser Computer nicht kennt, das Zertifikat des Ausstellers hinzufügen. Nur eines, dessen Herkunft sicher ist: Sein Aussteller kann für jeden Server bürgen.</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut nachsehen</translation>
    </message>
    <message>
        <source>No certificate has been added.</source>
        <translation>Es ist kein Zertifikat hinzugefügt.</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
    <message>
        <source>Remove %1? Servers that nobody else vouches for can no longer be reached.</source>
        <translation>%1 entfernen? Server, für die sonst niemand bürgt, sind dann nicht mehr erreichbar.</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen …</translation>
    </message>
    <message>
        <source>A file of certificates (PEM)</source>
        <translation>Eine Datei mit Zertifikaten (PEM)</translation>
    </message>
    <message>
        <source>Add a file of certificates</source>
        <translation>Eine Datei mit Zertifikaten hinzufügen</translation>
    </message>
    <message>
        <source>They are kept in %1</source>
        <translation>Sie liegen in %1</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Certificates are always checked: nothing here or elsewhere switches that off.</source>
        <translation>Zertifikate werden immer geprüft: Das lässt sich weder hier noch anderswo abschalten.</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt *.cer)</source>
        <translation>Zertifikate (*.pem *.crt *.cer)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>CollectionRow</name>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Ask %1 again</source>
        <translation>%1 erneut fragen</translation>
    </message>
    <message>
        <source>licence: %1</source>
        <translation>Lizenz: %1</translation>
    </message>
    <message>
        <source>Search this</source>
        <translation>Darin suchen</translation>
    </message>
    <message>
        <source>Search the collection %1</source>
        <translation>In der Sammlung %1 suchen</translation>
    </message>
    <message>
        <source>no longer maintained</source>
        <translation>nicht mehr gepflegt</translation>
    </message>
</context>
<context>
    <name>CollectionsPanel</name>
    <message>
        <source>Data sources</source>
        <translation>Datenquellen</translation>
    </message>
    <message>
        <source>Close data sources</source>
        <translation>Datenquellen schließen</translation>
    </message>
    <message>
        <source>landsat open</source>
        <translation>landsat offen</translation>
    </message>
    <message>
        <source>Sources and their collections</source>
        <translation>Quellen und ihre Sammlungen</translation>
    </message>
    <message>
        <source>Look for a satellite, collection, licence or access</source>
        <translation>Nach Satellit, Sammlung, Lizenz oder Zugang suchen</translation>
    </message>
</context>
<context>
    <name>Confirm</name>
    <message>
        <source>Leave it as it is</source>
        <translation>So lassen</translation>
    </message>
</context>
<context>
    <name>CopyList</name>
    <message>
        <source>%1, in use</source>
        <translation>%1, in Gebrauch</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>in Gebrauch</translation>
    </message>
    <message>
        <source>Use this</source>
        <translation>Diese verwenden</translation>
    </message>
    <message>
        <source>Read the copy of %1</source>
        <translation>Die Kopie von %1 lesen</translation>
    </message>
</context>
<context>
    <name>Doors</name>
    <message>
        <source>See the Earth from many catalogues at once</source>
        <translation>Die Erde aus vielen Katalogen zugleich sehen</translation>
    </message>
    <message>
        <source>Draw a rectangle, look at what satellites saw there, and turn it into numbers.</source>
        <translation>Ein Rechteck zeichnen, ansehen, was Satelliten dort gesehen haben, und Zahlen daraus machen.</translation>
    </message>
    <message>
        <source>Real catalogues</source>
        <translation>Echte Kataloge</translation>
    </message>
    <message>
        <source>Sentinel-2 and Landsat from Earth Search, Planetary Computer and others. No account is needed to begin; it needs the internet.</source>
        <translation>Sentinel-2 und Landsat von Earth Search, Planetary Computer und anderen. Zum Anfangen ist kein Konto nötig, aber das Internet.</translation>
    </message>
    <message>
        <source>Try it offline</source>
        <translation>Offline ausprobieren</translation>
    </message>
    <message>
        <source>A small invented world on this computer, with its own catalogues and an ASTRA service. Made in a few seconds, the first time.</source>
        <translation>Eine kleine Spielwelt (erfundene Daten) auf diesem Computer, mit eigenen Katalogen und einem ASTRA-Dienst. Beim ersten Mal in wenigen Sekunden erzeugt.</translation>
    </message>
    <message>
        <source>Making the invented world: %1 %</source>
        <translation>Die Spielwelt (erfundene Daten) wird erzeugt: %1 %</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>Wird geöffnet …</translation>
    </message>
    <message>
        <source>Opening</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open a scene from this computer…</source>
        <translation>Szene von diesem Computer öffnen …</translation>
    </message>
    <message>
        <source>Open a scene from this computer</source>
        <translation>Szene von diesem Computer öffnen</translation>
    </message>
    <message>
        <source>Scenes (*.json *.tif *.tiff *.jp2)</source>
        <translation>Szenen (*.json *.tif *.tiff *.jp2)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>FindPanel</name>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Ändern</translation>
    </message>
    <message>
        <source>Change area, dates, cloud and product</source>
        <translation>Gebiet, Zeitraum, Wolken und Produkt ändern</translation>
    </message>
    <message numerus="yes">
        <source>Analyse %n picked scene(s)</source>
        <translation>
            <numerusform>%n ausgewählte Szene auswerten</numerusform>
            <numerusform>%n ausgewählte Szenen auswerten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>JobRow</name>
    <message>
        <source>%1 · %2 %</source>
        <translation>%1 · %2 %</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel %1</source>
        <translation>%1 abbrechen</translation>
    </message>
    <message>
        <source>Show on the map</source>
        <translation>Auf der Karte zeigen</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Again…</source>
        <translation>Erneut …</translation>
    </message>
    <message>
        <source>The same settings and scenes, to be changed and run again</source>
        <translation>Dieselben Einstellungen und Szenen, zum Ändern und erneuten Ausführen</translation>
    </message>
    <message>
        <source>Run %1 again</source>
        <translation>%1 erneut ausführen</translation>
    </message>
    <message>
        <source>Takes up what was computed, as far as it is still there</source>
        <translation>Übernimmt, was schon berechnet ist, soweit es noch da ist</translation>
    </message>
</context>
<context>
    <name>KeyMaker</name>
    <message>
        <source>A new key</source>
        <translation>Ein neuer Schlüssel</translation>
    </message>
    <message>
        <source>Name: the place where it is used</source>
        <translation>Name: der Ort, an dem er gebraucht wird</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Tarif</translation>
    </message>
    <message>
        <source>Keep it here, as an account of its own</source>
        <translation>Hier behalten, als eigenes Konto</translation>
    </message>
    <message>
        <source>Make the key</source>
        <translation>Schlüssel anlegen</translation>
    </message>
    <message>
        <source>the service&apos;s default</source>
        <translation>Vorgabe des Dienstes</translation>
    </message>
    <message>
        <source>Limited to (none ticked: the service&apos;s default)</source>
        <translation>Beschränkt auf (nichts angekreuzt: Vorgabe des Dienstes)</translation>
    </message>
    <message>
        <source>A test key: the answers are invented</source>
        <translation>Ein Testschlüssel: Die Antworten sind erfunden</translation>
    </message>
</context>
<context>
    <name>LeftPanel</name>
    <message>
        <source>Find</source>
        <translation>Finden</translation>
    </message>
    <message>
        <source>Analyse · %1</source>
        <translation>Auswerten · %1</translation>
    </message>
    <message>
        <source>Analyse</source>
        <translation>Auswerten</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>%1 from %2 to %3, %4</source>
        <translation>%1 von %2 bis %3, %4</translation>
    </message>
    <message>
        <source>%1: %2; %3</source>
        <translation>%1: %2; %3</translation>
    </message>
</context>
<context>
    <name>LookList</name>
    <message>
        <source>Look for a name, a formula or what it shows</source>
        <translation>Nach Name, Formel oder Inhalt suchen</translation>
    </message>
    <message>
        <source>Ways of looking. Enter draws one</source>
        <translation>Darstellungen. Die Eingabetaste zeigt eine</translation>
    </message>
</context>
<context>
    <name>LookMaker</name>
    <message>
        <source>A formula</source>
        <translation>Eine Formel</translation>
    </message>
    <message>
        <source>Three bands</source>
        <translation>Drei Bänder</translation>
    </message>
    <message>
        <source>One band in grey</source>
        <translation>Ein Band in Grau</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>Formel</translation>
    </message>
    <message>
        <source>Character %1: %2</source>
        <translation>Zeichen %1: %2</translation>
    </message>
    <message>
        <source>Bands of this scene: %1</source>
        <translation>Bänder dieser Szene: %1</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>Rot</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Grün</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Blau</translation>
    </message>
    <message>
        <source>Band</source>
        <translation>Band</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Keep what is drawn as</source>
        <translation>Gezeigtes behalten als</translation>
    </message>
    <message>
        <source>a name</source>
        <translation>ein Name</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
</context>
<context>
    <name>LookPanel</name>
    <message>
        <source>Leave out clouds and shadows</source>
        <translation>Wolken und Schatten auslassen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vorschau</translation>
    </message>
    <message>
        <source>Connect…</source>
        <translation>Verbinden …</translation>
    </message>
    <message>
        <source>Read and pay</source>
        <translation>Lesen und zahlen</translation>
    </message>
    <message>
        <source>All indices…</source>
        <translation>Alle Indizes …</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>Auswählen</translation>
    </message>
    <message>
        <source>Make your own</source>
        <translation>Selbst zusammenstellen</translation>
    </message>
    <message>
        <source>Show clouds</source>
        <translation>Wolken zeigen</translation>
    </message>
</context>
<context>
    <name>LookRow</name>
    <message>
        <source>Remove %1</source>
        <translation>%1 entfernen</translation>
    </message>
</context>
<context>
    <name>Main</name>
    <message>
        <source>Scene</source>
        <translation>Szene</translation>
    </message>
    <message>
        <source>Sandbox, invented data · Astra</source>
        <translation>Sandbox, erfundene Daten · Astra</translation>
    </message>
</context>
<context>
    <name>MapPane</name>
    <message>
        <source>Map</source>
        <translation>Karte</translation>
    </message>
    <message numerus="yes">
        <source>Centre %1, %2. Arrow keys move, plus and minus zoom. %n footprint(s).</source>
        <translation>
            <numerusform>Mitte %1, %2. Pfeiltasten bewegen, Plus und Minus zoomen. %n Umriss.</numerusform>
            <numerusform>Mitte %1, %2. Pfeiltasten bewegen, Plus und Minus zoomen. %n Umrisse.</numerusform>
        </translation>
    </message>
    <message>
        <source>N</source>
        <translation>N</translation>
    </message>
    <message>
        <source>S</source>
        <translation>S</translation>
    </message>
    <message>
        <source>E</source>
        <translation>O</translation>
    </message>
    <message>
        <source>W</source>
        <translation>W</translation>
    </message>
    <message>
        <source>Natural Earth · GeoNames</source>
        <translation>Natural Earth · GeoNames</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Show the whole world</source>
        <translation>Die ganze Welt zeigen</translation>
    </message>
    <message>
        <source>Show the area</source>
        <translation>Das Gebiet zeigen</translation>
    </message>
</context>
<context>
    <name>Message</name>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>MetadataList</name>
    <message>
        <source>Look for a name or a value</source>
        <translation>Nach Name oder Wert suchen</translation>
    </message>
    <message>
        <source>Copy all that is listed</source>
        <translation>Alles Aufgelistete kopieren</translation>
    </message>
    <message>
        <source>Asking for the metadata…</source>
        <translation>Metadaten werden geholt …</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Metadata. Enter copies a value</source>
        <translation>Metadaten. Die Eingabetaste kopiert einen Wert</translation>
    </message>
    <message>
        <source>Copy the value of %1</source>
        <translation>Den Wert von %1 kopieren</translation>
    </message>
</context>
<context>
    <name>NewKeyBox</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the new key</source>
        <translation>Den neuen Schlüssel kopieren</translation>
    </message>
    <message>
        <source>I have it</source>
        <translation>Notiert</translation>
    </message>
    <message>
        <source>The key, shown only once</source>
        <translation>Der Schlüssel, nur einmal gezeigt</translation>
    </message>
    <message>
        <source>Marked as a secret; the clipboard is cleared after a minute</source>
        <translation>Als Geheimnis gekennzeichnet; die Zwischenablage wird nach einer Minute geleert</translation>
    </message>
</context>
<context>
    <name>NoticeList</name>
    <message>
        <source>number a day</source>
        <translation>am Tag</translation>
    </message>
</context>
<context>
    <name>ParameterField</name>
    <message>
        <source>Choose a file…</source>
        <translation>Datei wählen …</translation>
    </message>
    <message>
        <source>%1: choose a file</source>
        <translation>%1: Datei wählen</translation>
    </message>
    <message>
        <source>GeoJSON with polygons</source>
        <translation>GeoJSON mit Polygonen</translation>
    </message>
    <message>
        <source>GeoJSON (*.geojson *.json)</source>
        <translation>GeoJSON (*.geojson *.json)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>PickedScenes</name>
    <message numerus="yes">
        <source>%n scene(s) picked</source>
        <translation>
            <numerusform>%n Szene ausgewählt</numerusform>
            <numerusform>%n Szenen ausgewählt</numerusform>
        </translation>
    </message>
    <message>
        <source>No scene yet</source>
        <translation>Noch keine Szene</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Let go of all picked scenes</source>
        <translation>Alle ausgewählten Szenen abwählen</translation>
    </message>
    <message>
        <source>Scenes picked</source>
        <translation>Ausgewählte Szenen</translation>
    </message>
    <message>
        <source>Let go of %1</source>
        <translation>%1 abwählen</translation>
    </message>
    <message>
        <source>Add the scene shown</source>
        <translation>Gezeigte Szene hinzufügen</translation>
    </message>
</context>
<context>
    <name>ProviderKeys</name>
    <message>
        <source>Ask again</source>
        <translation>Erneut fragen</translation>
    </message>
    <message>
        <source>The service keeps no such key yet.</source>
        <translation>Noch bewahrt der Dienst keinen solchen Schlüssel auf.</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Remove the key for %1</source>
        <translation>Schlüssel für %1 entfernen</translation>
    </message>
    <message>
        <source>Remove the key for %1? %2</source>
        <translation>Schlüssel für %1 entfernen? %2</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Add one</source>
        <translation>Einen hinzufügen</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Dienst</translation>
    </message>
    <message>
        <source>Its key</source>
        <translation>Sein Schlüssel</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Hand this key to the service</source>
        <translation>Diesen Schlüssel dem Dienst übergeben</translation>
    </message>
    <message>
        <source>Keys of other services that this service keeps and uses for you. Astra keeps none of them.</source>
        <translation>Schlüssel anderer Dienste, die dieser Dienst aufbewahrt und für das Konto benutzt. Astra bewahrt keinen davon auf.</translation>
    </message>
</context>
<context>
    <name>RadiometryBadge</name>
    <message>
        <source>%1 = %2</source>
        <translation>%1 = %2</translation>
    </message>
    <message>
        <source>How the numbers are read: %1</source>
        <translation>Wie die Zahlen gelesen werden: %1</translation>
    </message>
    <message>
        <source>Use the rule</source>
        <translation>Nach der Regel</translation>
    </message>
    <message>
        <source>Item, baseline and pixels decide</source>
        <translation>Item, Baseline und Pixel entscheiden</translation>
    </message>
    <message>
        <source>Apply the offset</source>
        <translation>Versatz anwenden</translation>
    </message>
    <message>
        <source>The pixels still carry it: 0.1 is taken off</source>
        <translation>Die Pixel enthalten ihn noch: 0,1 wird abgezogen</translation>
    </message>
    <message>
        <source>It is gone from the pixels already</source>
        <translation>Er ist aus den Pixeln schon entfernt</translation>
    </message>
    <message>
        <source>Leave it off</source>
        <translation>Weglassen</translation>
    </message>
</context>
<context>
    <name>RotationStep</name>
    <message>
        <source>Step %1, done: %2</source>
        <translation>Schritt %1, erledigt: %2</translation>
    </message>
    <message>
        <source>Step %1, now: %2</source>
        <translation>Schritt %1, jetzt: %2</translation>
    </message>
    <message>
        <source>Step %1: %2</source>
        <translation>Schritt %1: %2</translation>
    </message>
</context>
<context>
    <name>RotationSteps</name>
    <message>
        <source>A new key takes the place of the old one without a gap. Until the last step the old one stays valid.</source>
        <translation>Ein neuer Schlüssel löst den alten ohne Lücke ab. Bis zum letzten Schritt gilt der alte weiter.</translation>
    </message>
    <message>
        <source>Make a new key and switch to it</source>
        <translation>Neuen Schlüssel anlegen und zu ihm wechseln</translation>
    </message>
    <message>
        <source>Make it at %1 and paste it here. It is tested, kept, and used from then on.</source>
        <translation>Bei %1 anlegen und hier einfügen. Er wird geprüft, aufbewahrt und von da an benutzt.</translation>
    </message>
    <message>
        <source>Name of the new key</source>
        <translation>Name des neuen Schlüssels</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>Neuer Schlüssel</translation>
    </message>
    <message>
        <source>Make and switch</source>
        <translation>Anlegen und wechseln</translation>
    </message>
    <message>
        <source>Test and switch</source>
        <translation>Prüfen und wechseln</translation>
    </message>
    <message>
        <source>Open its website</source>
        <translation>Website öffnen</translation>
    </message>
    <message>
        <source>See the new key work</source>
        <translation>Sehen, dass der neue gilt</translation>
    </message>
    <message>
        <source>The new key is in use. %1, the old one, is still valid. Ask the service whether it accepts the new one.</source>
        <translation>Der neue Schlüssel ist in Gebrauch. Der alte, %1, gilt noch. Den Dienst fragen, ob er den neuen annimmt.</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Revoke the old key</source>
        <translation>Alten Schlüssel sperren</translation>
    </message>
    <message>
        <source>Forget the old key</source>
        <translation>Alten Schlüssel vergessen</translation>
    </message>
    <message>
        <source>Undo: back to the old key</source>
        <translation>Zurück zum alten Schlüssel</translation>
    </message>
    <message>
        <source>Asking %1…</source>
        <translation>%1 wird gefragt …</translation>
    </message>
    <message>
        <source>Astra asks %1 to make it; where that is not allowed, paste one. It is tested, kept, and used from then on.</source>
        <translation>Astra lässt ihn bei %1 anlegen; wo das nicht erlaubt ist, einen einfügen. Er wird geprüft, aufbewahrt und von da an benutzt.</translation>
    </message>
    <message>
        <source>A key that you made there yourself (optional)</source>
        <translation>Ein dort selbst angelegter Schlüssel (freiwillig)</translation>
    </message>
    <message>
        <source>The new key works. Once %1 is revoked, whatever still uses it stops working. This cannot be undone.</source>
        <translation>Der neue Schlüssel gilt. Sobald %1 gesperrt ist, geht nichts mehr, was ihn noch benutzt. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>The new key works. %1 is forgotten here, but stays valid until you revoke it on the website of %2; whatever still uses it then stops working.</source>
        <translation>Der neue Schlüssel gilt. %1 wird hier vergessen, gilt aber, bis er auf der Website von %2 gesperrt wird; was ihn dann noch benutzt, geht nicht mehr.</translation>
    </message>
    <message>
        <source>The key has been rotated: only the new one is kept here.</source>
        <translation>Der Schlüssel ist gewechselt: Nur der neue wird hier aufbewahrt.</translation>
    </message>
</context>
<context>
    <name>ScaleBar</name>
    <message>
        <source>%1 km</source>
        <translation>%1 km</translation>
    </message>
    <message>
        <source>%1 m</source>
        <translation>%1 m</translation>
    </message>
    <message>
        <source>%1 cm</source>
        <translation>%1 cm</translation>
    </message>
    <message>
        <source>Scale: the bar is %1 long</source>
        <translation>Maßstab: Der Balken ist %1 lang</translation>
    </message>
</context>
<context>
    <name>SceneList</name>
    <message>
        <source>Scenes found</source>
        <translation>Gefundene Szenen</translation>
    </message>
    <message>
        <source>Load more</source>
        <translation>Mehr laden</translation>
    </message>
    <message>
        <source>Counting what each source holds, to say what would bring more…</source>
        <translation>Gezählt wird, was jede Quelle führt, um zu sagen, was mehr bringen würde …</translation>
    </message>
</context>
<context>
    <name>ScenePanel</name>
    <message>
        <source>Invented data, made by the sandbox or answered to a test key: nothing in it was measured.</source>
        <translation>Erfundene Daten, aus der Sandbox oder als Antwort auf einen Testschlüssel: Nichts darin wurde gemessen.</translation>
    </message>
    <message>
        <source>Pixel at %1</source>
        <translation>Pixel bei %1</translation>
    </message>
    <message>
        <source>Click the picture on the map to read its numbers.</source>
        <translation>Ein Klick auf das Bild in der Karte liest seine Zahlen.</translation>
    </message>
    <message>
        <source>How the numbers are read</source>
        <translation>Wie die Zahlen gelesen werden</translation>
    </message>
    <message>
        <source>Copies of this acquisition</source>
        <translation>Kopien dieser Aufnahme</translation>
    </message>
    <message>
        <source>Scene</source>
        <translation>Szene</translation>
    </message>
    <message>
        <source>Files · %1</source>
        <translation>Dateien · %1</translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation>Metadaten</translation>
    </message>
    <message>
        <source>Made by Astra: %1.</source>
        <translation>Von Astra erzeugt: %1.</translation>
    </message>
    <message>
        <source>Run again…</source>
        <translation>Erneut ausführen …</translation>
    </message>
</context>
<context>
    <name>SceneRow</name>
    <message>
        <source>invented data</source>
        <translation>erfundene Daten</translation>
    </message>
    <message>
        <source>Pick %1</source>
        <translation>%1 auswählen</translation>
    </message>
</context>
<context>
    <name>SearchFields</name>
    <message>
        <source>Area · %1</source>
        <translation>Gebiet · %1</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>Gebiet</translation>
    </message>
    <message>
        <source>Drawing…</source>
        <translation>Zeichnen …</translation>
    </message>
    <message>
        <source>Draw area</source>
        <translation>Gebiet zeichnen</translation>
    </message>
    <message>
        <source>Drag a rectangle on the map, or click two corners</source>
        <translation>Auf der Karte ein Rechteck aufziehen oder zwei Ecken anklicken</translation>
    </message>
    <message>
        <source>West</source>
        <translation>Westen</translation>
    </message>
    <message>
        <source>South</source>
        <translation>Süden</translation>
    </message>
    <message>
        <source>East</source>
        <translation>Osten</translation>
    </message>
    <message>
        <source>North</source>
        <translation>Norden</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Any cloud</source>
        <translation>Wolken: alle</translation>
    </message>
    <message>
        <source>Cloud &lt; %1 %</source>
        <translation>Wolken &lt; %1 %</translation>
    </message>
    <message>
        <source>Most cloud, whole scene</source>
        <translation>Höchstens Wolken, ganze Szene</translation>
    </message>
    <message>
        <source>any</source>
        <translation>beliebig</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>Product</source>
        <translation>Produkt</translation>
    </message>
    <message>
        <source>Per source</source>
        <translation>Je Quelle</translation>
    </message>
    <message>
        <source>Only</source>
        <translation>Nur</translation>
    </message>
    <message>
        <source>%1 of %2. Press to search by product again.</source>
        <translation>%1 von %2. Ein Klick sucht wieder nach Produkt.</translation>
    </message>
    <message>
        <source>Remove the collection %1</source>
        <translation>Die Sammlung %1 entfernen</translation>
    </message>
</context>
<context>
    <name>ServiceCard</name>
    <message>
        <source>Connect…</source>
        <translation>Verbinden …</translation>
    </message>
    <message>
        <source>Connect %1</source>
        <translation>%1 verbinden</translation>
    </message>
    <message>
        <source>Try the other form</source>
        <translation>Andere Form versuchen</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Neu anmelden …</translation>
    </message>
    <message>
        <source>Sign in to %1 again</source>
        <translation>Bei %1 neu anmelden</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Test %1</source>
        <translation>%1 prüfen</translation>
    </message>
    <message>
        <source>Use this one</source>
        <translation>Dieses verwenden</translation>
    </message>
    <message>
        <source>Use %1, %2</source>
        <translation>%1, %2 verwenden</translation>
    </message>
    <message>
        <source>More…</source>
        <translation>Mehr …</translation>
    </message>
    <message>
        <source>More about %1</source>
        <translation>Mehr über %1</translation>
    </message>
    <message>
        <source>Switch it on</source>
        <translation>Einschalten</translation>
    </message>
    <message>
        <source>test key: the answers are invented</source>
        <translation>Testschlüssel: Die Antworten sind erfunden</translation>
    </message>
    <message>
        <source>Stop telling me this, for any account</source>
        <translation>Das bei keinem Konto mehr sagen</translation>
    </message>
</context>
<context>
    <name>ServiceKeys</name>
    <message>
        <source>Ask again</source>
        <translation>Erneut fragen</translation>
    </message>
    <message>
        <source>Asking the service for its keys…</source>
        <translation>Der Dienst wird nach seinen Schlüsseln gefragt …</translation>
    </message>
    <message>
        <source>The service lists no key.</source>
        <translation>Der Dienst führt keinen Schlüssel auf.</translation>
    </message>
    <message>
        <source>this account&apos;s key</source>
        <translation>Schlüssel dieses Kontos</translation>
    </message>
    <message>
        <source>test</source>
        <translation>Test</translation>
    </message>
    <message>
        <source>Roll…</source>
        <translation>Erneuern …</translation>
    </message>
    <message>
        <source>Give %1 a new secret</source>
        <translation>%1 erneuern</translation>
    </message>
    <message>
        <source>Revoke…</source>
        <translation>Sperren …</translation>
    </message>
    <message>
        <source>Revoke %1</source>
        <translation>%1 sperren</translation>
    </message>
    <message>
        <source>Give %1 a new secret? The old one ends, at once or when the service says so: programs that use it need the new one.</source>
        <translation>%1 erneuern? Der Dienst gibt ihm ein neues Geheimnis; das alte läuft ab, sofort oder wann der Dienst es festlegt: Programme, die es benutzen, brauchen das neue.</translation>
    </message>
    <message>
        <source>Revoke %1? %2</source>
        <translation>%1 sperren? %2</translation>
    </message>
    <message>
        <source>Give it a new secret</source>
        <translation>Erneuern</translation>
    </message>
    <message>
        <source>Revoke it</source>
        <translation>Sperren</translation>
    </message>
    <message>
        <source>Usage</source>
        <translation>Nutzung</translation>
    </message>
    <message>
        <source>Usage of %1</source>
        <translation>Nutzung von %1</translation>
    </message>
</context>
<context>
    <name>SettingsPanel</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Close settings</source>
        <translation>Einstellungen schließen</translation>
    </message>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>Back to the accounts</source>
        <translation>Zurück zu den Konten</translation>
    </message>
    <message>
        <source>Add a service</source>
        <translation>Dienst hinzufügen</translation>
    </message>
    <message>
        <source>Sign in to %1</source>
        <translation>Bei %1 anmelden</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>Konten</translation>
    </message>
    <message>
        <source>Certificates</source>
        <translation>Zertifikate</translation>
    </message>
</context>
<context>
    <name>SignInField</name>
    <message>
        <source>%1 (optional)</source>
        <translation>%1 (freiwillig)</translation>
    </message>
</context>
<context>
    <name>SignInPage</name>
    <message>
        <source>Check again</source>
        <translation>Erneut prüfen</translation>
    </message>
    <message>
        <source>%1 (not available yet)</source>
        <translation>%1 (noch nicht verfügbar)</translation>
    </message>
    <message>
        <source>Address of the service</source>
        <translation>Adresse des Dienstes</translation>
    </message>
    <message>
        <source>The sandbox made this key for you: %1</source>
        <translation>Die Sandbox hat diesen Schlüssel erzeugt: %1</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Your name for it: the place where it is used</source>
        <translation>Eigener Name: der Ort, an dem es gebraucht wird</translation>
    </message>
    <message>
        <source>laptop</source>
        <translation>Laptop</translation>
    </message>
    <message>
        <source>Test and keep</source>
        <translation>Prüfen und behalten</translation>
    </message>
    <message>
        <source>Test and keep in memory</source>
        <translation>Prüfen und vorerst behalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Asking %1…</source>
        <translation>%1 wird gefragt …</translation>
    </message>
    <message>
        <source>Try the other form: %1</source>
        <translation>Andere Form: %1</translation>
    </message>
    <message>
        <source>How to get one</source>
        <translation>So kommt man dazu</translation>
    </message>
    <message>
        <source>%1.</source>
        <translation>%1.</translation>
    </message>
    <message>
        <source>%1. %2</source>
        <translation>%1. %2</translation>
    </message>
    <message>
        <source>Open its website</source>
        <translation>Website öffnen</translation>
    </message>
    <message>
        <source>What you enter goes to %1 and nowhere else.</source>
        <translation>Was hier eingegeben wird, geht an %1 und sonst nirgendwohin.</translation>
    </message>
    <message>
        <source>It is kept %1; whether it is right shows when the first image is read.</source>
        <translation>Aufbewahrt: %1; ob alles stimmt, zeigt sich beim ersten gelesenen Bild.</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Keep in memory</source>
        <translation>Vorerst behalten</translation>
    </message>
    <message>
        <source>Way to sign in</source>
        <translation>Art der Anmeldung</translation>
    </message>
    <message>
        <source>Continue in the browser</source>
        <translation>Im Browser fortfahren</translation>
    </message>
    <message>
        <source>Good for %1.</source>
        <translation>Gilt für %1.</translation>
    </message>
</context>
<context>
    <name>Snippets</name>
    <message>
        <source>Use it elsewhere</source>
        <translation>Anderswo benutzen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the text for %1</source>
        <translation>Text für %1 kopieren</translation>
    </message>
    <message>
        <source>The key itself is not in it: it is read from the variable that the text names.</source>
        <translation>Der Schlüssel selbst steht nicht darin: Er wird aus der Variablen gelesen, die der Text nennt.</translation>
    </message>
</context>
<context>
    <name>SortBar</name>
    <message>
        <source>Sort by: %1</source>
        <translation>Sortieren nach: %1</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>Cloud, whole scene</source>
        <translation>Wolken, ganze Szene</translation>
    </message>
    <message>
        <source>Clear sky, my area</source>
        <translation>Klarer Himmel, mein Gebiet</translation>
    </message>
    <message>
        <source>Imaged, my area</source>
        <translation>Erfasst, mein Gebiet</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Turn the order round</source>
        <translation>Reihenfolge umkehren</translation>
    </message>
    <message>
        <source>Order: %1</source>
        <translation>Reihenfolge: %1</translation>
    </message>
    <message>
        <source>Stop picking scenes</source>
        <translation>Auswahl von Szenen beenden</translation>
    </message>
    <message>
        <source>Pick several scenes for one job</source>
        <translation>Mehrere Szenen für einen Auftrag auswählen</translation>
    </message>
</context>
<context>
    <name>SourceChip</name>
    <message>
        <source>Hide the numbers of %1</source>
        <translation>Zahlen von %1 ausblenden</translation>
    </message>
    <message>
        <source>Show the numbers of %1</source>
        <translation>Zahlen von %1 einblenden</translation>
    </message>
    <message>
        <source>Enter a key…</source>
        <translation>Schlüssel eingeben …</translation>
    </message>
    <message>
        <source>Enter a key for %1</source>
        <translation>Schlüssel für %1 eingeben</translation>
    </message>
</context>
<context>
    <name>SourceList</name>
    <message>
        <source>Sources</source>
        <translation>Quellen</translation>
    </message>
    <message>
        <source>Data sources…</source>
        <translation>Datenquellen …</translation>
    </message>
    <message>
        <source>What each source holds: collections, dates, access</source>
        <translation>Was jede Quelle führt: Sammlungen, Zeiträume, Zugang</translation>
    </message>
</context>
<context>
    <name>SourcesPage</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Our catalogue</source>
        <translation>Unser Katalog</translation>
    </message>
    <message>
        <source>Address of a STAC API</source>
        <translation>Adresse einer STAC-API</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Searching: %1</source>
        <translation>Suche: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) running</source>
        <translation>
            <numerusform>%n Auftrag läuft</numerusform>
            <numerusform>%n Aufträge laufen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) ended</source>
        <translation>
            <numerusform>%n Auftrag beendet</numerusform>
            <numerusform>%n Aufträge beendet</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Sandbox · invented data</source>
        <translation>Sandbox · erfundene Daten</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>Datei öffnen …</translation>
    </message>
    <message>
        <source>A STAC Item, a GeoTIFF or a result, from this computer</source>
        <translation>Ein STAC-Item, ein GeoTIFF oder ein Ergebnis von diesem Computer</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>Startseite</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>Helles Design</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>Dunkles Design</translation>
    </message>
    <message>
        <source>Hide the scene panel</source>
        <translation>Szenenbereich ausblenden</translation>
    </message>
    <message>
        <source>Show the scene panel</source>
        <translation>Szenenbereich einblenden</translation>
    </message>
    <message>
        <source>Open a scene from this computer</source>
        <translation>Szene von diesem Computer öffnen</translation>
    </message>
    <message>
        <source>Scenes (*.json *.tif *.tiff *.jp2)</source>
        <translation>Szenen (*.json *.tif *.tiff *.jp2)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Settings: accounts, sources and certificates</source>
        <translation>Einstellungen: Konten, Quellen und Zertifikate</translation>
    </message>
</context>
<context>
    <name>UnderPointer</name>
    <message>
        <source>Scenes at this place</source>
        <translation>Szenen an dieser Stelle</translation>
    </message>
    <message numerus="yes">
        <source>%n scene(s) here</source>
        <translation>
            <numerusform>%n Szene hier</numerusform>
            <numerusform>%n Szenen hier</numerusform>
        </translation>
    </message>
    <message>
        <source>Close this list</source>
        <translation>Diese Liste schließen</translation>
    </message>
</context>
<context>
    <name>astra::AccountKeys</name>
    <message>
        <source>The old key %1 is still valid at %2: revoke it on the website of the service.</source>
        <translation>Der alte Schlüssel %1 gilt bei %2 noch: auf der Website des Dienstes sperren.</translation>
    </message>
    <message>
        <source>This key comes from the environment of the program: roll it where it is set.</source>
        <translation>Dieser Schlüssel kommt aus der Umgebung des Programms: dort erneuern, wo er gesetzt wird.</translation>
    </message>
    <message>
        <source>The key of %1 comes from the environment of the program, and is changed there.</source>
        <translation>Der Schlüssel von %1 kommt aus der Umgebung des Programms und wird dort geändert.</translation>
    </message>
    <message>
        <source>%1 is signed in without a key that could be changed: sign in again instead.</source>
        <translation>Die Anmeldung bei %1 hat keinen Schlüssel, der sich wechseln ließe: stattdessen neu anmelden.</translation>
    </message>
    <message>
        <source>The key of %1 is being changed already. Finish that first, or go back.</source>
        <translation>Der Schlüssel von %1 wird schon gewechselt. Das erst abschließen oder zurückgehen.</translation>
    </message>
    <message>
        <source>This is the key that is in use already.</source>
        <translation>Dieser Schlüssel ist schon in Gebrauch.</translation>
    </message>
    <message>
        <source>The new key does not work, so the old one stays in use: %1</source>
        <translation>Der neue Schlüssel gilt nicht, darum bleibt der alte in Gebrauch: %1</translation>
    </message>
    <message>
        <source>The keychain is not open, and a key made now could not be kept in it. Unlock it and try again.</source>
        <translation>Der Schlüsselbund ist nicht offen, ein jetzt angelegter Schlüssel ließe sich darin nicht aufbewahren. Entsperren und erneut versuchen.</translation>
    </message>
    <message>
        <source>The keychain stopped taking keys, so the old key stays in use. Try again later.</source>
        <translation>Der Schlüsselbund nimmt keine Schlüssel mehr an, darum bleibt der alte in Gebrauch. Später erneut versuchen.</translation>
    </message>
    <message>
        <source>The key of %1 is not being changed.</source>
        <translation>Der Schlüssel von %1 wird gerade nicht gewechselt.</translation>
    </message>
    <message>
        <source>The new key was refused, so the old one was not revoked: %1</source>
        <translation>Der neue Schlüssel wurde abgelehnt, darum wurde der alte nicht gesperrt: %1</translation>
    </message>
    <message>
        <source>The new key is not in the keychain yet, so the old one was not revoked. Unlock the keychain and try again.</source>
        <translation>Der neue Schlüssel liegt noch nicht im Schlüsselbund, darum wurde der alte nicht gesperrt. Den Schlüsselbund entsperren und erneut versuchen.</translation>
    </message>
    <message>
        <source>The key %1, which was to replace it, is still valid at %2.</source>
        <translation>Der Schlüssel %1, der ihn ablösen sollte, gilt bei %2 noch.</translation>
    </message>
    <message>
        <source>The old key is still valid at %1: revoke it on the website of the service.</source>
        <translation>Der alte Schlüssel gilt bei %1 noch: auf der Website des Dienstes sperren.</translation>
    </message>
    <message>
        <source>The key that was to replace it is still valid at %1.</source>
        <translation>Der Schlüssel, der ihn ablösen sollte, gilt bei %1 noch.</translation>
    </message>
    <message>
        <source>The key of %1 is being changed at this moment. Wait for that to end.</source>
        <translation>Der Schlüssel von %1 wird gerade gewechselt. Bitte warten, bis das beendet ist.</translation>
    </message>
    <message>
        <source>Someone signed in to %1, or out of it, meanwhile: its key was not changed.</source>
        <translation>Bei %1 wurde inzwischen an- oder abgemeldet: Der Schlüssel wurde nicht gewechselt.</translation>
    </message>
    <message>
        <source>The old key of %1 cannot be read now, so it was not revoked. Unlock the keychain and try again.</source>
        <translation>Der alte Schlüssel von %1 ist jetzt nicht lesbar und wurde deshalb nicht gesperrt. Den Schlüsselbund entsperren und erneut versuchen.</translation>
    </message>
    <message>
        <source>The keychain is not open, so the old key was not put back into it, and the new one stays in use. Unlock it and try again.</source>
        <translation>Der Schlüsselbund ist nicht offen, deshalb wurde der alte Schlüssel nicht zurückgelegt, und der neue bleibt in Gebrauch. Den Schlüsselbund entsperren und erneut versuchen.</translation>
    </message>
</context>
<context>
    <name>astra::Accounts</name>
    <message>
        <source>%1 could not be read. Labels and history of the accounts in it are not known.</source>
        <translation>%1 ließ sich nicht lesen. Namen und Verlauf der Konten darin sind nicht bekannt.</translation>
    </message>
    <message>
        <source>Parts of %1 could not be read; it was kept as %2. Keys are in the keychain and not affected.</source>
        <translation>%1 ließ sich nicht ganz lesen und wurde als %2 aufgehoben. Die Schlüssel liegen im Schlüsselbund und sind nicht betroffen.</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>%1 ließ sich nicht schreiben: %2</translation>
    </message>
    <message>
        <source>This does not look like a key of %1. Copy the whole key and paste it again.</source>
        <translation>Das sieht nicht nach einem Schlüssel von %1 aus. Den ganzen Schlüssel kopieren und erneut einfügen.</translation>
    </message>
    <message>
        <source>It should look like this: %1</source>
        <translation>So sollte er aussehen: %1</translation>
    </message>
    <message>
        <source>The service refused this key last time.</source>
        <translation>Der Dienst hat diesen Schlüssel beim letzten Mal abgelehnt.</translation>
    </message>
    <message>
        <source>It ended on %1.</source>
        <translation>Am %1 abgelaufen.</translation>
    </message>
    <message numerus="yes">
        <source>It ends in %n minute(s).</source>
        <translation>
            <numerusform>Läuft in %n Minute ab.</numerusform>
            <numerusform>Läuft in %n Minuten ab.</numerusform>
        </translation>
    </message>
    <message>
        <source>It ends on %1.</source>
        <translation>Läuft am %1 ab.</translation>
    </message>
    <message numerus="yes">
        <source>This key has been here for %n day(s). A new one every three months limits what a lost one can do.</source>
        <translation>
            <numerusform>Dieser Schlüssel ist seit %n Tag hier. Alle drei Monate ein neuer begrenzt, was ein verlorener anrichten kann.</numerusform>
            <numerusform>Dieser Schlüssel ist seit %n Tagen hier. Alle drei Monate ein neuer begrenzt, was ein verlorener anrichten kann.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It has not been used for %n day(s). A key that nobody needs is best revoked.</source>
        <translation>
            <numerusform>Seit %n Tag nicht benutzt. Einen Schlüssel, den niemand braucht, sperrt man am besten.</numerusform>
            <numerusform>Seit %n Tagen nicht benutzt. Einen Schlüssel, den niemand braucht, sperrt man am besten.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 requests today, where %2 are usual.</source>
        <translation>Heute %1 Anfragen; üblich sind %2.</translation>
    </message>
    <message>
        <source>%1 credits today, more than the %2 that you chose.</source>
        <translation>Heute %1 Guthaben verbraucht, mehr als die gewählten %2.</translation>
    </message>
    <message>
        <source>%1 requests today, more than the %2 that you chose.</source>
        <translation>Heute %1 Anfragen, mehr als die gewählten %2.</translation>
    </message>
</context>
<context>
    <name>astra::Areas</name>
    <message>
        <source>%1 is not a polygon: areas are Polygon or MultiPolygon.</source>
        <translation>%1 ist kein Polygon: Flächen sind Polygon oder MultiPolygon.</translation>
    </message>
    <message>
        <source>%1 has a polygon without coordinates.</source>
        <translation>%1 hat ein Polygon ohne Koordinaten.</translation>
    </message>
    <message>
        <source>%1 has a ring of fewer than three corners.</source>
        <translation>%1 hat einen Ring mit weniger als drei Ecken.</translation>
    </message>
    <message>
        <source>%1 has a ring that is not a list of positions.</source>
        <translation>%1 hat einen Ring, der keine Liste von Positionen ist.</translation>
    </message>
    <message>
        <source>The areas have more than %L1 corners.</source>
        <translation>Die Flächen haben mehr als %L1 Ecken.</translation>
    </message>
    <message>
        <source>%1 has a position that is not longitude and latitude.</source>
        <translation>%1 hat eine Position, die nicht aus Länge und Breite besteht.</translation>
    </message>
    <message>
        <source>%1 has the position %2, %3, which is not on the earth: GeoJSON is in degrees of longitude and latitude (WGS 84).</source>
        <translation>%1 hat die Position %2, %3, die es auf der Erde nicht gibt: GeoJSON steht in Grad Länge und Breite (WGS 84).</translation>
    </message>
    <message>
        <source>The GeoJSON&apos;s coordinate system is “%1”; it has to be in degrees of longitude and latitude (WGS 84).</source>
        <translation>Das Koordinatensystem des GeoJSON ist „%1“; es muss in Grad Länge und Breite stehen (WGS 84).</translation>
    </message>
    <message>
        <source>There is no area in the GeoJSON.</source>
        <translation>Das GeoJSON enthält keine Fläche.</translation>
    </message>
    <message>
        <source>Area %1</source>
        <translation>Fläche %1</translation>
    </message>
    <message>
        <source>The GeoJSON</source>
        <translation>Das GeoJSON</translation>
    </message>
    <message>
        <source>The %L1 corners of the areas do not stand here, only what they hash to: they stand in the result&apos;s file.</source>
        <translation>Die %L1 Ecken der Flächen stehen nicht hier, nur ihr Hash: Sie stehen in der Datei des Ergebnisses.</translation>
    </message>
    <message>
        <source>The packed areas are damaged: they do not hash to what is said of them.</source>
        <translation>Die gepackten Flächen sind beschädigt: Ihr Hash ist ein anderer als der angegebene.</translation>
    </message>
    <message>
        <source>The packed areas are damaged: they are not the rings that they say.</source>
        <translation>Die gepackten Flächen sind beschädigt: Es sind nicht die Ringe, die angegeben sind.</translation>
    </message>
    <message>
        <source>%1 is a file of %2, and areas are read from GeoJSON in degrees: “ogr2ogr -t_srs EPSG:4326 areas.geojson %1” makes it.</source>
        <translation>%1 ist eine Datei von %2; gelesen werden Flächen aus GeoJSON in Grad: „ogr2ogr -t_srs EPSG:4326 areas.geojson %1“ macht sie daraus.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
</context>
<context>
    <name>astra::AstraBackend</name>
    <message>
        <source>%1 takes one scene at a time.</source>
        <translation>%1 nimmt immer nur eine Szene auf einmal.</translation>
    </message>
    <message>
        <source>There is no name for the result&apos;s file.</source>
        <translation>Für die Ergebnisdatei fehlt ein Name.</translation>
    </message>
    <message>
        <source>%1 does not know this scene: no copy of it was found there. Compute it here instead.</source>
        <translation>%1 kennt diese Szene nicht: Dort wurde keine Kopie gefunden. Stattdessen hier berechnen.</translation>
    </message>
    <message>
        <source>The answer does not say how the job stands.</source>
        <translation>Die Antwort sagt nicht, wie es um den Auftrag steht.</translation>
    </message>
    <message>
        <source>The job&apos;s id is longer than %1 characters.</source>
        <translation>Die Kennung des Auftrags ist länger als %1 Zeichen.</translation>
    </message>
    <message>
        <source>%1 does not compute %2. Compute it here instead.</source>
        <translation>%1 berechnet %2 nicht. Stattdessen hier berechnen.</translation>
    </message>
    <message>
        <source>%1 delivered a web page where the result should be. Nothing was kept.</source>
        <translation>%1 hat statt des Ergebnisses eine Webseite geliefert. Nichts wurde behalten.</translation>
    </message>
    <message>
        <source>What %1 delivered is no usable raster: %2 Nothing was kept.</source>
        <translation>Was %1 geliefert hat, ist kein brauchbares Raster: %2 Nichts wurde behalten.</translation>
    </message>
    <message>
        <source>it has no pixels, or too many.</source>
        <translation>Es hat keine Pixel oder zu viele.</translation>
    </message>
    <message>
        <source>%1 reads the pixels by its own rule: your override of the offset counts only on this computer. Compute it here instead.</source>
        <translation>%1 liest die Pixel nach eigener Regel: Ein von Hand gewählter Versatz gilt nur auf diesem Computer. Stattdessen hier rechnen.</translation>
    </message>
    <message>
        <source>cut a polygon out</source>
        <translation>ein Polygon ausschneiden</translation>
    </message>
    <message>
        <source>mask snow or a margin around clouds</source>
        <translation>Schnee oder einen Rand um Wolken ausblenden</translation>
    </message>
    <message>
        <source>put the result on another grid</source>
        <translation>das Ergebnis auf ein anderes Raster bringen</translation>
    </message>
    <message>
        <source>let the resampling be chosen</source>
        <translation>die Art der Umrechnung auf ein Raster wählen lassen</translation>
    </message>
    <message>
        <source>write %1</source>
        <translation>%1 schreiben</translation>
    </message>
    <message>
        <source>let the codec be chosen</source>
        <translation>den Codec wählen lassen</translation>
    </message>
    <message>
        <source>take “%1”</source>
        <translation>„%1“ annehmen</translation>
    </message>
    <message>
        <source>%1 cannot %2. Compute it here instead.</source>
        <translation>%1 kann Folgendes nicht: %2. Stattdessen hier berechnen.</translation>
    </message>
</context>
<context>
    <name>astra::Connections</name>
    <message>
        <source>There is no key for %1 yet.</source>
        <translation>Für %1 gibt es noch keinen Schlüssel.</translation>
    </message>
    <message>
        <source>There is no account “%1”.</source>
        <translation>Es gibt kein Konto „%1“.</translation>
    </message>
    <message>
        <source>The sign-in has ended. Sign in again.</source>
        <translation>Die Anmeldung ist abgelaufen. Neu anmelden.</translation>
    </message>
    <message>
        <source>%1 may be meant for “%2” or for “%3”, so neither gets it.</source>
        <translation>%1 kann für „%2“ oder für „%3“ gemeint sein, deshalb bekommt es keines von beiden.</translation>
    </message>
    <message>
        <source>The key of %1 comes from the environment of the program, and is kept there.</source>
        <translation>Der Schlüssel von %1 kommt aus der Umgebung des Programms und wird dort aufbewahrt.</translation>
    </message>
    <message>
        <source>The sign-in to %1 lasts as long as the program: there is nothing to keep.</source>
        <translation>Die Anmeldung bei %1 gilt so lange, wie das Programm läuft: Es gibt nichts aufzubewahren.</translation>
    </message>
</context>
<context>
    <name>astra::Database</name>
    <message>
        <source>%1 is in use by another program that does not let go of it.</source>
        <translation>%1 wird von einem anderen Programm benutzt, das es nicht freigibt.</translation>
    </message>
    <message>
        <source>%1 could not be read or written: %2</source>
        <translation>%1 ließ sich nicht lesen oder schreiben: %2</translation>
    </message>
    <message>
        <source>%1 is damaged and could not be set aside.</source>
        <translation>%1 ist beschädigt und ließ sich nicht beiseitelegen.</translation>
    </message>
    <message>
        <source>%1 was damaged. It was set aside as %2, and a new one begun.</source>
        <translation>%1 war beschädigt. Die Datei liegt jetzt als %2 beiseite, und eine neue ist angefangen.</translation>
    </message>
    <message>
        <source>%1 could not be opened: %2</source>
        <translation>%1 ließ sich nicht öffnen: %2</translation>
    </message>
    <message>
        <source>%1 was written by a later version of Astra (%2; this one knows %3). It is left alone.</source>
        <translation>%1 stammt von einer neueren Version von Astra (%2; diese kennt %3). Die Datei bleibt unangetastet.</translation>
    </message>
    <message>
        <source>More than %1 MB are not kept in one piece.</source>
        <translation>Mehr als %1 MB werden nicht in einem Stück aufbewahrt.</translation>
    </message>
    <message>
        <source>%1 does not take this: %2</source>
        <translation>%1 nimmt das nicht an: %2</translation>
    </message>
    <message>
        <source>%1 is a file of another program. It is left alone.</source>
        <translation>%1 ist eine Datei eines anderen Programms. Sie bleibt, wie sie ist.</translation>
    </message>
</context>
<context>
    <name>astra::GeoBox</name>
    <message>
        <source>The rectangle needs four numbers.</source>
        <translation>Das Rechteck braucht vier Zahlen.</translation>
    </message>
    <message>
        <source>The longitude %1 is outside −180…180.</source>
        <translation>Die Länge %1 liegt außerhalb von −180…180.</translation>
    </message>
    <message>
        <source>The latitude %1 is outside −90…90.</source>
        <translation>Die Breite %1 liegt außerhalb von −90…90.</translation>
    </message>
    <message>
        <source>The southern edge must lie below the northern one.</source>
        <translation>Der Südrand muss unter dem Nordrand liegen.</translation>
    </message>
    <message>
        <source>The western and eastern edges are the same.</source>
        <translation>Westrand und Ostrand sind gleich.</translation>
    </message>
    <message>
        <source>A rectangle is written west,south,east,north: four numbers in degrees.</source>
        <translation>Ein Rechteck schreibt sich West,Süd,Ost,Nord: vier Zahlen in Grad.</translation>
    </message>
    <message>
        <source>“%1” is not a number of degrees.</source>
        <translation>„%1“ ist keine Gradzahl.</translation>
    </message>
</context>
<context>
    <name>astra::Job</name>
    <message>
        <source>The record of a job is damaged (“%1”).</source>
        <translation>Der Eintrag eines Auftrags ist beschädigt („%1“).</translation>
    </message>
</context>
<context>
    <name>astra::Json</name>
    <message>
        <source>The answer is nested too deeply to be read.</source>
        <translation>Die Antwort ist zu tief verschachtelt, um sie zu lesen.</translation>
    </message>
    <message>
        <source>The answer is empty where JSON was expected.</source>
        <translation>Die Antwort ist leer, erwartet wurde JSON.</translation>
    </message>
    <message>
        <source>A web page came where JSON was expected: %1</source>
        <translation>Es kam eine Webseite, erwartet wurde JSON: %1</translation>
    </message>
    <message>
        <source>The JSON is damaged or broke off.</source>
        <translation>Das JSON ist beschädigt oder bricht ab.</translation>
    </message>
    <message>
        <source>Text came where JSON was expected: %1</source>
        <translation>Es kam Text, erwartet wurde JSON: %1</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>%1 lässt sich nicht lesen: %2</translation>
    </message>
    <message>
        <source>%1 is too large to be read as JSON.</source>
        <translation>%1 ist zu groß, um als JSON gelesen zu werden.</translation>
    </message>
</context>
<context>
    <name>astra::OffsetOverride</name>
    <message>
        <source>“%1” says nothing about the offset: write “apply” or “leave”.</source>
        <translation>„%1“ sagt nichts über den Versatz: „apply“ oder „leave“ schreiben.</translation>
    </message>
</context>
<context>
    <name>astra::OpenEoLogin</name>
    <message>
        <source>%1 says that its service is at %2. Enter that address, if you trust it: what you sign in with is sent to no other host than the one entered.</source>
        <translation>%1 nennt %2 als Ort des Dienstes. Diese Adresse eingeben, wenn ihr zu trauen ist: Zugangsdaten gehen an keinen anderen Rechner als den eingegebenen.</translation>
    </message>
    <message>
        <source>%1 does not accept this user name and password.</source>
        <translation>%1 nimmt diesen Benutzernamen mit diesem Kennwort nicht an.</translation>
    </message>
</context>
<context>
    <name>astra::Recipe</name>
    <message>
        <source>The recipe names no operation.</source>
        <translation>Das Rezept nennt keine Operation.</translation>
    </message>
    <message>
        <source>The recipe&apos;s parameters are not a JSON object.</source>
        <translation>Die Parameter des Rezepts sind kein JSON-Objekt.</translation>
    </message>
    <message>
        <source>The recipe&apos;s rectangle is not four numbers in range.</source>
        <translation>Das Rechteck des Rezepts besteht nicht aus vier gültigen Zahlen.</translation>
    </message>
    <message>
        <source>The recipe&apos;s version is not a number from 1.</source>
        <translation>Die Version des Rezepts ist keine Zahl ab 1.</translation>
    </message>
    <message>
        <source>The recipe is of version %1, and this program knows versions up to %2: a newer one can run it.</source>
        <translation>Das Rezept hat Version %1, und dieses Programm kennt Versionen bis %2: Ein neueres kann es ausführen.</translation>
    </message>
    <message>
        <source>The recipe says “%1”, which is of version 2, but not “astra_recipe”: 2.</source>
        <translation>Das Rezept enthält „%1“, das zu Version 2 gehört, aber nicht „astra_recipe“: 2.</translation>
    </message>
    <message>
        <source>The recipe says “%1”, which is not known here and could change the result.</source>
        <translation>Das Rezept enthält „%1“; das ist hier nicht bekannt und könnte das Ergebnis ändern.</translation>
    </message>
    <message>
        <source>The recipe&apos;s “%1” is neither true nor false.</source>
        <translation>„%1“ im Rezept ist weder true noch false.</translation>
    </message>
    <message>
        <source>The recipe&apos;s “%1” is not one of: %2.</source>
        <translation>„%1“ im Rezept ist keines von: %2.</translation>
    </message>
    <message>
        <source>The recipe&apos;s grid is not a JSON object.</source>
        <translation>Das Raster des Rezepts ist kein JSON-Objekt.</translation>
    </message>
    <message>
        <source>The recipe&apos;s grid says “%1”, which is not known here and could change the result.</source>
        <translation>Das Raster des Rezepts enthält „%1“; das ist hier nicht bekannt und könnte das Ergebnis ändern.</translation>
    </message>
    <message>
        <source>The recipe&apos;s CRS is not written as “EPSG:32632”.</source>
        <translation>Das Koordinatensystem des Rezepts ist nicht wie „EPSG:32632“ geschrieben.</translation>
    </message>
    <message>
        <source>The recipe&apos;s pixel size is not a number above 0.</source>
        <translation>Die Pixelgröße des Rezepts ist keine Zahl über 0.</translation>
    </message>
    <message>
        <source>The recipe&apos;s grid states neither a CRS nor a pixel size.</source>
        <translation>Das Raster des Rezepts nennt weder ein Koordinatensystem noch eine Pixelgröße.</translation>
    </message>
    <message>
        <source>The recipe&apos;s “mask_dilation” is not a number of metres from 0 to 5000.</source>
        <translation>„mask_dilation“ im Rezept ist keine Zahl von 0 bis 5000 (Meter).</translation>
    </message>
    <message>
        <source>The recipe has more than %1 inputs.</source>
        <translation>Das Rezept hat mehr als %1 Eingaben.</translation>
    </message>
    <message>
        <source>An input of the recipe is not a JSON object.</source>
        <translation>Eine Eingabe des Rezepts ist kein JSON-Objekt.</translation>
    </message>
</context>
<context>
    <name>astra::ResultItem</name>
    <message>
        <source>The description of the result could not be written to %1: %2</source>
        <translation>Die Beschreibung des Ergebnisses ließ sich nicht nach %1 schreiben: %2</translation>
    </message>
    <message>
        <source>A result without an input cannot be described.</source>
        <translation>Ein Ergebnis ohne Eingabe lässt sich nicht beschreiben.</translation>
    </message>
</context>
<context>
    <name>astra::SasTokens</name>
    <message>
        <source>%1 sent no signature, but something else.</source>
        <translation>%1 hat keine Signatur geschickt, sondern etwas anderes.</translation>
    </message>
    <message>
        <source>%1 sent a signature that cannot be used.</source>
        <translation>%1 hat eine Signatur geschickt, die sich nicht verwenden lässt.</translation>
    </message>
</context>
<context>
    <name>astra::SceneJson</name>
    <message>
        <source>The description of a scene is damaged (“%1”).</source>
        <translation>Die Beschreibung einer Szene ist beschädigt („%1“).</translation>
    </message>
</context>
<context>
    <name>astra::Sensor</name>
    <message>
        <source>A sensor needs a product and bands.</source>
        <translation>Ein Sensor braucht ein Produkt und Bänder.</translation>
    </message>
    <message>
        <source>A band of %1 has no name.</source>
        <translation>Ein Band von %1 hat keinen Namen.</translation>
    </message>
</context>
<context>
    <name>astra::ServiceCalls</name>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>The list that %1 answered is too long.</source>
        <translation>Die Liste, mit der %1 geantwortet hat, ist zu lang.</translation>
    </message>
    <message>
        <source>%1 answered something that is no list.</source>
        <translation>%1 hat mit etwas geantwortet, das keine Liste ist.</translation>
    </message>
    <message>
        <source>%1 sent the request on to %2, which is not its own. That answer is not believed.</source>
        <translation>%1 hat die Anfrage an %2 weitergeleitet, das nicht dazugehört. Dieser Antwort wird nicht geglaubt.</translation>
    </message>
    <message>
        <source>%1 does not offer this.</source>
        <translation>%1 bietet das nicht an.</translation>
    </message>
    <message>
        <source>%1 did not answer with JSON: is this the right address?</source>
        <translation>%1 hat nicht mit JSON geantwortet: Stimmt die Adresse?</translation>
    </message>
    <message>
        <source>%1 has made a key, but its answer does not hold it. Revoke it there and make another.</source>
        <translation>%1 hat einen Schlüssel angelegt, aber die Antwort enthält ihn nicht. Dort sperren und einen anderen anlegen.</translation>
    </message>
    <message>
        <source>A request of this service&apos;s definition %1.</source>
        <translation>Eine Anfrage in der Definition dieses Dienstes %1.</translation>
    </message>
    <message>
        <source>is no object</source>
        <translation>ist kein Objekt</translation>
    </message>
    <message>
        <source>has no method of HTTP&apos;s</source>
        <translation>hat keine Methode von HTTP</translation>
    </message>
    <message>
        <source>has no path that begins with “/”</source>
        <translation>hat keinen Pfad, der mit „/“ beginnt</translation>
    </message>
    <message>
        <source>%1 cannot be asked: something that its address needs is missing or unusable. Sign in again.</source>
        <translation>%1 lässt sich nicht fragen: Etwas, das seine Adresse braucht, fehlt oder ist unbrauchbar. Neu anmelden.</translation>
    </message>
    <message>
        <source>%1 cannot be asked: its address is not one of its own hosts.</source>
        <translation>%1 lässt sich nicht fragen: Die Adresse gehört nicht zu seinen eigenen Rechnern.</translation>
    </message>
    <message>
        <source>%1 does not tell its usage.</source>
        <translation>%1 nennt keine Nutzung.</translation>
    </message>
    <message>
        <source>%1 does not tell the usage of its single keys.</source>
        <translation>%1 nennt keine Nutzung einzelner Schlüssel.</translation>
    </message>
    <message>
        <source>%1 does not list its keys here.</source>
        <translation>%1 listet seine Schlüssel hier nicht auf.</translation>
    </message>
    <message>
        <source>%1 makes keys on its own website only.</source>
        <translation>%1 legt Schlüssel nur auf der eigenen Website an.</translation>
    </message>
    <message>
        <source>%1 does not roll keys: make a new one, then revoke the old one.</source>
        <translation>%1 erneuert keine Schlüssel: einen neuen anlegen, dann den alten sperren.</translation>
    </message>
    <message>
        <source>%1 revokes keys on its own website only.</source>
        <translation>%1 sperrt Schlüssel nur auf der eigenen Website.</translation>
    </message>
    <message>
        <source>%1 keeps no keys of other services.</source>
        <translation>%1 bewahrt keine Schlüssel anderer Dienste auf.</translation>
    </message>
</context>
<context>
    <name>astra::ServiceError</name>
    <message>
        <source>%1 asks to slow down; try again in a while</source>
        <translation>%1 bittet um Geduld; später erneut versuchen</translation>
    </message>
    <message>
        <source>%1 asks to slow down; try again in %2 s</source>
        <translation>%1 bittet um Geduld; in %2 s erneut versuchen</translation>
    </message>
    <message>
        <source>%1 asks to slow down; try again in %2 min</source>
        <translation>%1 bittet um Geduld; in %2 min erneut versuchen</translation>
    </message>
    <message>
        <source>%1 does not have what was asked for</source>
        <translation>%1 hat das Verlangte nicht</translation>
    </message>
    <message>
        <source>%1 asks for a valid key</source>
        <translation>%1 verlangt einen gültigen Schlüssel</translation>
    </message>
    <message>
        <source>%1 asks to sign in again</source>
        <translation>%1 verlangt eine neue Anmeldung</translation>
    </message>
    <message>
        <source>%1 accepts the key, but its plan does not include this</source>
        <translation>%1 nimmt den Schlüssel an, aber sein Tarif enthält dies nicht</translation>
    </message>
    <message>
        <source>%1 does not allow this with the key in use</source>
        <translation>%1 erlaubt dies mit dem Schlüssel in Gebrauch nicht</translation>
    </message>
    <message>
        <source>%1 asks for a plan that is paid and includes this</source>
        <translation>%1 verlangt einen bezahlten Tarif, der dies enthält</translation>
    </message>
    <message>
        <source>The credits at %1 are used up</source>
        <translation>Bei %1 ist das Guthaben verbraucht</translation>
    </message>
    <message>
        <source>%1 took too long</source>
        <translation>%1 hat zu lange gebraucht</translation>
    </message>
    <message>
        <source>%1 says that this does not go together with what is there</source>
        <translation>Bei %1 verträgt sich dies nicht mit dem, was dort schon ist</translation>
    </message>
    <message>
        <source>%1 cannot use what was sent</source>
        <translation>%1 kann mit dem Gesendeten nichts anfangen</translation>
    </message>
    <message>
        <source>At %1 this is not available yet</source>
        <translation>Bei %1 gibt es das noch nicht</translation>
    </message>
    <message>
        <source>%1 is in trouble (HTTP %2)</source>
        <translation>%1 ist gestört (HTTP %2)</translation>
    </message>
    <message>
        <source>%1 did not accept the request</source>
        <translation>%1 hat die Anfrage nicht angenommen</translation>
    </message>
    <message>
        <source>%1 It says: %2</source>
        <translation>%1 Dort heißt es: %2</translation>
    </message>
    <message>
        <source>%1: it answered with a web page (HTTP %2).</source>
        <translation>%1: Es kam eine Webseite als Antwort (HTTP %2).</translation>
    </message>
    <message>
        <source>%1.</source>
        <translation>%1.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 (request %2)</source>
        <translation>%1 (Anfrage %2)</translation>
    </message>
</context>
<context>
    <name>astra::ServiceKind</name>
    <message>
        <source>its “%1” is not an object.</source>
        <translation>„%1“ ist kein Objekt.</translation>
    </message>
    <message>
        <source>its “%1” is not a member that is known here.</source>
        <translation>„%1“ ist hier nicht bekannt.</translation>
    </message>
    <message>
        <source>its “%1” has the wrong type.</source>
        <translation>„%1“ hat den falschen Typ.</translation>
    </message>
    <message>
        <source>it has no “%1”.</source>
        <translation>„%1“ fehlt.</translation>
    </message>
    <message>
        <source>its “%1” is not GET, POST, PUT, PATCH or DELETE.</source>
        <translation>„%1“ ist nicht GET, POST, PUT, PATCH oder DELETE.</translation>
    </message>
    <message>
        <source>its “%1” has a member that is no text.</source>
        <translation>„%1“ enthält einen Wert, der kein Text ist.</translation>
    </message>
    <message>
        <source>its “%1” has the unknown placeholder “%2”.</source>
        <translation>„%1“ enthält den unbekannten Platzhalter „%2“.</translation>
    </message>
    <message>
        <source>its “%1” is not a JSON pointer (“/data/id”).</source>
        <translation>„%1“ ist kein JSON-Pointer („/data/id“).</translation>
    </message>
    <message>
        <source>“%1” is not an https address.</source>
        <translation>„%1“ ist keine https-Adresse.</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Without an account</source>
        <translation>Ohne Konto</translation>
    </message>
    <message>
        <source>Signed for free</source>
        <translation>Kostenlos signiert</translation>
    </message>
    <message>
        <source>User name and password</source>
        <translation>Benutzername und Kennwort</translation>
    </message>
    <message>
        <source>In the browser, with a code</source>
        <translation>Im Browser, mit einem Code</translation>
    </message>
    <message>
        <source>In the browser</source>
        <translation>Im Browser</translation>
    </message>
    <message>
        <source>Client credentials</source>
        <translation>Client-Zugangsdaten</translation>
    </message>
    <message>
        <source>Login</source>
        <translation>Anmeldung</translation>
    </message>
    <message>
        <source>S3 access keys</source>
        <translation>S3-Zugriffsschlüssel</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Benutzername</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Kennwort</translation>
    </message>
    <message>
        <source>Access key</source>
        <translation>Zugriffsschlüssel</translation>
    </message>
    <message>
        <source>Secret key</source>
        <translation>Geheimer Schlüssel</translation>
    </message>
    <message>
        <source>Client id</source>
        <translation>Client-ID</translation>
    </message>
    <message>
        <source>Client secret</source>
        <translation>Client-Geheimnis</translation>
    </message>
    <message>
        <source>its “group” is not imagery, processing or other.</source>
        <translation>„group“ ist nicht imagery, processing oder other.</translation>
    </message>
    <message>
        <source>its “%1” is not an https address.</source>
        <translation>„%1“ ist keine https-Adresse.</translation>
    </message>
    <message>
        <source>its “%1” has a name that no header can have.</source>
        <translation>„%1“ hat einen Namen, den keine Kopfzeile haben kann.</translation>
    </message>
    <message>
        <source>it has “hosts” and an “ownAddress”, and can only have one of them.</source>
        <translation>„hosts“ und „ownAddress“ gehen nicht zusammen.</translation>
    </message>
    <message>
        <source>it names no host that its credentials may go to.</source>
        <translation>Er nennt keinen Rechner, an den seine Zugangsdaten gehen dürfen.</translation>
    </message>
    <message>
        <source>its “%1” is not a path (“/api/v1”).</source>
        <translation>„%1“ ist kein Pfad („/api/v1“).</translation>
    </message>
    <message>
        <source>its “base” is not an address at one of its hosts.</source>
        <translation>„base“ ist keine Adresse bei einem seiner Rechner.</translation>
    </message>
    <message>
        <source>its “%1” is not a path (“/keys”).</source>
        <translation>„%1“ ist kein Pfad („/keys“).</translation>
    </message>
    <message>
        <source>its “signIn” names no way of signing in.</source>
        <translation>„signIn“ nennt keine Art der Anmeldung.</translation>
    </message>
    <message>
        <source>it takes a secret, so its hosts are to be named one by one, without “*.”.</source>
        <translation>Er nimmt ein Geheimnis, darum müssen seine Rechner einzeln und ohne „*.“ genannt werden.</translation>
    </message>
    <message>
        <source>its “%1” must consist of small letters, digits and “-”, and no two ways may have the same.</source>
        <translation>„%1“ darf nur aus Kleinbuchstaben, Ziffern und „-“ bestehen und sich nicht wiederholen.</translation>
    </message>
    <message>
        <source>its “%1” is not key, none, sas, basic, oidc, session or s3.</source>
        <translation>„%1“ ist nicht key, none, sas, basic, oidc, session oder s3.</translation>
    </message>
    <message>
        <source>its “%1” is not an address to fetch signatures from.</source>
        <translation>„%1“ ist keine Adresse, von der Signaturen zu holen sind.</translation>
    </message>
    <message>
        <source>its “%1” is not a small word.</source>
        <translation>„%1“ ist kein Wort aus Kleinbuchstaben.</translation>
    </message>
    <message>
        <source>its “%1” must have a field “%2”.</source>
        <translation>In „%1“ fehlt das Feld „%2“.</translation>
    </message>
    <message>
        <source>its “%1” cannot stand in a request.</source>
        <translation>„%1“ kann nicht in einer Anfrage stehen.</translation>
    </message>
    <message>
        <source>its “%1” is not a regular expression (%2).</source>
        <translation>„%1“ ist kein regulärer Ausdruck (%2).</translation>
    </message>
    <message>
        <source>its “%1” must say “live” or “test” for each beginning of a key.</source>
        <translation>„%1“ muss jeden Anfang eines Schlüssels live oder test zuordnen.</translation>
    </message>
    <message>
        <source>its “%1” is not a number from 0 to %2.</source>
        <translation>„%1“ ist keine Zahl von 0 bis %2.</translation>
    </message>
    <message>
        <source>its “%1” is not device, browser or clientCredentials.</source>
        <translation>„%1“ ist nicht device, browser oder clientCredentials.</translation>
    </message>
    <message>
        <source>its “%1” must be ports from 1024 to 65535.</source>
        <translation>„%1“ müssen Ports von 1024 bis 65535 sein.</translation>
    </message>
    <message>
        <source>its “%1” names a host that is not one of its “hosts”.</source>
        <translation>„%1“ nennt einen Rechner, der nicht in „hosts“ steht.</translation>
    </message>
    <message>
        <source>its “%1” is not the name of a region.</source>
        <translation>„%1“ ist kein Name einer Region.</translation>
    </message>
    <message>
        <source>it takes a key, but has no “test” to try it with.</source>
        <translation>Er nimmt einen Schlüssel, hat aber keinen „test“, um ihn zu prüfen.</translation>
    </message>
    <message>
        <source>A service is left out: it has no usable “id” (small letters, digits, “-”, “.” and “_”).</source>
        <translation>Ein Dienst wird ausgelassen: Er hat keine brauchbare „id“ (Kleinbuchstaben, Ziffern, „-“, „.“ und „_“).</translation>
    </message>
    <message>
        <source>The service “%1” is left out: %2</source>
        <translation>Der Dienst „%1“ wird ausgelassen: %2</translation>
    </message>
    <message>
        <source>“%1” is not a host: only scheme, name and port belong there.</source>
        <translation>„%1“ ist kein Rechner: Dort stehen nur Schema, Name und Port.</translation>
    </message>
    <message>
        <source>“%1” covers too many hosts.</source>
        <translation>„%1“ umfasst zu viele Rechner.</translation>
    </message>
    <message>
        <source>%1 is always at %2.</source>
        <translation>%1 ist immer bei %2.</translation>
    </message>
    <message>
        <source>“%1” is not the address of a service. It looks like %2.</source>
        <translation>„%1“ ist keine Adresse eines Dienstes. So sieht sie aus: %2.</translation>
    </message>
    <message>
        <source>%1 is another computer: keys and passwords go there only encrypted (TLS). Give its server a certificate, and use an address that begins with https://.</source>
        <translation>%1 ist ein anderer Computer: Schlüssel und Kennwörter gehen nur verschlüsselt (TLS) dorthin. Dem Server dort ein Zertifikat geben und eine Adresse verwenden, die mit https:// beginnt.</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1 auf %2</translation>
    </message>
    <message>
        <source>A catalogue&apos;s “connection”</source>
        <translation>„connection“ eines Katalogs</translation>
    </message>
    <message>
        <source>%1: “%2” belongs to a service that is known, and cannot be led to another host. Give it an “id” of its own.</source>
        <translation>%1: „%2“ gehört zu einem bekannten Dienst und lässt sich nicht auf einen anderen Host lenken. Bitte eine eigene „id“ vergeben.</translation>
    </message>
</context>
<context>
    <name>astra::SignIn</name>
    <message>
        <source>Nothing here</source>
        <translation>Hier ist nichts</translation>
    </message>
    <message>
        <source>Astra waits here for a sign-in to come back, nothing else.</source>
        <translation>Astra wartet hier auf die Rückkehr einer Anmeldung, sonst auf nichts.</translation>
    </message>
    <message>
        <source>Not the sign-in that was begun</source>
        <translation>Nicht die begonnene Anmeldung</translation>
    </message>
    <message>
        <source>This answer does not belong to the sign-in that Astra is waiting for, so it was not used. Start the sign-in in Astra again.</source>
        <translation>Diese Antwort gehört nicht zu der Anmeldung, auf die Astra wartet, und wurde nicht verwendet. Die Anmeldung in Astra neu beginnen.</translation>
    </message>
    <message>
        <source>Already answered</source>
        <translation>Schon beantwortet</translation>
    </message>
    <message>
        <source>Astra has got its answer. This page can be closed.</source>
        <translation>Astra hat seine Antwort. Diese Seite kann geschlossen werden.</translation>
    </message>
    <message>
        <source>Signed in</source>
        <translation>Angemeldet</translation>
    </message>
    <message>
        <source>Astra is signed in at %1. This page can be closed.</source>
        <translation>Astra ist bei %1 angemeldet. Diese Seite kann geschlossen werden.</translation>
    </message>
    <message>
        <source>Not signed in</source>
        <translation>Nicht angemeldet</translation>
    </message>
    <message>
        <source>%1 did not answer as that service does, so this could not be tested. Is there a login page in between?</source>
        <translation>%1 hat nicht so geantwortet wie dieser Dienst, darum ließ sich das nicht prüfen. Liegt eine Anmeldeseite dazwischen?</translation>
    </message>
    <message>
        <source>There is no service “%1”.</source>
        <translation>Es gibt keinen Dienst „%1“.</translation>
    </message>
    <message>
        <source>There is no account “%1”.</source>
        <translation>Es gibt kein Konto „%1“.</translation>
    </message>
    <message>
        <source>At which address is %1?</source>
        <translation>Unter welcher Adresse ist %1 zu finden?</translation>
    </message>
    <message>
        <source>%1 knows no way of signing in called “%2”.</source>
        <translation>%1 kennt keine Art der Anmeldung namens „%2“.</translation>
    </message>
    <message>
        <source>%1 plans this way of signing in; it is not available yet.</source>
        <translation>%1 plant diese Art der Anmeldung; noch gibt es sie nicht.</translation>
    </message>
    <message>
        <source>%1 needs no account.</source>
        <translation>%1 braucht kein Konto.</translation>
    </message>
    <message>
        <source>%1 is missing.</source>
        <translation>%1 fehlt.</translation>
    </message>
    <message>
        <source>%1 cannot be used as it stands.</source>
        <translation>%1 ist so nicht verwendbar.</translation>
    </message>
    <message>
        <source>The key of %1 comes from the environment of the program, and is changed there.</source>
        <translation>Der Schlüssel von %1 kommt aus der Umgebung des Programms und wird dort geändert.</translation>
    </message>
    <message>
        <source>It can also be sent in another form: “%1”.</source>
        <translation>Er lässt sich auch in anderer Form senden: „%1“.</translation>
    </message>
    <message>
        <source>This key cannot be sent to %1 in the form “%2”.</source>
        <translation>Dieser Schlüssel lässt sich nicht in der Form „%2“ an %1 senden.</translation>
    </message>
    <message>
        <source>The key of %1 comes from the environment of the program, and is removed there.</source>
        <translation>Der Schlüssel von %1 kommt aus der Umgebung des Programms und wird dort entfernt.</translation>
    </message>
    <message>
        <source>The key of %1 comes from the environment of the program, and is shown there only.</source>
        <translation>Der Schlüssel von %1 kommt aus der Umgebung des Programms und ist nur dort zu sehen.</translation>
    </message>
    <message>
        <source>%1 is signed in without a key that could be copied.</source>
        <translation>Die Anmeldung bei %1 hat keinen Schlüssel, der sich kopieren ließe.</translation>
    </message>
    <message>
        <source>%1 lends nobody a client id for this way of signing in. Enter one of your own, or choose another way.</source>
        <translation>%1 stellt für diese Art der Anmeldung keine Client-ID bereit. Eine eigene eingeben oder eine andere Art wählen.</translation>
    </message>
    <message>
        <source>The address of who signs you in at %1 is not one that can be trusted: it must begin with https.</source>
        <translation>Der Adresse, bei der man sich für %1 anmeldet, ist nicht zu trauen: Sie muss mit https beginnen.</translation>
    </message>
    <message>
        <source>%1 says that it is somebody else. Nothing was sent to it.</source>
        <translation>%1 gibt sich als jemand anderes aus. Dorthin wurde nichts geschickt.</translation>
    </message>
    <message>
        <source>%1 names an address that is not encrypted. Nothing was sent to it.</source>
        <translation>%1 nennt eine unverschlüsselte Adresse. Dorthin wurde nichts geschickt.</translation>
    </message>
    <message>
        <source>%1 does not say where it hands out tokens.</source>
        <translation>%1 sagt nicht, wo es Token ausgibt.</translation>
    </message>
    <message>
        <source>%1 no longer accepts this sign-in. Sign in again.</source>
        <translation>%1 nimmt diese Anmeldung nicht mehr an. Neu anmelden.</translation>
    </message>
    <message>
        <source>%1 does not know this client id, or its secret is wrong, or it may not be used for this.</source>
        <translation>%1 kennt diese Client-ID nicht, oder ihr Geheimnis ist falsch, oder sie gilt hierfür nicht.</translation>
    </message>
    <message>
        <source>The sign-in at %1 was declined.</source>
        <translation>Die Anmeldung bei %1 wurde abgelehnt.</translation>
    </message>
    <message>
        <source>Nobody signed in at %1 in time. Start again to get a new code.</source>
        <translation>Bei %1 hat sich niemand rechtzeitig angemeldet. Für einen neuen Code neu beginnen.</translation>
    </message>
    <message>
        <source>%1 cannot sign anybody in at the moment. Try again later.</source>
        <translation>%1 kann zurzeit niemanden anmelden. Später erneut versuchen.</translation>
    </message>
    <message>
        <source>%1 does not allow this way of signing in (%2).</source>
        <translation>%1 erlaubt diese Art der Anmeldung nicht (%2).</translation>
    </message>
    <message>
        <source>%1 hands out a kind of token that Astra cannot use.</source>
        <translation>%1 gibt eine Art von Token aus, die Astra nicht verwenden kann.</translation>
    </message>
    <message>
        <source>%1 answered with a sign-in that is not the one begun here, so it was not used.</source>
        <translation>%1 hat mit einer anderen als der hier begonnenen Anmeldung geantwortet; sie wurde nicht verwendet.</translation>
    </message>
    <message>
        <source>The sign-in at %1 has ended. Sign in again.</source>
        <translation>Die Anmeldung bei %1 ist abgelaufen. Neu anmelden.</translation>
    </message>
    <message>
        <source>%1 does not offer this way of signing in yet.</source>
        <translation>%1 bietet diese Art der Anmeldung noch nicht an.</translation>
    </message>
    <message>
        <source>Signing in at %1 in this way is not available yet.</source>
        <translation>So kann man sich bei %1 noch nicht anmelden.</translation>
    </message>
    <message>
        <source>Whether this key is right shows when the first image is read.</source>
        <translation>Ob dieser Schlüssel stimmt, zeigt sich beim ersten gelesenen Bild.</translation>
    </message>
    <message>
        <source>%1 does not let a sign-in come back to this computer. Choose another way.</source>
        <translation>%1 lässt eine Anmeldung nicht auf diesen Computer zurückkommen. Bitte eine andere Art wählen.</translation>
    </message>
    <message>
        <source>The sign-in has to come back to port %1 of this computer, but another program uses it. Close that program, or choose another way.</source>
        <translation>Die Anmeldung muss an Port %1 dieses Computers zurückkommen, aber ein anderes Programm benutzt ihn. Dieses Programm schließen oder eine andere Art wählen.</translation>
    </message>
    <message>
        <source>%1 no longer names the one who signed you in, so nothing was sent to anybody. Sign in again.</source>
        <translation>%1 nennt nicht mehr die Stelle, bei der die Anmeldung war, deshalb wurde niemandem etwas gesendet. Bitte neu anmelden.</translation>
    </message>
    <message>
        <source>%1 names nobody who could sign you in this way.</source>
        <translation>%1 nennt niemanden, bei dem man sich so anmelden kann.</translation>
    </message>
</context>
<context>
    <name>astra::SignedLinks</name>
    <message>
        <source>The service does not sign the files of this scene any more.</source>
        <translation>Der Dienst signiert die Dateien dieser Szene nicht mehr.</translation>
    </message>
</context>
<context>
    <name>astra::TimeRange</name>
    <message>
        <source>“%1” is not a date. Write 2025-06-30, 2025-06-30T10:00:00Z, or an interval A/B, A/.. or ../B.</source>
        <translation>„%1“ ist kein Datum. Schreibweise: 2025-06-30, 2025-06-30T10:00:00Z oder ein Zeitraum A/B, A/.. oder ../B.</translation>
    </message>
    <message>
        <source>The first date lies after the last one.</source>
        <translation>Das erste Datum liegt nach dem letzten.</translation>
    </message>
</context>
<context>
    <name>astra::Tokens</name>
    <message>
        <source>%1 sent no token that can be used.</source>
        <translation>%1 hat kein brauchbares Token geschickt.</translation>
    </message>
    <message>
        <source>%1 led on to %2 instead of answering itself, so its answer was not used.</source>
        <translation>%1 hat an %2 verwiesen, statt selbst zu antworten; die Antwort wurde nicht verwendet.</translation>
    </message>
    <message>
        <source>%1 answered something else than was asked for.</source>
        <translation>%1 hat mit etwas anderem als dem Verlangten geantwortet.</translation>
    </message>
</context>
<context>
    <name>astra::backends</name>
    <message>
        <source>Computing from %1</source>
        <translation>Berechnung aus %1</translation>
    </message>
    <message>
        <source>Describing the result</source>
        <translation>Ergebnis wird beschrieben</translation>
    </message>
    <message>
        <source>Read from %1: %2 did not deliver (%3)</source>
        <translation>Gelesen von %1: %2 hat nicht geliefert (%3)</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>%1 has no band “%2”; it has: %3</source>
        <translation>%1 hat kein Band „%2“; vorhanden: %3</translation>
    </message>
    <message>
        <source>%1 has no cloud mask (neither SCL nor QA_PIXEL): run it without one.</source>
        <translation>%1 hat keine Wolkenmaske (weder SCL noch QA_PIXEL): ohne Maske berechnen.</translation>
    </message>
    <message>
        <source>No file was named for the result.</source>
        <translation>Für das Ergebnis wurde keine Datei genannt.</translation>
    </message>
    <message>
        <source>%1 is a folder, not a file.</source>
        <translation>%1 ist ein Ordner, keine Datei.</translation>
    </message>
    <message>
        <source>%1 is not an ordinary file.</source>
        <translation>%1 ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>The folder %1 does not exist.</source>
        <translation>Den Ordner %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>%1 could not be given its name.</source>
        <translation>%1 ließ sich nicht auf diesen Namen bringen.</translation>
    </message>
    <message>
        <source>Writing %1</source>
        <translation>%1 wird geschrieben</translation>
    </message>
    <message>
        <source>exactly one scene</source>
        <translation>genau eine Szene</translation>
    </message>
    <message numerus="yes">
        <source>exactly %n scenes</source>
        <translation>
            <numerusform>genau %n Szene</numerusform>
            <numerusform>genau %n Szenen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 to %2 scenes</source>
        <translation>%1 bis %2 Szenen</translation>
    </message>
    <message>
        <source>%1 takes %2, not %3.</source>
        <translation>%1 braucht %2, nicht %3.</translation>
    </message>
    <message>
        <source>One of the scenes has no copy.</source>
        <translation>Von einer der Szenen gibt es keine Kopie.</translation>
    </message>
    <message>
        <source>Snow and a margin are masked together with clouds: ask for the cloud mask, too.</source>
        <translation>Schnee und ein Rand werden zusammen mit Wolken ausgeblendet: auch die Wolkenmaske verlangen.</translation>
    </message>
    <message>
        <source>%1 is read by this job: the result needs another name.</source>
        <translation>%1 wird von diesem Auftrag gelesen: Das Ergebnis braucht einen anderen Namen.</translation>
    </message>
    <message>
        <source>Nothing may be written into the folder %1.</source>
        <translation>In den Ordner %1 darf nichts geschrieben werden.</translation>
    </message>
    <message>
        <source>%1 is there and is not an earlier result: it is not replaced, the result needs another name.</source>
        <translation>%1 ist schon da und kein früheres Ergebnis: Die Datei wird nicht ersetzt, das Ergebnis braucht einen anderen Namen.</translation>
    </message>
    <message>
        <source>Reads that had to be repeated: %1.</source>
        <translation>Lesevorgänge, die wiederholt werden mussten: %1.</translation>
    </message>
    <message>
        <source>The name %1 does not fit what is written, which is %2: call it %3, for example.</source>
        <translation>Der Name %1 passt nicht zu dem, was geschrieben wird, nämlich %2: zum Beispiel %3.</translation>
    </message>
    <message>
        <source>this computer</source>
        <translation>diesem Computer</translation>
    </message>
</context>
<context>
    <name>astra::backends::AstraRun</name>
    <message>
        <source>The result could not be put in its place at %1.</source>
        <translation>Das Ergebnis ließ sich nicht an seinem Platz %1 ablegen.</translation>
    </message>
    <message>
        <source>Submitting to %1</source>
        <translation>Wird an %1 übergeben</translation>
    </message>
    <message>
        <source>%1 gave an answer that is not one: %2</source>
        <translation>%1 hat keine gültige Antwort gegeben: %2</translation>
    </message>
    <message>
        <source>%1 gave an answer that cannot be used: %2</source>
        <translation>%1 hat eine unbrauchbare Antwort gegeben: %2</translation>
    </message>
    <message>
        <source>The job failed at %1, which does not say why.</source>
        <translation>Der Auftrag ist bei %1 gescheitert; ein Grund wird nicht genannt.</translation>
    </message>
    <message>
        <source>The job failed at %1: %2</source>
        <translation>Der Auftrag ist bei %1 gescheitert: %2</translation>
    </message>
    <message>
        <source>Waiting at %1 (queued)</source>
        <translation>Wartet bei %1 (in der Warteschlange)</translation>
    </message>
    <message>
        <source>Computing at %1</source>
        <translation>Berechnung bei %1</translation>
    </message>
    <message>
        <source>%1 took the job, but does not say where to ask for it.</source>
        <translation>%1 hat den Auftrag angenommen, sagt aber nicht, wo danach zu fragen ist.</translation>
    </message>
    <message>
        <source>%1 has not finished the job within %2 min. It may still be in its queue: try again later, or compute here instead.</source>
        <translation>%1 hat den Auftrag nicht in %2 min erledigt. Er wartet vielleicht noch in der Schlange: später erneut versuchen oder hier berechnen.</translation>
    </message>
    <message>
        <source>%1 does not answer; asking again</source>
        <translation>%1 antwortet nicht; es wird erneut gefragt</translation>
    </message>
    <message>
        <source>%1 says the job is done, but names no result.</source>
        <translation>%1 meldet den Auftrag als erledigt, nennt aber kein Ergebnis.</translation>
    </message>
    <message>
        <source>%1 says the job is done, but its result lies where it cannot be fetched safely.</source>
        <translation>%1 meldet den Auftrag als erledigt, aber das Ergebnis liegt, wo es sich nicht sicher holen lässt.</translation>
    </message>
    <message>
        <source>Downloading from %1</source>
        <translation>Wird von %1 heruntergeladen</translation>
    </message>
    <message>
        <source>%1 says the result is ready, but it cannot be fetched: %2</source>
        <translation>%1 meldet das Ergebnis als fertig, aber es lässt sich nicht holen: %2</translation>
    </message>
    <message>
        <source>Checking the result</source>
        <translation>Ergebnis wird geprüft</translation>
    </message>
    <message>
        <source>Computed by %1, which did not say how it treated the pixels.</source>
        <translation>Berechnet von %1; wie die Pixel behandelt wurden, ist nicht angegeben.</translation>
    </message>
    <message>
        <source>%1 does not say that it masks clouds, so its result was not waited for. Switch the cloud mask off, or compute here instead.</source>
        <translation>%1 sagt nicht, dass Wolken ausgelassen werden, darum wurde das Ergebnis nicht abgewartet. Die Wolkenmaske ausschalten oder hier berechnen.</translation>
    </message>
    <message>
        <source>Computed with a test key: these pixels are invented.</source>
        <translation>Mit einem Testschlüssel berechnet: Diese Pixel sind erfunden.</translation>
    </message>
</context>
<context>
    <name>astra::credentials::BrowserSignIn</name>
    <message>
        <source>%1 does not offer signing in through the browser. Choose another way.</source>
        <translation>%1 bietet keine Anmeldung im Browser an. Eine andere Art wählen.</translation>
    </message>
    <message>
        <source>The sign-in came back from somebody else than %1, so it was not used.</source>
        <translation>Die Anmeldung kam nicht von %1 zurück, sondern von anderswo; sie wurde nicht verwendet.</translation>
    </message>
</context>
<context>
    <name>astra::credentials::CredentialStore</name>
    <message>
        <source>The keychain did not answer in time.</source>
        <translation>Der Schlüsselbund hat nicht rechtzeitig geantwortet.</translation>
    </message>
    <message>
        <source>The keychain could not be read: %1</source>
        <translation>Der Schlüsselbund ließ sich nicht lesen: %1</translation>
    </message>
    <message>
        <source>The key could not be removed from the keychain: %1</source>
        <translation>Der Schlüssel ließ sich nicht aus dem Schlüsselbund entfernen: %1</translation>
    </message>
    <message>
        <source>%1 is locked, so a key kept there stays. Unlock it and try again.</source>
        <translation>%1 ist gesperrt, darum bleibt ein Schlüssel dort liegen. Entsperren und erneut versuchen.</translation>
    </message>
    <message>
        <source>%1 does not answer any more, so a key kept there stays. Start it and try again.</source>
        <translation>%1 antwortet nicht mehr, darum bleibt ein Schlüssel dort liegen. Neu starten und erneut versuchen.</translation>
    </message>
    <message>
        <source>There is no keychain here that could keep keys.</source>
        <translation>Hier gibt es keinen Schlüsselbund, der Schlüssel aufbewahren könnte.</translation>
    </message>
    <message>
        <source>%1 is locked. Unlock it and try again.</source>
        <translation>%1 ist gesperrt. Bitte entsperren und erneut versuchen.</translation>
    </message>
    <message>
        <source>%1 does not answer any more. Start it and try again.</source>
        <translation>%1 antwortet nicht mehr. Bitte starten und erneut versuchen.</translation>
    </message>
    <message>
        <source>The keychain did not take the key: %1</source>
        <translation>Der Schlüsselbund hat den Schlüssel nicht angenommen: %1</translation>
    </message>
</context>
<context>
    <name>astra::credentials::DeviceSignIn</name>
    <message>
        <source>%1 does not offer signing in with a code. Choose another way.</source>
        <translation>%1 bietet keine Anmeldung mit einem Code an. Eine andere Art wählen.</translation>
    </message>
    <message>
        <source>%1 answered with no code to sign in with.</source>
        <translation>%1 hat ohne einen Code zum Anmelden geantwortet.</translation>
    </message>
</context>
<context>
    <name>astra::data</name>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>open, with a free signature</source>
        <translation>offen, mit kostenloser Signatur</translation>
    </message>
    <message>
        <source>key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>free login</source>
        <translation>kostenlose Anmeldung</translation>
    </message>
    <message>
        <source>paid</source>
        <translation>kostenpflichtig</translation>
    </message>
    <message>
        <source>a free signature is fetched</source>
        <translation>eine kostenlose Signatur wird geholt</translation>
    </message>
    <message>
        <source>the reader pays for this bucket (requester pays)</source>
        <translation>in diesem Speicher zahlt, wer liest (requester pays)</translation>
    </message>
    <message>
        <source>has to be paid for at %1</source>
        <translation>ist bei %1 zu bezahlen</translation>
    </message>
    <message>
        <source>needs your key for “%1”</source>
        <translation>braucht den eigenen Schlüssel für „%1“</translation>
    </message>
    <message>
        <source>needs a free account at %1</source>
        <translation>braucht ein kostenloses Konto bei %1</translation>
    </message>
    <message>
        <source>needs an account with the owner of the bucket “%1”</source>
        <translation>braucht ein Konto beim Eigentümer des Speichers „%1“</translation>
    </message>
    <message>
        <source>needs a login at %1</source>
        <translation>braucht eine Anmeldung bei %1</translation>
    </message>
    <message>
        <source>%1 has no band or file “%2”; its bands: %3</source>
        <translation>%1 hat weder ein Band noch eine Datei „%2“; Bänder: %3</translation>
    </message>
    <message>
        <source>the reader pays, with an account at “%1”</source>
        <translation>wer liest, zahlt, mit einem Konto bei „%1“</translation>
    </message>
</context>
<context>
    <name>astra::engine::Engine</name>
    <message>
        <source>There is no provider &quot;%1&quot;.</source>
        <translation>Es gibt keine Quelle „%1“.</translation>
    </message>
    <message>
        <source>Real catalogues are not mixed with invented data.</source>
        <translation>Echte Kataloge werden nicht mit erfundenen Daten vermischt.</translation>
    </message>
    <message>
        <source>%1 does not hold a JSON object.</source>
        <translation>%1 enthält kein JSON-Objekt.</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>%1 ließ sich nicht schreiben: %2</translation>
    </message>
    <message>
        <source>switched off</source>
        <translation>ausgeschaltet</translation>
    </message>
    <message>
        <source>needs a key</source>
        <translation>braucht einen Schlüssel</translation>
    </message>
    <message>
        <source>%1 is not an ordinary file.</source>
        <translation>%1 ist keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>There is no back-end “%1” that computes.</source>
        <translation>Es gibt keinen Rechendienst „%1“.</translation>
    </message>
    <message>
        <source>“%1” is neither a file nor a scene of a configured provider (%2).</source>
        <translation>„%1“ ist weder eine Datei noch eine Szene einer eingerichteten Quelle (%2).</translation>
    </message>
    <message>
        <source>There is no back-end &quot;%1&quot; that computes.</source>
        <translation>Es gibt keinen Rechendienst „%1“.</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not the address of a catalogue: it should begin with https://, or be a file.</source>
        <translation>„%1“ ist keine Adresse eines Katalogs: Sie sollte mit https:// beginnen oder eine Datei sein.</translation>
    </message>
    <message>
        <source>There is no source “%1”.</source>
        <translation>Es gibt keine Quelle „%1“.</translation>
    </message>
    <message>
        <source>%1 is neither a STAC API nor a STAC catalogue, collection or item.</source>
        <translation>%1 ist weder eine STAC-API noch ein STAC-Katalog, eine STAC-Sammlung oder ein STAC-Item.</translation>
    </message>
    <message>
        <source>%1 answers, but not with JSON.</source>
        <translation>%1 antwortet, aber nicht mit JSON.</translation>
    </message>
    <message>
        <source>The pixels of %1 are read with a key of “%2”, and none can be read here: there is none yet, or the keychain is not open.</source>
        <translation>Die Pixel von %1 werden mit einem Schlüssel von „%2“ gelesen, und hier ist keiner lesbar: Es gibt noch keinen, oder der Schlüsselbund ist nicht offen.</translation>
    </message>
    <message>
        <source>There is no data folder in which jobs could be kept.</source>
        <translation>Es gibt keinen Datenordner, in dem sich Aufträge aufbewahren ließen.</translation>
    </message>
    <message>
        <source>%1 is not used: %2</source>
        <translation>%1 wird nicht verwendet: %2</translation>
    </message>
    <message>
        <source>%1 cannot be changed: the folder cannot be written, or another program has it.</source>
        <translation>%1 lässt sich nicht ändern: Der Ordner ist nicht beschreibbar, oder ein anderes Programm hat die Datei.</translation>
    </message>
    <message>
        <source>%1 is shipped with the program and stays.</source>
        <translation>%1 gehört zum Programm und bleibt.</translation>
    </message>
    <message>
        <source>There is no look “%1”.</source>
        <translation>Es gibt keine Darstellung „%1“.</translation>
    </message>
    <message>
        <source>%1 holds no recipe: neither a result of Astra&apos;s, nor the Item of one, nor a recipe in JSON.</source>
        <translation>%1 enthält kein Rezept: weder ein Ergebnis von Astra noch das Item dazu noch ein Rezept in JSON.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 does not exist.</source>
        <translation>%1 gibt es nicht.</translation>
    </message>
    <message>
        <source>The input %1 cannot be read again: %2</source>
        <translation>Die Eingabe %1 lässt sich nicht noch einmal lesen: %2</translation>
    </message>
    <message>
        <source>the recipe does not say where its files lay.</source>
        <translation>Das Rezept sagt nicht, wo ihre Dateien lagen.</translation>
    </message>
    <message>
        <source>%1 is gone.</source>
        <translation>%1 ist nicht mehr da.</translation>
    </message>
    <message>
        <source>it lay at an address that is not read from here.</source>
        <translation>Sie lag an einer Adresse, von der hier nicht gelesen wird.</translation>
    </message>
    <message>
        <source>%1 is not the file that it was: it had %2 bytes and has %3.</source>
        <translation>%1 ist nicht mehr dieselbe Datei: Es waren %2 Byte und sind %3.</translation>
    </message>
    <message>
        <source>%1 is read in the place of %2.</source>
        <translation>%1 wird anstelle von %2 gelesen.</translation>
    </message>
    <message>
        <source>%1 was of processing baseline %2 and is of %3.</source>
        <translation>Die Verarbeitungs-Baseline von %1 war %2 und ist %3.</translation>
    </message>
    <message>
        <source>one that is not stated</source>
        <translation>nicht angegeben</translation>
    </message>
    <message>
        <source>The recipe has no input %1; it has: %2</source>
        <translation>Das Rezept hat keine Eingabe %1; vorhanden: %2</translation>
    </message>
    <message>
        <source>The recipe does not say from what it was made: name the scenes.</source>
        <translation>Das Rezept sagt nicht, woraus das Ergebnis entstand: die Szenen nennen.</translation>
    </message>
    <message>
        <source>%1 is read where it lay: %2</source>
        <translation>%1 wird am damaligen Ort gelesen: %2</translation>
    </message>
    <message>
        <source>It was made with %1; this is %2.</source>
        <translation>Es entstand mit %1; dies ist %2.</translation>
    </message>
    <message>
        <source>%1 is not the file that it was: something else stands in it.</source>
        <translation>%1 ist nicht mehr dieselbe Datei: Darin steht etwas anderes.</translation>
    </message>
    <message>
        <source>%1 was written again since: its pixels may be others.</source>
        <translation>%1 wurde seither neu geschrieben: Die Pixel können andere sein.</translation>
    </message>
    <message>
        <source>%1 of %2 was read by the rule “%3” and is read by “%4”.</source>
        <translation>%1 von %2 wurde nach der Regel „%3“ gelesen und wird nun nach „%4“ gelesen.</translation>
    </message>
    <message>
        <source>It was computed by %1, and is computed on this computer now.</source>
        <translation>Berechnet hat es %1, nun wird es auf diesem Computer berechnet.</translation>
    </message>
    <message>
        <source>There is no index %1 here; it was: %2</source>
        <translation>Hier gibt es keinen Index %1; er war: %2</translation>
    </message>
    <message>
        <source>The index %1 was “%2” and is “%3”.</source>
        <translation>Der Index %1 war „%2“ und ist nun „%3“.</translation>
    </message>
    <message>
        <source>“%1” is no size of memory from %2M to %3G, such as 400M.</source>
        <translation>„%1“ ist keine Speichergröße von %2M bis %3G, wie etwa 400M.</translation>
    </message>
    <message>
        <source>The recipe names no inputs, so %1 cannot be one of them.</source>
        <translation>Das Rezept nennt keine Eingaben, also kann %1 keine davon sein.</translation>
    </message>
</context>
<context>
    <name>astra::imagery</name>
    <message>
        <source>Read from %1: %2 did not deliver (%3)</source>
        <translation>Gelesen von %1: %2 hat nicht geliefert (%3)</translation>
    </message>
    <message>
        <source>%1 has no cloud mask: clouds are shown.</source>
        <translation>%1 hat keine Wolkenmaske: Wolken werden gezeigt.</translation>
    </message>
    <message>
        <source>%1 has no band “%2”; it has: %3</source>
        <translation>%1 hat kein Band „%2“; vorhanden: %3</translation>
    </message>
    <message numerus="yes">
        <source>%1 should hold “%2” as band %3, but has only %n bands.</source>
        <translation>
            <numerusform>%1 soll „%2“ als Band %3 enthalten, hat aber nur %n Band.</numerusform>
            <numerusform>%1 soll „%2“ als Band %3 enthalten, hat aber nur %n Bänder.</numerusform>
        </translation>
    </message>
    <message>
        <source>A picture of %1 × %2 pixels is too large.</source>
        <translation>Ein Bild von %1 × %2 Pixeln ist zu groß.</translation>
    </message>
    <message>
        <source>%1 at %2 m</source>
        <translation>%1 bei %2 m</translation>
    </message>
    <message>
        <source>%1 has no cloud mask (neither SCL nor QA_PIXEL).</source>
        <translation>%1 hat keine Wolkenmaske (weder SCL noch QA_PIXEL).</translation>
    </message>
    <message>
        <source>No area is drawn.</source>
        <translation>Es ist kein Gebiet gezeichnet.</translation>
    </message>
    <message>
        <source>%1 has no raster file “%2”; it has: %3</source>
        <translation>%1 hat keine Rasterdatei „%2“; vorhanden: %3</translation>
    </message>
    <message>
        <source>The pixels of %1 at %2 lie where Astra cannot read (%3).</source>
        <translation>Die Pixel von %1 bei %2 liegen dort, wo Astra nicht lesen kann (%3).</translation>
    </message>
    <message>
        <source>The pixels of %1 at %2 cannot be read: %3.</source>
        <translation>Die Pixel von %1 bei %2 lassen sich nicht lesen: %3.</translation>
    </message>
    <message>
        <source>%1 is placed by its ground control points: where it lies is approximate.</source>
        <translation>%1 ist durch Passpunkte verortet: Die Lage ist nur ungefähr.</translation>
    </message>
    <message>
        <source>Whoever reads %1 at %2 pays for it.</source>
        <translation>Wer %1 bei %2 liest, zahlt dafür.</translation>
    </message>
    <message>
        <source>Read with a test key: these pixels are invented.</source>
        <translation>Mit einem Testschlüssel gelesen: Diese Pixel sind erfunden.</translation>
    </message>
    <message>
        <source>The copy at %1 is invented.</source>
        <translation>Die Kopie bei %1 ist erfunden.</translation>
    </message>
    <message>
        <source>%1 names no band: there is nothing to draw.</source>
        <translation>%1 nennt kein Band: Es gibt nichts zu zeigen.</translation>
    </message>
    <message>
        <source>%1 is made for reflectance, but %2 holds raw numbers: its values mean little here.</source>
        <translation>%1 ist für Reflektanz gemacht, %2 enthält aber Rohwerte: Die Werte besagen hier wenig.</translation>
    </message>
    <message>
        <source>A look needs a name of at most %1 characters.</source>
        <translation>Eine Darstellung braucht einen Namen von höchstens %1 Zeichen.</translation>
    </message>
    <message>
        <source>A look takes three bands, as red, green and blue, or one in shades of grey.</source>
        <translation>Eine Darstellung braucht drei Bänder, als Rot, Grün und Blau, oder eines in Graustufen.</translation>
    </message>
    <message>
        <source>There are more than %1 looks.</source>
        <translation>Es gibt mehr als %1 Darstellungen.</translation>
    </message>
    <message>
        <source>as it was computed, so the file says</source>
        <translation>wie berechnet, so sagt es die Datei</translation>
    </message>
    <message>
        <source>No pixel in this area has data.</source>
        <translation>In diesem Gebiet hat kein Pixel Daten.</translation>
    </message>
    <message>
        <source>Every pixel in this area that has data is masked as cloud or shadow. Drawn without the mask, they show.</source>
        <translation>Jedes Pixel dieses Gebiets, das Daten hat, ist als Wolke oder Schatten ausgeblendet. Ohne die Maske gezeichnet sind sie zu sehen.</translation>
    </message>
    <message>
        <source>No pixel in this area has a value that is drawn.</source>
        <translation>In diesem Gebiet hat kein Pixel einen Wert, der gezeichnet wird.</translation>
    </message>
    <message>
        <source>%1 has no value at any pixel in this area.</source>
        <translation>%1 hat an keinem Pixel dieses Gebiets einen Wert.</translation>
    </message>
    <message>
        <source>%1 needs the band “%2”; %3 has: %4</source>
        <translation>%1 braucht das Band „%2“; %3 hat: %4</translation>
    </message>
</context>
<context>
    <name>astra::imagery::SceneTiles</name>
    <message>
        <source>raw values</source>
        <translation>Rohwerte</translation>
    </message>
</context>
<context>
    <name>astra::jobs::JobForm</name>
    <message>
        <source>Choose a scene first.</source>
        <translation>Zuerst eine Szene wählen.</translation>
    </message>
    <message>
        <source>The rectangle lies outside this scene.</source>
        <translation>Das Rechteck liegt außerhalb dieser Szene.</translation>
    </message>
    <message>
        <source>This service needs a key.</source>
        <translation>Dieser Dienst braucht einen Schlüssel.</translation>
    </message>
    <message>
        <source>Whoever reads the pixels of this scene pays for it: your account is charged for what the job reads.</source>
        <translation>Wer die Pixel dieser Szene liest, bezahlt dafür: Dem Konto wird berechnet, was der Auftrag liest.</translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n Sekunde</numerusform>
            <numerusform>%n Sekunden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n Minute</numerusform>
            <numerusform>%n Minuten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>reads about %1 in %n request(s)</source>
        <translation>
            <numerusform>liest etwa %1 in %n Anfrage</numerusform>
            <numerusform>liest etwa %1 in %n Anfragen</numerusform>
        </translation>
    </message>
    <message>
        <source>reads about %1</source>
        <translation>liest etwa %1</translation>
    </message>
    <message>
        <source>takes about %1</source>
        <translation>dauert etwa %1</translation>
    </message>
    <message>
        <source>needs up to %1 of disk</source>
        <translation>braucht bis zu %1 Speicherplatz</translation>
    </message>
    <message numerus="yes">
        <source>Run %1 on %n scenes</source>
        <translation>
            <numerusform>%1 für %n Szene ausführen</numerusform>
            <numerusform>%1 für %n Szenen ausführen</numerusform>
        </translation>
    </message>
    <message>
        <source>Run %1</source>
        <translation>%1 ausführen</translation>
    </message>
    <message numerus="yes">
        <source>It takes %n scenes. Pick them in the list of “Find”, or add the one shown.</source>
        <translation>
            <numerusform>Nötig ist %n Szene. In der Liste unter „Finden“ auswählen oder die gezeigte hinzufügen.</numerusform>
            <numerusform>Nötig sind %n Szenen. In der Liste unter „Finden“ auswählen oder die gezeigte hinzufügen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It takes %n scenes or more. Pick them in the list of “Find”, or add the one shown.</source>
        <translation>
            <numerusform>Nötig ist mindestens %n Szene. In der Liste unter „Finden“ auswählen oder die gezeigte hinzufügen.</numerusform>
            <numerusform>Nötig sind mindestens %n Szenen. In der Liste unter „Finden“ auswählen oder die gezeigte hinzufügen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It takes %n scenes at most.</source>
        <translation>
            <numerusform>Höchstens %n Szene ist möglich.</numerusform>
            <numerusform>Höchstens %n Szenen sind möglich.</numerusform>
        </translation>
    </message>
    <message>
        <source>Each scene becomes a job of its own; one that fails leaves the others alone.</source>
        <translation>Jede Szene wird ein eigener Auftrag; scheitert einer, laufen die anderen weiter.</translation>
    </message>
    <message>
        <source>The older one is “before”, the newer one “after”.</source>
        <translation>Die ältere ist „vorher“, die neuere „nachher“.</translation>
    </message>
    <message>
        <source>Cloud-Optimized GeoTIFF</source>
        <translation>Cloud-Optimized GeoTIFF</translation>
    </message>
    <message>
        <source>GeoTIFF</source>
        <translation>GeoTIFF</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>PNG-Bild</translation>
    </message>
    <message>
        <source>JPEG picture</source>
        <translation>JPEG-Bild</translation>
    </message>
    <message numerus="yes">
        <source>%n scenes</source>
        <translation>
            <numerusform>%n Szene</numerusform>
            <numerusform>%n Szenen</numerusform>
        </translation>
    </message>
    <message>
        <source>The rectangle lies outside of %1.</source>
        <translation>Das Rechteck liegt außerhalb von %1.</translation>
    </message>
    <message>
        <source>Settings and scenes as they were then. Close this to begin afresh.</source>
        <translation>Einstellungen und Szenen wie damals. Zum Neubeginn dies schließen.</translation>
    </message>
    <message>
        <source>the rectangle</source>
        <translation>das Rechteck</translation>
    </message>
    <message>
        <source>the whole scene</source>
        <translation>die ganze Szene</translation>
    </message>
    <message>
        <source>polygons from a file…</source>
        <translation>Polygone aus einer Datei …</translation>
    </message>
    <message>
        <source>the area of then</source>
        <translation>das Gebiet von damals</translation>
    </message>
    <message>
        <source>as usual (bilinear)</source>
        <translation>wie üblich (bilinear)</translation>
    </message>
    <message>
        <source>nearest neighbour</source>
        <translation>nächster Nachbar</translation>
    </message>
    <message>
        <source>bilinear</source>
        <translation>bilinear</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>as usual (ZSTD)</source>
        <translation>wie üblich (ZSTD)</translation>
    </message>
    <message>
        <source>ZSTD</source>
        <translation>ZSTD</translation>
    </message>
    <message>
        <source>DEFLATE, for older programs</source>
        <translation>DEFLATE, für ältere Programme</translation>
    </message>
    <message numerus="yes">
        <source>%1 · %n area(s)</source>
        <translation>
            <numerusform>%1 · %n Fläche</numerusform>
            <numerusform>%1 · %n Flächen</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a file with polygons.</source>
        <translation>Eine Datei mit Polygonen wählen.</translation>
    </message>
    <message>
        <source>A pixel has a size above zero.</source>
        <translation>Ein Pixel hat eine Größe über null.</translation>
    </message>
</context>
<context>
    <name>astra::jobs::JobListModel</name>
    <message>
        <source>Waiting for its turn</source>
        <translation>Wartet, bis er an der Reihe ist</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was left behind.</source>
        <translation>Abgebrochen. Nichts ist zurückgeblieben.</translation>
    </message>
    <message>
        <source>No valid pixel is left: clouds or no data everywhere.</source>
        <translation>Kein gültiges Pixel bleibt übrig: überall Wolken oder keine Daten.</translation>
    </message>
    <message>
        <source>Mean %1, from %2 to %3. %4 % of the pixels are valid.</source>
        <translation>Mittel %1, von %2 bis %3. %4 % der Pixel sind gültig.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message numerus="yes">
        <source>%n read(s) had to be repeated.</source>
        <translation>
            <numerusform>%n Lesezugriff musste wiederholt werden.</numerusform>
            <numerusform>%n Lesezugriffe mussten wiederholt werden.</numerusform>
        </translation>
    </message>
    <message>
        <source>Continued after it was cut off.</source>
        <translation>Nach einer Unterbrechung fortgesetzt.</translation>
    </message>
</context>
<context>
    <name>astra::jobs::JobQueue</name>
    <message>
        <source>Waiting for its turn</source>
        <translation>Wartet, bis er an der Reihe ist</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Beginnt</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Being cancelled</source>
        <translation>Wird abgebrochen</translation>
    </message>
    <message>
        <source>Jobs are not kept, so none can be resumed: %1</source>
        <translation>Aufträge werden nicht aufbewahrt, darum lässt sich keiner fortsetzen: %1</translation>
    </message>
    <message>
        <source>There is no job %1.</source>
        <translation>Es gibt keinen Auftrag %1.</translation>
    </message>
    <message>
        <source>How %1 ended could not be kept, so it may be run again: %2</source>
        <translation>Wie %1 ausging, konnte nicht festgehalten werden; der Auftrag läuft darum vielleicht noch einmal: %2</translation>
    </message>
</context>
<context>
    <name>astra::jobs::JobStore</name>
    <message>
        <source>process %1</source>
        <translation>Prozess %1</translation>
    </message>
    <message>
        <source>%1 is being written by another job (%2).</source>
        <translation>%1 wird gerade von einem anderen Auftrag geschrieben (%2).</translation>
    </message>
    <message>
        <source>Replaced by another job</source>
        <translation>Durch einen anderen Auftrag ersetzt</translation>
    </message>
    <message>
        <source>There is no job %1.</source>
        <translation>Es gibt keinen Auftrag %1.</translation>
    </message>
    <message>
        <source>Job %1 is done.</source>
        <translation>Auftrag %1 ist erledigt.</translation>
    </message>
    <message>
        <source>Job %1 belongs to another program (%2).</source>
        <translation>Auftrag %1 gehört zu einem anderen Programm (%2).</translation>
    </message>
    <message>
        <source>%1 cannot be made.</source>
        <translation>%1 lässt sich nicht anlegen.</translation>
    </message>
    <message>
        <source>Job %1 was stopped and has not let go of its files yet: try again in a moment.</source>
        <translation>Der Auftrag %1 wurde angehalten und hat seine Dateien noch nicht losgelassen: Gleich noch einmal versuchen.</translation>
    </message>
    <message>
        <source>Cut off; it can be resumed</source>
        <translation>Abgebrochen; er kann fortgesetzt werden</translation>
    </message>
    <message>
        <source>Cut off; it may still run at %1, and to resume it sends it there once more</source>
        <translation>Abgebrochen; er läuft vielleicht noch bei %1, und Fortsetzen schickt ihn noch einmal dorthin</translation>
    </message>
</context>
<context>
    <name>astra::jobs::ParameterModel</name>
    <message>
        <source>the areas of the recipe</source>
        <translation>die Flächen des Rezepts</translation>
    </message>
    <message>
        <source>Reading %1…</source>
        <translation>%1 wird gelesen …</translation>
    </message>
    <message numerus="yes">
        <source>%1 · %n area(s)</source>
        <translation>
            <numerusform>%1 · %n Fläche</numerusform>
            <numerusform>%1 · %n Flächen</numerusform>
        </translation>
    </message>
    <message>
        <source>A number from %1 to %2.</source>
        <translation>Eine Zahl von %1 bis %2.</translation>
    </message>
    <message>
        <source>A number.</source>
        <translation>Eine Zahl.</translation>
    </message>
    <message>
        <source>A date as 2025-06-30.</source>
        <translation>Ein Datum wie 2025-06-30.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: still to be chosen.</source>
        <translation>%1: noch zu wählen.</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>red, nir</source>
        <translation>red, nir</translation>
    </message>
    <message>
        <source>2025-06-30</source>
        <translation>2025-06-30</translation>
    </message>
    <message>
        <source>%1 … %2</source>
        <translation>%1 … %2</translation>
    </message>
</context>
<context>
    <name>astra::jobs::SceneBasket</name>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>d. MMM yyyy</translation>
    </message>
</context>
<context>
    <name>astra::library</name>
    <message>
        <source>%1 has no raster on this computer.</source>
        <translation>%1 hat kein Raster auf diesem Computer.</translation>
    </message>
    <message>
        <source>%1 does not exist.</source>
        <translation>%1 gibt es nicht.</translation>
    </message>
    <message>
        <source>The band %1 is given twice.</source>
        <translation>Das Band %1 ist zweimal angegeben.</translation>
    </message>
    <message>
        <source>%1 is JSON, but not a STAC Item: it needs “type”: “Feature” and “assets”.</source>
        <translation>%1 ist JSON, aber kein STAC-Item: Es braucht „type“: „Feature“ und „assets“.</translation>
    </message>
    <message>
        <source>%1 holds no scene that can be recognised: neither a STAC Item nor files named like those of a Landsat or Sentinel-2 product.</source>
        <translation>%1 enthält keine erkennbare Szene: weder ein STAC-Item noch Dateien, die wie die eines Landsat- oder Sentinel-2-Produkts heißen.</translation>
    </message>
    <message>
        <source>%1 holds %2 scenes. Name one of them, as in %3; there are: %4</source>
        <translation>%1 enthält %2 Szenen. Eine davon nennen, wie in %3; vorhanden: %4</translation>
    </message>
    <message>
        <source>%1 may not be read.</source>
        <translation>%1 darf nicht gelesen werden.</translation>
    </message>
</context>
<context>
    <name>astra::map</name>
    <message>
        <source>The base map is damaged. Install Astra again.</source>
        <translation>Die Grundkarte ist beschädigt. Astra neu installieren.</translation>
    </message>
    <message>
        <source>The base map is missing. Install Astra again.</source>
        <translation>Die Grundkarte fehlt. Astra neu installieren.</translation>
    </message>
</context>
<context>
    <name>astra::net</name>
    <message>
        <source>%1 was changed at %2 while it was read. Open it again.</source>
        <translation>%1 wurde bei %2 während des Lesens geändert. Erneut öffnen.</translation>
    </message>
    <message>
        <source>%1 sent another part of %2 than the one asked for. Try again later.</source>
        <translation>%1 hat einen anderen Teil von %2 geschickt als den verlangten. Später erneut versuchen.</translation>
    </message>
    <message>
        <source>%1 cannot send parts of a file, and %2 is %3 MB long. Download it to use it.</source>
        <translation>%1 kann keine Teile einer Datei schicken, und %2 ist %3 MB groß. Zum Verwenden herunterladen.</translation>
    </message>
    <message>
        <source>%1 sent %2 compressed as “%3”, which was not asked for: its parts cannot be trusted.</source>
        <translation>%1 hat %2 ungefragt als „%3“ komprimiert geschickt: Auf die Teile ist kein Verlass.</translation>
    </message>
    <message>
        <source>%1 sent a web page in place of %2. It may want a login first.</source>
        <translation>%1 hat eine Webseite statt %2 geschickt. Vielleicht ist erst eine Anmeldung nötig.</translation>
    </message>
    <message>
        <source>%1 answered with status %2.</source>
        <translation>%1 hat mit Status %2 geantwortet.</translation>
    </message>
    <message>
        <source>%1 answered with status %2: %3</source>
        <translation>%1 hat mit Status %2 geantwortet: %3</translation>
    </message>
    <message>
        <source>The decompressor could not be started.</source>
        <translation>Das Entpacken ließ sich nicht beginnen.</translation>
    </message>
    <message>
        <source>The answer of %1 is too large once unpacked.</source>
        <translation>Die Antwort von %1 ist ausgepackt zu groß.</translation>
    </message>
    <message>
        <source>The compressed answer of %1 is damaged. Try again.</source>
        <translation>Die komprimierte Antwort von %1 ist beschädigt. Erneut versuchen.</translation>
    </message>
    <message>
        <source>%1 sent all of %2 where a part was asked for.</source>
        <translation>%1 hat %2 ganz geschickt, verlangt war ein Teil.</translation>
    </message>
    <message>
        <source>A part of %1 is missing.</source>
        <translation>Ein Teil von %1 fehlt.</translation>
    </message>
    <message>
        <source>%1 at %2 is empty.</source>
        <translation>%1 bei %2 ist leer.</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>%1 lässt sich nicht schreiben: %2.</translation>
    </message>
    <message>
        <source>%1 sent its answer compressed as “%2”, which was not asked for and cannot be read.</source>
        <translation>%1 hat die Antwort ungefragt als „%2“ komprimiert geschickt; das lässt sich nicht lesen.</translation>
    </message>
    <message>
        <source>%1 could not be found. Check the network connection.</source>
        <translation>%1 wurde nicht gefunden. Die Netzwerkverbindung prüfen.</translation>
    </message>
    <message>
        <source>%1 refused the connection. Check its address, or try again later.</source>
        <translation>%1 hat die Verbindung abgelehnt. Die Adresse prüfen oder später erneut versuchen.</translation>
    </message>
    <message>
        <source>%1 did not answer in time. Try again later.</source>
        <translation>%1 hat nicht rechtzeitig geantwortet. Später erneut versuchen.</translation>
    </message>
    <message>
        <source>What %1 answered is not valid HTTP.</source>
        <translation>Was %1 geantwortet hat, ist kein gültiges HTTP.</translation>
    </message>
    <message>
        <source>The proxy on the way to %1 wants a user name and password. Put them into the address of the proxy: http://user:password@host:port.</source>
        <translation>Der Proxy auf dem Weg zu %1 verlangt Benutzername und Kennwort. Beides in die Adresse des Proxys schreiben: http://user:password@host:port.</translation>
    </message>
    <message>
        <source>The proxy on the way to %1 could not be reached or lets nobody through. Check the proxy settings.</source>
        <translation>Der Proxy auf dem Weg zu %1 war nicht erreichbar oder lässt niemanden durch. Die Proxy-Einstellungen prüfen.</translation>
    </message>
    <message>
        <source>The proxy on the way to %1 broke off. Try again.</source>
        <translation>Der Proxy auf dem Weg zu %1 hat abgebrochen. Erneut versuchen.</translation>
    </message>
    <message>
        <source>The connection to %1 broke off. Try again.</source>
        <translation>Die Verbindung zu %1 ist abgebrochen. Erneut versuchen.</translation>
    </message>
    <message>
        <source>%1 did not answer within %2 s. Try again later.</source>
        <translation>%1 hat nicht in %2 s geantwortet. Später erneut versuchen.</translation>
    </message>
    <message>
        <source>The answer of %1 stopped half-way. Try again.</source>
        <translation>Die Antwort von %1 ist auf halbem Weg abgebrochen. Erneut versuchen.</translation>
    </message>
    <message>
        <source>%1 is overloaded (%2). Try again later.</source>
        <translation>%1 ist überlastet (%2). Später erneut versuchen.</translation>
    </message>
    <message>
        <source>%1 takes few requests at the moment, and the time was not enough. Try again later.</source>
        <translation>%1 nimmt zurzeit nur wenige Anfragen an, und die Zeit hat nicht gereicht. Später erneut versuchen.</translation>
    </message>
    <message>
        <source>%1 takes no more requests until %2 (in %3 s). Try again then.</source>
        <translation>%1 nimmt bis %2 (in %3 s) keine Anfragen mehr an. Dann erneut versuchen.</translation>
    </message>
    <message>
        <source>%1 wants to send %2 bytes where at most %3 are taken.</source>
        <translation>%1 will %2 Bytes schicken, angenommen werden höchstens %3.</translation>
    </message>
    <message>
        <source>%1 sent more than the %2 bytes that are taken.</source>
        <translation>%1 hat mehr als die angenommenen %2 Bytes geschickt.</translation>
    </message>
    <message>
        <source>Working offline: %1 was not asked. Go online to reach it.</source>
        <translation>Offline: %1 wurde nicht gefragt. Online gehen, um es zu erreichen.</translation>
    </message>
    <message>
        <source>%1 passes requests on in a circle. Check its address.</source>
        <translation>%1 leitet Anfragen im Kreis weiter. Die Adresse prüfen.</translation>
    </message>
    <message>
        <source>%1 wants to go on without encryption, to %2. This was refused.</source>
        <translation>%1 will unverschlüsselt zu %2 weiterleiten. Das wurde abgelehnt.</translation>
    </message>
    <message>
        <source>Try again in %1 s.</source>
        <translation>In %1 s erneut versuchen.</translation>
    </message>
    <message>
        <source>The recorded exchange %1 is damaged.</source>
        <translation>Der aufgezeichnete Austausch %1 ist beschädigt.</translation>
    </message>
    <message>
        <source>%1 %2 is not in the recording %3, so there is no answer to it.</source>
        <translation>%1 %2 ist nicht in der Aufzeichnung %3, darum gibt es keine Antwort darauf.</translation>
    </message>
    <message>
        <source>%1 wants to pass on to %2 what only %1 may know. This was refused.</source>
        <translation>%1 will an %2 weitergeben, was nur %1 wissen darf. Das wurde abgelehnt.</translation>
    </message>
    <message>
        <source>%1 was not asked: whatever holds a key is never recorded, so nothing can be replayed.</source>
        <translation>%1 wurde nicht gefragt: Was einen Schlüssel enthält, wird nie aufgezeichnet, darum lässt sich nichts wiedergeben.</translation>
    </message>
    <message>
        <source>%1 could not prove who it is, so nothing was sent to it. If it is a host of your own, add the certificate that vouches for it, a .pem file, under “Certificates” in the settings.</source>
        <translation>%1 konnte nicht nachweisen, wer es ist, deshalb wurde nichts dorthin gesendet. Ist es ein eigener Host, das Zertifikat, das für ihn bürgt (eine .pem-Datei), in den Einstellungen unter „Zertifikate“ hinzufügen.</translation>
    </message>
    <message>
        <source>Nothing could be written into %1: %2</source>
        <translation>In %1 ließ sich nichts schreiben: %2</translation>
    </message>
    <message>
        <source>the folder cannot be made</source>
        <translation>Der Ordner lässt sich nicht anlegen</translation>
    </message>
    <message>
        <source>There is no file %1.</source>
        <translation>Die Datei %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>%1 is larger than 1 MB: certificates are much smaller.</source>
        <translation>%1 ist größer als 1 MB: Zertifikate sind viel kleiner.</translation>
    </message>
    <message numerus="yes">
        <source>%n files are trusted already, and no more are read. Remove one first.</source>
        <translation>
            <numerusform>%n Datei wird schon vertraut, und mehr werden nicht gelesen. Bitte zuerst eine entfernen.</numerusform>
            <numerusform>%n Dateien wird schon vertraut, und mehr werden nicht gelesen. Bitte zuerst eine entfernen.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 cannot be read.</source>
        <translation>%1 ist nicht lesbar.</translation>
    </message>
    <message>
        <source>%1 holds a private key, which belongs to nobody but its owner. Choose the file that holds the certificate alone. Nothing was copied.</source>
        <translation>%1 enthält einen privaten Schlüssel, der nur seinem Besitzer gehört. Bitte die Datei wählen, die nur das Zertifikat enthält. Es wurde nichts kopiert.</translation>
    </message>
    <message>
        <source>%1 holds no certificate.</source>
        <translation>%1 enthält kein Zertifikat.</translation>
    </message>
    <message>
        <source>What %1 holds has ended: nobody trusts it any more.</source>
        <translation>Was %1 enthält, ist abgelaufen: Niemand traut ihm mehr.</translation>
    </message>
    <message>
        <source>There is no file %1 among those that are trusted.</source>
        <translation>Die Datei %1 ist nicht unter denen, denen vertraut wird.</translation>
    </message>
    <message>
        <source>%1 could not be removed: %2</source>
        <translation>%1 ließ sich nicht entfernen: %2</translation>
    </message>
</context>
<context>
    <name>astra::net::Exchange</name>
    <message>
        <source>%1 is not a web address. Only http and https can be asked.</source>
        <translation>%1 ist keine Webadresse. Nur http und https lassen sich abfragen.</translation>
    </message>
</context>
<context>
    <name>astra::processing</name>
    <message>
        <source>No valid pixel is left after masking clouds.</source>
        <translation>Nach dem Auslassen der Wolken bleibt kein gültiges Pixel.</translation>
    </message>
    <message>
        <source>There is no valid pixel.</source>
        <translation>Es gibt kein gültiges Pixel.</translation>
    </message>
    <message>
        <source>Much of the reflectance is below zero: the offset may have been removed from these pixels already, whatever the item says.</source>
        <translation>Ein großer Teil der Reflektanz liegt unter null: Der Versatz ist aus diesen Pixeln vielleicht schon entfernt, was immer das Item sagt.</translation>
    </message>
    <message>
        <source>Vegetation</source>
        <translation>Vegetation</translation>
    </message>
    <message>
        <source>Which spectral index to compute</source>
        <translation>Welcher Spektralindex berechnet wird</translation>
    </message>
    <message>
        <source>A spectral index, from the bands of one scene</source>
        <translation>Ein Spektralindex aus den Bändern einer Szene</translation>
    </message>
    <message>
        <source>The vegetation index NDVI</source>
        <translation>Der Vegetationsindex NDVI</translation>
    </message>
    <message>
        <source>There is no operation “%1”; there are: %2.</source>
        <translation>Es gibt keine Operation „%1“; vorhanden: %2.</translation>
    </message>
    <message>
        <source>“%1” has to be one of: %2.</source>
        <translation>„%1“ muss eins von diesen sein: %2.</translation>
    </message>
    <message>
        <source>“%1” has to be a number from %2 to %3.</source>
        <translation>„%1“ muss eine Zahl von %2 bis %3 sein.</translation>
    </message>
    <message>
        <source>An operation&apos;s parameters have to be names with values.</source>
        <translation>Die Parameter einer Operation müssen Namen mit Werten sein.</translation>
    </message>
    <message>
        <source>There is no parameter “%1”; there are: %2.</source>
        <translation>Es gibt keinen Parameter „%1“; vorhanden: %2.</translation>
    </message>
    <message>
        <source>What is measured: an index by name, or a formula over band names</source>
        <translation>Was gemessen wird: der Name eines Index oder eine Formel aus Bandnamen</translation>
    </message>
    <message>
        <source>Bands in place of a value, each measured as it is</source>
        <translation>Bänder statt eines Werts, jedes unverändert gemessen</translation>
    </message>
    <message>
        <source>%1 has no band “%2”; it has: %3</source>
        <translation>%1 hat kein Band „%2“; vorhanden: %3</translation>
    </message>
    <message>
        <source>outside of what is covered</source>
        <translation>außerhalb der Abdeckung</translation>
    </message>
    <message>
        <source>holds the centre of no pixel</source>
        <translation>enthält keine Pixelmitte</translation>
    </message>
    <message>
        <source>masked</source>
        <translation>ausgeblendet</translation>
    </message>
    <message>
        <source>no data</source>
        <translation>keine Daten</translation>
    </message>
    <message>
        <source>The second scene (%1) is older than the first (%2): what is called a gain was lost, and the other way round.</source>
        <translation>Die zweite Szene (%1) ist älter als die erste (%2): Was Zunahme heißt, ist ein Verlust, und umgekehrt.</translation>
    </message>
    <message>
        <source>The scenes are from different seasons (%1 and %2, %3 days apart in the year): growth, harvest and the height of the sun change the picture, too.</source>
        <translation>Die Szenen stammen aus verschiedenen Jahreszeiten (%1 und %2, im Jahr %3 Tage auseinander): Auch Wachstum, Ernte und Sonnenstand ändern das Bild.</translation>
    </message>
    <message>
        <source>date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>sensor</source>
        <translation>Sensor</translation>
    </message>
    <message>
        <source>The scenes are from different sensors (%1 and %2): their bands are not quite the same.</source>
        <translation>Die Szenen stammen von verschiedenen Sensoren (%1 und %2): Ihre Bänder sind nicht ganz gleich.</translation>
    </message>
    <message>
        <source>product</source>
        <translation>Produkt</translation>
    </message>
    <message>
        <source>The scenes are of different products (%1 and %2): their values may differ where nothing changed.</source>
        <translation>Die Szenen gehören zu verschiedenen Produkten (%1 und %2): Ihre Werte können sich unterscheiden, wo sich nichts verändert hat.</translation>
    </message>
    <message>
        <source>orbit</source>
        <translation>Orbit</translation>
    </message>
    <message>
        <source>The scenes are from different orbits (%1 and %2): the same ground is seen from another side, and slopes and tall things look different.</source>
        <translation>Die Szenen stammen von verschiedenen Orbits (%1 und %2): Derselbe Boden ist von einer anderen Seite zu sehen, und Hänge und Hohes sehen anders aus.</translation>
    </message>
    <message>
        <source>processing baseline</source>
        <translation>Verarbeitungs-Baseline</translation>
    </message>
    <message>
        <source>The scenes were processed by different baselines (%1 and %2).</source>
        <translation>Die Szenen sind nach verschiedenen Baselines verarbeitet (%1 und %2).</translation>
    </message>
    <message>
        <source>Not compared, for a scene does not state it: %1.</source>
        <translation>Nicht verglichen, weil eine Szene es nicht angibt: %1.</translation>
    </message>
    <message>
        <source>“%1” has to be a name and a number, as in “L=0.5”.</source>
        <translation>„%1“ muss aus Name und Zahl bestehen wie in „L=0.5“.</translation>
    </message>
    <message>
        <source>The formula has no “%1”; it has: %2</source>
        <translation>Die Formel hat kein „%1“; vorhanden: %2</translation>
    </message>
    <message>
        <source>Nothing is named “%1” here.</source>
        <translation>Nichts heißt hier „%1“.</translation>
    </message>
    <message>
        <source>Nothing is named “%1” here; “%2” is.</source>
        <translation>Nichts heißt hier „%1“, aber etwas heißt „%2“.</translation>
    </message>
    <message>
        <source>Nothing is named “%1” here. There are: %2.</source>
        <translation>Nichts heißt hier „%1“. Vorhanden: %2.</translation>
    </message>
    <message>
        <source>Clouds cannot be masked: %1 has neither a scene classification (SCL) nor a QA_PIXEL band.</source>
        <translation>Wolken lassen sich nicht ausblenden: %1 hat weder eine Szenenklassifikation (SCL) noch ein Band QA_PIXEL.</translation>
    </message>
    <message>
        <source>“%1” takes %2 to %3 scenes; there are %4.</source>
        <translation>„%1“ braucht %2 bis %3 Szenen; vorhanden: %4.</translation>
    </message>
    <message>
        <source>%1 is one of the files that are read: choose another name for the result.</source>
        <translation>%1 ist eine der gelesenen Dateien: für das Ergebnis einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>zeros, read again</source>
        <translation>Nullen, erneut gelesen</translation>
    </message>
    <message>
        <source>%1 takes two or more values.</source>
        <translation>%1 braucht zwei oder mehr Werte.</translation>
    </message>
    <message>
        <source>where takes three values: a condition, what holds if it is met, and what holds if not.</source>
        <translation>where braucht drei Werte: eine Bedingung, den Wert, wenn sie erfüllt ist, und den Wert, wenn nicht.</translation>
    </message>
    <message>
        <source>clamp takes three values: the value, the least and the greatest it may be.</source>
        <translation>clamp braucht drei Werte: den Wert sowie den kleinsten und den größten erlaubten.</translation>
    </message>
    <message>
        <source>%1 takes one value.</source>
        <translation>%1 braucht einen Wert.</translation>
    </message>
    <message>
        <source>A formula may have %1 characters at most; this one has %2.</source>
        <translation>Eine Formel darf höchstens %1 Zeichen haben; diese hat %2.</translation>
    </message>
    <message>
        <source>The formula is empty.</source>
        <translation>Die Formel ist leer.</translation>
    </message>
    <message>
        <source>“%1” has no meaning in a formula.</source>
        <translation>„%1“ hat in einer Formel keine Bedeutung.</translation>
    </message>
    <message>
        <source>Powers are written with **.</source>
        <translation>Potenzen werden mit ** geschrieben.</translation>
    </message>
    <message>
        <source>“Is equal” is written with ==.</source>
        <translation>„Ist gleich“ wird mit == geschrieben.</translation>
    </message>
    <message>
        <source>Products are written with *.</source>
        <translation>Produkte werden mit * geschrieben.</translation>
    </message>
    <message>
        <source>Quotients are written with /.</source>
        <translation>Quotienten werden mit / geschrieben.</translation>
    </message>
    <message>
        <source>Minus is written with - (the hyphen).</source>
        <translation>Minus wird mit - (Bindestrich) geschrieben.</translation>
    </message>
    <message>
        <source>Only ( and ) group the parts of a formula.</source>
        <translation>Nur ( und ) fassen Teile einer Formel zusammen.</translation>
    </message>
    <message>
        <source>This parenthesis closes none.</source>
        <translation>Diese Klammer schließt keine andere.</translation>
    </message>
    <message>
        <source>A comma only stands between the values of a function.</source>
        <translation>Ein Komma steht nur zwischen den Werten einer Funktion.</translation>
    </message>
    <message>
        <source>Comparisons cannot be strung together: put one of them into parentheses.</source>
        <translation>Vergleiche lassen sich nicht aneinanderreihen: einen davon in Klammern setzen.</translation>
    </message>
    <message>
        <source>An operator is missing before “%1”.</source>
        <translation>Vor „%1“ fehlt ein Operator.</translation>
    </message>
    <message>
        <source>A formula may have %1 parts at most: numbers, names and operations.</source>
        <translation>Eine Formel darf höchstens %1 Teile haben: Zahlen, Namen und Rechenschritte.</translation>
    </message>
    <message>
        <source>A formula may be nested %1 levels deep at most.</source>
        <translation>Eine Formel darf höchstens %1 Ebenen tief verschachtelt sein.</translation>
    </message>
    <message>
        <source>This number is too large.</source>
        <translation>Diese Zahl ist zu groß.</translation>
    </message>
    <message>
        <source>%1 is a function; its values go into parentheses.</source>
        <translation>%1 ist eine Funktion; ihre Werte stehen in Klammern.</translation>
    </message>
    <message>
        <source>The formula ends where a value should follow.</source>
        <translation>Die Formel endet, wo ein Wert folgen sollte.</translation>
    </message>
    <message>
        <source>A value is missing before “%1”.</source>
        <translation>Vor „%1“ fehlt ein Wert.</translation>
    </message>
    <message>
        <source>There is no function “%1”. There are: %2.</source>
        <translation>Es gibt keine Funktion „%1“. Vorhanden: %2.</translation>
    </message>
    <message>
        <source>The parenthesis at character %1 is not closed.</source>
        <translation>Die Klammer bei Zeichen %1 ist nicht geschlossen.</translation>
    </message>
    <message>
        <source>at the end of the formula</source>
        <translation>am Ende der Formel</translation>
    </message>
    <message>
        <source>at character %1: “%2”</source>
        <translation>bei Zeichen %1: „%2“</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>“%1” cannot name an index: it takes letters, digits, “_”, “-” and “.”, %2 at most.</source>
        <translation>„%1“ kann kein Index heißen: erlaubt sind Buchstaben, Ziffern, „_“, „-“ und „.“, höchstens %2.</translation>
    </message>
    <message>
        <source>The formula of %1 cannot be used: %2</source>
        <translation>Die Formel von %1 ist nicht verwendbar: %2</translation>
    </message>
    <message>
        <source>The constants of %1 cannot be used: names of formulas and finite numbers are needed.</source>
        <translation>Die Konstanten von %1 sind nicht verwendbar: Nötig sind Namen, die in einer Formel stehen können, und endliche Zahlen.</translation>
    </message>
    <message>
        <source>The range of %1 is not valid.</source>
        <translation>Der Wertebereich von %1 ist ungültig.</translation>
    </message>
    <message>
        <source>This is no catalogue of indices: %1</source>
        <translation>Das ist kein Katalog von Indizes: %1</translation>
    </message>
    <message>
        <source>The centre wavelengths of %1 are not known for %2.</source>
        <translation>Die mittleren Wellenlängen von %1 sind für %2 nicht bekannt.</translation>
    </message>
    <message>
        <source>%1 has no %2, which %3 needs; it has: %4</source>
        <translation>In %1 fehlt %2, nötig für %3; vorhanden: %4</translation>
    </message>
    <message>
        <source>there is no object “SpectralIndices” in it, and no list “indices”.</source>
        <translation>Darin fehlen das Objekt „SpectralIndices“ und die Liste „indices“.</translation>
    </message>
    <message>
        <source>it has more than %1 entries.</source>
        <translation>Darin sind mehr als %1 Einträge.</translation>
    </message>
    <message>
        <source>%1 is in it twice.</source>
        <translation>%1 steht zweimal darin.</translation>
    </message>
    <message>
        <source>There is an index %1 already.</source>
        <translation>Es gibt schon einen Index %1.</translation>
    </message>
    <message>
        <source>There are %1 indices of your own already.</source>
        <translation>Es gibt schon %1 eigene Indizes.</translation>
    </message>
    <message>
        <source>There is no index “%1”.</source>
        <translation>Es gibt keinen Index „%1“.</translation>
    </message>
    <message>
        <source>“%1” may be one of %2: upper and lower case tell them apart.</source>
        <translation>„%1“ ist mehrdeutig (%2): Groß- und Kleinschreibung unterscheidet sie.</translation>
    </message>
    <message>
        <source>There is no index “%1”; near it: %2</source>
        <translation>Es gibt keinen Index „%1“; ähnlich: %2</translation>
    </message>
    <message>
        <source>it has no list “indices”.</source>
        <translation>Darin fehlt die Liste „indices“.</translation>
    </message>
    <message>
        <source>No band is named in it: there is nothing to compute.</source>
        <translation>Darin ist kein Band genannt: Es gibt nichts zu berechnen.</translation>
    </message>
    <message>
        <source>“%1” has to be a whole number from %2 to %3.</source>
        <translation>„%1“ muss eine ganze Zahl von %2 bis %3 sein.</translation>
    </message>
    <message>
        <source>“%1” has to be a text of at most %2 characters.</source>
        <translation>„%1“ muss ein Text von höchstens %2 Zeichen sein.</translation>
    </message>
    <message>
        <source>“%1” has to be true or false.</source>
        <translation>„%1“ muss true oder false sein.</translation>
    </message>
    <message>
        <source>“%1” has to be a formula.</source>
        <translation>„%1“ muss eine Formel sein.</translation>
    </message>
    <message>
        <source>“%1” has to be a list of band names.</source>
        <translation>„%1“ muss eine Liste von Bandnamen sein.</translation>
    </message>
    <message>
        <source>“%1” has to be a date such as 2024-06-30 or 2024-06-30T11:00:00Z.</source>
        <translation>„%1“ muss ein Datum sein wie 2024-06-30 oder 2024-06-30T11:00:00Z.</translation>
    </message>
    <message>
        <source>“%1” is only for %2.</source>
        <translation>„%1“ gilt nur bei %2.</translation>
    </message>
    <message>
        <source>“%1” is missing: %2.</source>
        <translation>„%1“ fehlt: %2.</translation>
    </message>
    <message>
        <source>No change</source>
        <translation>Keine Veränderung</translation>
    </message>
    <message>
        <source>Vegetation gain</source>
        <translation>Zunahme der Vegetation</translation>
    </message>
    <message>
        <source>Vegetation loss</source>
        <translation>Verlust von Vegetation</translation>
    </message>
    <message>
        <source>Built-up gain</source>
        <translation>Zunahme der Bebauung</translation>
    </message>
    <message>
        <source>Water change</source>
        <translation>Veränderung des Wassers</translation>
    </message>
    <message>
        <source>Increase</source>
        <translation>Zunahme</translation>
    </message>
    <message>
        <source>Decrease</source>
        <translation>Abnahme</translation>
    </message>
    <message>
        <source>What is compared: an index by name, or a formula over band names</source>
        <translation>Was verglichen wird: der Name eines Index oder eine Formel aus Bandnamen</translation>
    </message>
    <message>
        <source>Two bands a, b in place of a value: (b − a) / (b + a) is compared; red, nir is NDVI</source>
        <translation>Zwei Bänder a, b statt eines Werts: Verglichen wird (b − a) / (b + a); red, nir ist NDVI</translation>
    </message>
    <message>
        <source>By how much an index has to differ to count as changed</source>
        <translation>Um wie viel sich ein Index unterscheiden muss, um als verändert zu gelten</translation>
    </message>
    <message>
        <source>Tell classes apart, too. Water change: NDWI changes its sign, and by more than the threshold; else built-up gain: NDBI rises by more than the threshold, NDVI falls by more than half of it, and to less than 0.2; else vegetation gain or loss: NDVI rises or falls by more than the threshold</source>
        <translation>Auch Klassen unterscheiden. Veränderung des Wassers: NDWI wechselt das Vorzeichen, und zwar um mehr als die Schwelle; sonst Zunahme der Bebauung: NDBI steigt um mehr als die Schwelle, NDVI fällt um mehr als deren Hälfte und auf unter 0,2; sonst Zunahme oder Verlust von Vegetation: NDVI steigt oder fällt um mehr als die Schwelle</translation>
    </message>
    <message>
        <source>Change is between two scenes, before and after; here are %1.</source>
        <translation>Eine Veränderung besteht zwischen zwei Szenen, vorher und nachher; hier sind es %1.</translation>
    </message>
    <message>
        <source>No classes are told apart.</source>
        <translation>Klassen werden nicht unterschieden.</translation>
    </message>
    <message>
        <source>Change of water is not told apart.</source>
        <translation>Veränderung des Wassers wird nicht unterschieden.</translation>
    </message>
    <message>
        <source>Gain of built-up land is not told apart.</source>
        <translation>Zunahme der Bebauung wird nicht unterschieden.</translation>
    </message>
    <message>
        <source>Classes by NDVI%1%2, beyond ±%3: see docs/change.md.</source>
        <translation>Klassen nach NDVI%1%2, jenseits von ±%3: siehe docs/change.md.</translation>
    </message>
    <message>
        <source>Whether the scenes lie exactly on each other could not be told: they have too little in common.</source>
        <translation>Ob die Szenen genau übereinanderliegen, war nicht festzustellen: Sie haben zu wenig gemeinsam.</translation>
    </message>
    <message>
        <source>The second scene lies about %1 pixels off the first (%2 to the right, %3 down; median of %4 windows): what differs along edges may be no change.</source>
        <translation>Die zweite Szene liegt etwa %1 Pixel neben der ersten (%2 nach rechts, %3 nach unten; Median von %4 Fenstern): Unterschiede entlang von Kanten sind vielleicht keine Veränderung.</translation>
    </message>
    <message>
        <source>Nothing can be compared: no pixel has data in both scenes.</source>
        <translation>Es lässt sich nichts vergleichen: Kein Pixel hat in beiden Szenen Daten.</translation>
    </message>
    <message>
        <source>Clouds were not masked: where one of the scenes shows them, they count as change.</source>
        <translation>Wolken wurden nicht ausgeblendet: Wo eine der Szenen sie zeigt, gelten sie als Veränderung.</translation>
    </message>
    <message>
        <source>Nothing can be compared: every pixel is masked in one of the scenes.</source>
        <translation>Es lässt sich nichts vergleichen: Jedes Pixel ist in einer der Szenen ausgeblendet.</translation>
    </message>
    <message>
        <source>%1 % of what both scenes cover is masked; of that nothing is said.</source>
        <translation>%1 % dessen, was beide Szenen abdecken, ist ausgeblendet; darüber ist nichts ausgesagt.</translation>
    </message>
    <message>
        <source>What a pixel becomes: the median or the mean of the scenes that show it, or its value in the one nearest to a date</source>
        <translation>Was aus einem Pixel wird: der Median oder das Mittel der Szenen, die es zeigen, oder sein Wert in der Szene, die einem Datum am nächsten liegt</translation>
    </message>
    <message>
        <source>The date to be near to; left out, that of the latest scene</source>
        <translation>Das Datum, das am nächsten liegen soll; ohne Angabe das der neuesten Szene</translation>
    </message>
    <message>
        <source>Which bands; left out, those of red, green, blue and nir that all scenes have</source>
        <translation>Welche Bänder; ohne Angabe diejenigen von red, green, blue und nir, die alle Szenen haben</translation>
    </message>
    <message>
        <source>In place of bands: an index by name, or a formula over band names</source>
        <translation>Statt Bändern: der Name eines Index oder eine Formel aus Bandnamen</translation>
    </message>
    <message>
        <source>None of the bands red, green, blue and nir is in all of the scenes: name the bands.</source>
        <translation>Keines der Bänder red, green, blue und nir ist in allen Szenen: die Bänder nennen.</translation>
    </message>
    <message>
        <source>%1 does not state when it was taken, so that nothing tells which scene is nearest to a date.</source>
        <translation>%1 nennt keine Aufnahmezeit; welche Szene einem Datum am nächsten liegt, ist damit nicht zu sagen.</translation>
    </message>
    <message>
        <source>A composite is made of 2 to %1 scenes; here are %2.</source>
        <translation>Ein Komposit entsteht aus 2 bis %1 Szenen; hier sind es %2.</translation>
    </message>
    <message>
        <source>The scenes are from different sensors (%1): their bands are not quite the same.</source>
        <translation>Die Szenen stammen von verschiedenen Sensoren (%1): Ihre Bänder sind nicht ganz gleich.</translation>
    </message>
    <message>
        <source>No pixel has data in any scene.</source>
        <translation>Kein Pixel hat in irgendeiner Szene Daten.</translation>
    </message>
    <message>
        <source>No data</source>
        <translation>Keine Daten</translation>
    </message>
    <message>
        <source>Saturated or defective</source>
        <translation>Gesättigt oder defekt</translation>
    </message>
    <message>
        <source>Dark area</source>
        <translation>Dunkle Fläche</translation>
    </message>
    <message>
        <source>Cloud shadow</source>
        <translation>Wolkenschatten</translation>
    </message>
    <message>
        <source>Not vegetated</source>
        <translation>Ohne Vegetation</translation>
    </message>
    <message>
        <source>Water</source>
        <translation>Wasser</translation>
    </message>
    <message>
        <source>Unclassified</source>
        <translation>Nicht klassifiziert</translation>
    </message>
    <message>
        <source>Cloud, medium probability</source>
        <translation>Wolken, mittlere Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Cloud, high probability</source>
        <translation>Wolken, hohe Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Thin cirrus</source>
        <translation>Dünner Zirrus</translation>
    </message>
    <message>
        <source>Snow or ice</source>
        <translation>Schnee oder Eis</translation>
    </message>
    <message>
        <source>Which bands, in this order; of several scenes, red is that of each and s2.red that of the second</source>
        <translation>Welche Bänder, in dieser Reihenfolge; bei mehreren Szenen ist red das jeder Szene und s2.red das der zweiten</translation>
    </message>
    <message>
        <source>Which bands, in this order</source>
        <translation>Welche Bänder, in dieser Reihenfolge</translation>
    </message>
    <message>
        <source>“%1” is of scene %2, and there are %3.</source>
        <translation>„%1“ gehört zu Szene %2, vorhanden sind aber nur %3.</translation>
    </message>
    <message>
        <source>No band is named: say which are wanted.</source>
        <translation>Es ist kein Band genannt: die gewünschten nennen.</translation>
    </message>
    <message>
        <source>One file may have %1 bands at most; these are %2.</source>
        <translation>Eine Datei darf höchstens %1 Bänder haben; das sind %2.</translation>
    </message>
    <message>
        <source>The band “%1” is named twice.</source>
        <translation>Das Band „%1“ ist zweimal genannt.</translation>
    </message>
    <message>
        <source>The band %1 has no data here.</source>
        <translation>Das Band %1 hat hier keine Daten.</translation>
    </message>
    <message>
        <source>Formula over band names, such as (nir - red) / (nir + red)</source>
        <translation>Formel aus Bandnamen, etwa (nir - red) / (nir + red)</translation>
    </message>
    <message>
        <source>Values for names in the formula, such as L=0.25, g=2</source>
        <translation>Werte für Namen in der Formel, etwa L=0.25, g=2</translation>
    </message>
    <message>
        <source>What the result is called in its file</source>
        <translation>Wie das Ergebnis in seiner Datei heißt</translation>
    </message>
    <message>
        <source>The formula “%1” names no band: there is nothing to compute it from.</source>
        <translation>Die Formel „%1“ nennt kein Band: Es gibt nichts, woraus sie sich berechnen ließe.</translation>
    </message>
    <message>
        <source>Other values for constants of the formula, such as L=0.25, g=2</source>
        <translation>Andere Werte für Konstanten der Formel, etwa L=0.25, g=2</translation>
    </message>
    <message>
        <source>Spectral index</source>
        <translation>Spektralindex</translation>
    </message>
    <message>
        <source>NDVI</source>
        <translation>NDVI</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>Formel</translation>
    </message>
    <message>
        <source>A formula over the bands of one scene</source>
        <translation>Eine Formel aus den Bändern einer Szene</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Veränderung</translation>
    </message>
    <message>
        <source>What changed between two scenes: difference, classes and their areas</source>
        <translation>Was sich zwischen zwei Szenen verändert hat: Differenz, Klassen und deren Flächeninhalte</translation>
    </message>
    <message>
        <source>Composite</source>
        <translation>Komposit</translation>
    </message>
    <message>
        <source>One picture out of many scenes: median, mean or best pixel</source>
        <translation>Ein Bild aus vielen Szenen: Median, Mittel oder bestes Pixel</translation>
    </message>
    <message>
        <source>Statistics of areas</source>
        <translation>Statistik je Fläche</translation>
    </message>
    <message>
        <source>Statistics of a value in each of many polygons</source>
        <translation>Statistik eines Werts in jedem von vielen Polygonen</translation>
    </message>
    <message>
        <source>Time series</source>
        <translation>Zeitreihe</translation>
    </message>
    <message>
        <source>A value through the dates of many scenes, at a point or in polygons</source>
        <translation>Ein Wert über die Aufnahmetage vieler Szenen, an einem Punkt oder in Polygonen</translation>
    </message>
    <message>
        <source>Stack of bands</source>
        <translation>Bänderstapel</translation>
    </message>
    <message>
        <source>Bands of one or several scenes in one file</source>
        <translation>Bänder einer oder mehrerer Szenen in einer Datei</translation>
    </message>
    <message>
        <source>Conversion</source>
        <translation>Umwandlung</translation>
    </message>
    <message>
        <source>Bands as another file: grid, format or codec</source>
        <translation>Bänder als andere Datei: Raster, Format oder Codec</translation>
    </message>
    <message>
        <source>“%1” has no parameter “%2”: it stands for “%3”.</source>
        <translation>„%1“ hat keinen Parameter „%2“: Es steht für „%3“.</translation>
    </message>
    <message>
        <source>There are at most %1 points at a time.</source>
        <translation>Möglich sind höchstens %1 Punkte auf einmal.</translation>
    </message>
    <message>
        <source>“%1” is not a point: longitude and latitude in degrees, as 10.55,52.13; several with semicolons between them.</source>
        <translation>„%1“ ist kein Punkt: Länge und Breite in Grad wie 10.55,52.13; mehrere durch Semikolons getrennt.</translation>
    </message>
    <message>
        <source>Longitude and latitude, as 10.55,52.13: the pixel there; several points with semicolons between them</source>
        <translation>Länge und Breite wie 10.55,52.13: das Pixel dort; mehrere Punkte durch Semikolons getrennt</translation>
    </message>
    <message>
        <source>In place of points: polygons with names, a file of GeoJSON. A pixel belongs to each area that holds its centre</source>
        <translation>Statt Punkten: Polygone mit Namen, eine GeoJSON-Datei. Ein Pixel gehört zu jeder Fläche, die seine Mitte enthält</translation>
    </message>
    <message>
        <source>A time series is of 1 to %1 scenes; here are %2.</source>
        <translation>Eine Zeitreihe besteht aus 1 bis %1 Szenen; hier sind es %2.</translation>
    </message>
    <message>
        <source>The table would have %L1 rows, more than %L2: choose fewer scenes, areas or bands.</source>
        <translation>Die Tabelle hätte %L1 Zeilen, mehr als %L2: weniger Szenen, Flächen oder Bänder wählen.</translation>
    </message>
    <message>
        <source>The scenes are from different sensors (%1): a step between them need not be on the ground.</source>
        <translation>Die Szenen stammen von verschiedenen Sensoren (%1): Ein Sprung zwischen ihnen muss nicht vom Boden kommen.</translation>
    </message>
    <message>
        <source>None of the areas holds the centre of a pixel of the scenes (%1).</source>
        <translation>Keine der Flächen enthält die Mitte eines Pixels der Szenen (%1).</translation>
    </message>
    <message>
        <source>None of the points lies in the scenes (%1).</source>
        <translation>Keiner der Punkte liegt in den Szenen (%1).</translation>
    </message>
    <message>
        <source>No scene shows anything here: all pixels are masked or without data.</source>
        <translation>Keine Szene zeigt hier etwas: Alle Pixel sind ausgeblendet oder ohne Daten.</translation>
    </message>
    <message>
        <source>%1 of %2 scenes show nothing here; the table says why.</source>
        <translation>%1 von %2 Szenen zeigen hier nichts; warum, steht in der Tabelle.</translation>
    </message>
    <message>
        <source>Clouds were not masked.</source>
        <translation>Wolken wurden nicht ausgeblendet.</translation>
    </message>
    <message>
        <source>There are at most %1 percentiles at a time.</source>
        <translation>Möglich sind höchstens %1 Perzentile auf einmal.</translation>
    </message>
    <message>
        <source>“percentiles” has to be numbers from 0 to 100 with commas between them, as 10, 50, 90; “%1” is none.</source>
        <translation>„percentiles“ müssen Zahlen von 0 bis 100 sein, durch Kommas getrennt wie 10, 50, 90; „%1“ ist keine.</translation>
    </message>
    <message>
        <source>The areas to measure in: polygons with names, a file of GeoJSON. A pixel belongs to each area that holds its centre</source>
        <translation>Die Flächen, in denen gemessen wird: Polygone mit Namen, eine GeoJSON-Datei. Ein Pixel gehört zu jeder Fläche, die seine Mitte enthält</translation>
    </message>
    <message>
        <source>Percentiles to compute besides, as 10, 50, 90: exact, so every value is kept till the end, at most 50 million</source>
        <translation>Zusätzlich zu berechnende Perzentile wie 10, 50, 90: exakt, darum bleibt jeder Wert bis zum Ende im Speicher, höchstens 50 Millionen</translation>
    </message>
    <message numerus="yes">
        <source>None of the %n areas holds the centre of a pixel of the scene (%1).</source>
        <translation>
            <numerusform>In %n Fläche liegt keine Mitte eines Pixels der Szene (%1).</numerusform>
            <numerusform>In keiner der %n Flächen liegt die Mitte eines Pixels der Szene (%1).</numerusform>
        </translation>
    </message>
    <message>
        <source>Exact percentiles keep every value, here %L1, and at most %L2 fit: choose smaller areas, fewer bands or no percentiles.</source>
        <translation>Exakte Perzentile behalten jeden Wert, hier %L1, und höchstens %L2 haben Platz: kleinere Flächen, weniger Bänder oder keine Perzentile wählen.</translation>
    </message>
    <message>
        <source>partly outside of what is covered</source>
        <translation>teils außerhalb der Abdeckung</translation>
    </message>
    <message>
        <source>Nothing is known of any area: all of their pixels are masked or without data.</source>
        <translation>Über keine Fläche ist etwas bekannt: Alle ihre Pixel sind ausgeblendet oder ohne Daten.</translation>
    </message>
    <message>
        <source>Of %1 of %2 areas nothing is known; the table says why.</source>
        <translation>Über %1 von %2 Flächen ist nichts bekannt; warum, steht in der Tabelle.</translation>
    </message>
    <message>
        <source>%1 of %2 areas lie partly outside of what is covered.</source>
        <translation>%1 von %2 Flächen liegen teils außerhalb der Abdeckung.</translation>
    </message>
    <message>
        <source>A part of %1 of %2 came as nothing but zeros, twice, where the file says that there is more.</source>
        <translation>Ein Teil von %1 von %2 kam zweimal als lauter Nullen an, obwohl dort laut Datei mehr ist.</translation>
    </message>
    <message>
        <source>An operation made a tile of the wrong size.</source>
        <translation>Eine Operation hat eine Kachel von falscher Größe erzeugt.</translation>
    </message>
    <message>
        <source>Not every window that was asked for was read.</source>
        <translation>Nicht jedes verlangte Fenster wurde gelesen.</translation>
    </message>
    <message>
        <source>A band was asked for that is not read.</source>
        <translation>Es wurde ein Band verlangt, das nicht gelesen wird.</translation>
    </message>
    <message>
        <source>A window was asked for that is no part of the result.</source>
        <translation>Es wurde ein Fenster verlangt, das kein Teil des Ergebnisses ist.</translation>
    </message>
    <message>
        <source>“%1” names no band.</source>
        <translation>„%1“ nennt kein Band.</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2</source>
        <translation>%1 lässt sich nicht schreiben: %2</translation>
    </message>
    <message>
        <source>The result is a table: its file has to end in .csv, .json or .geojson, not “%1”.</source>
        <translation>Das Ergebnis ist eine Tabelle: Die Datei muss auf .csv, .json oder .geojson enden, nicht auf „%1“.</translation>
    </message>
    <message>
        <source>This operation has no GeoJSON to give: choose .csv or .json for the result.</source>
        <translation>Diese Operation liefert kein GeoJSON: für das Ergebnis .csv oder .json wählen.</translation>
    </message>
    <message>
        <source>The operation gave no table.</source>
        <translation>Die Operation hat keine Tabelle geliefert.</translation>
    </message>
    <message>
        <source>The result would have %L1 × %L2 pixels, more than %L3: choose a smaller area or larger pixels.</source>
        <translation>Das Ergebnis hätte %L1 × %L2 Pixel, mehr als %L3: ein kleineres Gebiet oder größere Pixel wählen.</translation>
    </message>
    <message>
        <source>The area %1 does not touch the scene.</source>
        <translation>Das Gebiet %1 berührt die Szene nicht.</translation>
    </message>
    <message>
        <source>No band is read, so there is no grid to compute on.</source>
        <translation>Es wird kein Band gelesen, darum gibt es kein Raster, auf dem sich rechnen ließe.</translation>
    </message>
    <message>
        <source>The scenes do not overlap.</source>
        <translation>Die Szenen überlappen sich nicht.</translation>
    </message>
    <message>
        <source>The area has no corners.</source>
        <translation>Das Gebiet hat keine Ecken.</translation>
    </message>
    <message>
        <source>The cloud mask cannot be grown: how large its pixels are on the ground cannot be told.</source>
        <translation>Die Wolkenmaske lässt sich nicht vergrößern: Wie groß ihre Pixel am Boden sind, ist nicht zu sagen.</translation>
    </message>
    <message>
        <source>The file has no band %1.</source>
        <translation>Die Datei hat kein Band %1.</translation>
    </message>
    <message>
        <source>A scene lies across the 180th meridian, where the map of %1 ends: choose a coordinate system that has it whole, such as the scene&apos;s own (%2).</source>
        <translation>Eine Szene liegt über dem 180. Meridian, wo die Karte von %1 endet: Ein Koordinatensystem wählen, das sie ganz enthält, etwa das der Szene (%2).</translation>
    </message>
    <message>
        <source>The area %1 lies across the 180th meridian, where the map of %2 ends: ask for its halves one by one.</source>
        <translation>Das Gebiet %1 liegt über dem 180. Meridian, wo die Karte von %2 endet: Seine Hälften einzeln anfragen.</translation>
    </message>
    <message>
        <source>%1 and %2 do not overlap.</source>
        <translation>%1 und %2 überlappen sich nicht.</translation>
    </message>
    <message>
        <source>%1 lacks bands in one of the scenes: %2</source>
        <translation>Für %1 fehlen in einer der Szenen Bänder: %2</translation>
    </message>
    <message>
        <source>A pixel that has data is shown by %1 of the %2 scenes on average.</source>
        <translation>Ein Pixel, das Daten hat, zeigen im Mittel %1 der %2 Szenen.</translation>
    </message>
    <message>
        <source>The scene (%1) lies where the coordinate system %2 gives no coordinates: choose one of that region, such as the scene&apos;s own (%3).</source>
        <translation>Die Szene (%1) liegt dort, wo das Koordinatensystem %2 keine Koordinaten gibt: Wählen Sie eines dieser Gegend, etwa das eigene der Szene (%3).</translation>
    </message>
    <message>
        <source>What is compared in place of a value has to be two different bands.</source>
        <translation>Was statt eines Werts verglichen wird, müssen zwei verschiedene Bänder sein.</translation>
    </message>
    <message>
        <source>A composite is of bands, or of an index or formula in their place: not of both.</source>
        <translation>Ein Komposit besteht aus Bändern oder, an deren Stelle, aus einem Index oder einer Formel: nicht aus beidem.</translation>
    </message>
    <message>
        <source>A time series is taken at points or in areas: name points, or areas, and not both.</source>
        <translation>Eine Zeitreihe gilt für Punkte oder für Flächen: Geben Sie das eine oder das andere an, nicht beides.</translation>
    </message>
</context>
<context>
    <name>astra::providers</name>
    <message>
        <source>%1: an entry is left out: %2</source>
        <translation>%1: Ein Eintrag wird ausgelassen: %2</translation>
    </message>
    <message>
        <source>%1: “%2” is left out: %3</source>
        <translation>%1: „%2“ wird ausgelassen: %3</translation>
    </message>
    <message>
        <source>one of its “assets” has no “match” or an unknown “access”.</source>
        <translation>Einem der „assets“ fehlt „match“, oder „access“ ist unbekannt.</translation>
    </message>
    <message>
        <source>needs a key</source>
        <translation>braucht einen Schlüssel</translation>
    </message>
    <message>
        <source>open, signed for free</source>
        <translation>offen, kostenlos signiert</translation>
    </message>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>open; some need a login</source>
        <translation>offen; manche brauchen eine Anmeldung</translation>
    </message>
    <message>
        <source>pixels need a login</source>
        <translation>Pixel brauchen eine Anmeldung</translation>
    </message>
    <message>
        <source>%1 does not hold this product.</source>
        <translation>%1 führt dieses Produkt nicht.</translation>
    </message>
    <message numerus="yes">
        <source>%n entries could not be read and are left out.</source>
        <translation>
            <numerusform>%n Eintrag ließ sich nicht lesen und wird ausgelassen.</numerusform>
            <numerusform>%n Einträge ließen sich nicht lesen und werden ausgelassen.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>not available</source>
        <translation>nicht verfügbar</translation>
    </message>
    <message>
        <source>it is not an object.</source>
        <translation>Er ist kein Objekt.</translation>
    </message>
    <message>
        <source>its “id” must be lower-case letters, digits, dots and dashes.</source>
        <translation>„id“ darf nur aus Kleinbuchstaben, Ziffern, Punkten und Strichen bestehen.</translation>
    </message>
    <message>
        <source>its “%1” has the wrong type.</source>
        <translation>„%1“ hat den falschen Typ.</translation>
    </message>
    <message>
        <source>its “url” is not a web address.</source>
        <translation>„url“ ist keine Webadresse.</translation>
    </message>
    <message>
        <source>The program&apos;s own catalogues</source>
        <translation>Die mitgelieferten Kataloge</translation>
    </message>
    <message>
        <source>%1 names no catalogue.</source>
        <translation>%1 nennt keinen Katalog.</translation>
    </message>
    <message>
        <source>%1 has no list “providers” and is not used.</source>
        <translation>%1 hat keine Liste „providers“ und wird nicht verwendet.</translation>
    </message>
    <message>
        <source>%1: “%2” is left out: its protocol “%3” is not known here.</source>
        <translation>%1: „%2“ wird ausgelassen: Das Protokoll „%3“ ist hier nicht bekannt.</translation>
    </message>
    <message numerus="yes">
        <source>%n answers did not match the search and are left out.</source>
        <translation>
            <numerusform>%n Antwort passte nicht zur Suche und wird ausgelassen.</numerusform>
            <numerusform>%n Antworten passten nicht zur Suche und werden ausgelassen.</numerusform>
        </translation>
    </message>
    <message>
        <source>item metadata</source>
        <translation>Metadaten des Items</translation>
    </message>
    <message>
        <source>The link to the next page leads from a secure address to an insecure one and is not followed.</source>
        <translation>Der Verweis zur nächsten Seite führt von einer sicheren zu einer unsicheren Adresse; ihm wird nicht gefolgt.</translation>
    </message>
    <message>
        <source>The link to the next page leads to another server (%1) and is not followed.</source>
        <translation>Der Verweis zur nächsten Seite führt zu einem anderen Server (%1); ihm wird nicht gefolgt.</translation>
    </message>
    <message>
        <source>The answer is full and names no next page: there may be more.</source>
        <translation>Die Antwort ist voll und nennt keine nächste Seite: Es gibt vielleicht mehr.</translation>
    </message>
    <message>
        <source>The link to the next page leads in a circle and is not followed.</source>
        <translation>Der Verweis zur nächsten Seite führt im Kreis; ihm wird nicht gefolgt.</translation>
    </message>
    <message>
        <source>An entry is not a STAC Item.</source>
        <translation>Ein Eintrag ist kein STAC-Item.</translation>
    </message>
    <message>
        <source>An Item without a usable id cannot be shown.</source>
        <translation>Ein Item ohne brauchbare Kennung lässt sich nicht zeigen.</translation>
    </message>
    <message>
        <source>The answer is no list of scenes.</source>
        <translation>Die Antwort ist keine Liste von Szenen.</translation>
    </message>
    <message>
        <source>The answer is no list of scenes: %1</source>
        <translation>Die Antwort ist keine Liste von Szenen: %1</translation>
    </message>
    <message>
        <source>%1 has no scene “%2”.</source>
        <translation>%1 hat keine Szene „%2“.</translation>
    </message>
    <message>
        <source>%1 answered with another scene than “%2”.</source>
        <translation>%1 hat mit einer anderen Szene als „%2“ geantwortet.</translation>
    </message>
    <message>
        <source>No source behind %1 answered: %2</source>
        <translation>Keine Quelle hinter %1 hat geantwortet: %2</translation>
    </message>
    <message>
        <source>%1 sends at most %2 scenes at once, and there may be more that it cannot be asked for. A smaller area shows them.</source>
        <translation>%1 schickt höchstens %2 Szenen auf einmal; vielleicht gibt es mehr, nach denen sich nicht fragen lässt. Ein kleineres Gebiet zeigt sie.</translation>
    </message>
    <message>
        <source>one of its “collections” has an unknown “access”.</source>
        <translation>Bei einer der „collections“ ist „access“ unbekannt.</translation>
    </message>
    <message>
        <source>at least %1</source>
        <translation>mindestens %1</translation>
    </message>
    <message>
        <source>%1 answered with other products than asked for.</source>
        <translation>%1 hat mit anderen Produkten als den verlangten geantwortet.</translation>
    </message>
    <message>
        <source>%1 answered with scenes outside the area or the dates.</source>
        <translation>%1 hat mit Szenen außerhalb des Gebiets oder des Zeitraums geantwortet.</translation>
    </message>
    <message>
        <source>%1 answered with entries that are no scenes.</source>
        <translation>%1 hat mit Einträgen geantwortet, die keine Szenen sind.</translation>
    </message>
    <message>
        <source>%1 found nothing under these filters.</source>
        <translation>%1 hat mit diesen Filtern nichts gefunden.</translation>
    </message>
    <message>
        <source>Allow any cloud</source>
        <translation>Beliebig viele Wolken zulassen</translation>
    </message>
    <message>
        <source>Include scenes that do not state their cloud cover: %1 more</source>
        <translation>Szenen ohne Wolkenangabe einbeziehen: %1 mehr</translation>
    </message>
    <message>
        <source>Allow any cloud: %1 more</source>
        <translation>Beliebig viele Wolken zulassen: %1 mehr</translation>
    </message>
    <message>
        <source>Widen the dates by a month on both sides</source>
        <translation>Den Zeitraum auf beiden Seiten um einen Monat erweitern</translation>
    </message>
    <message>
        <source>Widen the dates by a month</source>
        <translation>Den Zeitraum um einen Monat erweitern</translation>
    </message>
    <message>
        <source>Allow any date: %1 more</source>
        <translation>Jedes Datum zulassen: %1 mehr</translation>
    </message>
    <message>
        <source>%1 answered in part: %2 behind it did not answer.</source>
        <translation>%1 hat teilweise geantwortet. Dahinter ohne Antwort: %2.</translation>
    </message>
    <message>
        <source>%1 holds no imagery of this area.</source>
        <translation>%1 führt keine Bilder dieses Gebiets.</translation>
    </message>
    <message>
        <source>%1 holds nothing of this product here.</source>
        <translation>%1 führt hier nichts von diesem Produkt.</translation>
    </message>
    <message>
        <source>Search all imagery</source>
        <translation>Alle Bilder durchsuchen</translation>
    </message>
    <message>
        <source>Ask the other sources</source>
        <translation>Die anderen Quellen fragen</translation>
    </message>
    <message>
        <source>Try again: %1 did not answer</source>
        <translation>Erneut versuchen: keine Antwort von %1</translation>
    </message>
    <message>
        <source>%1 answered: %2</source>
        <translation>%1 hat geantwortet: %2</translation>
    </message>
    <message>
        <source>Pixxel&apos;s archive</source>
        <translation>Archiv von Pixxel</translation>
    </message>
    <message>
        <source>Pixxel&apos;s search by satellite</source>
        <translation>Satellitensuche von Pixxel</translation>
    </message>
    <message>
        <source>The archive of %1 has no scene “%2”. Scenes that only its search by satellite knows can be opened from a search.</source>
        <translation>Das Archiv von %1 hat keine Szene „%2“. Szenen, die nur die Satellitensuche kennt, lassen sich aus einer Suche öffnen.</translation>
    </message>
    <message>
        <source>%1 does not count.</source>
        <translation>%1 nennt keine Anzahl.</translation>
    </message>
    <message>
        <source>The answer is no list of collections.</source>
        <translation>Die Antwort ist keine Liste von Sammlungen.</translation>
    </message>
    <message>
        <source>The answer is no list of collections: %1</source>
        <translation>Die Antwort ist keine Liste von Sammlungen: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n scenes have no footprint and are left out.</source>
        <translation>
            <numerusform>%n Szene hat keinen Umriss und wird ausgelassen.</numerusform>
            <numerusform>%n Szenen haben keinen Umriss und werden ausgelassen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scenes list no files.</source>
        <translation>
            <numerusform>%n Szene führt keine Dateien auf.</numerusform>
            <numerusform>%n Szenen führen keine Dateien auf.</numerusform>
        </translation>
    </message>
    <message>
        <source>The file is no STAC Catalog, Collection or Item.</source>
        <translation>Die Datei ist kein STAC-Katalog, keine STAC-Sammlung und kein STAC-Item.</translation>
    </message>
    <message>
        <source>%1 could not be read: %2</source>
        <translation>%1 ließ sich nicht lesen: %2</translation>
    </message>
    <message numerus="yes">
        <source>%n links lead where this catalogue may not send us and are not followed.</source>
        <translation>
            <numerusform>%n Verweis führt dorthin, wohin dieser Katalog nicht leiten darf; ihm wird nicht gefolgt.</numerusform>
            <numerusform>%n Verweise führen dorthin, wohin dieser Katalog nicht leiten darf; ihnen wird nicht gefolgt.</numerusform>
        </translation>
    </message>
    <message>
        <source>The catalogue is larger or deeper than is read of one: there may be more.</source>
        <translation>Der Katalog ist größer oder tiefer, als hier gelesen wird: Es gibt vielleicht mehr.</translation>
    </message>
    <message numerus="yes">
        <source>%n scene(s)</source>
        <translation>
            <numerusform>%n Szene</numerusform>
            <numerusform>%n Szenen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1: %2 with more cloud than asked for, and %3 without a stated cloud cover.</source>
        <translation>%1: %2 mit mehr Wolken als verlangt und %3 ohne Wolkenangabe.</translation>
    </message>
    <message>
        <source>%1: %2 in these dates, with more cloud than asked for.</source>
        <translation>%1: %2 in diesem Zeitraum, mit mehr Wolken als verlangt.</translation>
    </message>
    <message>
        <source>%1: %2 without a stated cloud cover; its filter leaves such scenes out.</source>
        <translation>%1: %2 ohne Wolkenangabe; der Filter der Quelle lässt solche Szenen aus.</translation>
    </message>
    <message>
        <source>%1 holds %2 in these dates, but its cloud filter returned nothing.</source>
        <translation>%1 führt %2 in diesem Zeitraum, aber der Wolkenfilter der Quelle hat nichts geliefert.</translation>
    </message>
    <message>
        <source>%1 holds %2 of this area, but nothing in these dates.</source>
        <translation>%1 führt %2 dieses Gebiets, aber nichts in diesem Zeitraum.</translation>
    </message>
    <message>
        <source>its “connection” names no service.</source>
        <translation>„connection“ nennt keinen Dienst.</translation>
    </message>
    <message>
        <source>%1 does not accept the key, or there is none: it may be wrong, expired, revoked or not for this project. If it is right, try its other form under Accounts (service account or personal access token).</source>
        <translation>%1 nimmt den Schlüssel nicht an, oder es gibt keinen: Vielleicht ist er falsch, abgelaufen, gesperrt oder nicht für dieses Projekt. Ist er richtig, dann unter Konten die andere Form versuchen (Dienstkonto oder persönliches Zugriffstoken).</translation>
    </message>
</context>
<context>
    <name>astra::providers::SearchSession</name>
    <message>
        <source>%1 did not answer within %2 s.</source>
        <translation>%1 hat nicht in %2 s geantwortet.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
</context>
<context>
    <name>astra::raster</name>
    <message>
        <source>The pixels for %1 have the wrong size.</source>
        <translation>Die Pixel für %1 haben die falsche Größe.</translation>
    </message>
    <message>
        <source>The area %1 does not touch the scene.</source>
        <translation>Das Gebiet %1 berührt die Szene nicht.</translation>
    </message>
    <message>
        <source>The area %1 cannot be drawn on the map.</source>
        <translation>Das Gebiet %1 lässt sich nicht auf der Karte zeichnen.</translation>
    </message>
    <message>
        <source>The coordinate system %1 is not known.</source>
        <translation>Das Koordinatensystem %1 ist nicht bekannt.</translation>
    </message>
    <message>
        <source>The file&apos;s tags could not be made: %1</source>
        <translation>Die Tags der Datei ließen sich nicht erzeugen: %1</translation>
    </message>
    <message>
        <source>There is no picture to write.</source>
        <translation>Es gibt kein Bild zu schreiben.</translation>
    </message>
    <message>
        <source>This GDAL cannot write PNG.</source>
        <translation>Dieses GDAL kann kein PNG schreiben.</translation>
    </message>
    <message>
        <source>The picture could not be made: %1</source>
        <translation>Das Bild ließ sich nicht erzeugen: %1</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>%1 ließ sich nicht schreiben: %2</translation>
    </message>
    <message>
        <source>Fewer bytes came than were asked for.</source>
        <translation>Es kamen weniger Bytes als verlangt.</translation>
    </message>
    <message>
        <source>There are no pixels to write.</source>
        <translation>Es gibt keine Pixel zu schreiben.</translation>
    </message>
    <message>
        <source>%1 is placed by ground control points only; it has to be rectified first.</source>
        <translation>%1 ist nur durch Passpunkte verortet und muss erst entzerrt werden.</translation>
    </message>
    <message>
        <source>%1 has no coordinate system, so its place is not known.</source>
        <translation>%1 hat kein Koordinatensystem, darum ist die Lage nicht bekannt.</translation>
    </message>
    <message>
        <source>%1 does not say where it lies.</source>
        <translation>%1 sagt nicht, wo es liegt.</translation>
    </message>
    <message>
        <source>%1 is rotated or mirrored; it has to be rectified north-up first.</source>
        <translation>%1 ist gedreht oder gespiegelt und muss erst nach Norden entzerrt werden.</translation>
    </message>
    <message>
        <source>%1 could not be read: %2</source>
        <translation>%1 ließ sich nicht lesen: %2</translation>
    </message>
    <message>
        <source>There is no file %1.</source>
        <translation>Die Datei %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>%1 is not a file on this computer.</source>
        <translation>%1 ist keine Datei auf diesem Computer.</translation>
    </message>
    <message>
        <source>%1 is not a raster file that can be read here.</source>
        <translation>%1 ist keine Rasterdatei, die sich hier lesen lässt.</translation>
    </message>
    <message>
        <source>%1 holds no bands.</source>
        <translation>%1 enthält keine Bänder.</translation>
    </message>
    <message numerus="yes">
        <source>%1 has no band %2; it has %n bands.</source>
        <translation>
            <numerusform>%1 hat kein Band %2, sondern %n Band.</numerusform>
            <numerusform>%1 hat kein Band %2, sondern %n Bänder.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 has no such overview.</source>
        <translation>%1 hat keine solche Übersicht.</translation>
    </message>
    <message>
        <source>A window outside %1 was asked for.</source>
        <translation>Es wurde ein Fenster außerhalb von %1 verlangt.</translation>
    </message>
    <message>
        <source>There is no way from the coordinate system %1 to %2.</source>
        <translation>Vom Koordinatensystem %1 führt kein Weg zu %2.</translation>
    </message>
    <message>
        <source>The area cannot be shown in the coordinate system %1.</source>
        <translation>Das Gebiet lässt sich im Koordinatensystem %1 nicht darstellen.</translation>
    </message>
    <message>
        <source>item metadata</source>
        <translation>Metadaten des Items</translation>
    </message>
    <message>
        <source>item metadata; its offset is for reflectance only</source>
        <translation>Metadaten des Items; der Versatz gilt nur für Reflektanz</translation>
    </message>
    <message>
        <source>item metadata; it says that the offset is removed from the pixels</source>
        <translation>Metadaten des Items; danach ist der Versatz aus den Pixeln entfernt</translation>
    </message>
    <message>
        <source>baseline %1</source>
        <translation>Baseline %1</translation>
    </message>
    <message>
        <source>classes, as they stand</source>
        <translation>Klassen, unverändert</translation>
    </message>
    <message>
        <source>display values, as they stand</source>
        <translation>Anzeigewerte, unverändert</translation>
    </message>
    <message>
        <source>the file&apos;s own tags</source>
        <translation>die Tags der Datei</translation>
    </message>
    <message>
        <source>raw values; no rule is known for them</source>
        <translation>Rohwerte; dafür ist keine Regel bekannt</translation>
    </message>
    <message>
        <source>%1 cannot be laid north-up: %2</source>
        <translation>%1 lässt sich nicht nach Norden ausrichten: %2</translation>
    </message>
    <message>
        <source>%1 holds complex numbers (radar before detection), of which no picture can be made.</source>
        <translation>%1 enthält komplexe Zahlen (Radar vor der Detektion), aus denen sich kein Bild machen lässt.</translation>
    </message>
    <message>
        <source>%1: no offset</source>
        <translation>%1: kein Versatz</translation>
    </message>
    <message>
        <source>pixel evidence: %1 % of %2 would be below zero with an offset</source>
        <translation>nach den Pixeln: %1 % von %2 lägen mit einem Versatz unter null</translation>
    </message>
    <message>
        <source>pixel evidence: the darkest of %1 lie where the offset puts them</source>
        <translation>nach den Pixeln: die dunkelsten von %1 liegen dort, wohin der Versatz sie rückt</translation>
    </message>
    <message>
        <source>%1; no baseline is stated, so no offset is applied</source>
        <translation>%1; keine Baseline angegeben, darum kein Versatz</translation>
    </message>
    <message>
        <source>overridden by you: the offset is applied</source>
        <translation>von Hand gewählt: der Versatz wird angewandt</translation>
    </message>
    <message>
        <source>overridden by you: the offset is left off</source>
        <translation>von Hand gewählt: der Versatz wird weggelassen</translation>
    </message>
    <message>
        <source>product table of %1</source>
        <translation>Produkttabelle von %1</translation>
    </message>
    <message>
        <source>%1 % of the pixels of %2 become negative by the rule of %3: the file may hold other numbers.</source>
        <translation>%1 % der Pixel von %2 werden nach der Regel von %3 negativ: Die Datei enthält vielleicht andere Zahlen.</translation>
    </message>
    <message>
        <source>The item</source>
        <translation>Das Item</translation>
    </message>
    <message>
        <source>Baseline %1</source>
        <translation>Baseline %1</translation>
    </message>
    <message>
        <source>%1 says that the pixels carry the offset, but %2 % of %3 become negative once it is taken off: it seems to be removed already, and NDVI would be too high. You can override it.</source>
        <translation>%1 besagt, dass die Pixel den Versatz enthalten, aber %2 % von %3 werden negativ, sobald er abgezogen ist: Er scheint schon entfernt zu sein, und NDVI wäre zu hoch. Das lässt sich von Hand ändern.</translation>
    </message>
    <message>
        <source>%1 says that the offset is removed from the pixels, but hardly any of %2 (%3 %) is as dark as that would make it: it seems to be still there, and NDVI would be too low. You can override it.</source>
        <translation>%1 besagt, dass der Versatz aus den Pixeln entfernt ist, aber kaum etwas von %2 (%3 %) ist so dunkel, wie es dann wäre: Er scheint noch da zu sein, und NDVI wäre zu niedrig. Das lässt sich von Hand ändern.</translation>
    </message>
    <message>
        <source>The numbers cannot hold %1 as nodata.</source>
        <translation>Der Zahlentyp kann %1 nicht als nodata aufnehmen.</translation>
    </message>
    <message>
        <source>Only one band of 8 bits can have a table of colours.</source>
        <translation>Nur ein einzelnes Band mit 8 Bit kann eine Farbtabelle haben.</translation>
    </message>
    <message>
        <source>%1 cannot be read as it stands.</source>
        <translation>%1 lässt sich so nicht lesen.</translation>
    </message>
    <message>
        <source>%1 is damaged: a part of it cannot be unpacked.</source>
        <translation>%1 ist beschädigt: Ein Teil lässt sich nicht entpacken.</translation>
    </message>
    <message>
        <source>A picture is made of one band or of three; here are %1, and %2 are asked for.</source>
        <translation>Ein Bild entsteht aus einem Band oder aus dreien; hier sind es %1, und verlangt sind %2.</translation>
    </message>
    <message>
        <source>This GDAL cannot write %1.</source>
        <translation>Dieses GDAL kann %1 nicht schreiben.</translation>
    </message>
    <message>
        <source>A picture of this format may have %1 pixels a side; this one has %2 × %3.</source>
        <translation>Ein Bild in diesem Format darf höchstens %1 Pixel je Seite haben; dieses hat %2 × %3.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>%1 lässt sich nicht lesen: %2</translation>
    </message>
    <message>
        <source>A tile that was kept on the disk cannot be read back.</source>
        <translation>Eine auf der Platte abgelegte Kachel lässt sich nicht wieder lesen.</translation>
    </message>
    <message>
        <source>A tile that was not kept was asked for.</source>
        <translation>Es wurde eine Kachel verlangt, die nicht abgelegt ist.</translation>
    </message>
    <message>
        <source>A tile that was kept on the disk has changed there.</source>
        <translation>Eine auf der Platte abgelegte Kachel hat sich dort geändert.</translation>
    </message>
    <message>
        <source>%1 is being written by another process (%2).</source>
        <translation>%1 wird gerade von einem anderen Prozess geschrieben (%2).</translation>
    </message>
    <message>
        <source>%1 is there already and holds something else.</source>
        <translation>%1 gibt es schon, mit anderem Inhalt.</translation>
    </message>
    <message>
        <source>The areas are too intricate for this grid: their edges cross its rows too often.</source>
        <translation>Die Flächen sind für dieses Raster zu verwickelt: Ihre Kanten kreuzen seine Zeilen zu oft.</translation>
    </message>
    <message>
        <source>A tile of the wrong size was made.</source>
        <translation>Es entstand eine Kachel falscher Größe.</translation>
    </message>
    <message>
        <source>There is not enough memory to compress a tile.</source>
        <translation>Der Speicher reicht nicht, um eine Kachel zu komprimieren.</translation>
    </message>
    <message>
        <source>%1 is not whole: tiles are missing.</source>
        <translation>%1 ist nicht vollständig: Es fehlen Kacheln.</translation>
    </message>
    <message>
        <source>%1 ends early: it has %2 bytes, and what is to be read would follow behind them. Copy or download the file again.</source>
        <translation>%1 endet zu früh: Die Datei hat %2 Bytes, und was zu lesen ist, läge dahinter. Kopieren oder laden Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>%1 cannot be read at column %2, row %3: it is damaged there.</source>
        <translation>%1 lässt sich bei Spalte %2, Zeile %3 nicht lesen: Die Datei ist dort beschädigt.</translation>
    </message>
    <message>
        <source>Copy or download the file again.</source>
        <translation>Kopieren oder laden Sie sie noch einmal.</translation>
    </message>
</context>
<context>
    <name>astra::sandbox</name>
    <message>
        <source>The list of the invented world&apos;s files is damaged.</source>
        <translation>Die Dateiliste der Spielwelt (erfundene Daten) ist beschädigt.</translation>
    </message>
    <message>
        <source>Could not create the folder %1.</source>
        <translation>Der Ordner %1 ließ sich nicht anlegen.</translation>
    </message>
    <message>
        <source>Could not write %1: %2</source>
        <translation>%1 ließ sich nicht schreiben: %2</translation>
    </message>
    <message>
        <source>Invented data of the Astra sandbox</source>
        <translation>Erfundene Daten der Astra-Sandbox</translation>
    </message>
    <message>
        <source>Coast catalogue</source>
        <translation>Küstenkatalog</translation>
    </message>
    <message>
        <source>Signed catalogue</source>
        <translation>Katalog mit Signatur</translation>
    </message>
    <message>
        <source>Slow archive</source>
        <translation>Langsames Archiv</translation>
    </message>
    <message>
        <source>Only members of this invented archive can read these.</source>
        <translation>Nur Mitglieder dieses erfundenen Archivs können dies lesen.</translation>
    </message>
    <message>
        <source>ASTRA service</source>
        <translation>ASTRA-Dienst</translation>
    </message>
    <message>
        <source>Invented world</source>
        <translation>Spielwelt (erfundene Daten)</translation>
    </message>
    <message>
        <source>This scene has no band “%1”.</source>
        <translation>Diese Szene hat kein Band „%1“.</translation>
    </message>
    <message>
        <source>The sandbox has done all the jobs that it keeps; start it again.</source>
        <translation>Die Sandbox hat so viele Aufträge erledigt, wie sie behält; sie muss neu gestartet werden.</translation>
    </message>
    <message>
        <source>A file of the invented world is damaged: %1</source>
        <translation>Eine Datei der Spielwelt (erfundene Daten) ist beschädigt: %1</translation>
    </message>
    <message>
        <source>A file of the invented world is damaged.</source>
        <translation>Eine Datei der Spielwelt (erfundene Daten) ist beschädigt.</translation>
    </message>
    <message>
        <source>The invented world cannot be %1 pixels wide.</source>
        <translation>Die Spielwelt (erfundene Daten) kann nicht %1 Pixel breit sein.</translation>
    </message>
    <message>
        <source>Members&apos; space</source>
        <translation>Mitgliederbereich</translation>
    </message>
    <message>
        <source>Nobody can be a member of an invented service.</source>
        <translation>Bei einem erfundenen Dienst kann niemand Mitglied sein.</translation>
    </message>
    <message>
        <source>Land survey</source>
        <translation>Landesvermessung</translation>
    </message>
    <message>
        <source>Invented images, signed for free whenever they are read.</source>
        <translation>Erfundene Bilder, beim Lesen kostenlos signiert.</translation>
    </message>
    <message>
        <source>An invented service on this computer, with a key of its own.</source>
        <translation>Ein erfundener Dienst auf diesem Computer, mit eigenem Schlüssel.</translation>
    </message>
</context>
<context>
    <name>astra::scene</name>
    <message>
        <source>Taken</source>
        <translation>Aufgenommen</translation>
    </message>
    <message>
        <source>d MMM yyyy, HH:mm &apos;UTC&apos;</source>
        <translation>d. MMM yyyy, HH:mm &apos;UTC&apos;</translation>
    </message>
    <message>
        <source>Satellite</source>
        <translation>Satellit</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Collection</source>
        <translation>Sammlung</translation>
    </message>
    <message>
        <source>Cloud, whole scene</source>
        <translation>Wolken, ganze Szene</translation>
    </message>
    <message>
        <source>%1 %</source>
        <translation>%1 %</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>nicht angegeben</translation>
    </message>
    <message>
        <source>Pixel size</source>
        <translation>Pixelgröße</translation>
    </message>
    <message>
        <source>%1 m</source>
        <translation>%1 m</translation>
    </message>
    <message>
        <source>Processing baseline</source>
        <translation>Verarbeitungs-Baseline</translation>
    </message>
    <message>
        <source>Coordinate system</source>
        <translation>Koordinatensystem</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Identifier</source>
        <translation>Kennung</translation>
    </message>
    <message>
        <source>baseline %1</source>
        <translation>Baseline %1</translation>
    </message>
    <message>
        <source>made %1</source>
        <translation>erzeugt am %1</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>d. MMM yyyy</translation>
    </message>
    <message>
        <source>Whoever reads the pixels of this scene at %1 pays for it. They are not shown here.</source>
        <translation>Wer die Pixel dieser Szene bei %1 liest, zahlt dafür. Hier werden sie nicht gezeigt.</translation>
    </message>
    <message>
        <source>The pixels of this scene need a login at %1. They cannot be shown here yet.</source>
        <translation>Die Pixel dieser Szene brauchen eine Anmeldung bei %1. Sie lassen sich hier noch nicht zeigen.</translation>
    </message>
    <message>
        <source>The pixels of this scene need an account or a key at %1.</source>
        <translation>Die Pixel dieser Szene brauchen ein Konto oder einen Schlüssel bei %1.</translation>
    </message>
    <message>
        <source>invented data</source>
        <translation>erfundene Daten</translation>
    </message>
</context>
<context>
    <name>astra::scene::AssetListModel</name>
    <message>
        <source>web page</source>
        <translation>Webseite</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>%1 m</source>
        <translation>%1 m</translation>
    </message>
</context>
<context>
    <name>astra::scene::LookListModel</name>
    <message>
        <source>Yours</source>
        <translation>Eigene</translation>
    </message>
    <message>
        <source>Composites</source>
        <translation>Bandkombinationen</translation>
    </message>
    <message>
        <source>Vegetation</source>
        <translation>Vegetation</translation>
    </message>
    <message>
        <source>Water</source>
        <translation>Wasser</translation>
    </message>
    <message>
        <source>Snow and ice</source>
        <translation>Schnee und Eis</translation>
    </message>
    <message>
        <source>Burnt areas</source>
        <translation>Brandflächen</translation>
    </message>
    <message>
        <source>Built-up land</source>
        <translation>Bebaute Flächen</translation>
    </message>
    <message>
        <source>Soil</source>
        <translation>Boden</translation>
    </message>
    <message>
        <source>Clouds</source>
        <translation>Wolken</translation>
    </message>
    <message>
        <source>Radar</source>
        <translation>Radar</translation>
    </message>
    <message>
        <source>Kernels</source>
        <translation>Kernel</translation>
    </message>
    <message>
        <source>True colour</source>
        <translation>Echtfarben</translation>
    </message>
    <message>
        <source>Infrared</source>
        <translation>Infrarot</translation>
    </message>
    <message>
        <source>Nothing of that name.</source>
        <translation>Nichts mit diesem Namen.</translation>
    </message>
    <message>
        <source>%1 of %2 can be drawn from this scene</source>
        <translation>%1 von %2 lassen sich aus dieser Szene zeigen</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>Andere</translation>
    </message>
</context>
<context>
    <name>astra::scene::MetadataModel</name>
    <message numerus="yes">
        <source>%n value(s)</source>
        <translation>
            <numerusform>%n Wert</numerusform>
            <numerusform>%n Werte</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n value(s)</source>
        <translation>
            <numerusform>%1 von %n Wert</numerusform>
            <numerusform>%1 von %n Werten</numerusform>
        </translation>
    </message>
    <message>
        <source>%1; the rest of it is left out</source>
        <translation>%1; der Rest ist ausgelassen</translation>
    </message>
</context>
<context>
    <name>astra::scene::SceneViewer</name>
    <message>
        <source>%1° %2 %3° %4</source>
        <translation>%1° %2 %3° %4</translation>
    </message>
    <message>
        <source>S</source>
        <translation>S</translation>
    </message>
    <message>
        <source>N</source>
        <translation>N</translation>
    </message>
    <message>
        <source>W</source>
        <translation>W</translation>
    </message>
    <message>
        <source>E</source>
        <translation>O</translation>
    </message>
    <message>
        <source>Reading the pixel…</source>
        <translation>Pixel wird gelesen …</translation>
    </message>
    <message>
        <source>no data</source>
        <translation>keine Daten</translation>
    </message>
    <message>
        <source>this computer</source>
        <translation>dieser Computer</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>Unverändert</translation>
    </message>
    <message>
        <source>Reading overviews: %1 of %2 tiles, %3</source>
        <translation>Übersichten werden gelesen: %1 von %2 Kacheln, %3</translation>
    </message>
    <message>
        <source>clouds and shadows left out</source>
        <translation>Wolken und Schatten ausgelassen</translation>
    </message>
    <message>
        <source>clouds not left out</source>
        <translation>Wolken nicht ausgelassen</translation>
    </message>
    <message>
        <source>as computed</source>
        <translation>wie berechnet</translation>
    </message>
    <message>
        <source>File %1</source>
        <translation>Datei %1</translation>
    </message>
    <message>
        <source>Whoever reads the pixels of this scene at %1 pays for it: your account there is charged for what is read.</source>
        <translation>Wer die Pixel dieser Szene bei %1 liest, zahlt dafür: Das Gelesene wird dem eigenen Konto dort berechnet.</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>Formel</translation>
    </message>
    <message>
        <source>No data</source>
        <translation>Keine Daten</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1: numbers and colours as the file has them.</source>
        <translation>%1: Zahlen und Farben, wie die Datei sie hat.</translation>
    </message>
    <message>
        <source>as the file says</source>
        <translation>wie die Datei es sagt</translation>
    </message>
    <message>
        <source>%1 as it was computed; the file says how.</source>
        <translation>%1, wie es berechnet wurde; die Datei sagt, wie.</translation>
    </message>
    <message>
        <source>Nothing to see here</source>
        <translation>Hier ist nichts zu sehen</translation>
    </message>
</context>
<context>
    <name>astra::search</name>
    <message>
        <source>at least %1</source>
        <translation>mindestens %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1, more there</source>
        <translation>%1, dort gibt es mehr</translation>
    </message>
    <message numerus="yes">
        <source>%n scene(s)</source>
        <translation>
            <numerusform>%n Szene</numerusform>
            <numerusform>%n Szenen</numerusform>
        </translation>
    </message>
    <message>
        <source>Partly answered: %1 did not answer.</source>
        <translation>Teilweise beantwortet: keine Antwort von %1.</translation>
    </message>
    <message>
        <source>May be cut short: there may be scenes that no page has brought.</source>
        <translation>Vielleicht unvollständig: Es kann Szenen geben, die keine Seite gebracht hat.</translation>
    </message>
    <message>
        <source>again in %1 s</source>
        <translation>erneut in %1 s</translation>
    </message>
    <message>
        <source>It asked for a pause and is asked again in %1 s.</source>
        <translation>Die Quelle hat um eine Pause gebeten und wird in %1 s erneut gefragt.</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>%1, loading</source>
        <translation>%1, lädt</translation>
    </message>
    <message>
        <source>loading</source>
        <translation>lädt</translation>
    </message>
    <message>
        <source>%1, slow</source>
        <translation>%1, langsam</translation>
    </message>
    <message>
        <source>slow, still waiting</source>
        <translation>langsam, wartet noch</translation>
    </message>
    <message>
        <source>needs a key</source>
        <translation>braucht einen Schlüssel</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>It did not answer.</source>
        <translation>Die Quelle hat nicht geantwortet.</translation>
    </message>
    <message>
        <source>%1, partly</source>
        <translation>%1, teilweise</translation>
    </message>
    <message>
        <source>not counted</source>
        <translation>nicht gezählt</translation>
    </message>
    <message>
        <source>In the area, at any time</source>
        <translation>Im Gebiet, zu jeder Zeit</translation>
    </message>
    <message>
        <source>In the dates</source>
        <translation>Im Zeitraum</translation>
    </message>
    <message>
        <source>Under %1 % cloud</source>
        <translation>Unter %1 % Wolken</translation>
    </message>
    <message>
        <source>In the list</source>
        <translation>In der Liste</translation>
    </message>
    <message>
        <source>%1 with more cloud</source>
        <translation>%1 mit mehr Wolken</translation>
    </message>
    <message>
        <source>%1 that state no cloud</source>
        <translation>%1 ohne Wolkenangabe</translation>
    </message>
    <message>
        <source>%1 sent twice</source>
        <translation>%1 doppelt geschickt</translation>
    </message>
    <message>
        <source>%1 of another product or level</source>
        <translation>%1 von anderem Produkt oder anderer Stufe</translation>
    </message>
    <message>
        <source>%1 outside the area or the dates</source>
        <translation>%1 außerhalb des Gebiets oder des Zeitraums</translation>
    </message>
    <message>
        <source>%1 that could not be read</source>
        <translation>%1 nicht lesbar</translation>
    </message>
    <message>
        <source>Set aside: %1.</source>
        <translation>Beiseitegelegt: %1.</translation>
    </message>
    <message numerus="yes">
        <source>%n acquisition(s)</source>
        <translation>
            <numerusform>%n Aufnahme</numerusform>
            <numerusform>%n Aufnahmen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 · loaded %2 of %3</source>
        <translation>%1 · %2 von %3 geladen</translation>
    </message>
    <message>
        <source>%1 · loaded %2</source>
        <translation>%1 · %2 geladen</translation>
    </message>
    <message>
        <source>No source answered, so nothing can be said about this area. See above why, and search again.</source>
        <translation>Keine Quelle hat geantwortet, darum lässt sich über dieses Gebiet nichts sagen. Warum, steht oben; dann erneut suchen.</translation>
    </message>
    <message>
        <source>No scene matches. The numbers of each source, above, say where they went.</source>
        <translation>Keine Szene passt. Wo sie geblieben sind, sagen oben die Zahlen jeder Quelle.</translation>
    </message>
    <message>
        <source>Nothing came from the sources that answered.</source>
        <translation>Von den Quellen, die geantwortet haben, kam nichts.</translation>
    </message>
    <message>
        <source>%1 could not be searched: there may be scenes that are not known here.</source>
        <translation>Nicht durchsucht: %1. Dort gibt es vielleicht Szenen, die hier nicht bekannt sind.</translation>
    </message>
    <message>
        <source>%1 answered in part.</source>
        <translation>Teilweise Antwort von %1.</translation>
    </message>
    <message>
        <source>The list may be cut short: %1 may hold scenes that no page has brought.</source>
        <translation>Die Liste ist vielleicht unvollständig: Bei %1 kann es Szenen geben, die keine Seite gebracht hat.</translation>
    </message>
    <message>
        <source>date not stated</source>
        <translation>Datum nicht angegeben</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>d. MMM yyyy</translation>
    </message>
    <message>
        <source>%1 UTC</source>
        <translation>%1 UTC</translation>
    </message>
    <message>
        <source>%1 % cloud</source>
        <translation>%1 % Wolken</translation>
    </message>
    <message>
        <source>cloud not stated</source>
        <translation>Wolken nicht angegeben</translation>
    </message>
    <message numerus="yes">
        <source>%n copies, %1 versions</source>
        <translation>
            <numerusform>%n Kopie, %1 Fassungen</numerusform>
            <numerusform>%n Kopien, %1 Fassungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n copies</source>
        <translation>
            <numerusform>%n Kopie</numerusform>
            <numerusform>%n Kopien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n copies: %1</source>
        <translation>
            <numerusform>%n Kopie: %1</numerusform>
            <numerusform>%n Kopien: %1</numerusform>
        </translation>
    </message>
    <message>
        <source>clear sky needs a login</source>
        <translation>klarer Himmel braucht eine Anmeldung</translation>
    </message>
    <message>
        <source>clear sky not known: no cloud mask</source>
        <translation>klarer Himmel unbekannt: keine Wolkenmaske</translation>
    </message>
    <message>
        <source>clear sky could not be read</source>
        <translation>klarer Himmel ließ sich nicht lesen</translation>
    </message>
    <message>
        <source>%1 % of my area clear, %2 % imaged</source>
        <translation>mein Gebiet: %1 % klar, %2 % erfasst</translation>
    </message>
</context>
<context>
    <name>astra::search::SceneListModel</name>
    <message>
        <source>oldest first</source>
        <translation>älteste zuerst</translation>
    </message>
    <message>
        <source>newest first</source>
        <translation>neueste zuerst</translation>
    </message>
    <message>
        <source>A to Z</source>
        <translation>A bis Z</translation>
    </message>
    <message>
        <source>Z to A</source>
        <translation>Z bis A</translation>
    </message>
    <message>
        <source>Reading clear sky: %1 of %2 scenes</source>
        <translation>Klarer Himmel wird gelesen: %1 von %2 Szenen</translation>
    </message>
    <message>
        <source>Clear sky is read for %1 of %2 scenes: scroll to read more.</source>
        <translation>Klarer Himmel ist für %1 von %2 Szenen gelesen: Weiterblättern liest mehr.</translation>
    </message>
    <message>
        <source>reading clear sky…</source>
        <translation>klarer Himmel wird gelesen …</translation>
    </message>
    <message>
        <source>Told from %1</source>
        <translation>Bestimmt aus %1</translation>
    </message>
    <message>
        <source>lowest first</source>
        <translation>kleinste zuerst</translation>
    </message>
    <message>
        <source>highest first</source>
        <translation>größte zuerst</translation>
    </message>
</context>
<context>
    <name>astra::search::SearchForm</name>
    <message>
        <source>%1 km²</source>
        <translation>%1 km²</translation>
    </message>
    <message>
        <source>All imagery</source>
        <translation>Alle Bilder</translation>
    </message>
    <message>
        <source>Draw a rectangle on the map, or type its edges.</source>
        <translation>Auf der Karte ein Rechteck zeichnen oder seine Ränder eingeben.</translation>
    </message>
    <message>
        <source>Switch on at least one source.</source>
        <translation>Mindestens eine Quelle einschalten.</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>d. MMM yyyy</translation>
    </message>
    <message>
        <source>cloud under %1 %</source>
        <translation>Wolken unter %1 %</translation>
    </message>
    <message>
        <source>any cloud</source>
        <translation>beliebig viele Wolken</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>any time</source>
        <translation>beliebige Zeit</translation>
    </message>
    <message>
        <source>Landsat 4–9 Level 2</source>
        <translation>Landsat 4–9 Level 2</translation>
    </message>
    <message>
        <source>Landsat Level 1</source>
        <translation>Landsat Level 1</translation>
    </message>
    <message>
        <source>NAIP aerial</source>
        <translation>NAIP-Luftbilder</translation>
    </message>
</context>
<context>
    <name>astra::server</name>
    <message>
        <source>%1 is not an address to listen on. Give an IP address such as 127.0.0.1.</source>
        <translation>%1 ist keine Adresse zum Lauschen. Eine IP-Adresse wie 127.0.0.1 angeben.</translation>
    </message>
    <message>
        <source>Port %1 of %2 cannot be used (%3). Choose another port, or stop the program that holds it.</source>
        <translation>Port %1 von %2 lässt sich nicht verwenden (%3). Einen anderen Port wählen oder das Programm beenden, das ihn belegt.</translation>
    </message>
    <message>
        <source>Too many connections. Try again in a moment.</source>
        <translation>Zu viele Verbindungen. Gleich erneut versuchen.</translation>
    </message>
    <message>
        <source>The request&apos;s headers are too long.</source>
        <translation>Die Kopfzeilen der Anfrage sind zu lang.</translation>
    </message>
    <message>
        <source>The request&apos;s body is too large.</source>
        <translation>Der Inhalt der Anfrage ist zu groß.</translation>
    </message>
    <message>
        <source>The request is malformed.</source>
        <translation>Die Anfrage ist fehlerhaft.</translation>
    </message>
</context>
<context>
    <name>astra::settings</name>
    <message>
        <source>d MMM yyyy</source>
        <translation>d. MMM yyyy</translation>
    </message>
    <message>
        <source>%1 of %2 requests left</source>
        <translation>%1 von %2 Anfragen übrig</translation>
    </message>
    <message>
        <source>%1 requests left</source>
        <translation>%1 Anfragen übrig</translation>
    </message>
    <message>
        <source>%1 requests allowed</source>
        <translation>%1 Anfragen erlaubt</translation>
    </message>
    <message>
        <source>%1, full again %2</source>
        <translation>%1, %2 wieder voll</translation>
    </message>
    <message>
        <source>%1 credits left</source>
        <translation>noch %1 Guthaben</translation>
    </message>
    <message>
        <source>The keychain</source>
        <translation>Der Schlüsselbund</translation>
    </message>
    <message>
        <source>Keys are kept in the keychain of this computer.</source>
        <translation>Schlüssel liegen im Schlüsselbund dieses Computers.</translation>
    </message>
    <message>
        <source>Keys are kept in %1, the keychain of this computer.</source>
        <translation>Schlüssel liegen in %1, dem Schlüsselbund dieses Computers.</translation>
    </message>
    <message>
        <source>%1 is locked: the keys in it cannot be read. Unlock it, then check again. Until then a key entered here stays in memory and is gone when Astra ends.</source>
        <translation>%1 ist gesperrt: Die Schlüssel darin lassen sich nicht lesen. Entsperren und dann erneut prüfen. Bis dahin bleibt ein hier eingegebener Schlüssel im Arbeitsspeicher und ist weg, wenn Astra endet.</translation>
    </message>
    <message>
        <source>%1 has stopped answering. Keys that were read before still work; a key entered now stays in memory and is gone when Astra ends.</source>
        <translation>%1 antwortet nicht mehr. Schon gelesene Schlüssel gelten weiter; ein jetzt eingegebener bleibt im Arbeitsspeicher und ist weg, wenn Astra endet.</translation>
    </message>
    <message>
        <source>No keychain answers on this computer. A key entered here stays in memory and is gone when Astra ends. To keep keys, start a keychain (GNOME Keyring or KWallet), then check again.</source>
        <translation>Auf diesem Computer antwortet kein Schlüsselbund. Ein hier eingegebener Schlüssel bleibt im Arbeitsspeicher und ist weg, wenn Astra endet. Um Schlüssel zu behalten, einen Schlüsselbund starten (GNOME Keyring oder KWallet) und dann erneut prüfen.</translation>
    </message>
    <message>
        <source>%1 has no keyring to keep keys in. A key entered here stays in memory and is gone when Astra ends. To keep keys, make a keyring there, then check again.</source>
        <translation>%1 hat noch keinen Schlüsselbund angelegt. Ein hier eingegebener Schlüssel bleibt im Arbeitsspeicher und ist weg, wenn Astra endet. Um Schlüssel zu behalten, dort einen Schlüsselbund anlegen und dann erneut prüfen.</translation>
    </message>
    <message>
        <source>in the keychain</source>
        <translation>im Schlüsselbund</translation>
    </message>
    <message>
        <source>in %1</source>
        <translation>in %1</translation>
    </message>
    <message>
        <source>in memory until Astra ends</source>
        <translation>im Arbeitsspeicher, bis Astra endet</translation>
    </message>
    <message>
        <source>from the environment</source>
        <translation>in der Programmumgebung</translation>
    </message>
    <message>
        <source>nothing to enter</source>
        <translation>nichts einzugeben</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>nicht verbunden</translation>
    </message>
    <message>
        <source>refused by the service</source>
        <translation>vom Dienst abgelehnt</translation>
    </message>
    <message>
        <source>being rotated</source>
        <translation>wird gewechselt</translation>
    </message>
    <message>
        <source>not in use</source>
        <translation>nicht in Gebrauch</translation>
    </message>
    <message>
        <source>connected, in use</source>
        <translation>verbunden, in Gebrauch</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>in %1 min</source>
        <translation>in %1 min</translation>
    </message>
    <message>
        <source>in %1 h</source>
        <translation>in %1 h</translation>
    </message>
    <message>
        <source>on %1</source>
        <translation>am %1</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>gerade eben</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>vor %1 min</translation>
    </message>
    <message>
        <source>%1 h ago</source>
        <translation>vor %1 h</translation>
    </message>
    <message>
        <source>ends %1</source>
        <translation>läuft %1 ab</translation>
    </message>
    <message>
        <source>ended %1</source>
        <translation>%1 abgelaufen</translation>
    </message>
    <message>
        <source>not used yet</source>
        <translation>noch nicht benutzt</translation>
    </message>
    <message>
        <source>used %1</source>
        <translation>%1 benutzt</translation>
    </message>
    <message>
        <source>%1 · requests today: %2</source>
        <translation>%1 · Anfragen heute: %2</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>Liegt</translation>
    </message>
    <message>
        <source>Goes to</source>
        <translation>Geht an</translation>
    </message>
    <message>
        <source>%1 and nowhere else</source>
        <translation>%1 und sonst nirgendwohin</translation>
    </message>
    <message>
        <source>Good for</source>
        <translation>Gilt für</translation>
    </message>
    <message>
        <source>In Astra since</source>
        <translation>In Astra seit</translation>
    </message>
    <message>
        <source>Last used</source>
        <translation>Zuletzt benutzt</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>noch nicht</translation>
    </message>
    <message>
        <source>Requests today</source>
        <translation>Anfragen heute</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>Kontingent</translation>
    </message>
    <message>
        <source>Credits</source>
        <translation>Guthaben</translation>
    </message>
    <message>
        <source>Validity</source>
        <translation>Gültigkeit</translation>
    </message>
    <message>
        <source>Old key, still valid</source>
        <translation>Alter Schlüssel, gilt noch</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>Tarif</translation>
    </message>
    <message>
        <source>Credits left</source>
        <translation>Guthaben übrig</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>Requests this week</source>
        <translation>Anfragen diese Woche</translation>
    </message>
    <message>
        <source>Requests this month</source>
        <translation>Anfragen diesen Monat</translation>
    </message>
    <message>
        <source>Period ends</source>
        <translation>Zeitraum endet</translation>
    </message>
    <message>
        <source>renewed by Astra</source>
        <translation>von Astra erneuert</translation>
    </message>
    <message>
        <source>Kept until Astra ends.</source>
        <translation>Aufbewahrt, bis Astra endet.</translation>
    </message>
    <message>
        <source>Kept until Astra ends: %1 is locked. Once it is unlocked, this can be put into it.</source>
        <translation>Aufbewahrt, bis Astra endet: %1 ist gesperrt. Sobald er entsperrt ist, lässt es sich hineinlegen.</translation>
    </message>
    <message>
        <source>Kept until Astra ends: %1 has stopped answering. Once it answers, this can be put into it.</source>
        <translation>Aufbewahrt, bis Astra endet: %1 antwortet nicht mehr. Sobald er antwortet, lässt es sich hineinlegen.</translation>
    </message>
    <message>
        <source>Way to sign in</source>
        <translation>Art der Anmeldung</translation>
    </message>
    <message>
        <source>Belongs to</source>
        <translation>Gehört</translation>
    </message>
    <message>
        <source>Allowed per minute</source>
        <translation>Erlaubt je Minute</translation>
    </message>
</context>
<context>
    <name>astra::settings::AccountDetail</name>
    <message>
        <source>The service answered but gave no counts.</source>
        <translation>Der Dienst hat geantwortet, aber keine Zahlen genannt.</translation>
    </message>
</context>
<context>
    <name>astra::settings::Accounts</name>
    <message>
        <source>Accounts without imagery</source>
        <translation>Konten ohne Bilder</translation>
    </message>
    <message>
        <source>At an address that you give</source>
        <translation>An einer eigenen Adresse</translation>
    </message>
    <message>
        <source>More services</source>
        <translation>Weitere Dienste</translation>
    </message>
    <message>
        <source>Another account</source>
        <translation>Ein weiteres Konto</translation>
    </message>
</context>
<context>
    <name>astra::settings::AccountsModel</name>
    <message>
        <source>Asking %1…</source>
        <translation>%1 wird gefragt …</translation>
    </message>
    <message>
        <source>Imagery</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Processing</source>
        <translation>Verarbeitung</translation>
    </message>
    <message>
        <source>Other accounts</source>
        <translation>Andere Konten</translation>
    </message>
    <message>
        <source>Looking for the keychain…</source>
        <translation>Schlüsselbund wird gesucht …</translation>
    </message>
    <message>
        <source>%1 accepts it.</source>
        <translation>Von %1 angenommen.</translation>
    </message>
    <message>
        <source>Signing out…</source>
        <translation>Abmeldung läuft …</translation>
    </message>
    <message>
        <source>Signed out. The key is gone from this computer; at the service it stays valid until it is revoked there.</source>
        <translation>Abgemeldet. Der Schlüssel ist von diesem Computer verschwunden; beim Dienst gilt er weiter, bis er dort gesperrt wird.</translation>
    </message>
    <message>
        <source>Removing…</source>
        <translation>Wird entfernt …</translation>
    </message>
    <message>
        <source>Signed out.</source>
        <translation>Abgemeldet.</translation>
    </message>
    <message>
        <source>Its catalogue is searched from now on.</source>
        <translation>Sein Katalog wird ab jetzt durchsucht.</translation>
    </message>
    <message>
        <source>%1 accepts it in this form, which is used from now on.</source>
        <translation>%1 nimmt ihn in dieser Form an, die von jetzt an benutzt wird.</translation>
    </message>
    <message>
        <source>Putting it into the keychain…</source>
        <translation>Wird in den Schlüsselbund gelegt …</translation>
    </message>
    <message>
        <source>From now on it is kept %1.</source>
        <translation>Von jetzt an liegt er %1.</translation>
    </message>
    <message>
        <source>Requests use this account from now on.</source>
        <translation>Anfragen benutzen von jetzt an dieses Konto.</translation>
    </message>
    <message>
        <source>Copied, marked as a secret. The clipboard is cleared after a minute.</source>
        <translation>Kopiert und als Geheimnis gekennzeichnet. Die Zwischenablage wird nach einer Minute geleert.</translation>
    </message>
</context>
<context>
    <name>astra::settings::AuthoritiesModel</name>
    <message>
        <source>%1 and %2 more</source>
        <translation>%1 und %2 weitere</translation>
    </message>
    <message>
        <source>Trusted from now on: %1.</source>
        <translation>Von jetzt an wird vertraut: %1.</translation>
    </message>
    <message>
        <source>No longer trusted: %1.</source>
        <translation>Nicht mehr vertraut wird: %1.</translation>
    </message>
</context>
<context>
    <name>astra::settings::CollectionsModel</name>
    <message>
        <source>%1 km</source>
        <translation>%1 km</translation>
    </message>
    <message>
        <source>%1 m</source>
        <translation>%1 m</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>d. MMM yyyy</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>seit %1</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>bis %1</translation>
    </message>
    <message numerus="yes">
        <source>%n collection(s)</source>
        <translation>
            <numerusform>%n Sammlung</numerusform>
            <numerusform>%n Sammlungen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n collection(s) match</source>
        <translation>
            <numerusform>%1 von %n Sammlung passt</numerusform>
            <numerusform>%1 von %n Sammlungen passen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n source(s) still loading</source>
        <translation>
            <numerusform>%n Quelle lädt noch</numerusform>
            <numerusform>%n Quellen laden noch</numerusform>
        </translation>
    </message>
    <message>
        <source>asking for its collections…</source>
        <translation>Sammlungen werden geholt …</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n collection(s)</source>
        <translation>
            <numerusform>%1 von %n Sammlung</numerusform>
            <numerusform>%1 von %n Sammlungen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::settings::NoticeSwitches</name>
    <message>
        <source>The service refused it</source>
        <translation>Der Dienst hat ihn abgelehnt</translation>
    </message>
    <message>
        <source>It ends soon</source>
        <translation>Er läuft bald ab</translation>
    </message>
    <message>
        <source>The key is 90 days old</source>
        <translation>Er ist 90 Tage alt</translation>
    </message>
    <message>
        <source>Ten times the requests of its usual day</source>
        <translation>Zehnmal so viele Anfragen wie üblich am Tag</translation>
    </message>
    <message>
        <source>It has not been used for 90 days</source>
        <translation>Seit 90 Tagen nicht benutzt</translation>
    </message>
    <message>
        <source>from 100 requests on, once seven days are known</source>
        <translation>ab 100 Anfragen, sobald sieben Tage bekannt sind</translation>
    </message>
    <message>
        <source>More requests a day than</source>
        <translation>Mehr Anfragen am Tag als</translation>
    </message>
    <message>
        <source>More credits a day than</source>
        <translation>Mehr Guthaben am Tag als</translation>
    </message>
    <message>
        <source>where the service counts them</source>
        <translation>wo der Dienst es zählt</translation>
    </message>
</context>
<context>
    <name>astra::settings::ProviderKeysModel</name>
    <message>
        <source>The key for %1 is kept at the service, not here.</source>
        <translation>Der Schlüssel für %1 liegt beim Dienst, nicht hier.</translation>
    </message>
    <message>
        <source>The key for %1 is gone from the service.</source>
        <translation>Der Schlüssel für %1 ist vom Dienst verschwunden.</translation>
    </message>
    <message>
        <source>added %1</source>
        <translation>%1 hinzugefügt</translation>
    </message>
</context>
<context>
    <name>astra::settings::ServiceKeysModel</name>
    <message>
        <source>The key has a new secret, and Astra uses it from now on.</source>
        <translation>Der Schlüssel ist erneuert, und Astra benutzt ab jetzt den neuen.</translation>
    </message>
    <message>
        <source>made %1</source>
        <translation>%1 angelegt</translation>
    </message>
    <message>
        <source>used %1</source>
        <translation>%1 benutzt</translation>
    </message>
    <message>
        <source>revoked</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>%1 has a new secret. It is not kept here: copy it now.</source>
        <translation>%1 ist erneuert, wird hier aber nicht aufbewahrt: jetzt kopieren.</translation>
    </message>
    <message>
        <source>%1 has been made and is kept in the keychain as an account of its own.</source>
        <translation>%1 ist angelegt und liegt als eigenes Konto im Schlüsselbund.</translation>
    </message>
    <message>
        <source>%1 has been made and is kept in memory until Astra ends, as an account of its own.</source>
        <translation>%1 ist angelegt und liegt als eigenes Konto im Arbeitsspeicher, bis Astra endet.</translation>
    </message>
    <message>
        <source>%1 has been made but could not be kept here: copy it now.</source>
        <translation>%1 ist angelegt, ließ sich hier aber nicht aufbewahren: Bitte jetzt kopieren.</translation>
    </message>
    <message>
        <source>%1 has been made. It is not kept here: copy it now.</source>
        <translation>%1 ist angelegt. Er wird hier nicht aufbewahrt: Bitte jetzt kopieren.</translation>
    </message>
    <message>
        <source>%1 has been revoked.</source>
        <translation>%1 ist gesperrt.</translation>
    </message>
    <message>
        <source>Asking for its usage…</source>
        <translation>Die Nutzung wird erfragt …</translation>
    </message>
    <message>
        <source>The service answered but gave no counts for this key.</source>
        <translation>Der Dienst hat geantwortet, aber für diesen Schlüssel keine Zahlen genannt.</translation>
    </message>
    <message>
        <source>This account of Astra, and everything else that uses this key, stops working at once. This cannot be undone.</source>
        <translation>Dieses Konto in Astra und alles andere, was diesen Schlüssel benutzt, geht sofort nicht mehr. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Every program that uses this key stops working at once. This cannot be undone.</source>
        <translation>Jedes Programm, das diesen Schlüssel benutzt, geht sofort nicht mehr. Das lässt sich nicht rückgängig machen.</translation>
    </message>
</context>
<context>
    <name>astra::settings::SignInForm</name>
    <message>
        <source>%1 answers.</source>
        <translation>%1 antwortet.</translation>
    </message>
    <message>
        <source>%1 accepts it. It is kept %2.</source>
        <translation>Von %1 angenommen. Aufbewahrt: %2.</translation>
    </message>
    <message>
        <source>%1 min left</source>
        <translation>noch %1 min</translation>
    </message>
    <message>
        <source>%1 s left</source>
        <translation>noch %1 s</translation>
    </message>
    <message>
        <source>%1 is connected.</source>
        <translation>%1 ist verbunden.</translation>
    </message>
    <message>
        <source>It is kept %1; whether it is right shows when the first image is read.</source>
        <translation>Aufbewahrt: %1; ob alles stimmt, zeigt sich beim ersten gelesenen Bild.</translation>
    </message>
    <message>
        <source>%1 accepts it.</source>
        <translation>Von %1 angenommen.</translation>
    </message>
    <message>
        <source>Its catalogue is switched off.</source>
        <translation>Sein Katalog ist ausgeschaltet.</translation>
    </message>
</context>
<context>
    <name>astra::shell::Shell</name>
    <message>
        <source>Only files and folders of this computer can be opened here.</source>
        <translation>Hier lassen sich nur Dateien und Ordner dieses Computers öffnen.</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n scene(s)</source>
        <translation>
            <numerusform>%1 aus %n Szene</numerusform>
            <numerusform>%1 aus %n Szenen</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, by %2</source>
        <translation>%1, mit %2</translation>
    </message>
    <message numerus="yes">
        <source>A job takes %n scenes at most.</source>
        <translation>
            <numerusform>Ein Auftrag nimmt höchstens %n Szene.</numerusform>
            <numerusform>Ein Auftrag nimmt höchstens %n Szenen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>astra::types</name>
    <message>
        <source>needs a key</source>
        <translation>braucht einen Schlüssel</translation>
    </message>
    <message>
        <source>needs a free login</source>
        <translation>braucht eine kostenlose Anmeldung</translation>
    </message>
    <message>
        <source>the reader pays</source>
        <translation>wer liest, zahlt</translation>
    </message>
</context>
</TS>
