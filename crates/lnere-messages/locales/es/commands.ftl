commands-man-not-written = no se pueden escribir las páginas de manual en { $folder }
# Partes que comparten varios comandos.
commands-cannot-read = no se puede leer { $path }
commands-cannot-write = no se puede escribir { $path }
commands-cannot-create = no se puede crear { $folder }
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
L015-chart-of-table-not-shared = { $file }: las entidades de la gráfica `{ $chart }` ven los renglones de todas en { $table }, que no es `shared` en tablas.toml
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
L030-releases-without-effect = el tablero de esta audiencia cuenta exportaciones: --releases no tiene efecto
L030-vintage-without-effect = el tablero de esta audiencia muestra las tablas protegidas de una publicación y no lee exportaciones: --vintage no tiene efecto
L031-public-dashboard-there = { $path } tiene el tablero de la audiencia { $audience }, que quizá está abierto a todos, y este lleva cifras exactas; --force lo reemplaza
L032-newer-dashboard-there = { $path } cuenta hasta el { $existing }, y los datos de ahora solo llegan al { $new }; --force lo reemplaza
L033-dashboard-group-lost = { $path } no pudo conservar su grupo; sus demás permisos quedan como estaban
L034-nothing-public = no hay nada público en { $folder }: `lnere run --only publico` hace las tablas protegidas que muestra el tablero de la audiencia `publico`; --releases indica otra carpeta. Si ya hay un tablero queda como estaba, con cifras exactas si es de la audiencia `opl`
L900-bug = error del programa en { $place }; este paso no publicó nada. Por favor reporte el lugar
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

# Mensajes de `status`.
L035-export-gone = ya no está { $name }; con ella { $number ->
        [one] se hizo la publicación de { $cortes }
       *[other] se hicieron las publicaciones de { $cortes }
    }, y no se reemplaza nada hasta que vuelva
L035-released-export-gone = ya no está, y con ella se hicieron publicaciones: { $cortes }
L036-export-replaced = se reemplazó después de que con ella { $number ->
        [one] se hizo la publicación de { $cortes }
       *[other] se hicieron las publicaciones de { $cortes }
    }: entonces se { $then ->
        [one] aceptó { $then } registro
       *[other] aceptaron { $then } registros
    }, ahora { $now }; si nadie la corrigió, copie de nuevo la anterior
L036-export-replaced-unreadable = se reemplazó después de que con ella { $number ->
        [one] se hizo la publicación de { $cortes }
       *[other] se hicieron las publicaciones de { $cortes }
    }: entonces se { $then ->
        [one] aceptó { $then } registro
       *[other] aceptaron { $then } registros
    }, y ahora no se puede leer; si nadie la corrigió, copie de nuevo la anterior
L064-manifest-unreadable = no se puede leer su manifiesto; corra `lnere verify { $corte }`
commands-to-do = qué hacer: { $action }
commands-warnings = advertencias
status-inputs-unreadable = las exportaciones no se pueden leer: { $error }
status-inputs-to-do = monte la carpeta o corrija sus permisos; mientras tanto no se sabe lo que depende de las exportaciones
status-changes-not-known = no se sabe qué cambiaría en los cortes publicados; `lnere run --due` lo revisa
status-releases = publicaciones
status-release = revisión { $revision }  exportaciones hasta { $vintage }  { $applications } solicitudes
status-no-release = ninguna
status-older-releases = y { $releases ->
        [one] { $releases } anterior
       *[other] { $releases } anteriores
    }
status-newest-exports = exportaciones más recientes
status-exports-not-known = no se sabe
status-no-export = ninguna
status-up-to-date = al día
status-days-behind = { $days ->
        [one] { $days } día
       *[other] { $days } días
    } de atraso
