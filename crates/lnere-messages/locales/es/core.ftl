# Archivos

L100-cannot-read = no se puede leer { $path }
L100-cannot-read-catalogue = no se puede leer el catálogo { $path }
L101-not-utf8 = el archivo no está en UTF-8 a partir de esta línea; guárdelo en UTF-8
L102-writable-by-others = { $path } tiene los permisos { $mode }: usuarios que no son su dueño lo pueden modificar y así decidir quién recibe los paquetes; revise el archivo y después corra `chmod go-w { $path }`
L103-unprintable-line-end = { $key } contiene { $character }, que no se puede imprimir; escriba el texto en una sola línea, o termine cada línea, menos la última, con una diagonal invertida
L103-unprintable-character = { $key } contiene { $character }, que no se puede imprimir; elimine ese carácter
core-invisible-character = { $kind ->
        [tab] el tabulador
        [line-end] el salto de línea
        [direction] la marca de dirección
        [control] el carácter de control
       *[other] el carácter invisible
    } { $code }

# Días y cortes

L104-no-date = `{ $text }` no es una fecha de la forma AAAA-MM-DD
L105-inside-quincena = { $day } no es el último día de una quincena; los cortes más cercanos son { $before } y { $after }

# Archivo del proceso

L110-not-a-day = `{ $value }` no es una fecha; se espera una como 2020-09-01, entre los años { $first } y { $last }
L111-close-before-opening = el registro cierra el { $closes }, antes de que abra el { $opens }
L111-election-before-close = election_day, { $election_day }, es anterior al cierre del registro, { $closes }
L112-extension-announced = registration.extended: cada ampliación se anuncia después de la que está arriba (la primera, después de la apertura) y a más tardar un día después del cierre que aplaza
L112-extension-close = registration.extended: cada cierre es posterior al que está arriba y anterior a `closes`
L113-process-id = id `{ $id }` debe tener solo minúsculas sin acentos, cifras y guiones bajos, como `pel_2020_2021`
L113-dimension-name = name `{ $name }` debe tener solo minúsculas sin acentos, cifras y guiones bajos, como `grupo_edad`: es el nombre de una columna
L113-series-name = series `{ $name }` debe tener solo minúsculas sin acentos, cifras y guiones bajos, como `pel_2020_2021`, y ya no cambia desde que algo es público
L114-whole-number = { $name } es un número entero de { $first } a { $last }
L114-header-line = header_line es "{ $auto }" o un número de línea de { $first } a { $last }
L114-minimum = minimum es el menor conteo que se muestra, de { $first } a { $last }
L114-detail-from = detail_from es el menor total con el que se muestra el detalle de una entidad, de { $first } a { $last }
L114-growth-factor = { $name } es un factor de 1.0 o más; 5.0 es cinco veces la cantidad
L114-service-level = postal.service_level es la probabilidad de que el tiraje alcance, de 0.5 a menos de 1.0
L114-acceptance = projection.acceptance: share va de 0.0 a 1.0, weight de 0.1 a 1000000 y drift de 0.0 a 0.5
L114-per-credential = projection.per_credential: applications es un número de 0.001 a 100.0, y log_sd de 0.01 a 3.0
L114-earlier-totals = projection.earlier: scale es un número de 0.01 a 100.0; scale_log_sd y entity_log_sd, de 0.01 a 3.0
L114-spread = projection.spread: deviation y entities son números de 0.01 a 3.0, y weight de 1.0 a 100.0
L115-share = { $name } es una proporción con punto decimal, de 0.0 a 1.0; 0.01 es 1 %
L115-modality-share = projection.modalities: { $share } no es una proporción de 0.0 a 1.0
L116-notice-empty = notice está vacío; quite la clave si no hace falta ninguna leyenda
L116-notice-too-long = notice tiene { $length } caracteres; se imprime en todas las páginas y hojas: { $most } como máximo
L117-no-entity = `{ $code }` no es una entidad; se esperan dos cifras, de "01" a "32"
L117-entity-twice = la entidad `{ $code }` está dos veces
L117-no-entities = entities está vacía; un proceso tiene al menos una entidad
L118-number-of-values = { $list } tiene { $values } valores; se esperan de 1 a { $most }
L113-category-code = code `{ $code }` de { $list } debe tener solo mayúsculas sin acentos, cifras y guiones bajos, como `POSTAL`, y no puede ser { $unidentified }
L120-alias-without-letter = un alias de `{ $code }` en { $list } no tiene letras ni cifras
L120-text-of-two-codes = `{ $text }` corresponde tanto a `{ $owner }` como a `{ $code }` en { $list }
L120-code-twice = code `{ $code }` está dos veces en { $list }
L121-plans-need-projection = [postal] y [electronic] planean a partir de una proyección: necesitan una sección [projection]
L121-publico-needs-audience = publish.parts nombra `publico`: necesita una sección [audiences.publico]
L121-dashboard-needs-public-table = tablero.audience `publico` muestra tablas protegidas: necesita una sección [audiences.publico], con { $table } entre sus tablas
L121-dashboard-needs-public-part = tablero.audience `publico` muestra las tablas protegidas de la publicación: si publish.parts nombra `tablero`, también debe nombrar `publico`

