# La tabla: estados, qué hacer y resumen
doctor-state-ok = bien
doctor-state-skipped = omitida
doctor-state-warning = advertencia
doctor-state-problem = PROBLEMA
doctor-findings-and-more = { $findings }; y { $more } más
doctor-summary = { $checks ->
        [one] { $checks } comprobación
       *[other] { $checks } comprobaciones
    }: { $ok } bien, { $warnings ->
        [one] { $warnings } advertencia
       *[other] { $warnings } advertencias
    }, { $problems ->
        [one] { $problems } problema
       *[other] { $problems } problemas
    }, { $skipped ->
        [one] { $skipped } omitida
       *[other] { $skipped } omitidas
    }

# Partes de varias comprobaciones
doctor-needs-process = requiere un archivo del proceso sin errores
doctor-private-is-closed = este usuario no puede entrar a la carpeta: vea output-folder
doctor-let-read-folder = dé a este usuario permiso de leer la carpeta

# process-file, catalogs, definitions
doctor-correct-process = corrija lo que dice el mensaje; `lnere plan` lo lee de nuevo
doctor-name-process = indique el archivo con --process o en LNERE_PROCESS
doctor-let-read-process = dé a este usuario permiso de leerlo, por ejemplo por el grupo: permisos 0640
doctor-catalogs-first = { $file }: antes hay que corregir sus catálogos
doctor-catalogs = { $files ->
        [one] { $files } archivo
       *[other] { $files } archivos
    } sin errores
doctor-definitions-with-report = { $tables ->
        [one] { $tables } tabla
       *[other] { $tables } tablas
    }, { $charts ->
        [one] { $charts } gráfica
       *[other] { $charts } gráficas
    } y un reporte
doctor-definitions-without-report = { $tables ->
        [one] { $tables } tabla
       *[other] { $tables } tablas
    } y { $charts ->
        [one] { $charts } gráfica
       *[other] { $charts } gráficas
    }, sin reporte

# inputs-folder
L710-inputs-unreadable = no se puede leer la carpeta { $folder }: { $error }
doctor-let-read-inputs = dé a este usuario permiso de leerla, por ejemplo por el grupo: permisos 2750
doctor-mount-inputs = cree o monte la carpeta, o indique otra con --inputs o en LNERE_INPUTS
doctor-inputs-listed = la carpeta { $folder } se puede leer
doctor-inputs = { $folder }: { $exports ->
        [one] { $exports } exportación
       *[other] { $exports } exportaciones
    }
doctor-let-read-contents = dé a este usuario permiso de leer la carpeta y lo que contiene

# exports
doctor-needs-process-and-inputs = requiere el archivo del proceso y la carpeta de exportaciones
doctor-no-export = ninguna
doctor-newest-export = { $source }: { $export }, { $days ->
        [0] al día
        [one] { $days } día de atraso
       *[other] { $days } días de atraso
    }
L720-export-behind = { $source }: { $export }, { $days ->
        [0] al día
        [one] { $days } día de atraso
       *[other] { $days } días de atraso
    }
doctor-publish-covered = publique lo que cubren las exportaciones: `lnere run --corte { $corte }`
doctor-ask-for-export = pida la exportación más reciente de esta fuente
doctor-correct-export-name = corrija el nombre, o saque el archivo de la carpeta; `lnere check` da los motivos
L721-file-not-read = no se lee: { $name }
L722-export-unreadable = no se puede leer { $path }: { $error }
doctor-let-read-export = dé a este usuario permiso de leerlo, por ejemplo por el grupo de la carpeta: permisos 0640
doctor-exports-arriving = { $exports }; { $arriving ->
        [one] { $arriving } exportación se está copiando
       *[other] { $arriving } exportaciones se están copiando
    }

# output-folder
doctor-name-other-output = indique otra carpeta con --output o en LNERE_OUTPUT
doctor-output-not-made = { $folder } todavía no existe; la crea la primera corrida
L730-output-cannot-be-made = { $folder } no existe, y no se puede escribir en { $parent }: { $error }
doctor-make-output = cree la carpeta para este usuario, o indique otra con --output o en LNERE_OUTPUT
L731-output-unreadable = { $folder }: { $error }
L731-releases-not-listed = no se puede leer la lista de las publicaciones: { $error }
L732-output-is-file = { $folder } no es una carpeta
doctor-name-output = indique una carpeta con --output o en LNERE_OUTPUT
doctor-follow-message = haga lo que dice el mensaje
doctor-run-as-owner-or-follow = si el usuario que publica es { $owner }, corra `runuser -u { $owner } -- lnere doctor`; si no, haga lo que dice el mensaje
L733-output-not-writable = no se puede escribir en { $folder }: { $error }
doctor-let-write-output = dé a su dueño permiso de escribir en ella, y monte el disco con escritura
L734-run-by-root = esto lo corre root, pero { $folder } pertenece a { $owner }: no se probaron los permisos
L735-other-disk = { $folder } no está en el mismo disco que { $output }
doctor-put-on-one-disk = ponga las dos carpetas en un solo disco
L736-latest-leads-elsewhere = latest no lleva a la publicación del corte { $corte }
doctor-move-latest = si hay otra cosa con ese nombre, sáquela de la carpeta; la corrida siguiente crea la liga
doctor-name-output-of-process = indique la carpeta de salida de este proceso, o el proceso de esta carpeta
doctor-output = { $folder }: { $releases ->
        [one] { $releases } publicación
       *[other] { $releases } publicaciones
    }