status-warning = advertencia
status-source-late = ATRASADA
status-corte-late = ATRASADO
status-source-to-do = pida una exportación más reciente a quien entrega { $source }
status-export-arriving = { $name } aún se está copiando, o se escribió hace un momento
status-other-exports-arriving = y { $exports ->
        [one] { $exports } más se está copiando
       *[other] { $exports } más se están copiando
    }
status-export-refused = { $name }: { $reason }. Una corrida la rechazará
status-export-refused-to-do = corrija el archivo o su nombre, o sáquelo de la carpeta; `lnere check` da los detalles
status-export-gone-to-do = cópiela de nuevo a la carpeta de las exportaciones; si se perdió para siempre, `lnere run --corte { $corte } --force` publica sin ella
status-export-replaced-to-do = copie de nuevo el archivo anterior; si se corrigió, `lnere run --corte { $corte }` publica con el actual
status-due = por publicar
status-due-corte = { $corte }  terminó hace { $days ->
        [one] { $days } día
       *[other] { $days } días
    }; { $why }
status-nothing-due = nada
status-not-published = no está publicado
status-not-published-to-do = haga que se puedan leer las exportaciones; `lnere run --due` lo publica
status-covered = las exportaciones lo cubren, y no está publicado
status-covered-to-do = `lnere run --due` lo publica, o dice por qué no
status-waiting = se esperan exportaciones de { $sources } que lo cubran
status-waiting-covered = se esperan exportaciones de { $sources } que lo cubran; las de { $covering } ya lo cubren
status-waiting-to-do = pida la exportación de { $sources } del { $corte } o posterior
status-backfill-over = { $cortes ->
        [one] { $cortes } corte
       *[other] { $cortes } cortes
    } del { $first } al { $last } sin publicación: no es un atraso, porque el proceso ya terminó
status-backfill-last-published = { $cortes ->
        [one] { $cortes } corte
       *[other] { $cortes } cortes
    } del { $first } al { $last } sin publicación: no es un atraso, porque el último corte del proceso está publicado
status-other-warnings = { $warnings ->
        [one] { $warnings } advertencia
       *[other] { $warnings } advertencias
    } de otras exportaciones; `--format json` las da
status-last-run = última corrida
status-run-unfinished = empezó el { $started } y no terminó: sigue en curso o se interrumpió
status-run-unfinished-to-do = si no sigue en curso, consulte el journal; la siguiente `lnere run --due` limpia lo que quedó
status-run-ended = terminó el { $ended }, código { $exit }
status-run-ended-with-error = terminó el { $ended }, código { $exit }: { $error }
status-run-refused-to-do = `lnere check` dice qué está mal; pida de nuevo la exportación, o acéptela con `lnere accept` si es correcta
status-run-usage-to-do = corrija lo que nombra el error; `lnere plan --due` lo prueba sin publicar
status-run-failed-to-do = elimine la causa que nombra el error; después `lnere run --due` hace lo que falta
status-kept = se conservan como están, aunque cambiarían
status-kept-corte = { $corte }  revisión { $revision }, lo decidió { $by } el { $at }: { $reason }
status-deliveries = entregas de { $corte }, revisión { $revision }
status-ledger-not-known = no se sabe: { $error }
status-ledger-to-do = no se envía nada mientras no se pueda leer la bitácora; repóngala de un respaldo
status-delivered = { $packages ->
        [one] entregado: { $delivered } de { $packages } paquete
       *[other] entregados: { $delivered } de { $packages } paquetes
    }
status-earlier-not-delivered = no todos tienen la revisión vigente de { $cortes }
status-held = { $corte } está en espera hasta el { $end }; faltan { $left }
status-recipients-file = ARCHIVO
status-deliver-to-do = `lnere deliver --recipients ARCHIVO` envía lo que falta, o dice qué lo impide
status-package-other = se entregó otro paquete de esta revisión; este todavía no
status-package-earlier = se entregó la revisión { $revision }; esta todavía no
status-package-failed = FALLÓ el { $time }: { $reason }
status-package-interrupted = un intento del { $time } no tiene fin: sigue en curso o se interrumpió
status-package-pending = todavía no

