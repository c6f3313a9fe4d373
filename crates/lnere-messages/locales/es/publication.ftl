## Tablas

L300-column-missing = la tabla { $table } no tiene una columna { $column } de { $values ->
        [whole-numbers] números enteros
        [numbers] números
        [text] texto
        [dates] fechas
        [text-or-dates] texto o fechas
        [suppressible-whole-numbers] números enteros que pueden ocultarse
        [suppressible-numbers] números que pueden ocultarse
       *[booleans] valores verdadero o falso
    }
L301-column-type = la columna `{ $column }` tiene un tipo o valores nulos que ninguna tabla publicada tiene
L302-table-not-built = no se puede formar la tabla { $table }
L303-total-differs = { $table }: { $measure } suma { $total }, y todos los registros suman { $expected }
L303-totals-differ = { $what }: { $table } suma { $total } y { $other } suma { $expected }, o difieren por entidad
L303-records-do-not-add-up = { $table }: en un archivo, los registros leídos no son los aceptados más los rechazados, o sus errores no suman los rechazados
L303-other-corte = { $table }: una fila es de un corte distinto de { $corte }
L303-change-differs = { $table }: en una fila, `cambio` no es `actual` menos `anterior`
L303-cohort-does-not-add-up = { $table }: en una fila, las entregadas y las que están en camino no son todas, o hay más confirmadas que entregadas
L304-bounds-not-in-order = { $table }: { $place }: los límites no están en orden
L304-list-exceeds-applications = { $table }: { $place }: hay más en la lista que solicitudes
L304-not-the-sum = { $table }: { $place }: su mediana no es la suma de las de { $parts }, o su intervalo es más amplio que la suma
L304-part-exceeds-whole = { $table }: { $place }: hay más que en todo { $wholes }
L304-plan-is-no-list = { $table }: { $median } no es, por entidad, la lista de ninguna modalidad
L305-key-unknown = la tabla `{ $table }` es por `{ $key }`, que no es una clave; se espera alguna de { $accepted }, o { $all }
L305-key-not-accepted = tabla `{ $table }`: { $source } no se puede agrupar por { $key }; se espera alguna de { $accepted }
L305-key-twice = la tabla `{ $table }` repite una clave en `by`
L305-days-need-a-time = la tabla `{ $table }`, de days o de status_series, debe ser por `fecha` o por `quincena`
L305-delivery-times-need-days = la tabla `{ $table }`, de delivery_times, debe ser por `dias`
L305-quality-needs-keys = la tabla `{ $table }`, de quality, debe ser por `archivo` y `regla`
L305-revisions-need-keys = la tabla `{ $table }`, de revisions, debe ser por `tabla`, `clave` y `medida`
L305-projected-keys = la tabla `{ $table }`, de { $source }, debe ser por una de estas listas de claves: { $accepted }
L306-sheet-characters = tabla `{ $table }`: el nombre de hoja `{ $sheet }` no puede llevar [ ] : * ? / \, ni empezar o terminar con apóstrofo
L306-sheet-length = tabla `{ $table }`: el nombre de hoja `{ $sheet }` tiene { $length } caracteres; debe tener de 1 a { $most }, sin espacios al principio ni al final
L306-sheet-reserved = tabla `{ $table }`: otra hoja del libro se llama `{ $sheet }`
L306-sheet-twice = tabla `{ $table }`: una tabla anterior ya tiene el nombre de hoja `{ $sheet }`
L306-table-name = el nombre de tabla `{ $table }` debe estar en minúsculas, con guiones bajos y sin acentos
L306-table-twice = la tabla `{ $table }` está dos veces
L307-of-belongs-to-revisions = tabla `{ $table }`: `of` nombra las tablas que una tabla de revisions compara, y ninguna otra lo lleva
L307-compared-table-missing = la tabla `{ $table }` compara `{ $other }`, que no es una tabla anterior en el archivo
L307-share-needs-entities = tabla `{ $table }`: el porcentaje es de las solicitudes de una entidad; por eso `by` debe empezar con `entidad`
L307-all-rows-need-listed-keys = tabla `{ $table }`: rows = "all" requiere claves que tengan una lista; use "counted"
L307-projected-options = la tabla `{ $table }`, de { $source }, lleva rows = "counted", sin share y sin `of`
publication-from-the-start = solicitudes desde el inicio

