L500-cannot-read = cannot read { $path }
L501-release-unsound = { $path } is not what it says ({ $findings ->
        [one] { $findings } finding
       *[other] { $findings } findings
    }, the first: { $first }); nothing was sent: run `lnere verify`
L502-release-unverified = { $path } could not be verified ({ $first }); nothing was sent
L503-no-packages = the release { $path } has no packages; `lnere run --corte { $corte } --only tablas,graficas,paquetes` adds them
L504-column-missing = no message can be made of { $path }, and nothing was sent; put the keys of the table back in `tablas.toml` and publish the corte again
L505-replaced-while-read = the release { $path } was replaced while it was read; run this again
L510-ledger-held = another delivery holds { $path }; wait for it to end
L511-ledger-damaged = { $path }:{ $line }: is no entry of the ledger, or was changed; nothing was sent, since it may say what was delivered already: restore the file from a backup
L512-ledger-unusable = cannot read or write the ledger { $path }
L513-delivery-not-recorded = { $error }; nothing more was sent. The package of { $recipient } was accepted, which could not be written down: the next run sends it once more, with the same Message-ID
L520-no-folder = there is no folder { $folder }: is the share mounted?
L521-other-content = { $path } is there with other content, and was left as it is
L522-folder-unusable = { $path }: { $error }
L530-permanent-error = permanent error ({ $code }): { $reply }
L531-transient-error = transient error ({ $code }): { $reply }
L532-closed = the server closed the connection
L532-closed-without-reply = the server closed the connection without saying whether it took the message
L533-timed-out = the server did not answer in time
L534-tls-failed = { $error }
L535-line-too-long = the server's reply has a line of more than { $bytes } bytes
L535-too-many-lines = the server's reply has more than { $lines } lines
L535-no-reply = what the server sent is no SMTP reply
L535-two-codes = the server's reply has two codes, { $first } and { $second }
L535-unexpected-reply = the server answered what it was not asked
L536-data-before-tls = there was more than one reply before the connection was encrypted: somebody in between may be forging answers
L537-unsupported = { $extension ->
        [AUTH] AUTH PLAIN or AUTH LOGIN
        [SMTPUTF8] an address that is not ASCII (SMTPUTF8)
        [STARTTLS] STARTTLS
       *[other] a message that is not ASCII ({ $extension })
    } is not supported on this server
L538-line-end-in-address = an address or a name has a line end in it
L539-connection-failed = { $error }
L540-message-too-large = the message with { $file } would have { $bytes } bytes, over smtp.max_message_mib; set smtp.link_base to the address below which revisions are served, or raise the limit
L541-message-not-built = the message for { $slug } cannot be put together
L545-ca-file-writable = { $path }: the mode is { $mode }, so that others than the owner may write it: `chmod go-w { $path }`
L546-ca-file-unusable = { $path }: { $error }
L546-ca-file-without-certificate = { $path }: has no certificate in it; expected PEM
L550-password-unreadable = cannot read the password file { $path }
L551-password-readable-by-others = the password file { $path } has the mode { $mode }: others than its owner may read it; `chmod 0600 { $path }`, and change the password if it has been so for long
L552-password-empty = there is no password in { $place }
L552-password-missing = smtp.user `{ $user }` needs a password: name a file in smtp.password_file, or set { $variable }
L560-no-package = the release has no package for `{ $entity }`, only for: { $all }
L561-recipients-missing = no [[recipient]] for { $entities }: every package of the release needs one
L561-no-recipients = it names nobody; it needs a [[recipient]] for each package of the release
L562-folders-overlap = the folder of `{ $entity }`, { $folder }, is that of `{ $other }`, or one lies in the other
L562-folder-shared = `{ $entity }` and `{ $other }` share the folder { $folder }: each needs its own
L563-no-smtp-section = recipient `{ $entity }` has addresses, so the file needs a section [smtp]
L564-recipient-twice = recipient `{ $entity }` is there twice, first in line { $first }
L565-address-shared = an address of `{ $entity }` is one of `{ $other }` too: it would get both packages
L566-no-recipient = `{ $entity }` is no recipient; expected two digits like "08", or "{ $national }"
L566-no-address = `{ $address }` is no address; expected `a@b.mx` or `Nombre <a@b.mx>`
L566-no-server-name = `{ $host }` is no name of a server, like `correo.ine.mx`
L566-no-link-base = link_base is an address that begins with https://
L566-no-whole-number = { $setting } is a whole number from { $smallest } to { $largest }
L567-to-or-folder = recipient `{ $entity }` needs either `to` with an address (and `cc`), or `folder`
L568-unencrypted-server = security = "none" is for a mail server on this machine alone, like `localhost`; for { $host } use "starttls" or "tls"
L568-unencrypted-password = a password is only sent over TLS: leave `user` out, or set `security`
L569-password-file-without-user = password_file has no use without `user`
L569-ca-file-without-tls = ca_file has no use without TLS
delivery-accepted-not-recorded = accepted, which could not be written down
delivery-already-there = { $file } was there already, with the same content
delivery-copied = copied as { $file }
delivery-no-address = the server's name has no address
delivery-no-message = there is no message to send
delivery-not-tried = not tried: the deliveries were stopped
delivery-read-back-differs = what was read back is not what was written
delivery-server-refused = the server refused
delivery-stopped = { $error }; nothing more was sent
