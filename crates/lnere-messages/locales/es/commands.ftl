commands-man-not-written = no se pueden escribir las páginas de manual en { $folder }
# Partes que comparten varios comandos.
commands-cannot-read = no se puede leer { $path }
commands-cannot-write = no se puede escribir { $path }
commands-cannot-clear = no se puede depurar { $folder }
commands-releases-unreadable = no se pueden leer las publicaciones de { $folder }
commands-charts-unreadable = no se pueden leer las gráficas de { $folder }
commands-nothing-changed = el comando hizo su trabajo y no cambió nada
commands-file-not-read = no se lee: { $name }; { $advice }
commands-export-read = { $name }: { $read } leídos, { $accepted } aceptados, { $rejected } rechazados
commands-reference-read = referencia { $reference }: { $file }
commands-reference-fault = la referencia `{ $reference }`: { $fault }
commands-reference-not-listed = la referencia `{ $reference }`: no se puede leer la carpeta { $folder }
stage-reading-exports = leyendo exportaciones

L010-exports-refused = exportaciones rechazadas:
L010-exports-refused-dashboard-kept = exportaciones rechazadas; el tablero queda como estaba:
L011-inputs-unreadable = no se puede leer la carpeta de exportaciones { $folder }
L012-output-of-other-process = la carpeta de salida { $folder } es del proceso { $owner }, no de { $process }; indique otra con --output
L013-older-exports = la publicación de { $corte } se hizo con { $export }, que no está entre las exportaciones por leer (datos hasta { $vintage }); --force publica sin ella
L014-export-still-arriving = queda para la próxima corrida: { $name }; aún se está copiando, o se escribió hace un momento
L015-unknown-name-in-list = { $path }:{ $line }: publish.{ $list } nombra `{ $name }`; se espera alguno de: { $names }
L015-unknown-table-of-chart = { $file }: la gráfica `{ $chart }` lee la tabla `{ $table }`; se espera alguna de: { $names }
L016-table-not-public = `{ $table }` no puede hacerse pública; se espera alguna de: { $names }
L016-table-not-by-key = `{ $table }` no tiene la clave `{ $key }`; se espera alguna de: { $keys }
L016-countries-not-whole = `{ $table }` es por país, y un país que solo aparece cuando tiene casos los revela: ponga en `countries` los que aparecen siempre, y en audiences.publico.merge.pais un grupo con `rest = true` para todos los demás
L016-missing-margin = `{ $one }` y `{ $other }` tienen las mismas sumas por { $margin }, que ninguna tabla muestra; agregue la tabla por { $margin }
L020-nothing-to-evaluate = este proceso no tiene nada que evaluar: su archivo necesita la sección [projection] y una tabla publicada con from = "evaluation"
L021-no-outcome-yet = todavía no hay resultado: el registro cierra el { $closes }, y el corte más reciente que cubren las exportaciones es { $corte }
L021-no-corte-covered = todavía no hay resultado: el registro cierra el { $closes }, y las exportaciones no cubren ningún corte
L022-no-table = no hay una tabla `{ $name }`; se espera una de: { $names }
L023-reference-not-earlier = la referencia `{ $reference }` no es un proceso anterior: cierra el { $closes }, y este abre el { $opens }
L024-reference-export-missing = ninguna exportación de solicitudes en { $folder } cubre el cierre de su registro, { $closes }; se espera { $expected }
L024-reference-empty = { $file } no tiene ninguna solicitud que cuente
L030-releases-without-effect = el tablero de este público cuenta exportaciones: --releases no tiene efecto
L030-vintage-without-effect = el tablero de este público muestra las tablas protegidas de una publicación y no lee exportaciones: --vintage no tiene efecto
L031-public-dashboard-there = { $path } tiene el tablero del público { $audience }, que quizá está abierto a todos, y este lleva cifras exactas; --force lo reemplaza
L032-newer-dashboard-there = { $path } cuenta hasta el { $existing }, y los datos de ahora solo llegan al { $new }; --force lo reemplaza
L033-dashboard-group-lost = { $path } no pudo conservar su grupo; sus demás permisos quedan como estaban
L034-nothing-public = no hay nada público en { $folder }: `lnere run --only publico` hace las tablas protegidas que muestra el tablero del público `publico`; --releases indica otra carpeta. Si ya hay un tablero queda como estaba, con cifras exactas si es del público `opl`
L900-bug = defecto del programa en { $place }; este paso no publicó nada. Por favor reporte el lugar
L901-result-not-printed = { $completed }; solo faltó mostrar el resultado en stdout