## Gráficas

publication-chart-file-mistake = charts/{ $chart }.toml, línea { $line }, columna { $column }: { $mistake }
publication-chart = gráfica `{ $chart }`
publication-png-size = { $width } por { $height } pixeles
L310-placeholder-unknown = marcador desconocido `{ $placeholder }`; se espera uno de { $accepted }
L310-rest-without-number = `rest` debe contener `{"{n}"}`, donde se escribe el número de las barras restantes
L311-chart-without-scope = una gráfica necesita `scopes.nation`, `scopes.entity` o ambos
L311-scope-not-defined = la gráfica `{ $chart }` no se dibuja para { $scope }: su archivo no tiene ese ámbito
L312-chart-table-missing = la gráfica `{ $chart }` necesita la tabla `{ $table }`, que no está
L313-chart-cannot-hide = la gráfica `{ $chart }` no se puede dibujar con números ocultos; solo pueden las formas `bars` y `dots`
L314-total-of-another-scope = tabla `{ $table }`: lo que muestra de `{ $measure }` no puede sumar { $total }; ¿el total es de otro ámbito?
L315-fonts-damaged = las fuentes tipográficas del programa no se pueden leer; compile de nuevo el programa
L315-drawing-failed = no se pudo dibujar la gráfica: { $reason }
L315-png-failed = no se pudo convertir la gráfica a PNG: { $reason }
L316-statistic-unknown = cifra desconocida `{ $statistic }`; se espera una de { $accepted }
L316-statistic-kind = la cifra `{ $statistic }` es de otra clase que la que necesita la frase o la condición
L316-style-unknown = marcador desconocido `{ $placeholder }`; docs/statements.md dice las formas de una cifra
L316-brace-close = la llave al final de `{ $text }` nunca se abrió
L316-brace-open = la llave de `{ $text }` nunca se cierra
L316-condition-number = la condición `{ $condition }` no compara con un número entero
L316-condition-unknown = condición desconocida `{ $condition }`; se espera el nombre de una cifra, o una de { $accepted }

## Proyección

L320-no-series = no hay ninguna entidad que proyectar
L321-closes-before-opening = el registro cierra el { $closes }, antes de abrir el { $opens }
L322-own-reference = el proceso `{ $process }` está entre sus propias referencias
L324-reference-without-applications = la referencia `{ $reference }` no se puede usar: no tiene solicitudes
L324-curve-begins-not-with-one = la referencia `{ $reference }` no se puede usar: su curva no empieza con 1 en el cierre
L324-curve-out-of-range = la referencia `{ $reference }` no se puede usar: su curva no está entre 0 y 1
L324-curve-falls = la referencia `{ $reference }` no se puede usar: su curva baja al acercarse el cierre
L324-curve-is-a-copy = la referencia `{ $reference }` no se puede usar: su curva es la de otra referencia
L325-applications-negative = las solicitudes de la entidad { $entity }, modalidad { $modality }, son negativas
L325-applications-fall = las solicitudes de la entidad { $entity }, modalidad { $modality }, disminuyen
L326-no-prior = antes de que abra el registro, una proyección necesita los totales de un proceso anterior, o credenciales y cuántas solicitudes representa cada una; falta todo eso

## Tablas públicas

publication-cell = { $measure } de { $codes }
L330-public-table-missing = las tablas públicas necesitan la tabla `{ $table }`, que no está o tiene otras claves
L331-would-leak = las tablas públicas revelarían un conteo oculto: { $leak }
L332-unprotectable = { $cell } no se puede proteger aunque se oculte todo lo demás: lo publicado antes lo revela
L333-too-much-work = no se encuentra, con el trabajo permitido, una protección de { $measure } después de lo publicado antes
L334-small-count-shown = corte { $corte }, revisión { $revision }: { $cell } es pequeño y no está oculto{ $insider ->
        [nobody] {""}
       *[other] , con lo que sabe el OPL de la entidad { $insider }
    }
