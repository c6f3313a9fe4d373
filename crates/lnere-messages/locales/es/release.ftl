L400-cannot-read = no se puede leer { $path }
L400-cannot-read-or-write = no se puede leer o escribir { $path }
L400-cannot-write-in = no se puede escribir en { $path }
L401-output-held = otra corrida usa { $path }: { $holder }; espere a que termine
L401-dashboard-held = otro `lnere tablero` está escribiendo { $path }; espere a que termine
L402-owned-by-root = { $path } pertenece a root, y { $user }, que corre este comando, no puede escribirlo: como root corra `chown -R { $owner_and_group } { $folder }`, y después corra otra vez este comando
L402-owned-by-other = { $path } pertenece a { $owner }, y { $user }, que corre este comando, no puede escribirlo: corra este comando como { $owner }, o como root corra `chown -R { $owner_and_group } { $folder }` y después corra otra vez este comando
L403-other-disk = no está en el disco de out/private
L404-latest-is-no-link = { $release } ya es visible, pero { $link } no es una liga y no lleva a esa publicación: { $reason }. Muévalo a otra parte y corra otra vez el comando
L405-latest-leads-elsewhere = { $release } ya es visible, pero { $link } todavía lleva a { $target }: { $reason }. La corrida siguiente lo intenta de nuevo
L405-latest-missing = { $release } ya es visible, pero falta la liga { $link } que lleva a esa publicación: { $reason }. La corrida siguiente lo intenta de nuevo
L405-latest-may-be-lost = { $release } ya es visible, pero la liga { $link } a esa publicación puede perderse con un corte de energía: { $reason }
L405-releases-unknown = no se movió { $link } a la publicación más reciente, porque no se pueden leer las publicaciones: { $reason }
L406-superseded-exists = { $path } ya existe
L410-no-dashboard = { $path } ya existe y no es solo un tablero de este programa ({ $problem }): se reemplazaría por completo. Indique una carpeta que todavía no exista o que esté vacía
L411-dashboard-in-current-folder = { $path } es la carpeta desde la que se corre este comando; indique otra carpeta con --output
L411-dashboard-in-release = { $path } es parte de una publicación, que no se debe cambiar; indique otra carpeta con --output
L411-dashboard-in-output = { $path } está en la carpeta de salida { $output }, cuyo tablero diario es { $dashboard }; indique otra carpeta con --output
L412-dashboard-of-other-process = { $path } tiene el tablero del proceso { $process }; indique otra carpeta con --output
L420-series-not-begun = la carpeta de salida no tiene ninguna publicación pública, y nadie ha dicho que la serie `{ $series }` empieza aquí. Una segunda carpeta de salida del mismo proceso revela lo que la primera oculta. Si algo de este proceso ya se hizo público en otra parte, publique allá, o reponga de esa carpeta `releases`, `superseded` y `private/publicado.jsonl`. Si esta es la primera publicación, diga el motivo: --new-series "MOTIVO"; cada manifiesto público lo repetirá. `--only` sin `publico` publica lo demás
L420-series-of-synthetic-counts = lo que esta carpeta de salida ha hecho público no son cifras reales, y nadie ha dicho que la serie `{ $series }` empieza aquí. Una segunda carpeta de salida del mismo proceso revela lo que la primera oculta. Si algo de este proceso ya se hizo público en otra parte, publique allá, o reponga de esa carpeta `releases`, `superseded` y `private/publicado.jsonl`. Si esta es la primera publicación, diga el motivo: --new-series "MOTIVO"; cada manifiesto público lo repetirá. `--only` sin `publico` publica lo demás
L421-series-renamed = audiences.publico.series es `{ $configured }`, y la publicación pública del corte { $corte }, revisión { $revision }, es de la serie `{ $published }`: indique esa serie, o publique en otra carpeta de salida
L422-series-already-begun = --new-series: la carpeta de salida continúa la serie `{ $series }`, que empezó con el corte { $corte }, revisión { $revision }; quite la opción
L423-publication-missing = la publicación pública del corte { $corte }, revisión { $revision }, está en la bitácora { $ledger } y ya no está en la carpeta de salida: hay que saber qué decía antes de hacer público algo más. Reponga su carpeta en releases o en superseded; `--only` sin `publico` publica lo demás
L423-predecessor-missing = la publicación pública del corte { $corte }, revisión { $revision }, se hizo después de la publicación pública del corte { $previous_corte }, revisión { $previous_revision }, que no está en la carpeta de salida tal como se publicó
L424-publication-changed = { $path } no es lo que se hizo público ({ $problem }); repóngalo de un respaldo
L425-two-series = es de la serie `{ $series }`, y la publicación pública del corte { $corte }, revisión { $revision }, es de la serie `{ $other_series }`
L425-two-firsts = ni la publicación pública del corte { $corte }, revisión { $revision }, ni la publicación pública del corte { $other_corte }, revisión { $other_revision }, nombran otra anterior
L425-same-predecessor = la publicación pública del corte { $corte }, revisión { $revision }, y la publicación pública del corte { $other_corte }, revisión { $other_revision }, nombran como anterior la misma: la publicación pública del corte { $previous_corte }, revisión { $previous_revision }
L425-no-predecessor = la publicación pública del corte { $corte }, revisión { $revision }, no nombra otra anterior, y la serie no empieza con ella
L425-other-beginning = la publicación pública del corte { $corte }, revisión { $revision }, indica otro comienzo de la serie que la publicación pública del corte { $previous_corte }, revisión { $previous_revision }
L426-earlier-disregarded = se hizo sin tomar en cuenta la publicación pública del corte { $corte }, revisión { $revision }, que ya existía
L430-release-damaged = la publicación { $path } está dañada ({ $finding }); muévala a otra parte, y se publicará de nuevo lo que dicen las exportaciones
L431-staged-unsound = la publicación preparada del corte { $corte } no pasa la verificación: { $finding }
L432-revisions-unwritable = no se puede escribir la tabla de revisiones
L435-no-release = { $path } no es una publicación: no tiene manifiesto
L436-no-published-table = { $path } no es una tabla publicada
L440-changed = cambió desde que se publicó
L441-missing = falta
L441-not-found = no existe: { $error }
L442-not-published = no está en SHA256SUMS: no se publicó
L443-checksum-line = una línea no tiene suma de verificación y nombre
L443-checksums-not-canonical = no está como se escribió: cambió un fin de línea o el orden de sus líneas
L443-checksums-not-text = no es texto: { $error }
L444-no-regular-file = es { $kind ->
        [folder] una carpeta
        [link] una liga
        [pipe] una tubería
        [socket] un socket
       *[device] un dispositivo
    }, y una publicación solo contiene archivos regulares: no se leyó