# Cambios que haría una revisión.
revision-exports = exportaciones ({ $names })
revision-configuration = configuración ({ $names })
revision-names-and-more = { $names } y { $more } más
revision-other-build = programa (otra compilación de { $version })
revision-other-version = programa ({ $before }, ahora { $now })
revision-cause = causa: { $cause }
revision-causes = causas posibles: { $causes }
revision-size = { $cells ->
        [one] cambia { $cells } celda
       *[other] cambian { $cells } celdas
    } de { $tables ->
        [one] { $tables } tabla
       *[other] { $tables } tablas
    }

# Mensajes de `run`.
L037-keep-without-release = --keep: no hay publicación de { $corte } en { $folder }
L037-keep-needs-corte-and-reason = --keep necesita --corte y --reason, y no va con --due ni con --from; no se anotó nada
L038-keep-before-look = --keep: no se sabe qué cambiaría ahora en { $corte }; corra primero `lnere run --due`, que lo revisa
L039-keep-of-unchanged = --keep: { $corte } no cambiaría, y ningún otro tampoco; no se anotó nada
L039-keep-of-unchanged-others = --keep: { $corte } no cambiaría, pero sí { $others }; no se anotó nada
L050-publico-without-audience = --only publico: el archivo del proceso no tiene una sección [audiences.publico]
L051-new-series-without-publico = --new-series: no se hace público nada, porque las partes por publicar no nombran `publico`
L052-dashboard-without-publico = el tablero de la audiencia `publico` muestra las tablas protegidas de su publicación: si --only nombra `tablero`, también debe nombrar `publico`
L053-corte-not-covered = no está cubierto: lo que hay, { $exports }, llega hasta el { $day }
L054-packages-without-report = los paquetes no llevan reporte: el archivo del proceso no nombra una plantilla (paths.report), o el programa se compiló sin `reports`
L055-earlier-run-interrupted = una corrida anterior se interrumpió: { $action }
L060-no-process-file = en esta carpeta no hay un archivo del proceso { $file }: indique uno con --process o { $variable }. `lnere demo` publica una muestra; `lnere config export CARPETA` escribe los archivos de proceso que trae el programa
L061-metrics-not-written = no se pueden escribir las métricas { $path }: { $error }
L062-warning-command-failed = --on-warning: { $error }
commands-user-by-sudo = { $user }, por sudo de { $caller }
commands-accept-to-do = si { $name } es correcta: lnere accept { $word } --rule { $rule } --reason "…" (con los mismos --process, --inputs y --output)
args-series-reason-empty = está vacío; diga por qué la serie empieza aquí
args-keep-reason-empty = está vacío; diga por qué la publicación queda como está
args-reason-unprintable = contiene { $character }, que no se puede imprimir
args-reason-too-long = tiene { $length } caracteres; como máximo { $most }
args-no-part = ninguna parte se llama así
run-not-recovered = no se puede recoger lo que dejó una corrida anterior
run-corte-counted = corte { $corte }: contado y graficado
run-corte-on-disk = corte { $corte }: en el disco
run-corte-published = corte { $corte }   publicado
run-corte-revised = corte { $corte }   publicado como revisión { $revision }
run-corte-unchanged = corte { $corte }   sin cambios, no se publicó nada
run-corte-not-published = corte { $corte }   no publicado
run-corte-would-change = corte { $corte }   cambiaría; la revisión { $revision } queda como está; { $causes }
run-corte-failed = corte { $corte }: { $error }
run-pending-to-do = `lnere run --corte { $corte }` publica la revisión; con `--keep --reason "…"` la publicación queda como está
run-visible-but = la revisión { $revision } ya es visible en { $path }, pero: { $error }
run-applications = solicitudes
run-credentials = credenciales
run-at-close = al cierre
run-on-list = en la lista
run-in-quincena = ({ $applications } en la quincena)
run-applied-for-since = tramitadas desde el { $day }
run-projected = proyección al { $closes }; 90 %: de { $lower } a { $upper }
run-outdated = con la configuración de hoy saldrían distintas estas partes: { $parts }; `lnere run --corte { $corte } --force` las publica como revisión { $revision }
run-contents = tablas { $tables }, gráficas { $charts }, paquetes { $packages }
run-nothing-due = no hay nada por publicar: cada corte programado que ya terminó está publicado
run-awaited = no se lee nada mientras { $number ->
        [one] se copia
       *[other] se copian
    } { $exports }
