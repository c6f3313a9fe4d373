# Fallas por las que se rechaza una exportación

L200-cut-or-damaged = no se puede leer hasta el final: { $error }; cópielo de nuevo
L200-unreadable-zip = no es un ZIP legible: { $error }; cópielo de nuevo
L200-unreadable-parquet = no es un archivo Parquet legible: { $error }
L200-unreadable-workbook = no es un libro de Excel legible: { $error }; guárdelo de nuevo como .xlsx, o expórtelo como CSV
L200-unrecognised = no es texto ni { $named }, que es lo que dice su nombre; cópielo de nuevo
ingest-parts-contradict = sus partes se contradicen
ingest-ends-before-its-parts = termina antes que sus partes
ingest-value-too-long = un valor excede la longitud permitida
ingest-bytes-follow-compressed-data = hay bytes después de sus datos comprimidos
ingest-zip-holds-more-bytes = el ZIP contiene más bytes de este archivo que los que dice su directorio
ingest-zip-holds-fewer-bytes = el ZIP contiene menos bytes de este archivo que los que dice su directorio
ingest-zip-checksum-differs = su suma de verificación no es la que está en el ZIP
ingest-workbook-password = tiene contraseña
ingest-workbook-part-missing = le falta una parte
ingest-workbook-no-cells = la hoja no tiene celdas
ingest-workbook-unknown-error-value = una celda contiene un error de Excel desconocido
ingest-workbook-xml-damaged = su XML está dañado
ingest-workbook-no-sheet = no tiene hojas
L201-permission-denied = no se puede abrir: { $error }; dé permiso de lectura al usuario que corre lnere
L202-no-temporary-space = no se puede desempacar en { $folder }: { $error }; libere espacio ahí, o indique otra carpeta en TMPDIR
L203-unclosed-quote = línea { $line }: una comilla se abre y nunca se cierra; corrija la exportación o expórtela de nuevo, o ponga `quotes = false` en [exports.{ $section }] del archivo del proceso si la exportación no usa comillas
L203-record-too-long = línea { $line }: aquí empieza un registro de más de 1 MiB o 1,000 líneas; es probable que una comilla no se cierre: corrija la exportación, o ponga `quotes = false` en [exports.{ $section }] del archivo del proceso si la exportación no usa comillas
L203-header-holds-records = { $swallowed }; corrija la exportación, o ponga `quotes = false` en [exports.{ $section }] del archivo del proceso si la exportación no usa comillas
ingest-swallowed =
    { $between ->
        [0] una comilla se abre en la línea { $line } y se cierra en la línea { $last_line }, y ambas líneas parecen registros
        [one] una comilla se abre en la línea { $line } y se cierra en la línea { $last_line }, y una línea intermedia parece un registro
       *[other] una comilla se abre en la línea { $line } y se cierra en la línea { $last_line }, y { $between } líneas intermedias parecen registros
    }
ingest-swallowed-elsewhere =
    { $more ->
        [one] { $swallowed } (pasa lo mismo en { $more } lugar más)
       *[other] { $swallowed } (pasa lo mismo en { $more } lugares más)
    }
ingest-does-not-fit-in-memory = no cabe en la memoria, y { $error }
L204-spill-no-space = no se puede escribir o leer { $path }: { $error }; libere espacio ahí, o aumente limits.memory_mib
L204-spill-in-the-way = no se puede escribir o leer { $path }: { $error }; quítelo de ahí
L204-spill-unusable = no se puede escribir o leer { $path }: { $error }; revise sus permisos y su disco
ingest-disk-content-differs = el contenido del disco no es el que se escribió
L205-out-of-memory = no se puede leer: se acabó la memoria; dé más a la corrida (`MemoryMax=` de su unidad)
L205-too-many-for-memory = tiene más registros de los que caben en la memoria: caben unos { $fit } junto a las otras exportaciones en los { $available_mib } MiB disponibles, pues { $set_by }. Dé más memoria a la corrida (`limits.memory_mib`, `MemoryMax=` de su unidad); si no es una exportación completa, pida una al sistema
L206-still-changing = todavía se está escribiendo; se deja para la próxima corrida
L207-too-large = tiene más de { $limit_mib } MiB ya descomprimido, más de lo que permite limits.uncompressed_mib; ¿es una exportación?
L207-too-many-records = tiene más de { $limit } registros, más de los que permite limits.records; ¿es una exportación?
L207-too-many-blank-lines = tiene más de { $limit_mib } MiB de líneas vacías; ¿es una exportación? Pida al sistema una exportación completa
L207-workbook-part = su parte { $part } ocupa más de { $limit_mib } MiB ya descomprimida; expórtelo como CSV
L208-empty = está vacío; pida al sistema una exportación completa
L208-no-records = tiene encabezado y ningún registro; pida al sistema una exportación completa
L209-utf16-unmarked = parece UTF-16 sin marca de orden de bytes; ponga `encoding = "utf-16"` en [exports.{ $section }] del archivo del proceso
L209-utf32 = es UTF-32; expórtelo como UTF-8, UTF-16 o Windows-1252
L209-no-utf16 = no es UTF-16, como dice `encoding` en [exports.{ $section }] del archivo del proceso; quite esa línea, o ponga `encoding = "utf-8"` o `"windows-1252"`
L210-columns-missing =
    { $count ->
        [one] no se encontró la columna { $columns } entre sus { $found }: { $names }; si el sistema le cambió el nombre, escriba en el archivo del proceso: { $entries }
       *[other] no se encontraron las columnas { $columns } entre sus { $found }: { $names }; si el sistema les cambió el nombre, escriba en el archivo del proceso: { $entries }
    }