L445-too-large = tiene { $bytes } bytes: ningún archivo de una publicación es tan grande
L445-too-deep = está a más profundidad que cualquier carpeta de una publicación
L445-no-folder-name = no es el nombre de una carpeta
L445-no-file-name = no es el nombre de un archivo de una publicación
L445-not-in-release-folder = no está en una carpeta de la publicación
L446-grown = creció mientras se leía
L446-replaced-each-time = se reemplazó cada una de las { $attempts } veces que se leyó; corra otra vez el comando
L446-publications-changed-each-time = lo público cambió cada una de las { $attempts } veces que se leyó; corra otra vez el comando
L447-unreadable-content = no se entiende su contenido: { $error }
L447-corte-no-quincena-end = su corte no es fin de quincena
L448-unreadable = no se puede leer: { $error }
L450-columns-differ = sus columnas no son las del manifiesto
L450-rows-differ = { $rows ->
        [one] { $rows } fila
       *[other] { $rows } filas
    }; el manifiesto dice { $expected }
L450-metadata-differ = su metadato { $key } no es el del manifiesto
L450-metadata-twice = sus metadatos dicen algo dos veces
L450-columns-undescribed = sus metadatos lnere.columns no describen sus columnas
L450-table-undescribed = no describe la tabla { $table } como la describe la propia tabla
L450-unsorted = sus filas no están ordenadas por sus claves, o una clave está dos veces
L450-can-hide = su columna { $column } puede ocultar números, y esta tabla es exacta
L451-no-part = no es parte del manifiesto
L451-no-table = no es una tabla del manifiesto
L451-charts-differ = { $found ->
        [one] { $found } gráfica
       *[other] { $found } gráficas
    } en { $ending }; el manifiesto dice { $expected }
