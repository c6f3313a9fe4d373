# The table: states, advice and summary
doctor-state-ok = ok
doctor-state-skipped = skipped
doctor-state-warning = warning
doctor-state-problem = PROBLEM
doctor-findings-and-more = { $findings }; and { $more } more
doctor-summary = { $checks ->
        [one] { $checks } check
       *[other] { $checks } checks
    }: { $ok } ok, { $warnings ->
        [one] { $warnings } warning
       *[other] { $warnings } warnings
    }, { $problems ->
        [one] { $problems } problem
       *[other] { $problems } problems
    }, { $skipped } skipped

# Parts of several checks
doctor-needs-process = it needs a process file without mistakes
doctor-private-is-closed = this user may not enter the folder: see output-folder
doctor-let-read-folder = let this user read the folder

# process-file, catalogs, definitions
doctor-correct-process = correct what the message names; `lnere plan` reads it again
doctor-name-process = name the file with --process, or in LNERE_PROCESS
doctor-let-read-process = let this user read it, for example by its group: mode 0640
doctor-catalogs-first = { $file }: its catalogues come first
doctor-catalogs = { $files ->
        [one] { $files } file
       *[other] { $files } files
    } without a mistake
doctor-definitions-with-report = { $tables ->
        [one] { $tables } table
       *[other] { $tables } tables
    }, { $charts ->
        [one] { $charts } chart
       *[other] { $charts } charts
    } and a report
doctor-definitions-without-report = { $tables ->
        [one] { $tables } table
       *[other] { $tables } tables
    }, { $charts ->
        [one] { $charts } chart
       *[other] { $charts } charts
    }, no report

# inputs-folder
L710-inputs-unreadable = cannot list { $folder }: { $error }
doctor-let-read-inputs = let this user read it, for example by its group: mode 2750
doctor-mount-inputs = make or mount the folder, or name another with --inputs or in LNERE_INPUTS
doctor-inputs-listed = { $folder } can be listed
doctor-inputs = { $folder }: { $exports ->
        [one] { $exports } export
       *[other] { $exports } exports
    }
doctor-let-read-contents = let this user read the folder and what is in it

# exports
doctor-needs-process-and-inputs = it needs the process file and the inputs folder
doctor-no-export = none
doctor-newest-export = { $source }: { $export }, { $days ->
        [0] up to date
        [one] { $days } day behind
       *[other] { $days } days behind
    }
L720-export-behind = { $source }: { $export }, { $days ->
        [0] up to date
        [one] { $days } day behind
       *[other] { $days } days behind
    }
doctor-publish-covered = publish what the exports cover: `lnere run --corte { $corte }`
doctor-ask-for-export = ask for the newest export of this source
doctor-correct-export-name = correct the name, or take the file out of the folder; `lnere check` has the reasons
L721-file-not-read = not read: { $name }
L722-export-unreadable = { $path } cannot be read: { $error }
doctor-let-read-export = let this user read it, for example by the group of the folder: mode 0640
doctor-exports-arriving = { $exports }; { $arriving ->
        [one] { $arriving } export being copied
       *[other] { $arriving } exports being copied
    }

# output-folder
doctor-name-other-output = name another folder with --output or in LNERE_OUTPUT
doctor-output-not-made = { $folder } is not there yet; the first run makes it
L730-output-cannot-be-made = { $folder } is not there, and { $parent } cannot be written: { $error }
doctor-make-output = make the folder for this user, or name another with --output or in LNERE_OUTPUT
L731-output-unreadable = { $folder }: { $error }
L731-releases-not-listed = cannot list the releases: { $error }
L732-output-is-file = { $folder } is no folder
doctor-name-output = name a folder with --output or in LNERE_OUTPUT
doctor-follow-message = do what the message says
doctor-run-as-owner-or-follow = if { $owner } publishes, `runuser -u { $owner } -- lnere doctor`; else do what the message says
L733-output-not-writable = { $folder } cannot be written: { $error }
doctor-let-write-output = let its owner write it, and mount the disk for writing
L734-run-by-root = root runs this, but { $folder } belongs to { $owner }: permissions were not tried
L735-other-disk = { $folder } is not on the disk of { $output }
doctor-put-on-one-disk = put both on one disk
L736-latest-leads-elsewhere = latest does not lead to the release of { $corte }
doctor-move-latest = move anything else that has this name out of the folder; the next run makes the link
doctor-name-output-of-process = name the output of this process, or the process of this output
doctor-output = { $folder }: { $releases ->
        [one] { $releases } release
       *[other] { $releases } releases
    }