check-quarantine = registros rechazados, por archivo y línea: { $path }
check-unknown-labels = { $labels ->
        [one] { $labels } etiqueta que ningún catálogo conoce
       *[other] { $labels } etiquetas que ningún catálogo conoce
    }, { $times } veces o más: { $path }
check-done = las exportaciones están revisadas y la cuarentena está escrita
check-refused = rechazada
check-accepted = aceptada
check-counts = { $read } leídos { $accepted } aceptados { $rejected } rechazados

plan-reads = lee
plan-newest-export = la más reciente: de ella sale lo que se cuenta
plan-older-applications = anterior: los estatus de su día, y las validaciones
plan-older-credentials = anterior: las validaciones
plan-publishes = publica { $parts } en { $folder }
plan-unbegun-series = publico: aquí no hay nada público, y `run` solo comienza la serie `{ $series }` con --new-series MOTIVO
plan-awaited = no se lee nada antes de que estén completas: { $exports }
plan-not-published = no: { $why }
plan-first-release = primera publicación de este corte
plan-revision-stays = la revisión { $revision } está publicada y queda; se informa qué cambiarían las exportaciones más recientes
plan-revision-may-be-replaced = la revisión { $revision } está publicada; se reemplaza solo si cambia una tabla o las partes

diff-release = { $process }, corte { $corte }, revisión { $revision }, exportaciones hasta { $vintage }, lnere { $version }
diff-heading =
    antes:   { $before }
    después: { $after }
diff-none = ninguna tabla cambia
diff-only-before = { $table }: solo antes
diff-only-after = { $table }: solo después
diff-cells = { $table }: { $cells ->
        [one] cambia { $cells } celda
       *[other] cambian { $cells } celdas
    }

backtest-heading = repetido hasta { $corte }; promedios de sus cortes y entidades, WIS en solicitudes
backtest-method = método
backtest-inside = en { $share } %
backtest-table = por corte y entidad: { $file }
backtest-done = la evaluación está publicada

memory-configured = limits.memory_mib es { $mib }
memory-half-of-machine = falta limits.memory_mib, y esto es la mitad de la memoria del equipo
memory-control-group = { $limit } del grupo de control /{ $group } es { $mib } MiB
memory-process-limit = el límite { $name } es { $mib } MiB
memory-left-on-machine = es lo que le queda al equipo
memory-of-machine = es lo que tiene el equipo

dashboard-newer-stays = { $path } cuenta hasta el { $existing }, y los datos de ahora solo llegan al { $new }: queda como está
dashboard-written = tablero   hasta el { $last_day }, público { $audience }
dashboard-unchanged = tablero   hasta el { $last_day }, público { $audience }, sin cambios
dashboard-applications = solicitudes    { $total }
dashboard-size = { $files ->
        [one] { $files } archivo
       *[other] { $files } archivos
    }, { $size } MB
dashboard-open = abra { $path }
dashboard-kept = el tablero queda como estaba
dashboard-done = el tablero está en su lugar
stage-publishing = publicando
stage-writing-exports = escribiendo exportaciones
stage-verifying = publicaciones
L010-exports-refused-nothing-published = exportaciones rechazadas; no se publicó nada:
L040-problems = hay un problema
L041-differences = hay diferencias
L042-not-covered = las exportaciones no cubren todos los cortes
L043-needs-action = algo está atrasado o espera una decisión

L070-reason-empty = --reason está vacío; diga por qué la exportación es correcta
L071-no-export = no hay una exportación `{ $export }`; se espera una de: { $names }
L072-export-name-invisible = el nombre de { $export } contiene { $character }, y por eso ninguna anotación puede nombrarla; cambie el nombre del archivo y acéptelo con el nuevo
L073-export-not-read = no se leyó { $export }
L074-not-refused = { $rule } no rechaza { $export }: no hay nada que aceptar
L074-refused-by-others = { $rule } no rechaza { $export }; lo que la rechaza: { $rules }
L075-acceptances-not-written = no se puede escribir { $path }; con `accepted` en [thresholds] del archivo del proceso puede indicar un archivo en otra carpeta
accept-export-unreadable = no se puede aceptar { $export }, porque no se puede leer: { $fault }
accept-entry-invalid = no se puede escribir la anotación
accept-file-heading = Exportaciones correctas aunque las rechaza una regla de plausibilidad; `lnere accept` las agrega.
accept-accepted = se aceptó { $export } aunque la rechaza { $rule }
accept-written = quedó anotado en { $path }
accept-done = la exportación quedó aceptada