# Desagregaciones

L122-too-many-dimensions = un archivo del proceso declara { $most } desagregaciones como máximo
L122-reserved-name = `{ $name }` ya nombra otra cosa en las tablas
L122-dimension-twice = la desagregación `{ $name }` está declarada dos veces
L124-label-form = la etiqueta de `{ $name }` es un texto sin llaves, comillas ni diagonales invertidas
L125-categories-or-ages = la desagregación `{ $name }` tiene `categories` o `ages`, solo una de las dos
L125-age-edges = ages.edges son años en orden creciente, menores que { $limit }

# Exportaciones

L126-unknown-column = columna desconocida `{ $column }`; se espera una de estas: { $accepted }
L126-dimension-in-columns = los encabezados de la desagregación `{ $name }` van en su clave `header` de [[dimensions]]
L126-column-without-header = la columna `{ $column }` necesita un encabezado
L126-dimension-without-header = la desagregación `{ $name }` necesita un encabezado
L126-header-names = se espera un encabezado o una lista de encabezados
L127-shared-header = el encabezado `{ $header }` corresponde a dos columnas, `{ $first }` y `{ $second }`
L128-no-date-form = `{ $text }` no es una forma de fecha: { $reason }; se espera `YYYY-MM-DD`, `DD/MM/YYYY`, `D/M/YYYY`, `DD-MON-RR`, `YYYYMMDD` o una semejante
core-date-form-time = la hora que sigue al día se lee sin declararla; quítela
core-date-form-letter = `{ $letter }` no tiene significado
core-date-form-without-field = { $field ->
        [year] no tiene año
        [month] no tiene mes
       *[day] no tiene día
    }
core-date-form-repeated-field = { $field ->
        [year] repite el año
        [month] repite el mes
       *[day] repite el día
    }
core-date-form-digits = `D` y `M` tienen una o dos cifras, así que necesitan un separador junto a otras cifras
L128-no-date-forms = date_formats no nombra ninguna forma, así que no se podría leer ninguna fecha
L128-conflicting-date-forms = `{ $other }` y `{ $form }` leen días distintos en { $text }; deje solo la forma que tiene la exportación
L130-delimiter = delimiter es "auto" o un solo carácter ASCII que no sea comilla ni salto de línea
L131-folder-in-pattern = `{ $pattern }` no es un nombre de archivo; un patrón nombra archivos, no carpetas
L131-brace-not-closed = `{ $pattern }` tiene una `{"{"}` sin una `{"}"}`
L131-brace-not-opened = `{ $pattern }` tiene una `{"}"}` sin una `{"{"}`
L131-two-date-fields = `{ $pattern }` tiene dos campos de fecha; un nombre dice un solo día
L131-no-date-field = `{ $pattern }` no tiene un campo de fecha; se espera uno como {"{YYYYMMDD}"}, {"{DDMMYYYY}"} o {"{YYYY-MM-DD}"}
L131-not-a-date-field = `{"{"}{ $field }{"}"}` no es un campo de fecha; se espera uno como {"{YYYYMMDD}"}, {"{DDMMYYYY}"} o {"{YYYY-MM-DD}"}

