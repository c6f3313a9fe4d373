L800-file-exists = { $path } ya existe; indique otro archivo con --into
L801-process-file-name = { $path } no es nombre de un archivo del proceso; se espera uno como mi_proceso.toml
L802-same-source = las dos exportaciones parecen de { $source }; indique una de cada fuente
L803-temporary-folder = no se puede escribir la configuración del programa en una carpeta temporal
L804-export-absent = no se puede examinar { $export }: el archivo no existe; no se escribió nada
L805-no-day-in-name = sin revisar: el nombre de una exportación no dice el día; cámbielo, por ejemplo a solicitudes_20210315.csv, y corra `lnere check`
L806-different-folders = sin revisar: las exportaciones están en carpetas distintas; póngalas en una y corra `lnere check`
init-cannot-survey = no se puede examinar { $export }; no se escribió nada
init-companions-not-written = no se pueden escribir los catálogos y las gráficas junto a { $path }
init-reading = leyendo { $export }

# Preguntas, y lo que puede responderse
init-ask-source = ¿de qué fuente es { $name }: 1 solicitudes o 2 credenciales?
init-expected-source = se espera 1 o 2
init-ask-header = { $source }: encabezado de la columna `{ $column }`
init-no-header = ninguno
init-expected-header = se espera uno de: { $headers }
init-ask-first-day = primer día del registro
init-ask-last-day = último día del registro
init-ask-election-day = día de la elección
init-expected-day = se espera una fecha de la forma AAAA-MM-DD
init-ask-title = título del proceso
init-expected-title = se espera un título
init-ask-code = { $column }: clave de `{ $label }` ({ $records ->
        [one] { $records } registro
       *[other] { $records } registros
    }); una clave nueva, o la de otra categoría
init-expected-code = se espera una clave como POSTAL

# La tabla de las columnas, y lo que se escribió
init-export = { $source }: { $name }, { $records ->
        [one] { $records } registro
       *[other] { $records } registros
    }
init-column = columna
init-header-found = encabezado encontrado
init-confidence = confianza
init-confidence-exact = nombre exacto
init-confidence-synonym = sinónimo
init-confidence-chosen = elegido
init-confidence-similar = nombre parecido, revisar
init-confidence-content = solo por el contenido, revisar
init-confidence-name = solo por el nombre, revisar
init-confidence-not-found = sin encontrar, revisar
init-written = archivo escrito: { $path }
init-companions = y lo que nombra: { $files }
init-marks = { $marks ->
        [one] { $marks } marca `{ $mark }` por atender, en la línea { $lines }
       *[other] { $marks } marcas `{ $mark }` por atender, en las líneas { $lines }
    }
init-done = el archivo del proceso está escrito