L210-columns-missing-not-shown =
    { $count ->
        [one] no se encontró la columna { $columns } entre sus { $found }; no se muestran sus celdas porque pueden ser de un registro; si el encabezado está en otra línea, indíquela en `header_line`; si el sistema le cambió el nombre, escriba en el archivo del proceso: { $entries }
       *[other] no se encontraron las columnas { $columns } entre sus { $found }; no se muestran sus celdas porque pueden ser de un registro; si el encabezado está en otra línea, indíquela en `header_line`; si el sistema les cambió el nombre, escriba en el archivo del proceso: { $entries }
    }
ingest-on-line = línea { $line }: { $text }
ingest-names-and-more = { $names } y { $more } más
ingest-and-so-on = { $entries }, etcétera
ingest-header-of-dimension = header = "{ $name }" de `{ $dimension }`
L211-column-twice = la columna { $column } está dos veces; no se puede saber cuál cuenta. Si tienen nombres distintos, deje uno solo en [exports.{ $section }.columns] del archivo del proceso
L211-dimension-column-twice = la columna { $column } está dos veces; no se puede saber cuál cuenta. Si tienen nombres distintos, deje uno solo en `header` de `{ $dimension }` en [[dimensions]] del archivo del proceso
L212-too-many-columns = línea { $line }: { $columns } columnas; esto no es una exportación de las que se leen
L212-no-header-line = no tiene la línea { $line }, en la que debe estar el encabezado según `header_line` de [exports.{ $section }] en el archivo del proceso
L212-no-header = ninguna de sus primeras 20 líneas parece un encabezado; `init` necesita los nombres de las columnas
L213-delimiter = línea { $line }: sus columnas están separadas con `{ $delimiter }`; ponga `delimiter = "{ $delimiter }"` en [exports.{ $section }] del archivo del proceso
L213-fixed-width = línea { $line }: sus columnas tienen ancho fijo, rellenas con espacios, y no hay un separador; expórtelo con un separador, como la coma
L213-carriage-returns = las líneas de este archivo terminan solo en CR (Mac antigua); guárdelo con LF o CRLF
L214-column-type = la columna { $column } es de tipo { $kind }; se espera texto, un número, una fecha o una fecha con hora
L214-int96 = la columna { $column } es una fecha con hora INT96, que no dice su zona horaria; indíquela en el archivo del proceso: `timestamps = "local"` (Ciudad de México) o `"utc"` en [exports.{ $section }]
L215-control-unreadable = archivo de control: { $reason }
L215-control-missing = no tiene archivo de control, que pide `require_control` en [exports.{ $section }]; junto a él debe estar { $expected }
L215-control-misnamed = el archivo de control de { $export } se debe llamar { $expected }
L215-control-without-export = es el archivo de control de { $export }, que no está
ingest-control-not-a-file = es una carpeta, una liga o un dispositivo, no un archivo
ingest-control-no-text = no es texto
ingest-control-not-toml = { $error }; se espera `rows = N` y `sha256 = "…"`
ingest-control-without-values = no tiene `rows` ni `sha256`; se espera `rows = N` y `sha256 = "…"`
L216-nested = contiene { $inner } dentro de { $outer }; desempáquelo una vez, para que quede un solo empaque
L216-zip-without-file = es un ZIP sin archivos; empaque de nuevo la exportación
L216-zip-of-files = es un ZIP de { $files } archivos ({ $names }); empaque cada exportación por separado
L216-zip-password = es un ZIP con contraseña; empáquelo de nuevo sin ella
L216-zip-method = es un ZIP comprimido con { $method }; empáquelo de nuevo con Deflate, el método que tienen todos los programas
L216-zstd-window = su ventana de Zstandard es de { $window_mib } MiB, y una ventana puede ocupar { $limit_mib } MiB de memoria; comprímalo de nuevo con `zstd --long=27`, o sin `--long`
L216-parquet-codec = es un archivo Parquet comprimido con { $codec }; escríbalo con ZSTD, Snappy, gzip, Brotli o LZ4
L217-old-excel = es un libro de Excel del formato antiguo (.xls) o con contraseña; guárdelo como .xlsx sin contraseña
L217-pdf = es un documento PDF; pida al sistema sus datos, como CSV o .xlsx
L217-html = es una página web (HTML), quizá un error del sistema o su página de acceso; descargue de nuevo la exportación
L217-xml = es XML; expórtelo como CSV o .xlsx
L217-json = es JSON; expórtelo como CSV o .xlsx
L217-encrypted-parquet = es un archivo Parquet cifrado; escríbalo sin cifrar
L217-open-document = es un libro de OpenDocument (.ods); guárdelo como .xlsx o expórtelo como CSV
L217-binary-excel = es un libro binario de Excel (.xlsb); guárdelo como .xlsx o expórtelo como CSV
L217-office = es un documento de Office que no es un libro; pida al sistema sus datos, como CSV o .xlsx
L217-archive = está empacado con { $archive }, que no se lee; desempáquelo, o comprímalo con gzip
L217-sqlite = es una base de datos SQLite, que no se lee; expórtela como CSV, .xlsx o Parquet
L217-data-file =
    { $format ->
        [Arrow] es un archivo Arrow (Feather), que no se lee; expórtelo como CSV, .xlsx o Parquet
       *[other] es un archivo { $format }, que no se lee; expórtelo como CSV, .xlsx o Parquet
    }
