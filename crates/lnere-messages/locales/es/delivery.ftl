L500-cannot-read = no se puede leer { $path }
L501-release-unsound = { $path } no es lo que dice ser ({ $findings ->
        [one] { $findings } hallazgo
       *[other] { $findings } hallazgos
    }; el primero: { $first }); no se envió nada: corra `lnere verify`
L502-release-unverified = no se pudo verificar { $path } ({ $first }); no se envió nada
L503-no-packages = la publicación { $path } no tiene paquetes; `lnere run --corte { $corte } --only tablas,graficas,paquetes` los agrega
L504-column-missing = no se puede hacer ningún mensaje con { $path }, y no se envió nada; regrese las llaves de la tabla a `tablas.toml` y publique otra vez el corte
L505-replaced-while-read = la publicación { $path } se reemplazó mientras se leía; corra otra vez el comando
L510-ledger-held = otra entrega usa { $path }; espere a que termine
L511-ledger-damaged = { $path }:{ $line }: no es una anotación de la bitácora, o se cambió; no se envió nada, porque puede decir qué ya se entregó: reponga el archivo de un respaldo
L512-ledger-unusable = no se puede leer o escribir la bitácora { $path }
L513-delivery-not-recorded = { $error }; no se envió nada más. El paquete de { $recipient } se aceptó y no se pudo anotar: la corrida siguiente lo envía otra vez, con el mismo Message-ID
L520-no-folder = no existe la carpeta { $folder }: ¿está montada la unidad de red?
L521-other-content = { $path } ya existe con otro contenido, y se dejó como está
L522-folder-unusable = { $path }: no se pudo copiar: { $error }
L530-permanent-error = error permanente ({ $code }): { $reply }
L531-transient-error = error pasajero ({ $code }): { $reply }
L532-closed = el servidor cerró la conexión
L532-closed-without-reply = el servidor cerró la conexión sin decir si aceptó el mensaje
L533-timed-out = el servidor no contestó a tiempo
L534-tls-failed = falló el cifrado con el servidor: { $error }
L535-line-too-long = la respuesta del servidor tiene una línea de más de { $bytes } bytes
L535-too-many-lines = la respuesta del servidor tiene más de { $lines } líneas
L535-no-reply = lo que envió el servidor no es una respuesta SMTP
L535-two-codes = la respuesta del servidor tiene dos códigos, { $first } y { $second }
L535-unexpected-reply = el servidor contestó algo que no se le preguntó
L536-data-before-tls = hubo más de una respuesta antes de cifrar la conexión: alguien intermedio podría estar falsificando respuestas
L537-unsupported = este servidor no admite { $extension ->
        [AUTH] AUTH PLAIN ni AUTH LOGIN
        [SMTPUTF8] una dirección que no es ASCII (SMTPUTF8)
        [STARTTLS] STARTTLS
       *[other] un mensaje que no es ASCII ({ $extension })
    }
L538-line-end-in-address = una dirección o un nombre contiene un fin de línea
L539-connection-failed = no se pudo conectar con el servidor: { $error }
L540-message-too-large = el mensaje con { $file } tendría { $bytes } bytes, más que smtp.max_message_mib; ponga en smtp.link_base la dirección de la que se descargan las revisiones, o suba el límite
L541-message-not-built = no se puede armar el mensaje para { $slug }
L545-ca-file-writable = { $path }: sus permisos son { $mode }, y otros además del dueño pueden escribir en él: `chmod go-w { $path }`
L546-ca-file-unusable = { $path }: no se puede usar: { $error }
L546-ca-file-without-certificate = { $path }: no contiene ningún certificado; se esperaba PEM
L550-password-unreadable = no se puede leer el archivo de la contraseña { $path }
L551-password-readable-by-others = el archivo de la contraseña { $path } tiene los permisos { $mode }: otros además de su dueño pueden leerlo; corra `chmod 0600 { $path }`, y cambie la contraseña si estuvo así mucho tiempo
L552-password-empty = no hay contraseña en { $place }
L552-password-missing = smtp.user `{ $user }` necesita una contraseña: indique un archivo en smtp.password_file, o defina { $variable }
L560-no-package = la publicación no tiene paquete para `{ $entity }`, solo para: { $all }
L561-recipients-missing = falta [[recipient]] para { $entities }: cada paquete de la publicación necesita uno
L561-no-recipients = no nombra a nadie; necesita un [[recipient]] por cada paquete de la publicación
L562-folders-overlap = la carpeta de `{ $entity }`, { $folder }, es la de `{ $other }`, o una está dentro de la otra
L562-folder-shared = `{ $entity }` y `{ $other }` comparten la carpeta { $folder }: cada uno necesita la suya
L563-no-smtp-section = el destinatario `{ $entity }` tiene direcciones; por eso el archivo necesita una sección [smtp]
L564-recipient-twice = el destinatario `{ $entity }` está dos veces; la primera, en la línea { $first }
L565-address-shared = una dirección de `{ $entity }` también es de `{ $other }`: recibiría los dos paquetes
L566-no-recipient = `{ $entity }` no es un destinatario; se esperaban dos dígitos, como "08", o "{ $national }"
L566-no-address = `{ $address }` no es una dirección; se esperaba `a@b.mx` o `Nombre <a@b.mx>`
L566-no-server-name = `{ $host }` no es el nombre de un servidor, como `correo.ine.mx`
L566-no-link-base = link_base es una dirección que empieza con https://
L566-no-whole-number = { $setting } es un número entero de { $smallest } a { $largest }
L567-to-or-folder = el destinatario `{ $entity }` necesita `to` con una dirección (y `cc`), o bien `folder`
L568-unencrypted-server = security = "none" es solo para un servidor de correo en esta máquina, como `localhost`; para { $host } use "starttls" o "tls"
L568-unencrypted-password = una contraseña solo se envía por TLS: quite `user`, o cambie `security`
L569-password-file-without-user = password_file no sirve sin `user`
L569-ca-file-without-tls = ca_file no sirve sin TLS
delivery-accepted-not-recorded = aceptado, y no se pudo anotar
delivery-already-there = { $file } ya estaba ahí, con el mismo contenido
delivery-copied = copiado como { $file }
delivery-no-address = el nombre del servidor no tiene dirección
delivery-no-message = no hay mensaje que enviar
delivery-not-tried = no se intentó: se detuvieron las entregas
delivery-read-back-differs = lo que se leyó de vuelta no es lo que se escribió
delivery-server-refused = el servidor rechazó el comando
delivery-stopped = { $error }; no se envió nada más