run-waiting = se esperan exportaciones de { $sources } que cubran { $cortes }
run-waiting-covered = se esperan exportaciones de { $sources } que cubran { $cortes }; las de { $covering } ya { $number ->
        [one] lo
       *[other] los
    } cubren
run-older-warnings = { $warnings ->
        [one] { $warnings } advertencia
       *[other] { $warnings } advertencias
    } de exportaciones anteriores; `--format json` y `lnere check` las dan
run-records = { $read ->
        [one] { $read } registro leído
       *[other] { $read } registros leídos
    } en { $exports ->
        [one] { $exports } exportación
       *[other] { $exports } exportaciones
    }, { $rejected ->
        [one] { $rejected } rechazado
       *[other] { $rejected } rechazados
    }
run-look-at = vea { $folder }
run-done-nothing = la corrida terminó y no publicó nada
run-done-all = todo lo que había por publicar está publicado
run-done-part = lo que se pudo publicar está publicado
run-kept = la revisión { $revision } de { $corte } queda como está, aunque { $size }
run-kept-written = se anotó en { $path }
run-kept-done = la decisión está anotada

# Mensajes de `deliver`.
L040-no-release-folder = { $path } no es una publicación
L041-no-release-yet = no hay ninguna publicación en { $folder }; `lnere run` publica una
L042-release-of-other-output = la publicación está en { $folder }, cuya bitácora dice quién la tiene: indíquela con --output { $folder }
L043-release-superseded = la revisión { $old } de { $corte } se reemplazó por la revisión { $new }: `lnere deliver { $corte }` entrega esa; no se envió nada
L044-no-package-for-recipient = --only { $name }: la publicación no tiene un paquete para ese destinatario, solo para: { $all }
L045-packages-not-delivered = no se { $failed ->
        [one] entregó { $failed }
       *[other] entregaron { $failed }
    } de { $packages ->
        [one] { $packages } paquete
       *[other] { $packages } paquetes
    }: { $recipients }; el mismo comando envía solo lo que falta
L046-attempt-interrupted = { $recipient }: un intento anterior se interrumpió; se envía otra vez, con el mismo Message-ID
deliver-heading = { $title }, corte { $corte }, revisión { $revision }
deliver-publication-time-unreadable = no se puede leer cuándo se escribió { $path }
deliver-approved-by = aprobada por { $user }
deliver-held = en espera hasta el { $end }, { $hours ->
        [one] { $hours } hora
       *[other] { $hours } horas
    } después de que se publicó; no se envió nada
deliver-release-held = la publicación está en espera hasta el { $end }
deliver-held-to-do = revise los mensajes con `lnere deliver { $corte } --recipients { $recipients } --dry-run`; `lnere deliver --recipients { $recipients } --approve { $corte }` los envía ahora
deliver-to-be-copied = se copiará a { $folder }
deliver-not-to-be-sent = no se enviará: { $reason }
deliver-dry-run-done = no se envió nada, y la bitácora queda como estaba
deliver-summary = { $packages ->
        [one] { $packages } paquete
       *[other] { $packages } paquetes
    }: { $delivered ->
        [one] { $delivered } entregado
       *[other] { $delivered } entregados
    }, { $had } ya se { $had ->
        [one] tenía
       *[other] tenían
    }, { $failed ->
        [one] { $failed } falló
       *[other] { $failed } fallaron
    }