L076-demo-folder-not-empty = { $folder } no está vacía; indique otra carpeta: `lnere demo DIR`
L077-exists-already = { $path } ya existe; indique otra carpeta
demo-open-dashboard = abra el tablero: { $path }
demo-synthetic = todos los registros son sintéticos
demo-next = después, pruebe
demo-run = publica un corte anterior
demo-verify = vuelve a leer la publicación más reciente: sumas de verificación, esquemas y totales
demo-schema = dice qué significa cada columna de una tabla

config-not-written = no se puede escribir la configuración en { $folder }
config-files = { $files ->
        [one] { $files } archivo
       *[other] { $files } archivos
    } en { $folder }: { $names }
config-edit = edite { $file }, e indíquelo con --process o LNERE_PROCESS
config-done = la configuración está escrita

sample-cannot-create = no se puede crear { $folder }
sample-export = { $name } { $number } { $records ->
        [one] registro
       *[other] registros
    }
sample-exports = { $exports ->
        [one] { $exports } exportación sintética
       *[other] { $exports } exportaciones sintéticas
    } en { $folder }
sample-done = las exportaciones están escritas

L080-release-unsound = { $release } no es lo que dice ser: { $findings ->
        [one] { $findings } hallazgo
       *[other] { $findings } hallazgos
    }
L080-release-unsound-and-untried = { $release } no es lo que dice ser: { $findings ->
        [one] { $findings } hallazgo
       *[other] { $findings } hallazgos
    }, y { $untried ->
        [one] { $untried } cosa no se pudo comprobar
       *[other] { $untried } cosas no se pudieron comprobar
    }
L080-releases-unsound = { $unsound } de { $releases ->
        [one] { $releases } publicación
       *[other] { $releases } publicaciones
    } no { $unsound ->
        [one] es lo que dice ser
       *[other] son lo que dicen ser
    }: { $cortes }; `lnere verify CORTE` da todos los hallazgos
L081-release-untried = { $release }: { $untried ->
        [one] { $untried } cosa no se pudo comprobar
       *[other] { $untried } cosas no se pudieron comprobar
    }; todo lo demás es lo que dice ser
L081-releases-untried = algunas comprobaciones no se pudieron hacer, de { $cortes }; las demás no hallaron nada
L082-no-output-folder = no existe la carpeta de salida { $folder }; indique otra con --output
L083-no-release = no hay una publicación { $release } en { $folder }; hay: { $names }
L083-no-release-at-all = no hay una publicación { $release } en { $folder }: no hay ninguna; `lnere run` publica una, y --output indica otra carpeta de salida
L084-release-is-file = no hay una publicación { $release }: no es una carpeta
L084-release-absent = no hay una publicación { $release }: { $error }
verify-name-of-folder = Una carpeta se nombra con `/`: ./{ $release }
verify-no-release = no hay ninguna publicación en { $folder }
verify-revision = revisión { $revision }
verify-outcome-sound = íntegra
verify-outcome-untried = { $untried ->
        [one] { $untried } cosa sin comprobar
       *[other] { $untried } cosas sin comprobar
    }: { $first }
verify-outcome-findings = { $findings ->
        [one] { $findings } hallazgo
       *[other] { $findings } hallazgos
    }: { $first }
verify-sound = { $release }: íntegra
verify-not-tried = sin comprobar: { $finding }
verify-note = nota: { $note }

L085-is-file = { $path } es un archivo; indique una carpeta
L085-broken-link = { $path } es una liga que no lleva a ninguna parte
L086-output-in-release = la carpeta de salida { $output } está dentro de la publicación { $release }; indique otra con --output
L086-output-in-output = la carpeta de salida { $output } está dentro de otra carpeta de salida, { $other }, que no puede contener nada más; indique otra con --output
L087-folder-is-inputs = la carpeta { $what ->
        [dashboard] del tablero
       *[output] de salida
    } { $folder } es la carpeta de las exportaciones, { $inputs }; use dos carpetas separadas
L087-folder-in-inputs = la carpeta { $what ->
        [dashboard] del tablero
       *[output] de salida
    } { $folder } está dentro de la carpeta de las exportaciones, { $inputs }; use dos carpetas separadas
L087-folder-contains-inputs = la carpeta { $what ->
        [dashboard] del tablero
       *[output] de salida
    } { $folder } contiene la carpeta de las exportaciones, { $inputs }; use dos carpetas separadas