L217-picture = es una imagen; pida al sistema sus datos, como CSV o .xlsx
L218-sheet-elsewhere = su hoja `{ $read }` no tiene el encabezado de una exportación, y `{ $found }` sí: ponga `sheet = "{ $value }"` en [exports.{ $section }] del archivo del proceso
L218-sheet-missing = no tiene la hoja `{ $sheet }`, que indica `sheet` en [exports.{ $section }] del archivo del proceso; tiene { $sheets }

# Avisos sobre una exportación que se acepta

L218-other-sheets = tiene { $count } hojas ({ $sheets }); se leyó `{ $read }`. Para leer otra, ponga `sheet` en [exports.{ $section }]
L220-other-format = su nombre dice { $named }, pero es { $found } y se leyó como tal; cámbiele el nombre
ingest-format-csv = texto sin comprimir
ingest-format-csv-gz = texto en gzip
ingest-format-csv-zst = texto en Zstandard
ingest-format-zip = un ZIP
ingest-format-xlsx = un libro de Excel
ingest-format-parquet = un archivo Parquet
ingest-format-parquet-folder = una carpeta de archivos Parquet
ingest-format-unnamed = una exportación
L221-several-parts = consta de { $parts } partes de { $compression }, y parecería completo aunque faltaran las últimas; con un archivo de control { $control } que diga `rows = N` se sabría
L221-last-record-cut = línea { $line }: el último registro está incompleto y no tiene fin de línea, así que es probable que el archivo esté cortado aquí; cópielo de nuevo, o pídalo otra vez al sistema. Con un archivo de control { $control } que diga `rows = N` se sabría
L221-part-numbers-missing =
    { $parts ->
        [one] es una carpeta de { $parts } parte, cuya numeración se salta { $numbers }: si falta una parte, copie de nuevo la carpeta; con un archivo de control { $control } que diga `rows = N` se sabría
       *[other] es una carpeta de { $parts } partes, cuya numeración se salta { $numbers }: si falta una parte, copie de nuevo la carpeta; con un archivo de control { $control } que diga `rows = N` se sabría
    }