deliver-ledger = bitácora: { $path }
deliver-done = las entregas están hechas y anotadas en la bitácora
deliver-delivered = entregado
deliver-delivered-at = entregado el { $time }
deliver-had-before = ya lo tenía
deliver-has-later = tiene una revisión más reciente
deliver-later-revision = se entregó la revisión { $revision }
deliver-failed = FALLÓ
deliver-attempt-delivered = { $recipient }: entregado
deliver-attempt = { $recipient }: intento { $attempt }: { $reply }
deliver-attempt-failed = { $recipient }: no se entregó: { $reason }
deliver-attempt-failed-again = { $recipient }: no se entregó: { $reason }; se intenta de nuevo
deliver-retry-wait = { $packages ->
        [one] { $packages } paquete se intenta
       *[other] { $packages } paquetes se intentan
    } de nuevo en { $seconds } s

# Lo que dice `--on-warning`.
hook-source-late = la exportación más reciente de { $source } tiene { $days ->
        [one] { $days } día
       *[other] { $days } días
    } de atraso
hook-corte-late = el corte { $corte } terminó hace { $days ->
        [one] { $days } día
       *[other] { $days } días
    } y no está publicado
hook-revision-pending = el corte { $corte } cambiaría; { $causes }: { $size }
hook-delivery-held = la entrega de { $corte } está en espera hasta el { $end }
hook-delivery-failed = el paquete de { $recipient } de { $release } no se entregó
hook-run-unfinished = la corrida que empezó el { $started } no terminó
hook-not-started = no se puede iniciar: { $error }
hook-ended-with = terminó con el código { $code }
hook-ended-by-signal = lo terminó la señal { $signal }
hook-killed = se detuvo después de { $seconds } s
hook-not-recorded = no se puede anotar en out/private lo que se dijo: { $error }

plan-reads = lee
plan-newest-export = la más reciente: de ella sale lo que se cuenta
plan-older-applications = anterior: los estatus de su día, y las validaciones
plan-older-credentials = anterior: las validaciones
plan-publishes = publica { $parts } en { $folder }
plan-unbegun-series = publico: todavía no hay nada público aquí; para empezar la serie `{ $series }`, `run` necesita --new-series MOTIVO
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
backtest-corte = { $corte }: se esperaban { $median } (de { $lower } a { $upper }); fueron { $outcome }
backtest-table = por corte y entidad: { $file }
backtest-done = la evaluación está publicada

memory-configured = limits.memory_mib es { $mib }
memory-half-of-machine = falta limits.memory_mib, y esto es la mitad de la memoria del equipo
memory-control-group = { $limit } del grupo de control /{ $group } es { $mib } MiB
memory-process-limit = el límite { $name } es { $mib } MiB
memory-left-on-machine = es lo que le queda al equipo
memory-of-machine = es lo que tiene el equipo

dashboard-newer-stays = { $path } cuenta hasta el { $existing }, y los datos de ahora solo llegan al { $new }: queda como está
dashboard-written = tablero   hasta el { $last_day }, audiencia { $audience }
dashboard-unchanged = tablero   hasta el { $last_day }, audiencia { $audience }, sin cambios
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
L066-problems = hay un problema
L067-differences = hay diferencias
L068-not-covered = las exportaciones no cubren todos los cortes
L069-needs-action = algo está atrasado, o no se puede leer la carpeta de las exportaciones

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
L058-metrics-file-name = no es una carpeta que exista, y su nombre no termina en .{ $extension }
L058-metrics-in-release = está dentro de la publicación { $release }, que no puede contener nada más; indique una carpeta fuera de la carpeta de salida
L047-decision-damaged = { $path }:{ $line }: esta línea no registra ninguna decisión; reponga el archivo de un respaldo
status-run-not-covered-to-do = espere la exportación que falta, o pídala; `lnere plan --due` dice cuál