# modes
L740-private-open = { $path }{ $others ->
        [0] {""}
       *[other] {" "}(y { $others } más)
    } tiene los permisos { $mode }: otros, además del dueño, pueden leer o escribir ahí
L741-published-open = { $path }{ $others ->
        [0] {""}
       *[other] {" "}(y { $others } más)
    } tiene los permisos { $mode }: otros, además del dueño, pueden modificarlo
L741-output-open = { $path } tiene los permisos { $mode }: otros, además del dueño, pueden reemplazar publicaciones
L742-foreign-owner = { $path }{ $others ->
        [0] {""}
       *[other] {" "}(y { $others } más)
    } pertenece a { $other }, no a { $owner }
doctor-chown = como root, corra `chown -R { $owner } { $folder }`
L743-configuration-open = otros, además de su dueño, pueden modificar { $path }{ $others ->
        [0] {""}
       *[other] {" "}(y { $others } más)
    }, y con ello lo que se cuenta
doctor-as-owner = como { $owner }, corra { $command }
L744-exports-open = cualquier usuario puede leer { $name }{ $others ->
        [0] {""}
       *[other] {" "}(y { $others } más)
    }
doctor-close-exports = corra `chmod o= { $folder }`, porque las exportaciones son datos personales
L745-not-examined = no se puede examinar { $path }: { $error }
doctor-run-as-service = corra este comando como el usuario del servicio
doctor-modes = nadie más puede leer lo privado ni modificar lo publicado

# free-disk, folder-exchange
doctor-disk = { $free } libres en { $folder }; { $cortes } cortes necesitan { $needed } ({ $reason })
L750-disk-too-small = { $free } libres en { $folder }; { $cortes } cortes necesitan { $needed } ({ $reason })
doctor-disk-of-release = la publicación del corte { $corte } ocupa { $size }
doctor-disk-of-exports = todavía no hay publicaciones: según las exportaciones, como máximo unos { $size } cada una
doctor-disk-of-unmeasured-release = no se puede medir la publicación del corte { $corte }: según las exportaciones, como máximo unos { $size } cada una
L751-too-few-files = en el disco caben { $files } archivos más, y { $cortes } cortes tienen { $needed }
doctor-free-space = libere espacio, o mueva la carpeta de salida a un disco más grande; no borre nada de ella
L752-disk-not-known = no se puede consultar el disco de { $folder }: { $error }
doctor-exchange = { $folder }: una revisión reemplaza una publicación en un solo paso
L755-no-exchange = { $folder }: este sistema de archivos no puede intercambiar dos carpetas; durante un instante no se ve la publicación que se reemplaza
doctor-prefer-local-disk = es mejor un disco local para la carpeta de salida; en este, quien lee una publicación lo intenta de nuevo
L756-exchange-not-tried = no se puede probar en { $folder }: { $error }
doctor-let-write-folder = dé a este usuario permiso de escribir en la carpeta

# units
doctor-cron-without-systemd = aquí no corre systemd; existe { $file }
doctor-no-cron-nor-systemd = aquí no corre systemd; no existe { $file }
doctor-copy-cron = copie lnere.cron (de deploy/ en el archivo de distribución, o de /usr/share/doc/lnere en el paquete) a { $file }, si este equipo publica
L760-systemctl-failed = no se puede consultar systemctl: { $error }
doctor-look-at-timers = revise a mano `systemctl list-timers 'lnere*'`
doctor-cron-without-units = no hay unidades de lnere instaladas, pero existe { $file }
L761-no-units = no hay unidades de lnere instaladas: nada corre por sí solo
doctor-install-units = instale las unidades o la línea de cron de deploy/ (con el paquete de Debian, `systemctl enable --now lnere.timer`)
L762-service-failed = { $service } falló
doctor-look-at-journal = `journalctl -u { $service }` da el motivo
L763-timer-not-enabled = { $timer } está encendido, pero no se encenderá al arrancar el equipo
L763-timer-not-active = { $timer } no está encendido
L764-timer-not-installed = { $timer } no está instalado
doctor-install-timer = instale deploy/{ $timer } y deploy/{ $service }
L764-alert-not-installed = lnere-alert@.service no está instalado
doctor-install-alert = instale deploy/lnere-alert@.service
doctor-active-timers = encendidos: { $timers }