# Umbrales y exportaciones aceptadas

L132-accepted-names-no-file = accepted no nombra un archivo; nombre uno, o quite la línea
L133-accepted-checksum = sha256 debe tener 64 cifras hexadecimales
L133-accepted-reason = reason está vacío; diga por qué la exportación es correcta
L134-no-rule = `{ $text }` no es una regla que se pueda aceptar; se espera una de estas: { $accepted }

# Calendario

L135-late-before-warning = freshness.{ $name }: el atraso empieza después de { $late ->
        [one] { $late } día
       *[other] { $late } días
    }, antes que la advertencia, que empieza después de { $warning ->
        [one] { $warning } día
       *[other] { $warning } días
    }
L136-no-corte-from = schedule.from: ningún corte termina entre el { $from } y el día de la elección, { $election_day }

# Proyección

L140-unknown-category = `{ $name }` no es { $kind ->
        [status] un estatus
       *[modality] una modalidad
    } de este proceso; se esperan algunas de estas claves: { $accepted }
L141-accepted-statuses = projection.accepted nombra al menos un estatus, y ninguno de los que nombra `refused`
L142-modality-sum = projection.modalities suma { $sum } y debe sumar 1
L143-reference-twice = projection.reference `{ $name }` está dos veces, o es el proceso mismo, que no puede ser su propia referencia
L143-reference-source = projection.reference tiene `curve`, un CSV con los puntos publicados, o `process`, otro archivo de proceso, con `inputs` si sus exportaciones están en otra carpeta
L143-reference-not-earlier = la curva de la referencia `{ $name }` debe terminar antes del { $opens }, cuando abre este proceso
L143-earlier-name = `{ $name }` no es un nombre corto de un proceso anterior: se esperan minúsculas sin acentos y guiones bajos, y que no sea el id de este proceso
L146-csv-header = se espera el encabezado { $header }
L146-csv-fields = se esperan tantos campos como en el encabezado
L146-csv-count = se espera un número entero
L146-csv-entity = se esperan las dos cifras de una entidad, cada una una sola vez
L146-csv-day = se espera una fecha como 2020-09-01
L147-totals-of-zero = los totales suman 0; el archivo necesita solicitudes de al menos una entidad
L147-curve-order = los días deben ir en orden, y un conteo acumulado no puede bajar
L147-short-curve = una curva tiene dos puntos o más, y solicitudes en el último, que es el cierre

# Metas y denominadores

L144-no-goal = [goals] lleva `total`, `applications` o ambos
L144-goal-range = se espera una meta de { $first } a { $last } solicitudes
L144-goal-of-no-entity = `{ $code }` no es una entidad de este proceso; se espera alguna de: { $accepted }
L144-goals-do-not-add-up = goals.total es { $total }, pero las metas de las entidades suman { $sum }
L145-denominator-name = `{ $name }` no es un nombre corto; se esperan minúsculas sin acentos y guiones bajos, como cpve_2019
L145-denominator-twice = el denominador `{ $name }` está dos veces
L145-base = denominators.per: se espera un número entero de { $first } a { $last }
L145-csv-entity = `{ $code }` no es una entidad de este proceso; se espera { $all }, que son todas juntas, o alguna de: { $accepted }
L145-csv-office = `{ $code }` no es una embajada ni un consulado; se espera una `clave` de representaciones.toml, como dallas
L145-csv-twice = la fuente da un solo número para una entidad y un lugar, y este es el segundo
L145-csv-zero = no se puede dividir entre 0; se espera un número entero mayor, o ninguna línea
L145-csv-empty = el archivo no tiene ningún número