L221-folder-not-marked-complete = es una carpeta de { $parts } partes sin `_SUCCESS`, y parecería completa aunque faltara una; con un archivo de control { $control } que diga `rows = N` se sabría
L222-formulas-without-result =
    { $cells ->
        [one] columna { $column }: { $cells } celda contiene una fórmula sin resultado guardado, así que no se conoce su valor y los registros se rechazan; abra y guarde el libro en Excel o LibreOffice, o exporte CSV
       *[other] columna { $column }: { $cells } celdas contienen fórmulas sin resultado guardado, así que no se conocen sus valores y los registros se rechazan; abra y guarde el libro en Excel o LibreOffice, o exporte CSV
    }
L223-rounded-numbers =
    { $cells ->
        [one] columna { $column }: { $cells } número tiene más cifras de las que caben en un dato numérico, así que se redondearon las últimas; exporte la columna como texto
       *[other] columna { $column }: { $cells } números tienen más cifras de las que caben en un dato numérico, así que se redondearon las últimas; exporte la columna como texto
    }

# Hallazgos de las reglas de verosimilitud. Los que no tienen código también se publican.

ingest-max-rejected =
    { $records ->
        [one] se rechazó { $records } de { $total } registros ({ $share }; límite, { $limit })
       *[other] se rechazaron { $records } de { $total } registros ({ $share }; límite, { $limit })
    }
ingest-max-rejected-with-earlier =
    { $records ->
        [one] se rechazó { $records } de { $total } registros ({ $share }; límite, { $limit }; en { $before }, { $earlier })
       *[other] se rechazaron { $records } de { $total } registros ({ $share }; límite, { $limit }; en { $before }, { $earlier })
    }
ingest-max-unidentified =
    { $records ->
        [one] en la columna { $column } no se identificó { $records } de { $total } registros aceptados ({ $share }; límite, { $limit })
       *[other] en la columna { $column } no se identificaron { $records } de { $total } registros aceptados ({ $share }; límite, { $limit })
    }
ingest-max-unidentified-with-earlier =
    { $records ->
        [one] en la columna { $column } no se identificó { $records } de { $total } registros aceptados ({ $share }; límite, { $limit }; en { $before }, { $earlier })
       *[other] en la columna { $column } no se identificaron { $records } de { $total } registros aceptados ({ $share }; límite, { $limit }; en { $before }, { $earlier })
    }
ingest-max-shrink =
    { $records ->
        [one] hay { $records } registro aceptado; en { $before } había { $total } ({ $share } menos; límite, { $limit })
       *[other] hay { $records } registros aceptados; en { $before } había { $total } ({ $share } menos; límite, { $limit })
    }
ingest-max-shrink-of-entity =
    { $records ->
        [one] en la entidad { $entity } hay { $records } registro aceptado; en { $before } había { $total } ({ $share } menos; límite, { $limit })
       *[other] en la entidad { $entity } hay { $records } registros aceptados; en { $before } había { $total } ({ $share } menos; límite, { $limit })
    }
ingest-max-shrink-newer =
    { $total ->
        [one] { $total } registro aceptado; en { $newer }, más reciente, hay { $records } ({ $share } menos; límite, { $limit })
       *[other] { $total } registros aceptados; en { $newer }, más reciente, hay { $records } ({ $share } menos; límite, { $limit })
    }
ingest-max-shrink-newer-of-entity =
    { $total ->
        [one] en la entidad { $entity }: { $total } registro aceptado; en { $newer }, más reciente, hay { $records } ({ $share } menos; límite, { $limit })
       *[other] en la entidad { $entity }: { $total } registros aceptados; en { $newer }, más reciente, hay { $records } ({ $share } menos; límite, { $limit })
    }
ingest-min-kept =
    { $records ->
        [one] de los { $total } folios de { $before } sigue { $records } ({ $share }; mínimo, { $limit })
       *[other] de los { $total } folios de { $before } siguen { $records } ({ $share }; mínimo, { $limit })
    }
ingest-min-kept-newer =
    { $records ->
        [one] de sus { $total } folios está { $records } en { $newer }, más reciente ({ $share }; mínimo, { $limit })
       *[other] de sus { $total } folios están { $records } en { $newer }, más reciente ({ $share }; mínimo, { $limit })
    }
ingest-max-changed =
    { $records ->
        [one] { $records } de los { $total } folios que también están en { $other } cambió en { $columns } ({ $share }; límite, { $limit })
       *[other] { $records } de los { $total } folios que también están en { $other } cambiaron en { $columns } ({ $share }; límite, { $limit })
    }