# clock
L770-release-of-future-day = la publicación del corte { $corte } cuenta hasta un día posterior a hoy, { $today }
L771-export-of-future-day = { $name } cubre un día posterior a hoy, { $today }
L772-written-in-future = { $name } tiene una hora de escritura en el futuro
doctor-set-clock = compare la hora con un reloj confiable, y corrija la del equipo
doctor-set-clock-or-correct-name = compare la hora con un reloj confiable, y corrija la del equipo; o corrija el nombre de la exportación
L773-clock-not-synchronized = el reloj no está sincronizado
doctor-synchronize-clock = corra `timedatectl set-ntp true` como root
doctor-clock = { $mexico_time } en la Ciudad de México; el equipo marca { $machine_time }, { $synchronized ->
        [yes] sincronizado
        [no] sin sincronizar
       *[other] no se sabe si está sincronizado
    }

# recipients, recipient-folders, smtp, ledger
doctor-without-recipients = no se indicó --recipients
doctor-needs-recipients = requiere un archivo de destinatarios sin errores
doctor-correct-recipients = corrija lo que dice el mensaje; `lnere deliver --dry-run` lo prueba sin enviar nada
doctor-recipients = { $file }: { $recipients ->
        [one] { $recipients } destinatario
       *[other] { $recipients } destinatarios
    }
doctor-no-recipient-folder = ningún destinatario tiene carpeta
L780-recipient-folder-is-file = `{ $entity }`: { $folder } no es una carpeta
doctor-name-recipient-folder = indique una carpeta
L781-recipient-folder-absent = `{ $entity }`: { $folder }: { $error }
doctor-mount-share = monte la carpeta de red, o cree la carpeta
L782-recipient-folder-not-writable = `{ $entity }`: no se puede escribir en { $folder }: { $error }
doctor-let-write-recipient-folder = dé al usuario del servicio permiso de escribir en ella, y agréguela a ReadWritePaths= de lnere-deliver.service
L783-recipient-folder-open = `{ $entity }`: { $folder } tiene los permisos { $mode }: cualquier usuario puede reemplazar paquetes
doctor-recipient-folders = { $folders ->
        [one] { $folders } carpeta, y se puede escribir en ella
       *[other] { $folders } carpetas, y se puede escribir en todas
    }
doctor-no-smtp = el archivo de destinatarios no tiene la sección [smtp]
doctor-store-password = escriba la contraseña en el archivo de smtp.password_file, como su usuario y con permisos 0600
doctor-correct-ca-file = corrija smtp.ca_file
doctor-compare-smtp = compare host, port, security, user y la contraseña con los datos que le dieron los administradores del correo
L785-message-limit = { $server } acepta mensajes de { $size } MiB, y max_message_mib es { $configured }
doctor-set-message-limit = ponga max_message_mib en { $size }
doctor-smtp-without-tls = sin TLS
doctor-smtp-with-login = { $server }: { $security }, sesión iniciada; no se envió nada
doctor-smtp-without-login = { $server }: { $security }, sin iniciar sesión; no se envió nada
doctor-no-delivery = todavía no hay entregas
doctor-restore-publications = reponga private/publicado.jsonl de un respaldo; si no lo hay, mueva el archivo a otra parte, y la corrida siguiente lo hace de nuevo con las publicaciones públicas que hay
doctor-restore-ledger = reponga la bitácora de un respaldo; hasta entonces no se entrega nada
doctor-ledger = { $packages ->
        [one] { $packages } paquete aceptado en la bitácora
       *[other] { $packages } paquetes aceptados en la bitácora
    }

# releases
doctor-not-verified = sin verificar, por --no-verify
L790-releases-unreadable = no se pueden leer las publicaciones de { $folder }: { $error }
doctor-releases-unsound = { $unsound } de { $releases } no { $unsound ->
        [one] está íntegra
       *[other] están íntegras
    }; { $first }
doctor-restore-publications-first = reponga primero private/publicado.jsonl: vea `ledger`
doctor-restore-unsound-release = `lnere verify { $corte }` da todos los hallazgos; reponga la publicación de un respaldo
doctor-releases-untried = { $untried ->
        [one] { $untried } no se pudo verificar completa
       *[other] { $untried } no se pudieron verificar completas
    }; { $first }
doctor-verify-as-service = verifique como el usuario del servicio
doctor-restore-release = reponga la publicación de un respaldo
doctor-no-release = todavía no hay ninguna
doctor-releases-sound = { $releases ->
        [one] { $releases } verificada, está íntegra
       *[other] { $releases } verificadas, todas íntegras
    }