# modes
L740-private-open = { $path } has the mode { $mode }: others than the owner may read or write it{ $others ->
        [0] {""}
       *[other] {" "}(and { $others } more)
    }
L741-published-open = { $path } has the mode { $mode }: others than the owner may change it{ $others ->
        [0] {""}
       *[other] {" "}(and { $others } more)
    }
L741-output-open = { $path } has the mode { $mode }: others than the owner may replace releases
L742-foreign-owner = { $path } belongs to { $other }, not to { $owner }{ $others ->
        [0] {""}
       *[other] {" "}(and { $others } more)
    }
doctor-chown = as root, `chown -R { $owner } { $folder }`
L743-configuration-open = others than its owner may change { $path }{ $others ->
        [0] {""}
       *[other] {" "}(and { $others } more)
    }, which decides what is counted
doctor-as-owner = as { $owner }, { $command }
L744-exports-open = every user may read { $name }{ $others ->
        [0] {""}
       *[other] {" "}(and { $others } more)
    }
doctor-close-exports = `chmod o= { $folder }`, since exports are personal data
L745-not-examined = cannot look into { $path }: { $error }
doctor-run-as-service = run this as the user of the service
doctor-modes = nobody else may read what is private, or change what is published

# free-disk, folder-exchange
doctor-disk = { $free } free in { $folder }; { $cortes } cortes need { $needed } ({ $reason })
L750-disk-too-small = { $free } free in { $folder }; { $cortes } cortes need { $needed } ({ $reason })
doctor-disk-of-release = the release of { $corte } has { $size }
doctor-disk-of-exports = no release yet: by the exports, roughly at most { $size } each
doctor-disk-of-unmeasured-release = the release of { $corte } cannot be measured: by the exports, roughly at most { $size } each
L751-too-few-files = the disk takes { $files } more files, and { $cortes } cortes have { $needed }
doctor-free-space = free space, or move the output to a larger disk; delete nothing in the output
L752-disk-not-known = cannot ask for the disk of { $folder }: { $error }
doctor-exchange = { $folder }: a revision replaces a release in one step
L755-no-exchange = { $folder }: this file system cannot exchange two folders; a release is absent for an instant
doctor-prefer-local-disk = prefer a local disk for the output; readers on this one try again
L756-exchange-not-tried = cannot try it in { $folder }: { $error }
doctor-let-write-folder = let this user write the folder

# units
doctor-cron-without-systemd = systemd does not run here; { $file } is there
doctor-no-cron-nor-systemd = systemd does not run here; { $file } is not there
doctor-copy-cron = copy lnere.cron (deploy/ of the archive, /usr/share/doc/lnere of the package) to { $file }, if this machine publishes
L760-systemctl-failed = cannot ask systemctl: { $error }
doctor-look-at-timers = look at `systemctl list-timers 'lnere*'` by hand
doctor-cron-without-units = no unit of lnere is installed, but { $file } is there
L761-no-units = no unit of lnere is installed: nothing runs by itself
doctor-install-units = install the units or the cron line of deploy/ (with the Debian package, `systemctl enable --now lnere.timer`)
L762-service-failed = { $service } failed
doctor-look-at-journal = `journalctl -u { $service }` has the reason
L763-timer-not-enabled = { $timer } is active, but not enabled
L763-timer-not-active = { $timer } is not active
L764-timer-not-installed = { $timer } is not installed
doctor-install-timer = install deploy/{ $timer } and deploy/{ $service }
L764-alert-not-installed = lnere-alert@.service is not installed
doctor-install-alert = install deploy/lnere-alert@.service
doctor-active-timers = active: { $timers }