ingest-max-growth =
    { $records ->
        [one] hay { $records } registro aceptado; en { $before } había { $total } ({ $times } veces; límite, { $limit })
       *[other] hay { $records } registros aceptados; en { $before } había { $total } ({ $times } veces; límite, { $limit })
    }
ingest-same-file = su contenido es el mismo que el de { $other }, exportación de otro día
ingest-stale = ninguna de sus fechas es posterior al día que cubre { $before }
ingest-swallowed-records = tiene celdas entre comillas con líneas que parecen registros completos
ingest-control-differs = no coincide con su archivo de control
ingest-spreadsheet-limit = tiene { $records } registros, tantos como caben en una hoja de cálculo: podría estar incompleta
ingest-earlier-export = la exportación anterior
L230-max-rejected = { $finding }. `lnere check` lista los registros por archivo, línea y regla
L231-max-unidentified = { $finding }. Es posible que la fuente haya cambiado sus códigos o su codificación: `lnere check` lista los valores; agréguelos como alias en [categories] o [[dimensions]] del archivo del proceso o en los catálogos
L231-max-unidentified-explained = { $finding }. { $explanation }
ingest-ages-out-of-bands = La mayoría da una edad menor que el primer límite de `ages`, o de 120 años o más: es posible que la columna contenga otra fecha, o que el sistema escriba una fecha cuando no la conoce
L232-max-shrink = { $finding }. Es posible que la exportación esté cortada: pídala otra vez al sistema
L233-min-kept = { $finding }. Es posible que los folios hayan perdido sus ceros o cambiado de forma: expórtelos como texto
L234-max-changed = { $finding }. Es posible que la fuente haya cambiado el significado de sus códigos: compare las dos exportaciones
L235-max-growth = { $finding }. Es posible que la exportación tenga registros repetidos o de otro proceso
L236-same-file = { $finding }. Copie con este nombre la exportación de su propio día
L237-stale = { $finding }. Es posible que la exportación sea antigua y tenga un nombre nuevo: pídala otra vez al sistema
L237-stale-for-days = { $finding }
L238-swallowed = { $finding }
ingest-swallowed-advice = { $swallowed }; corrija la exportación, o ponga `quotes = false` en [exports.{ $section }] del archivo del proceso si la exportación no usa comillas, o `swallowed = false` en [thresholds] si las celdas son correctas
L239-control = { $finding }
ingest-control-rows =
    { $read ->
        [one] tiene { $read } registro y su archivo de control dice { $expected }; cópielo de nuevo o pida otra vez los dos
       *[other] tiene { $read } registros y su archivo de control dice { $expected }; cópielo de nuevo o pida otra vez los dos
    }
ingest-control-checksum = su SHA-256 no es el de su archivo de control; cópielo de nuevo o pida otra vez los dos
L240-newer-was-released = { $finding }. Ya hay una publicación hecha con { $newer }, así que esta exportación se reemplazó o llegó tarde: copie la correcta de su día, o acéptela
L241-accepted = { $finding }. Un operador la aceptó: { $reason }
L241-published = { $finding }. Ya hay una publicación hecha con ella, así que no se juzga de nuevo
L242-over-limit-with-few-records = { $finding }. Eso rebasa el límite de { $rule }, que rechaza a partir de { $records } registros
L242-half-of-limit = { $finding }. Ya se usó la mitad o más del límite de { $rule }
L243-spreadsheet-limit = { $finding }

# Causas de los registros rechazados y sin identificar

ingest-rule-in-column = { $rule } en { $column }: { $records }
ingest-other-rules = otras: { $records }
ingest-not-utf8 =
    { $records ->
        [one] { $records } registro tiene bytes que no son UTF-8: si el sistema escribe Windows-1252, ponga `encoding = "windows-1252"` en [exports.{ $section }]
       *[other] { $records } registros tienen bytes que no son UTF-8: si el sistema escribe Windows-1252, ponga `encoding = "windows-1252"` en [exports.{ $section }]
    }
ingest-formula-cells = hay celdas de { $columns } con una fórmula sin resultado guardado: abra y guarde el libro en Excel o LibreOffice, o exporte CSV
ingest-field-count =
    { $records ->
        [one] campos: se esperan { $expected }, hay { $found } en { $records } registro
       *[other] campos: se esperan { $expected }, hay { $found } en { $records } registros
    }