# Tarifa de los paquetes postales

L148-rate-after-others = la tarifa sin países es para todos los demás, y es la última
L148-no-rate-for-others = la última tarifa no lleva países: es el precio de todos los que no están en otra
L148-country-twice = `{ $code }` ya tiene un precio
L148-currency = se esperan las tres letras de una moneda en ISO 4217, como MXN
L148-price = se espera un precio con punto decimal y dos decimales como máximo, como 310.50
L149-no-country = `{ $code }` no es un país; se espera una clave ISO 3166-1 alfa-3, como USA
L149-no-country-of-catalogue = `{ $code }` no es un país del catálogo

# Público y tablero

L150-series-missing = audiences.publico necesita `series`, el nombre de la serie de publicaciones para el público, en minúsculas sin acentos, cifras y guiones bajos, como `pel_2020_2021`; ya no cambia desde que algo es público
L151-no-public-tables = audiences.publico.tables no nombra ninguna tabla
L151-public-table-twice = audiences.publico.tables nombra `{ $name }` dos veces
L151-columns-of-other-table = audiences.publico.by nombra `{ $name }`, que no está en audiences.publico.tables
L151-hidden-empty = hidden está vacía; es la palabra que sustituye a un conteo protegido
L153-countries-without-merge = countries nombra los países que no se agrupan: necesita audiences.publico.merge.pais
L153-column-not-merged = `{ $column }` no se puede agrupar; se espera `pais` o una de estas: { $accepted }
L153-group-code = code `{ $code }` debe tener solo mayúsculas, cifras y guiones bajos, como `OTROS`, y no ser una clave de `{ $column }`
L153-group-twice = code `{ $code }` está dos veces
L153-of-or-rest = un grupo tiene sus claves en `of`, o lleva `rest = true` y reúne todas las demás
L153-no-code-of-column = `{ $code }` no es una clave de `{ $column }`
L153-code-in-two-groups = `{ $code }` está en dos grupos, o en uno y en `countries`
L153-two-groups-with-rest = solo un grupo puede reunir todas las demás claves
L155-milestone-without-label = la etiqueta de un hito en tablero.hitos está vacía; diga qué ocurre ese día
L155-milestone-twice = el hito `{ $label }` del { $day } está dos veces
L158-empty = publish.metadata.{ $key } está vacía; escriba el texto o quite la clave
L158-no-address = publish.metadata.{ $key } es una dirección como `https://example.org/lnere`, no `{ $address }`
L158-no-email = publish.metadata.{ $key } es un correo electrónico como `datos@example.org`, no `{ $address }`
L158-needs-other-key = publish.metadata.{ $key } necesita publish.metadata.{ $other }

# Catálogos