# clock
L770-release-of-future-day = the release of { $corte } counts up to a day after today, { $today }
L771-export-of-future-day = { $name } covers a day after today, { $today }
L772-written-in-future = { $name } was written in the future
doctor-set-clock = compare the time with a clock that you trust, and set the machine's
doctor-set-clock-or-correct-name = compare the time with a clock that you trust, and set the machine's; or correct the name of the export
L773-clock-not-synchronized = the clock is not synchronized
doctor-synchronize-clock = `timedatectl set-ntp true`, as root
doctor-clock = { $mexico_time } in Mexico City; the machine says { $machine_time }, { $synchronized ->
        [yes] synchronized
        [no] not synchronized
       *[other] synchronization not known
    }

# recipients, recipient-folders, smtp, ledger
doctor-without-recipients = without --recipients
doctor-needs-recipients = it needs a recipients file without mistakes
doctor-correct-recipients = correct what the message names; `lnere deliver --dry-run` sends nothing
doctor-recipients = { $file }: { $recipients ->
        [one] { $recipients } recipient
       *[other] { $recipients } recipients
    }
doctor-no-recipient-folder = no recipient has a folder
L780-recipient-folder-is-file = `{ $entity }`: { $folder } is no folder
doctor-name-recipient-folder = name a folder
L781-recipient-folder-absent = `{ $entity }`: { $folder }: { $error }
doctor-mount-share = mount the share, or make the folder
L782-recipient-folder-not-writable = `{ $entity }`: { $folder } cannot be written: { $error }
doctor-let-write-recipient-folder = let the user of the service write it, and add it to ReadWritePaths= of lnere-deliver.service
L783-recipient-folder-open = `{ $entity }`: { $folder } has the mode { $mode }: every user may replace packages
doctor-recipient-folders = { $folders ->
        [one] { $folders } folder
       *[other] { $folders } folders
    }, each can be written
doctor-no-smtp = the recipients file has no section [smtp]
doctor-store-password = put the password into the file of smtp.password_file, as its user, with mode 0600
doctor-correct-ca-file = correct smtp.ca_file
doctor-compare-smtp = compare host, port, security, user and password with what the mail administrators say
L785-message-limit = { $server } takes messages of { $size } MiB, and max_message_mib is { $configured }
doctor-set-message-limit = set max_message_mib to { $size }
doctor-smtp-without-tls = no TLS
doctor-smtp-with-login = { $server }: { $security }, logged in; nothing was sent
doctor-smtp-without-login = { $server }: { $security }, no login; nothing was sent
doctor-no-delivery = no delivery yet
doctor-restore-publications = restore private/publicado.jsonl from a backup; without one, move the file away, and the next run makes it again from the public releases that are there
doctor-restore-ledger = restore the ledger from a backup; until then nothing is delivered
doctor-ledger = { $packages ->
        [one] { $packages } accepted package
       *[other] { $packages } accepted packages
    } noted

# releases
doctor-not-verified = not verified, because of --no-verify
L790-releases-unreadable = cannot read the releases in { $folder }: { $error }
doctor-releases-unsound = { $unsound } of { $releases } { $unsound ->
        [one] is
       *[other] are
    } not sound; { $first }
doctor-restore-publications-first = restore private/publicado.jsonl first: see `ledger`
doctor-restore-unsound-release = `lnere verify { $corte }` lists all findings; restore the release from a backup
doctor-releases-untried = { $untried } could not be verified whole; { $first }
doctor-verify-as-service = verify as the user of the service
doctor-restore-release = restore the release from a backup
doctor-no-release = none yet
doctor-releases-sound = { $releases } verified, all sound