ingest-delimiter-at-end =
    { $records ->
        [one] { $fields }, de los que { $records } termina con un separador que el encabezado no tiene al final; exporte el encabezado con él, o los registros sin él
       *[other] { $fields }, de los que { $records } terminan con un separador que el encabezado no tiene al final; exporte el encabezado con él, o los registros sin él
    }
ingest-date-empty =
    { $records ->
        [one] { $column } está vacía en { $records } registro
       *[other] { $column } está vacía en { $records } registros
    }
ingest-date-too-long =
    { $records ->
        [one] { $column } tiene textos de más de { $bytes } bytes, que no son fechas, en { $records } registro
       *[other] { $column } tiene textos de más de { $bytes } bytes, que no son fechas, en { $records } registros
    }
ingest-dates-of-column = las fechas de { $column }
ingest-dates-of-birth = Las fechas de nacimiento
ingest-dates-of-undeclared-form = { $dates } tienen la forma { $forms } (9 es una cifra; A, una letra): agregue esa forma a `date_formats` en [exports.{ $section }]
ingest-dates-of-no-day = { $dates } tienen la forma { $forms } (9 es una cifra; A, una letra): es una forma declarada, y en ella no son días del calendario; si el mes y el día están al revés, ponga esa forma en `date_formats` de [exports.{ $section }] en su lugar
ingest-dates-with-invalid-time = { $dates } tienen la forma { $forms } (9 es una cifra; A, una letra): el día se lee, y lo que le sigue no es una hora del día, o tiene zona horaria después de un día que no es `YYYY-MM-DD`; expórtelas como `YYYY-MM-DD HH:MM:SS`
ingest-form-in-records =
    { $records ->
        [one] `{ $form }` en { $records } registro
       *[other] `{ $form }` en { $records } registros
    }
ingest-word-in-column =
    { $records ->
        [one] `{ $word }` aparece en { $column } de { $records } registro
       *[other] `{ $word }` aparece en { $column } de { $records } registros
    }
ingest-words-for-no-value = { $places }: ponga `empty = [{ $words }]` en [exports.{ $section }] si significa que no hay valor
ingest-cells-are-empty =
    { $cells ->
        [one] { $cells } está vacío
       *[other] { $cells } están vacíos
    }
ingest-word-in-cells = `{ $word }` aparece en { $cells }
ingest-values-missing = De ellos, { $places }: pida al sistema una exportación con los valores; lo que está vacío queda sin identificar
ingest-values-missing-with-words = De ellos, { $places }: ponga `empty = [{ $words }]` en [exports.{ $section }] si significa que no hay valor, y pida al sistema una exportación con los valores; lo que está vacío queda sin identificar

# Nombres y tipos de los archivos en la carpeta de las exportaciones

L250-name-not-utf8 = su nombre no está en UTF-8; cámbielo
L250-unlike-pattern = una exportación de { $source } se llama como { $pattern }
L250-unlike-pattern-in-case = una exportación de { $source } se llama como { $pattern }; antes de la extensión, las mayúsculas y minúsculas cuentan
L250-unlike-default = una exportación de { $source } se llama { $source }_YYYYMMDD y termina en alguna de estas extensiones: { $extensions }
L250-unlike-default-in-case = una exportación de { $source } se llama { $source }_YYYYMMDD y termina en alguna de estas extensiones: { $extensions }; antes de la extensión, las mayúsculas y minúsculas cuentan
L250-no-date = su nombre no tiene una fecha de la forma YYYYMMDD (año, mes y día)
L250-no-day = su nombre no tiene un día del calendario donde `{ $pattern }` lo espera
L250-several-days = su nombre tiene varios días que `{ $pattern }` puede indicar
L251-same-day = otra exportación de la misma fuente cubre el mismo día; deje solo una
L252-name-of-both-sources = su nombre puede ser de las dos fuentes, { $patterns }; cambie `files` en [exports.…] del archivo del proceso para que se distingan
L253-not-a-file = es una carpeta, una liga o un dispositivo, no un archivo
L254-part-name-not-utf8 = contiene `{ $name }`, cuyo nombre no está en UTF-8
L254-table-format = es una tabla de { $format }, de la que solo cuentan algunos archivos; exporte solo sus filas
L254-folder-of-partitions = contiene una carpeta, `{ $name }`; escriba la exportación sin particiones
L254-no-part-name = contiene `{ $name }`, que no es una parte; una parte es un archivo que se llama *.parquet
L254-folder-without-part = es una carpeta sin partes; una parte se llama *.parquet