L451-packages-differ = { $found ->
        [one] { $found } paquete
       *[other] { $found } paquetes
    } en { $ending }; el manifiesto dice { $expected }
L451-workbooks-differ = { $found ->
        [one] { $found } libro
       *[other] { $found } libros
    } en { $ending }; el manifiesto dice { $expected }
L451-reports-differ = { $found ->
        [one] { $found } reporte
       *[other] { $found } reportes
    } en { $ending }; el manifiesto dice { $expected }
L451-dashboard-pages-differ = { $found ->
        [one] { $found } tablero en un archivo
       *[other] { $found } tableros en un archivo
    } en { $ending }; el manifiesto dice { $expected }
L452-other-notice = tiene otra leyenda que el manifiesto
L452-other-release = es de otra publicación, o tiene otra leyenda
L452-dashboard-of-other-release = es de otro proceso, de otro día o de otra audiencia que el manifiesto
L453-dashboard-not-as-written = no está como lo escribe este programa
L453-unreadable-cube = tiene un cubo de datos que no se puede leer, o cuyas sumas no cuadran
L453-not-what-audience-sees = no tiene lo que ve su audiencia, o tiene más
L454-dashboard-counts-differ = no cuenta lo mismo que la tabla { $table }
L454-dashboard-names-differ = tiene otros nombres que la tabla { $table }
L454-dashboard-not-comparable = no se puede comparar con una tabla: { $error }
L454-no-protected-tables = muestra tablas protegidas, y la publicación no las tiene
L454-other-protected-tables = no muestra las tablas protegidas de la publicación
L455-other-schema = sus tablas tienen la versión de esquema { $schema }, y este programa escribe la { $own_schema }: se comparan con lo que la publicación dice de ellas
L455-unknown-column = la columna { $column } no está en el diccionario de datos de este programa
L455-other-type = la columna { $column } es de otro tipo que en el diccionario de datos de este programa
L455-other-words = la columna { $column } se describe con otras palabras que en el diccionario de datos de este programa
L455-other-dashboard-form = está en un formato que este programa no lee: no se comparó con las tablas
L456-count-not-exact = { $cell } no es lo que cuentan las tablas exactas
L456-count-missing = { $cell } no tiene fila
L457-wrong-flag = `protegida` no es verdadera exactamente en las filas que ocultan un conteo
L457-share-of-hidden-count = da el porcentaje de un conteo que oculta
L458-csv-differs = no tiene las celdas de su tabla
L458-series-row = tiene una fila de una tabla que no es pública
L458-series-corte = tiene filas de { $corte }, revisión { $revision }, que el manifiesto no nombra
L458-series-small = { $cell } de { $corte } es pequeño y no está oculto
L458-series-differs = { $cell } no es lo que muestra lo público de { $corte }, revisión { $revision }
L458-catalogue-differs = no dice el tamaño y la suma de verificación de { $file }
release-broken-series = { $problem }: hay que saber qué se dijo ahí antes de hacer público algo más. Reponga su carpeta en releases o en superseded; `--only` sin `publico` publica lo demás
release-corte-no-quincena-end = su corte no es fin de quincena
release-dashboard-has-more = también tiene { $file }
release-dashboard-lacks = no tiene { $file }
release-dashboard-otherwise = su { $file } no está como lo escribe este programa
release-finding-and-more = { $finding }, y { $more } más
release-has-changed = cambió
release-file-has-changed = { $file } cambió
release-ledger-line = línea { $line }: { $error }
release-left-staged = se dejó lo preparado del corte { $corte }, cuya publicación está dañada
release-lock-holder = proceso { $process } en { $host }, desde { $since }
release-lock-holder-unknown = un proceso que acaba de empezar
release-no-folder = no es una carpeta
release-not-what-was-counted = no es lo que se contó
release-public-not-compared = { $error }: lo público no se comparó con todo lo que se ha hecho público
release-recovered-published = se publicó la revisión { $revision } del corte { $corte }, que estaba lista
release-recovered-superseded = se movió a superseded la revisión { $revision } del corte { $corte }
release-removed-dashboard = se quitó el tablero incompleto
release-removed-release = se quitó la publicación incompleta { $name }