L160-name-of-two-entries = el nombre `{ $name }` corresponde a dos entradas
L161-unusable-name = el nombre `{ $name }` no tiene letras ni cifras, o es más largo de lo permitido
L161-name-without-meaning = el nombre `{ $name }` está también en `sin_pais`, los textos que no nombran ningún país
L162-word-in-two-lists = la palabra `{ $word }` está en dos listas de abreviaturas
L162-article-in-list = la palabra `{ $word }` de articulos está también en una lista de abreviaturas
L162-not-one-word = `{ $text }` no es una sola palabra
L162-prefix-of-several-parts = `{ $prefix }` tiene más de una parte de un nombre
L162-prefix-of-links = el prefijo `{ $prefix }` contiene solo palabras de nexos
L163-no-entity = clave `{ $code }` no es una entidad; se espera de "01" a "32"
L163-entity-twice = la entidad `{ $code }` está dos veces
L163-entity-missing = falta la entidad `{ $code }`
L163-country-code = clave `{ $code }` no es una clave ISO 3166-1 alfa-3; se esperan tres mayúsculas, distintas de XXX
L163-alpha-2-code = alfa2 `{ $code }` no es una clave ISO 3166-1 alfa-2, como MX
L163-office-code = clave `{ $code }` está dos veces, o no tiene solo minúsculas sin acentos, cifras y guiones bajos
L164-parent-country = territorio_de `{ $code }` no es la clave de otro país de este archivo
L164-state-of-office = estado `{ $state }` no es un [[estado]] de `{ $country }` en este archivo
L164-country-of-office = pais `{ $code }` no es un país de paises.toml; se espera una clave alfa-3
L163-too-many-countries = { $countries } países; se permiten { $most } como máximo
L163-too-many-offices = { $offices } representaciones; se permiten { $most } como máximo
L168-coordinates-range = latitud { $latitude } y longitud { $longitude } no son un lugar; se espera de -90 a 90 y de -180 a 180
L168-half-coordinates = latitud y longitud van juntas; se esperan las dos, o ninguna

# lnere sample

L820-size-zero = { $option } es 0; una muestra necesita al menos 1
L820-size-too-large = { $option } es { $size }; se generan { $most } como máximo
L821-unknown-shape = no hay una forma `{ $name }` en { $folder }; hay estas: { $accepted }
L822-not-a-day = `{ $text }` no es una fecha; se espera una como 2020-09-01
L822-not-a-factor-day = `{ $text }` no es una fecha como 2020-12-25
L822-not-a-share = { $share } no es una proporción; se espera de 0.0 a 1.0
L822-no-rows = default es el número de filas; se espera 1 como mínimo
L823-unknown-column = aquí no hay una columna `{ $column }`; se espera una de estas: { $accepted }
L823-unknown-label = el proceso no tiene { $column } `{ $label }`; se espera { $accepted }
core-sample-entity-codes = dos cifras, de "01" a "32"
core-sample-country-codes = una clave alfa-3 de paises.toml, o XXX
core-sample-office-codes = una clave de representaciones.toml
L824-known-label = el catálogo conoce `{ $label }`; se espera un texto que no conozca
L824-spelling-not-read = `{ $text }` no se lee como { $column } `{ $label }`
L825-export-days = exports necesita `days`, una lista de fechas, o `count`, cuántas son, una como mínimo
L825-first-day-of-applications = las solicitudes empiezan cuando dice el archivo del proceso; solo credentials puede llevar `first`
L825-first-day-after-close = { $first } es posterior al cierre del registro, { $closes }
L825-no-kinds = kinds necesita al menos un texto para TIPO_TRAMITE
L826-day-and-at = un punto tiene `day` o `at`, no los dos
L826-outside-window = { $day } está fuera del periodo del { $first } al { $last }
L826-point-values = un punto necesita un total de 1 como mínimo, y un growth y un peak que no sean negativos
L826-point-order = el punto de { $total } del { $day } debe ser anterior al siguiente, de { $next_total } del { $next_day }, y no mayor
L827-no-vote-from-abroad = el proceso no tiene voto desde el extranjero en { $column } `{ $label }`
L827-count-falls = `{ $label }` tiene { $count } aquí y solo { $later } en el punto siguiente
L827-sum-of-counts = los conteos de { $column } suman { $sum }, y los valores omitidos no pueden completar el total de { $total }
core-named-pipe = es una tubería con nombre, no un archivo
core-socket = es un socket, no un archivo
core-device = es un dispositivo, no un archivo
L165-unknown-key = la clave { $key } no existe aquí; se espera { $expected }
L165-missing-key = falta la clave { $key }
L166-unknown-value = el valor { $value } no existe aquí; se espera { $expected }
L166-other-type = tipo de valor no válido: { $found }; se espera { $expected }
L167-not-toml = TOML no válido: { $mistake }