L334-count-derivable = corte { $corte }, revisión { $revision }: { $cell } está oculto{ $insider ->
        [nobody] {""} y se puede obtener
       *[other] , y el OPL de la entidad { $insider } puede obtenerlo
    }
L334-narrow-interval = corte { $corte }, revisión { $revision }: { $cell } está oculto, pero { $insider ->
        [nobody] solo se encuentran { $values } números compatibles con todo lo público
       *[other] para el OPL de la entidad { $insider } solo se encuentran { $values } números compatibles con todo lo que conoce
    }
L334-known-to-one-person = corte { $corte }, revisión { $revision }: { $cell } está oculto, pero puede obtenerlo una persona que está sola en otra celda{ $insider ->
        [nobody] {""}
       *[other] , con lo que sabe el OPL de la entidad { $insider }
    }
L335-contradiction = corte { $corte }, revisión { $revision }: { $cell } no concuerda con los demás números públicos{ $insider ->
        [nobody] {""}
       *[other] , con lo que sabe el OPL de la entidad { $insider }
    }
L336-public-settings-changed = { $setting } no está como en la publicación pública de { $corte }, revisión { $revision }: de la diferencia entre las dos se podría obtener lo que se ocultó. Deje audiences.publico, o el catálogo de países, como estaba
L337-no-exact-tables = la publicación de { $corte }, revisión { $revision }, no tiene las tablas exactas de lo que hizo público; antes de publicar más debe saberse qué ocultó

## Paquetes y reportes

publication-package-failed = no se puede hacer un paquete
publication-report-failed = no se puede componer un reporte
publication-typst-file-name = Typst no acepta ese nombre de archivo
publication-typst-no-reason = Typst no dice por qué
L340-workbook-failed = no se puede escribir un libro de Excel
L340-csv-failed = no se puede escribir una tabla como CSV
L340-dashboard-failed = no se puede hacer el tablero en un archivo: sus datos no tienen cifras de { $slug }
L340-archive-failed = no se puede escribir un archivo ZIP
L340-report-data-failed = no se pueden escribir los datos del reporte
L341-template-mistake = { $file }:{ $line }:{ $column }: { $mistake }
L341-template-syntax = { $file }:{ $line }: este archivo de la plantilla del reporte tiene un error: { $mistake }
L342-report-refused = no se puede componer el reporte con { $file }: { $reason }
L343-no-report-thread = el sistema no puede iniciar un hilo para el reporte
L344-template-folder-unreadable = no se puede listar la carpeta de la plantilla del reporte, { $folder }
L344-template-file-unreadable = no se puede leer { $file }, un archivo de la plantilla del reporte
L345-main-template-missing = la carpeta de la plantilla del reporte, { $folder }, no tiene el archivo { $main }, con el que empieza el reporte
L346-template-not-utf8 = { $file }:{ $line }: este archivo de la plantilla del reporte no está en UTF-8; guárdelo en UTF-8
L347-reports-not-built = este programa no hace reportes; compílelo con la característica `reports`

## Plan de una corrida

publication-exports-refused = { $exports ->
        [one] hay una exportación que no se puede leer:
       *[other] hay exportaciones que no se pueden leer:
    }
    { $list }
publication-export-name-of-pattern = un nombre de la forma { $pattern } ([exports.{ $source }] files)
publication-export-name-like = un archivo como { $example }
L360-corte-outside-process = el corte { $corte } no es del proceso { $process }, cuyos cortes van del { $first } al { $last }
L361-corte-before-opening = el corte { $corte } es anterior a la apertura del registro, el { $opens }: todavía no hay nada que contar, y el archivo del proceso no tiene la sección [projection]
L362-range-empty = --from { $from } es posterior a --to { $to }
L363-source-missing = no hay exportación de { $source } en la carpeta de las exportaciones; se espera { $expected }
L363-source-missing-up-to = no hay exportación de { $source } del { $vintage } o anterior en la carpeta de las exportaciones; se espera { $expected }
L364-no-corte-covered = ambas fuentes llegan solo hasta el { $day }: todavía no cubren ningún corte del proceso; el primero es { $corte }
L365-export-of-future-day = cubre un día posterior a hoy, { $today }: corrija su nombre, o lea solo las exportaciones hasta un día con `--vintage { $today }`
